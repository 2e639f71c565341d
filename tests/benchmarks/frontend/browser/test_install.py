"""What is missing is said in one line with the command that mends it, and that command mends it."""

import hashlib
import io
import json
import tarfile

import pytest

from dulcet.benchmarks.frontend.browser import BrowserError, executable, install, parts
from dulcet.errors import InputError


@pytest.fixture
def bare(tmp_path, monkeypatch):
    """A machine without a browser, and a folder for commands that is all of the path."""
    commands = tmp_path / "bin"
    commands.mkdir()
    monkeypatch.setenv("PATH", f"{commands}:/usr/bin:/bin")
    monkeypatch.delenv(executable.VARIABLE, raising=False)
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path / "downloaded"))
    monkeypatch.setattr(executable, "NAMES", ())
    monkeypatch.setattr(executable, "DEBIAN", str(tmp_path / "installed"))
    return tmp_path


def command(folder, name, text):
    path = folder / "bin" / name
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


def test_no_browser_is_one_line_with_what_to_do(bare):
    with pytest.raises(BrowserError, match=r"^there is no browser here. Run: dulcet browser install$"):
        executable.check()


def test_a_named_browser_that_is_none_is_refused(bare, monkeypatch):
    monkeypatch.setenv(executable.VARIABLE, str(bare / "nothing"))
    with pytest.raises(InputError, match="is no file that can be run"):
        executable.find()


def test_a_named_browser_comes_first(bare, monkeypatch):
    command(bare, "mine", "")
    monkeypatch.setenv(executable.VARIABLE, str(bare / "bin" / "mine"))
    assert executable.find() == bare / "bin" / "mine"


def test_one_that_playwright_fetched_is_found(bare):
    place = bare / "downloaded" / "chromium_headless_shell-1" / "chrome-linux" / "headless_shell"
    place.parent.mkdir(parents=True)
    place.touch(mode=0o755)
    assert executable.find() == place


def test_debians_package_is_installed_and_stale_lists_are_brought_up_to_date(bare, monkeypatch):
    monkeypatch.setattr(install, "_administrator", list)
    said = []
    command(
        bare,
        "apt-get",
        f"""case "$*" in
        *update*) touch {bare}/lists;;
        *install*chromium-headless-shell*) cd {bare} && test -e lists && touch installed && chmod 755 installed;;
        esac""",
    )
    install.install_browser(said.append)
    assert executable.find() == bare / "installed"
    assert [line.partition(": ")[2] for line in said] == [
        "apt-get install chromium-headless-shell",
        "apt-get, its lists brought up to date",
    ]


def test_where_nothing_helps_the_last_words_are_told(bare, monkeypatch):
    monkeypatch.setattr(install, "_administrator", list)
    monkeypatch.setattr(install, "_playwright", lambda: None)
    command(bare, "apt-get", "echo 'E: no such package' >&2; exit 100")
    with pytest.raises(BrowserError, match=r"could not be installed \(E: no such package\)"):
        install.install_browser(lambda line: None)


def archive(folder, content):
    with tarfile.open(folder / "given.tgz", "w:gz") as opened:
        for name, data in (
            ("package.json", json.dumps({"name": "styles", "version": "1.0.0"}).encode()),
            ("a.css", content),
        ):
            entry = tarfile.TarInfo(f"package/{name}")
            entry.size = len(data)
            opened.addfile(entry, io.BytesIO(data))


@pytest.fixture
def one_part(bare, monkeypatch):
    sha256 = hashlib.sha256(b"right").hexdigest()
    monkeypatch.setattr(parts, "PARTS", (parts.Part("styles.css", "styles@1.0.0", "a.css", sha256),))
    monkeypatch.setattr(parts, "folder", lambda: bare / "share")
    command(bare, "npm", f'test "$4" = styles@1.0.0 && cp {bare}/given.tgz .')
    return bare


def test_what_npm_brings_is_kept_if_it_is_what_was_published(one_part):
    archive(one_part, b"right")
    assert parts.wrong() == ["styles.css"]
    install.install_parts(lambda line: None)
    assert parts.wrong() == []
    assert [path.name for path in (one_part / "share").iterdir()] == ["styles.css"]


def test_other_bytes_are_refused(one_part):
    archive(one_part, b"wrong")
    with pytest.raises(BrowserError, match=r"npm gave other files than were published: styles\.css"):
        install.install_parts(lambda line: None)


def test_npm_that_fails_is_quoted(one_part):
    command(one_part, "npm", "echo 'npm error network' >&2; exit 1")
    with pytest.raises(BrowserError, match=r"\(npm error network\)"):
        install.install_parts(lambda line: None)


def test_no_npm_is_one_line_with_what_to_do(one_part, monkeypatch):
    monkeypatch.setenv("PATH", str(one_part / "nowhere"))
    with pytest.raises(BrowserError, match=r"Install Node\.js with npm"):
        install.install_parts(lambda line: None)
