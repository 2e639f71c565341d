"""The default store: one SQLite file, searched exactly in this process's memory."""

from pathlib import Path

from dulcet.errors import MissingDependencyError
from dulcet.memory.base import Embedder
from dulcet.memory.stores.blocks import BLOCK_TABLE
from dulcet.memory.stores.log import Log
from dulcet.memory.stores.log_store import LogStore, create_tables
from dulcet.memory.stores.numpy_index import NumpyIndex
from dulcet.memory.stores.sqlite_file import SqliteFile
from dulcet.memory.stores.vectors import VectorTable, settle_embedder

VECTOR_TABLE = """
CREATE TABLE IF NOT EXISTS vector (
    sequence INTEGER PRIMARY KEY, item INTEGER NOT NULL UNIQUE, branch INTEGER NOT NULL, kind INTEGER NOT NULL,
    data BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS vector_of_branch ON vector (branch, kind, sequence)
"""


class SqliteStore(LogStore):
    """The memories in the file at `path`; see memory.base.Store."""

    kind = "sqlite"

    def __init__(self, path: Path, embedder: Embedder | None) -> None:
        try:
            import numpy  # noqa: F401
        except ModuleNotFoundError as error:
            raise MissingDependencyError("numpy", "memory") from error
        file = SqliteFile(path)
        try:
            create_tables(file, str(path), BLOCK_TABLE + VECTOR_TABLE)
            with file.writing():
                settle_embedder(file, str(path), embedder)
        except BaseException:
            file.close()
            raise
        vectors = VectorTable(file, lambda vector: vector.astype("float32").tobytes())
        index = NumpyIndex(Log(file), vectors, embedder)
        super().__init__(file, str(path), index, vectors, embedder)
