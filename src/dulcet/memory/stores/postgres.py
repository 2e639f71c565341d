"""The store for those who outgrow a file: PostgreSQL, searched there, with pgvector for the vectors."""

from dulcet.errors import MissingDependencyError
from dulcet.memory.base import Embedder
from dulcet.memory.stores.log import Log
from dulcet.memory.stores.log_store import LogStore, create_tables
from dulcet.memory.stores.postgres_index import PostgresIndex
from dulcet.memory.stores.postgres_server import PostgresServer
from dulcet.memory.stores.postings import POSTING_TABLES
from dulcet.memory.stores.vectors import VectorTable, settle_embedder

VECTOR_TABLE = """
CREATE TABLE IF NOT EXISTS vector (
    sequence BIGINT PRIMARY KEY, item BIGINT NOT NULL UNIQUE, branch BIGINT NOT NULL, kind INTEGER NOT NULL,
    data public.vector NOT NULL);
CREATE INDEX IF NOT EXISTS vector_of_branch ON vector (branch, kind, item)
"""


class PostgresStore(LogStore):
    """The memories in the database at `address`; see memory.base.Store."""

    kind = "postgres"

    def __init__(self, address: str, embedder: Embedder | None) -> None:
        try:
            import numpy  # noqa: F401
        except ModuleNotFoundError as error:
            raise MissingDependencyError("numpy", "memory") from error
        server = PostgresServer(address)
        try:
            create_tables(server, server.where, POSTING_TABLES + VECTOR_TABLE)
            with server.writing():
                settle_embedder(server, server.where, embedder)
        except BaseException:
            server.close()
            raise
        vectors = VectorTable(server, lambda vector: str(vector.tolist()))
        super().__init__(server, server.where, PostgresIndex(Log(server), vectors, embedder), vectors, embedder)
