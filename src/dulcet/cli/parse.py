"""From a command's class and the words typed after its name to an instance of it, or to one clear line."""

import contextlib
import difflib
import inspect
import io
import itertools
import re
import sys
from pathlib import Path
from typing import Any

import tyro

from dulcet.cli.command import Command
from dulcet.cli.config import defaults
from dulcet.cli.fields import flags
from dulcet.errors import InputError


def parse(kind: type[Command], prog: str, words: list[str]) -> Command:
    """The command asked for. Raises InputError for a wrong word; SystemExit(0) after printing `--help`."""
    description, examples = split_docstring(kind)
    options: dict[str, Any] = {
        "prog": prog,
        "description": description,
        "config": (tyro.conf.DisallowNone, tyro.conf.EnumChoicesFromValues),
    }
    if wants_help(words):
        print_help(kind, examples, options)
    refuse_unknown_flags(kind, prog, words)
    path = option_value(words, "--config")
    if path is not None:
        options["default"] = defaults(kind, Path(path))
    complaint = io.StringIO()
    try:
        with contextlib.redirect_stderr(complaint):
            command: Command = tyro.cli(kind, args=words, **options)
    except SystemExit as stop:
        raise InputError(one_line(complaint.getvalue()), do=f"See: {prog} --help") from stop
    return command


def split_docstring(kind: type) -> tuple[str, str]:
    """(description, Examples block verbatim) of the class's docstring."""
    text = inspect.getdoc(kind) or ""
    description, mark, examples = text.partition("Examples:\n")
    return description.rstrip(), (mark + examples).rstrip()


def wants_help(words: list[str]) -> bool:
    """Whether `--help` or `-h` stands among the words."""
    return any(word in ("-h", "--help") for word in words)


def print_help(kind: type[Command], examples: str, options: dict[str, Any]) -> None:
    """Print the command's help and its examples, then leave."""
    try:
        tyro.cli(kind, args=["--help"], **options)
    finally:
        sys.stdout.write(f"\n{examples}\n" if examples else "")


def refuse_unknown_flags(kind: type[Command], prog: str, words: list[str]) -> None:
    """Raise InputError for the first `--flag` that the command does not have, naming the nearest it has."""
    known = ["--help", *flags(kind)]
    for word in words:
        flag = word.partition("=")[0].replace("_", "-")
        if flag.startswith("--") and flag not in known:
            near = difflib.get_close_matches(flag, known, 2) or difflib.get_close_matches(flag, known, 1, 0)
            raise InputError(f"{prog} has no option {flag}", do=f"Nearest: {' or '.join(near)}. See: {prog} --help")


def option_value(words: list[str], flag: str) -> str | None:
    """The value that the words give an option, read before the real parsing."""
    value = None
    for word, following in itertools.zip_longest(words, words[1:], fillvalue=""):
        if word == flag and following:
            value = following
        elif word.startswith(f"{flag}="):
            value = word.partition("=")[2]
    return value


def one_line(complaint: str) -> str:
    """The first paragraph of tyro's boxed complaint as a line of plain text; a failed validation names its option."""
    lines = [line.strip(" │╭╮╰╯─") for line in complaint.splitlines()]
    inside: list[str] = []
    for line in lines[1:]:  # the first is the box's title
        if line.strip("-"):
            inside.append(line)
        elif inside:
            break  # a rule: what follows is help
    text = " ".join(inside).removeprefix("Error parsing ")
    text = re.sub(r"invalid literal for int\(\) with base 10: (.*)", r"\1 is not a whole number", text)
    text = re.sub(r"could not convert string to float: (.*)", r"\1 is not a number", text)
    text = re.sub(r"[Ee]xpected one of \(.*?\)", lambda choices: _sorted(choices[0]), text)
    found = re.search(r"validation errors? for \S+ (?:(\S+) )?(Input .*?|Value error.*?) \[type=", text)
    if found is None:
        return text.rstrip(".")
    field, message = found[1], found[2].removeprefix("Value error, ")
    return f"--{field.replace('_', '-')}: {message}" if field else message


def _sorted(choices: str) -> str:
    """The words to choose from in one order, without the None that nobody can type."""
    words = sorted(set(re.findall(r"'([^']*)'", choices)) - {"None"})
    return f"Expected one of {', '.join(words)}"
