"""Judges that are known: a fair one, one that favours a place, one that says nothing."""

import pytest

from dulcet.credit.comparison import Comparison, parse
from dulcet.credit.judge import Judge, JudgeCritic, UnreadableJudgeError, rounds
from dulcet.errors import EndpointError
from dulcet.models.open import ModelSpec
from tests.credit.fees import TASK, request
from tests.credit.served import serve
from tests.tiny import make_tiny_llama

TEXTS = tuple(f"{word} Message {number}." for number, word in enumerate(["Good."] * 3 + ["Bad."] * 4))


def fair(messages, seed):
    first, second = (part for part in messages[0]["content"].split("<message number=")[1:])
    better = 1 if "Good." in first and "Bad." in second else 2
    even = ("Good." in first) == ("Good." in second)
    return "VERDICT: SAME" if even else f"One could say VERDICT: {3 - better}, but no.\n**Verdict: {better}**"


def test_who_wins_more_has_the_higher_share(tmp_path):
    with serve(fair) as (spec, seen):
        all_pairs = JudgeCritic(spec, tmp_path / "v.jsonl", Judge(opponents=None))
        (row,) = all_pairs.advantages([request(*TEXTS, TEXTS[0])])
        assert row == pytest.approx([(4 + 2 / 2) / 6] * 3 + [(3 / 2) / 6] * 4 + [(4 + 2 / 2) / 6])
        assert len(seen) == 7 * 6, "every pair in both orders, equal texts once"
        few = JudgeCritic(spec, tmp_path / "v.jsonl", Judge(opponents=3))
        (row,) = few.advantages([request(*TEXTS)])
        assert min(row[:3]) > max(row[3:]) and len(seen) == 42, "verdicts that are there are not asked for again"
    assert TASK.hidden in seen[0][0]["content"] and "Be brief." not in seen[0][0]["content"]


def test_a_place_that_is_favoured_wins_nothing(tmp_path):
    with serve(lambda messages, seed: "VERDICT: 1") as (spec, _):
        assert JudgeCritic(spec, tmp_path / "v.jsonl").advantages([request(*TEXTS)]) == [[0.5] * 7]


def test_what_cannot_be_read_is_a_tie_and_counted(tmp_path, caplog):
    with serve(lambda messages, seed: "Both have their merits.") as (spec, _):
        judge = JudgeCritic(spec, tmp_path / "v.jsonl", Judge(opponents=1))
        assert judge.advantages([request(*TEXTS[:4])]) == [[0.5] * 4]
    assert judge.unparsable == 4 and "4 of 4 verdicts cannot be read" in caplog.text


def test_a_judge_of_whom_nothing_can_be_read_is_given_up(tmp_path):
    """After a hundred verdicts, however many are wanted; a second start finds them, and asks nothing."""
    asked = [request(*(f"{text} {number}" for text in TEXTS)) for number in range(9)]
    with serve(lambda messages, seed: "What about the rule?") as (spec, seen):
        for _ in range(2):
            with pytest.raises(UnreadableJudgeError, match=r"none of 100 verdicts .* follows instructions"):
                JudgeCritic(spec, tmp_path / "v.jsonl").advantages(asked)
            assert len(seen) == 100


def test_a_judge_that_is_away_is_no_tie(tmp_path):
    judge = JudgeCritic(ModelSpec(model="none", base_url="http://127.0.0.1:9/v1", retries=0), tmp_path / "v.jsonl")
    with pytest.raises(EndpointError):
        judge.advantages([request(*TEXTS)])


def test_a_local_model_judges_several_times_and_is_loaded_once(tmp_path):
    folder = make_tiny_llama(tmp_path / "tiny", window=2048)
    judge = JudgeCritic(ModelSpec(model=str(folder), device="cpu"), tmp_path / "v.jsonl", Judge(max_tokens=4))
    assert judge.advantages([request(*TEXTS[:2])]) == [[0.5, 0.5]]
    held = judge._held._model
    assert judge.advantages([request(*TEXTS[2:4])]) == [[0.5, 0.5]]
    assert judge._held._model is held and judge.unparsable == 4
    assert judge.identity["model"] == judge._held.name != str(folder)
    thread = held._thread
    del judge
    thread.join(timeout=10)
    assert not thread.is_alive()


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("VERDICT: 1", "first"),
        ("I think 2 is longer.\nVerdict: **2**.", "second"),
        ("VERDICT: same", "same"),
        ("The verdict is: Message 2", "second"),
        ("verdict - message number 1", "first"),
        ("VERDICT: 2\nOh no.\nVERDICT: 1", "first"),
        (" 2. ", "second"),
        ("Message 1", "first"),
        ("VERDICT: 12", "unparsable"),
        ("VERDICT: first", "unparsable"),
        ("1 and 2 are alike", "unparsable"),
        ("", "unparsable"),
    ],
)
def test_verdicts(said, meant):
    assert parse(said) == meant


@pytest.mark.parametrize(
    ("count", "opponents"), [(2, 3), (6, 3), (7, 3), (16, 3), (16, 15), (5, None), (1, None), (0, 1)]
)
def test_everybody_meets_as_many(count, opponents):
    pairs = rounds([str(number) for number in range(count)], opponents)
    met = {str(number): set() for number in range(count)}
    for a, b in pairs:
        assert a != b and b not in met[a]
        met[a].add(b)
        met[b].add(a)
    even = count + count % 2
    wanted = max(0, min(even - 1, opponents or even))
    assert all(wanted - count % 2 <= len(others) <= wanted for others in met.values())


def test_a_comparison_is_known_by_what_the_judge_reads():
    a, b = TEXTS[0], TEXTS[3]
    keys = {Comparison(request(a, b), a, b).key, Comparison(request(a, b), b, a).key}
    assert len(keys) == 2 and Comparison(request(b, system=""), a, b).key in keys
