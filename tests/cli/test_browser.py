"""`dulcet browser check`: what drew a page and what held it, or one line."""

import json
import shutil
import tempfile
from pathlib import Path

import pytest

from dulcet.benchmarks.frontend.browser import parts
from dulcet.benchmarks.frontend.browser.executable import find
from dulcet.cli import main


def test_it_says_what_drew_and_what_held_it(capsys, tmp_path):
    if find() is None or parts.wrong():
        pytest.skip("there is no browser here: dulcet browser install")
    assert main(["browser", "check", "--json", str(tmp_path / "found.json")]) == 0
    found = json.loads((tmp_path / "found.json").read_text())
    assert found["isolation"][-1] == "interception"
    assert found["refused"] == ["https://example.com/a.png"], "the picture it may have was answered here"
    assert f"Browser: {found['browser']}" in capsys.readouterr().out


def test_a_file_that_is_no_browser_is_named_with_what_to_do(capsys, monkeypatch):
    if find() is None or parts.wrong():
        pytest.skip("there is no browser here: dulcet browser install")
    pytest.importorskip("playwright", reason="playwright is not installed: pip install 'dulcet[frontend]'")
    monkeypatch.setenv("DULCET_BROWSER", shutil.which("ls"))
    assert main(["browser", "check"]) == 6
    line = capsys.readouterr().err.splitlines()[-1]
    assert line.startswith(f"dulcet: {Path(shutil.which('ls')).resolve()}: the browser does not start")
    assert (
        "Set DULCET_BROWSER to a Chromium" in line and "browser check" not in line and tempfile.gettempdir() not in line
    )


def test_what_is_missing_is_one_line_with_the_command(capsys, monkeypatch, tmp_path):
    monkeypatch.setattr(parts, "folder", lambda: tmp_path)
    monkeypatch.setenv("DULCET_BROWSER", "/bin/sh")
    assert main(["browser", "check"]) == 6
    (line,) = capsys.readouterr().err.splitlines()
    assert "tailwind2.css" in line
    assert line.endswith("Run: dulcet browser install")
