import json

import pytest

from dulcet.cli import main


def refusal(words, capsys):
    """The one line that a refused command line prints."""
    assert main(words) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    return lines[0]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["tasks", "chekc"], "there is no command 'tasks chekc'. The nearest is 'dulcet tasks check'"),
        (["sample", "t.jsonl", "--base_ulr", "x"], "has no option --base-ulr. Nearest: --base-url"),
        (["sample", "t.jsonl", "--modle=x"], "has no option --modle. Nearest: --mode or --model"),
        (["sample"], "Missing from dulcet sample: PATH"),
        (["sample", "t.jsonl", "more"], "Unrecognized options: more"),
        (["sample", "t.jsonl", "--episodes", "many"], "--episodes: 'many' is not a whole number"),
        (["sample", "t.jsonl", "--episodes", "0"], "--episodes: Input should be greater than or equal to 1"),
        (["sample", "t.jsonl", "--concurrency", "0"], "--concurrency: Input should be greater than or equal to 1"),
        (["sample", "t.jsonl", "--mode", "lax"], "invalid choice 'lax' for argument '--mode'"),
    ],
)
def test_a_wrong_word_is_one_line_that_names_it(sample, words, expected, capsys):
    assert expected in refusal(words, capsys)


def test_groups_take_their_options_with_and_without_prefix(sample, capsys):
    assert main(["sample", "t.jsonl", "--model", "a", "--human.model", "b", "--json", "-"]) == 0
    value = json.loads(capsys.readouterr().out)
    assert (value["agent"]["model"], value["human"]["model"]) == ("a", "b")


def config(tmp_path, text):
    path = tmp_path / "run.toml"
    path.write_text(text)
    return ["sample", "t.jsonl", "--json", "-", "--config", str(path)]


def test_the_file_gives_defaults_and_the_command_line_wins(sample, tmp_path, capsys):
    words = config(tmp_path, 'episodes = 7\nmode = "paper"\nbase-url = "http://here"\n[human]\nmodel = "her"\n')
    assert main([*words, "--episodes", "9"]) == 0
    value = json.loads(capsys.readouterr().out)
    assert (value["episodes"], value["mode"], value["agent"]["base_url"]) == (9, "paper", "http://here")
    assert value["human"] == {"model": "her", "base_url": None, "concurrency": 4}


def test_the_file_may_hold_what_is_required(sample, tmp_path, capsys):
    words = config(tmp_path, 'tasks = "u.jsonl"')
    del words[1]
    assert main(words) == 0
    assert json.loads(capsys.readouterr().out)["tasks"] == "u.jsonl"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("epsodes = 3", "unknown key 'epsodes'. The nearest known key is 'episodes'."),
        ('[human]\nmodl = "x"', "unknown key 'modl'. The nearest known key is 'model'."),
        ('episodes = "x"', "field 'episodes': Input should be a valid integer"),
        ("episodes = 0", "field 'episodes': Input should be greater than or equal to 1"),
        ("[human]\nconcurrency = 0", "field 'human.concurrency': Input should be greater than or equal to 1"),
        ('human = "x"', "field 'human': should be a table. Write [human] and its keys."),
        ("episodes = ", "not TOML"),
    ],
)
def test_a_wrong_file_is_one_line_that_names_file_and_key(sample, tmp_path, text, expected, capsys):
    line = refusal(config(tmp_path, text), capsys)
    assert line.startswith(f"dulcet: {tmp_path / 'run.toml'}: ")
    assert expected in line


def test_a_file_that_is_not_there(sample, capsys):
    assert "nowhere.toml: cannot be read" in refusal(["sample", "t.jsonl", "--config", "nowhere.toml"], capsys)


def test_what_can_be_chosen_is_said_in_one_order(capsys):
    assert main(["grade", "tasks.jsonl", "--isolation", "strong"]) == 2
    assert "Expected one of contained, layered, process" in capsys.readouterr().err
