import json
import subprocess
import sys
from pathlib import Path

import pytest

from dulcet.cli import main

ROOT = Path(__file__).parents[2]
SAMPLE = (
    "from dulcet.cli import COMMANDS, main; import sys; COMMANDS['sample'] = ('tests.cli.sample:SampleCommand', '')\n"
)


def test_json_to_a_file(sample, tmp_path, capsys):
    assert main(["sample", "t.jsonl", "--json", str(tmp_path / "deep" / "out.json")]) == 0
    assert json.loads((tmp_path / "deep" / "out.json").read_text())["tasks"] == "t.jsonl"
    assert capsys.readouterr().out == "for people\n"


def test_json_to_standard_output_is_alone_there(sample, capsys):
    assert main(["sample", "t.jsonl", "--json", "-"]) == 0
    printed = capsys.readouterr()
    assert json.loads(printed.out)["episodes"] == 3
    assert printed.err == "for people\n"


@pytest.mark.parametrize(
    ("fail", "code", "line"),
    [
        ("endpoint", 3, "http://localhost:1/v1: no answer"),
        ("group", 3, "http://localhost:1/v1: no answer"),
        ("disk", 4, "runs/x.jsonl: the disk is full. Free some space and run the same command again"),
        ("package", 5, "the package 'openai' is not installed. Run: pip install 'dulcet[endpoint]'"),
        ("interrupt", 130, "To continue: dulcet sample 't x.jsonl' --fail interrupt"),
    ],
)
def test_what_a_user_can_mend_is_one_line_and_a_code(sample, fail, code, line, capsys):
    assert main(["sample", "t x.jsonl", "--fail", fail]) == code
    printed = capsys.readouterr().err
    assert line in printed
    assert len(printed.splitlines()) == 1


def test_the_commands_own_exit_code(sample):
    assert main(["sample", "t.jsonl", "--fail", "no"]) == 1


def test_a_command_for_one_process_refuses_a_launcher(sample, monkeypatch, capsys):
    monkeypatch.setenv("WORLD_SIZE", "2")
    assert main(["sample", "t.jsonl"]) == 2
    printed = capsys.readouterr()
    assert "dulcet: 'sample' is for one process, and WORLD_SIZE is 2. Start it without torchrun" in printed.err
    assert len(printed.err.splitlines()) == 1 and not printed.out
    monkeypatch.setenv("WORLD_SIZE", "1")
    assert main(["sample", "t.jsonl"]) == 0


@pytest.mark.parametrize("command", ["reproduce", "collect t.jsonl", "evaluate t.jsonl"])
def test_several_processes_are_for_training_alone(command, monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("WORLD_SIZE", "2")
    monkeypatch.chdir(tmp_path)
    assert main([*command.split(), "--out", "o"]) == 2
    assert f"'{command.split()[0]}' is for one process" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_train_is_for_several_processes(monkeypatch, tmp_path):
    from dulcet.cli.command import Result
    from dulcet.cli.train import TrainCommand

    monkeypatch.setenv("WORLD_SIZE", "2")
    monkeypatch.setattr(TrainCommand, "run", lambda self: Result())
    assert main(["train", "magnet", "--tasks", "t", "--episodes", "e", "--out", "o"]) == 0


def test_a_defect_keeps_its_traceback(sample):
    with pytest.raises(ValueError, match="a defect"):
        main(["sample", "t.jsonl", "--fail", "defect"])


def test_a_full_disk_for_the_json_itself(sample, capsys):
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("a full disk is tested with /dev/full, which this system has not")
    done = subprocess.run(
        [sys.executable, "-c", SAMPLE + "sys.exit(main(['sample', 't.jsonl']))"],
        cwd=ROOT, stdout=full.open("w"), stderr=subprocess.PIPE, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 4
    assert done.stderr.startswith("dulcet: the disk is full.")
    assert len(done.stderr.splitlines()) == 1


def test_a_closed_pipe_is_quiet():
    program = SAMPLE + "sys.exit(main(['--help']))"
    done = subprocess.run(
        ["bash", "-c", f'"{sys.executable}" -c "$0" | true; exit ${{PIPESTATUS[0]}}', program],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode in (0, 141)
    assert done.stderr == ""
