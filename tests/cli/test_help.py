import subprocess
import sys

import pytest

from dulcet import __version__
from dulcet.cli import COMMANDS, main

HEAVY = ("torch", "transformers", "peft", "openai", "matplotlib", "numpy", "tyro", "pydantic", "rich")


def test_help_imports_nothing_heavy():
    probe = (
        f"import sys; from dulcet.cli import main; main(['--help']); print(*[m for m in {HEAVY!r} if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == ""


def test_help_names_every_command(capsys):
    assert main(["--help"]) == 0
    printed = capsys.readouterr().out
    assert all(f"  {name} " in printed and summary in printed for name, (_, summary) in COMMANDS.items())


def test_no_word_at_all_is_help(capsys):
    assert main([]) == 0
    assert "commands:" in capsys.readouterr().out


def test_version(capsys):
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"dulcet {__version__}\n"


@pytest.mark.parametrize("words", [["tasks"], ["tasks", "--help"]])
def test_a_group_alone_lists_its_commands(words, capsys):
    assert main(words) == 0
    printed = capsys.readouterr().out
    assert "tasks make" in printed
    assert "grade" not in printed


def test_help_of_a_command_ends_with_its_examples_verbatim(sample, capsys):
    assert main(["sample", "--help"]) == 0
    printed = capsys.readouterr().out
    assert "Do a sample thing." in printed
    assert "--base-url" in printed
    assert "How many." in printed
    assert printed.endswith(
        "Examples:\n    dulcet sample tasks.jsonl --model house\n    dulcet sample tasks.jsonl \\\n        --json -\n"
    )


def test_the_module_runs_as_the_command():
    done = subprocess.run([sys.executable, "-m", "dulcet", "graed"], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr == "dulcet: there is no command 'graed'. The nearest is 'dulcet grade'; see: dulcet --help\n"
