"""What is refused, and how it is said."""

import os
import sqlite3
import threading

import pytest

from dulcet.errors import DulcetError, InputError, StorageError
from dulcet.memory.base import NewEntry
from dulcet.memory.opening import open_store
from dulcet.memory.stores import sqlite_file
from dulcet.memory.stores.sqlite_file import SqliteFile


def one_line(error):
    assert "\n" not in str(error.value) and str(error.value)
    return str(error.value)


def test_another_programs_file_is_refused_and_left_alone(tmp_path):
    path = tmp_path / "contacts.db"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE contact (name TEXT)")
    connection.commit()
    connection.close()
    before = path.read_bytes()
    with pytest.raises(InputError, match="an SQLite file of another program") as error:
        open_store(path)
    assert str(path) in one_line(error) and path.read_bytes() == before


@pytest.mark.parametrize("content", [b"not a database at all, " * 100, b"{}"])
def test_what_is_no_sqlite_file_is_refused_and_left_alone(tmp_path, content):
    path = tmp_path / "notes.txt"
    path.write_bytes(content)
    with pytest.raises(DulcetError, match="not a memory file") as error:
        open_store(path)
    assert str(path) in one_line(error) and path.read_bytes() == content


def test_a_later_format_is_refused(tmp_path):
    path = tmp_path / "memory.db"
    open_store(path).close()
    connection = sqlite3.connect(path)
    connection.execute("UPDATE about SET value = '2' WHERE name = 'dulcet-memory'")
    connection.commit()
    connection.close()
    with pytest.raises(InputError, match="format version 2; this dulcet reads version 1") as error:
        open_store(path)
    one_line(error)


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(StorageError, match="cannot be written or read"):
        open_store(tmp_path)


def test_folders_on_the_way_are_made(tmp_path):
    store = open_store(tmp_path / "new" / "folder" / "memory.db")
    assert store.memory().recall.count() == 0
    store.close()


def test_a_full_disk_is_said_and_what_was_stored_is_kept(tmp_path):
    path = tmp_path / "memory.db"
    store = open_store(path)
    store.memory().recall.append([NewEntry("user", "kept")])
    pages = store._database.rows("PRAGMA page_count")[0][0]
    store._database.rows(f"PRAGMA max_page_count = {pages + 2}")
    with pytest.raises(StorageError, match="database or disk is full") as error:
        store.memory().recall.append([NewEntry("user", "x" * 100_000)])
    one_line(error)
    assert [entry.text for entry in store.memory().recall.last(9)] == ["kept"]
    store.close()


def test_a_writer_that_never_ends_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr(sqlite_file, "PATIENCE", 0.2)
    path = tmp_path / "memory.db"
    store, other = open_store(path), SqliteFile(path)
    memory = store.memory()
    with other.writing(), pytest.raises(StorageError, match="another process keeps writing to it"):
        memory.recall.append([NewEntry("user", "x")])
    memory.recall.append([NewEntry("user", "y")])
    assert memory.recall.count() == 1
    store.close()
    other.close()


def test_threads_may_share_a_store(tmp_path):
    store = open_store(tmp_path / "memory.db")

    def work(name):
        for number in range(20):
            store.memory(user=name).recall.append([NewEntry("user", f"{name} {number}")])
            assert store.memory(user=name).recall.search(name, mode="bm25", size=100).total == number + 1

    threads = [threading.Thread(target=work, args=(f"user{number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [store.memory(user=f"user{number}").recall.count() for number in range(4)] == [20] * 4
    store.close()


def test_a_server_that_is_away_is_one_line_without_the_password():
    pytest.importorskip("psycopg", reason="psycopg is not installed: pip install 'dulcet[postgres]'")
    with pytest.raises(InputError, match="cannot be reached") as error:
        open_store("postgresql://ann:secret@127.0.0.1:1/memories")
    assert "secret" not in one_line(error) and os.linesep not in str(error.value)


def test_both_kinds_of_store_refuse_another_format(postgres_address):
    store = open_store(postgres_address)
    store._database.run("UPDATE about SET value = '9' WHERE name = 'dulcet-memory'")
    store.close()
    with pytest.raises(InputError, match="format version 9"):
        open_store(postgres_address)
