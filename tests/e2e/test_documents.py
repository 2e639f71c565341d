"""What the documents tell people to type exists: every command, every option, every file they link to."""

import importlib
import re
from pathlib import Path

import pytest

from dulcet.cli import COMMANDS
from dulcet.cli.fields import flags

ROOT = Path(__file__).parents[2]
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]


def typed(text):
    """The `dulcet …` command lines of a document's code blocks, continued lines joined."""
    joined = text.replace("\\\n", " ")
    return [line.strip() for line in joined.splitlines() if re.match(r" {4,}(\$ )?dulcet ", line)]


CASES = [(path.name, line) for path in DOCUMENTS for line in typed(path.read_text(encoding="utf-8"))]


@pytest.mark.parametrize(("document", "line"), CASES)
def test_a_command_that_is_shown_exists_with_its_options(document, line):
    words = line.removeprefix("$ ").split()[1:]
    name = next((" ".join(words[:n]) for n in (2, 1) if " ".join(words[:n]) in COMMANDS), None)
    assert name, f"{document}: {line}"
    module, _, kind = COMMANDS[name][0].partition(":")
    known = {"--help", *flags(getattr(importlib.import_module(module), kind))}
    used = {word.partition("=")[0] for word in words if word.startswith("--")}
    assert used <= known, f"{document}: {line}"


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_what_a_document_links_to_is_there(path):
    targets = re.findall(r"\]\((?!https?://|#)([^)#]+)", path.read_text(encoding="utf-8"))
    missing = [target for target in targets if not (path.parent / target).exists()]
    assert not missing


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_source_files_that_a_document_names_are_there(path):
    named = re.findall(r"`((?:src|tests|examples|docs)/[\w./-]+\.\w+)`", path.read_text(encoding="utf-8"))
    missing = [name for name in named if not (ROOT / name).exists()]
    assert not missing
