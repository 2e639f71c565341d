import importlib
import re

import pytest

from dulcet.cli import COMMANDS, main
from dulcet.cli.command import Command
from dulcet.cli.fields import flags, group


def load(name):
    module, _, kind = COMMANDS[name][0].partition(":")
    return getattr(importlib.import_module(module), kind)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_registered_command_exists_and_explains_itself(name, capsys):
    kind = load(name)
    assert issubclass(kind, Command)
    assert main([*name.split(), "--help"]) == 0
    printed = capsys.readouterr().out
    assert "Examples:\n    dulcet " in printed


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_is_explained(name):
    fields = load(name).model_fields.items()
    assert [field for field, value in fields if not value.description and group(value) is None] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_the_options_of_help_are_those_that_are_checked(name, capsys):
    main([*name.split(), "--help"])
    rows = [row for row in capsys.readouterr().out.splitlines() if re.match(r"\W+--[a-z]", row)]
    shown = {flag for row in rows for flag in re.findall(r"(?:│|,|^) *(--[a-z][\w.-]*)", row.replace("| ", "│ "))}
    assert shown
    assert shown <= set(flags(load(name)))


@pytest.mark.parametrize("name", COMMANDS)
def test_the_examples_of_help_are_accepted(name):
    """Every option in a command's examples is one that it has."""
    examples = (load(name).__doc__ or "").partition("Examples:")[2]
    used = {
        flag
        for line in examples.replace("\\\n", " ").splitlines()
        if f"dulcet {name} " in f"{line} "
        for flag in re.findall(r"(?<![\w-])--[a-z][\w.-]*", line)
    }
    assert used <= {*flags(load(name)), "--help"}
