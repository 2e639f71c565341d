"""Opening a store by where it is: a path is an SQLite file, `postgresql://...` a PostgreSQL database."""

from pathlib import Path

from dulcet.memory.base import Embedder, Store


def open_store(where: str | Path, embedder: Embedder | None = None) -> Store:
    """The store at `where`, made if there is none. Without an embedder, hybrid search is by words alone.

    Raises InputError for a file or a database that is something else, or that holds another embedder's vectors.
    """
    if str(where).startswith(("postgresql://", "postgres://")):
        from dulcet.memory.stores.postgres import PostgresStore

        return PostgresStore(str(where), embedder)
    from dulcet.memory.stores.sqlite import SqliteStore

    return SqliteStore(Path(where), embedder)
