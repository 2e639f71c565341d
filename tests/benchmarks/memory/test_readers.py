"""Files in the published forms, written here, and the published files where they lie beside the project."""

import json
from collections import Counter
from datetime import UTC, datetime
from random import Random

import pytest

from dulcet.benchmarks.memory import lost_in_the_middle, msc, self_instruct
from dulcet.benchmarks.memory.locomo import evidence_ids, read_locomo
from dulcet.benchmarks.memory.open import open_suite
from dulcet.benchmarks.memory.suite import sample
from dulcet.errors import InputError
from tests.benchmarks.memory.data import KV, LOCOMO, MSC, NQ, needs


def talk(**more):
    session = [
        {"speaker": "Ann", "dia_id": "D1:1", "text": "Look at him!", "blip_caption": "a photo of a dog"},
        {"speaker": "Ben", "dia_id": "D1:2", "text": "I moved to Oslo."},
    ]
    conversation = {"speaker_a": "Ann", "speaker_b": "Ben", "session_1": session, "session_1_date_time": WHEN}
    qa = [
        {"question": "Where does Ben live?", "answer": "Oslo", "evidence": ["D1:2"], "category": 4},
        {"question": "What year?", "answer": 2022, "evidence": ["D1:1; D01:02", "D:9"], "category": 2},
        {"question": "Where does Ann live?", "adversarial_answer": "Oslo", "evidence": ["D1:2"], "category": 5},
    ]
    return {"sample_id": "c1", "conversation": conversation | more, "qa": qa}


WHEN = "1:56 pm on 8 May, 2023"


def write(path, value):
    path.write_text(json.dumps(value), "utf-8")
    return path


def lines(path, *rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path


def test_a_conversation_of_locomo(tmp_path):
    suite = read_locomo(write(tmp_path / "l.json", [talk()]))
    history = suite.histories["c1"]
    assert history.user == "Ann"
    assert history.turns[0].text == "Look at him! [shows a photo of a dog]"
    assert history.turns[0].time == datetime(2023, 5, 8, 13, 56, tzinfo=UTC) < history.turns[1].time
    first, second, third = suite.questions
    assert (first.answers, first.evidence, first.category) == (("Oslo",), ("D1:2",), "4 single-hop")
    assert (second.answers, second.evidence) == (("2022",), ("D1:1", "D1:2"))
    assert third.answers == () and third.category == "5 adversarial"
    assert suite.source["evidence_not_found"] == 1


def test_the_slips_in_the_notes_of_evidence_are_read():
    known = {"D8:6", "D9:17", "D11:26", "D30:5"}
    assert evidence_ids(["D8:6; D9:17", "D:11:26", "D30:05"], known) == (("D8:6", "D9:17", "D11:26", "D30:5"), 0)
    assert evidence_ids(["D", "D8:99"], known) == ((), 2)


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ([talk(session_1_date_time="soon")], "'soon' is no moment"),
        ([talk(speaker_a=7)], r"l.json\[0\].conversation: field 'speaker_a': a text is needed"),
        ([{"sample_id": "x"}], "field 'conversation': missing"),
        ([talk(), talk()], "'c1' stands there twice"),
        ({}, "a JSON list"),
    ],
)
def test_a_fault_in_locomo_names_its_place(tmp_path, value, says):
    with pytest.raises(InputError, match=says):
        read_locomo(write(tmp_path / "l.json", value))


def session(*facts):
    return [
        {"speaker": f"bot_{index % 2}", "text": f"turn {index}", **({"fact": fact} if fact else {})}
        for index, fact in enumerate(facts)
    ]


def test_questions_are_made_from_the_facts(tmp_path):
    sessions = [
        session("I sold my blue tractor in March. I am tall.", None),
        session(None, "My daughter studies marine biology abroad."),
    ]
    suite = msc.read_dmr(lines(tmp_path / "m.jsonl", {"id": "e", "sessions": sessions}), facts_each=2)
    asked = {question.text: question for question in suite.questions}
    whether = asked["Did I ever mention that I sold my blue tractor in March?"]
    assert whether.evidence == ("D1:1",) and whether.answers == ("I sold my blue tractor in March.",)
    about = next(question for text, question in asked.items() if text.startswith("What exactly did you tell me"))
    assert about.evidence == ("D2:2",)
    assert about.meta["word"] not in about.text.lower() and about.meta["word"] in about.answers[0].lower()
    assert suite.histories["e"].user == "bot_0"


def test_the_last_session_opens_and_the_persona_is_what_came_before(tmp_path):
    sessions = [session("I keep bees.", "I sail."), session("I am late.", None)]
    (question,) = msc.read_opener(lines(tmp_path / "m.jsonl", {"id": "e", "sessions": sessions})).questions
    assert question.answers == ("turn 0",)
    assert question.meta["persona"] == ["I keep bees.", "I sail."]


def test_rows_of_the_authors_questions(tmp_path):
    before = {"dialog": [{"text": "hi"}, {"text": "I sail"}], "time_num": 2, "time_unit": "days"}
    row = {
        "previous_dialogs": [before, before],
        "dialog": [{"text": "back again", "id": "Speaker 2"}],
        "personas": [["I sail."], ["I sing."]],
        "self_instruct": {"B": "What do you do?", "A": "I sail."},
    }
    path = lines(tmp_path / "d.jsonl", row)
    suite = open_suite("dmr", path, seed=0)
    (question,), history = suite.questions, suite.histories["dmr-0"]
    assert (question.text, question.answers) == ("What do you do?", ("I sail.",))
    assert [turn.speaker for turn in history.turns] == ["Speaker 1", "Speaker 2"] * 2 + ["Speaker 2"]
    assert (history.turns[2].time - history.turns[0].time).days == 2
    opener = self_instruct.read_opener(path)
    assert opener.questions[0].answers == ("back again",)
    assert opener.histories["msc-0"].user == "Speaker 1"
    assert opener.questions[0].meta["persona"] == ["I sail.", "I sing."]


def test_pairs_and_passages(tmp_path):
    row = {"ordered_kv_records": [["a", "b"], ["c", "d"]], "key": "c", "value": "d"}
    (question,) = lost_in_the_middle.read_kv(lines(tmp_path / "k.jsonl", row)).questions
    assert (question.text, question.answers, question.category) == ("Key: c", ("d",), "level 0")
    with pytest.raises(InputError, match=r"k.jsonl:1: field 'key'"):
        lost_in_the_middle.read_kv(lines(tmp_path / "k.jsonl", row | {"value": "b"}))
    gold = {"title": "T", "text": "x", "isgold": True}
    rows = [{"question": "q", "answers": ["x"], "ctxs": [gold, gold | {"isgold": False, "text": "y"}]}] * 2
    suite = lost_in_the_middle.read_questions(lines(tmp_path / "n.jsonl", *rows))
    assert len(suite.histories["archive"].documents) == 1 and len(suite.questions) == 2


def test_a_sample_holds_every_smaller_one():
    suite = open_suite("dmr", None, seed=3)
    small, large = sample(suite, 5, 0), sample(suite, 9, 0)
    assert {question.id for question in small.questions} < {question.id for question in large.questions}
    assert set(small.histories) == {question.history for question in small.questions}


JUNK = (None, 7, -1, "", "x", [], [[]], {}, {"a": 1}, [None], True)


def mutated(value, random):
    """The value with one part of it, somewhere, replaced by junk or left out."""
    if isinstance(value, dict | list) and value and random.random() < 0.85:
        key = random.choice(list(value) if isinstance(value, dict) else range(len(value)))
        copy = value.copy()
        if random.random() < 0.1:
            del copy[key]
        else:
            copy[key] = mutated(value[key], random)
        return copy
    return random.choice(JUNK)


@pytest.mark.parametrize("task", ["locomo", "dmr", "opener", "msc", "nested_kv", "docqa"])
def test_whatever_a_file_holds_it_is_read_or_refused_in_one_line(task, tmp_path):
    turn = {"dialog": [{"text": "hi", "id": "Speaker 1"}, {"text": "ho"}], "time_num": 2, "time_unit": "days"}
    row = {"previous_dialogs": [turn], **turn, "personas": [["I sail."]], "self_instruct": {"B": "q?", "A": "a"}}
    rows = {
        "locomo": talk(),
        "dmr": row,
        "opener": row,
        "msc": {"id": "e", "sessions": [session("I sold my blue tractor in March.", "I sail."), session("I sing.")]},
        "nested_kv": {"ordered_kv_records": [["a", "b"], ["c", "d"]], "key": "c", "value": "d"},
        "docqa": {"question": "q", "answers": ["x"], "ctxs": [{"title": "T", "text": "x", "isgold": True}]},
    }
    read, random = 0, Random(0)
    for number in range(150):
        value = mutated(rows[task], random)
        path = write(tmp_path / "f", [value]) if task == "locomo" else lines(tmp_path / "f", value)
        try:
            suite = open_suite(("dmr", "opener")[number % 2] if task == "msc" else task, path, seed=0)
            read += len(suite.questions) > 0
        except InputError as error:
            assert str(path) in str(error)
    assert read < 150


@needs(LOCOMO)
def test_the_published_locomo():
    suite = read_locomo(LOCOMO)
    names = {"1 multi-hop": 142, "2 temporal": 156, "3 open-domain": 46, "4 single-hop": 418, "5 adversarial": 237}
    assert Counter(question.category for question in suite.questions) == names
    assert sum(len(history.turns) for history in suite.histories.values()) == 2760


@needs(MSC)
def test_the_published_sessions():
    suite = msc.read_dmr(MSC)
    assert len(suite.histories) == 200 and Counter(q.category for q in suite.questions) == {
        "whether": 200,
        "about": 200,
    }
    assert len(msc.read_opener(MSC).questions) == 200


@needs(KV)
@needs(NQ)
def test_the_published_pairs_and_passages():
    kv = lost_in_the_middle.read_kv(KV)
    assert {len(history.documents) for history in kv.histories.values()} == {140}
    assert lost_in_the_middle.read_questions(NQ).source["documents"] == 1286
