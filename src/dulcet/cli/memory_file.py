"""What the commands about a memory have in common: which file, whose memory in it, and, to search, which embedder."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import tyro
from tyro.conf import OmitArgPrefixes, Positional

from dulcet.cli.command import Command
from dulcet.errors import InputError, MissingDependencyError
from dulcet.memory.embedding import EmbedderSpec

if TYPE_CHECKING:
    from dulcet.memory.base import Memory, Store


SQLITE = b"SQLite format 3\0"
"""How every SQLite file begins."""
BESIDE = ("-wal", "-shm")
"""What SQLite puts behind the name of a database for the files that belong to it."""
WORDS_ALONE = EmbedderSpec(embedder="none")
"""For commands that search for nothing: a memory opens without an embedder, whichever it was filled with."""


class MemoryCommand(Command):
    """A command about one memory in a file."""

    file: Annotated[Positional[str], tyro.conf.arg(metavar="MEMORY")]
    """The memory: an SQLite file, or postgresql://... for a database."""
    user: str = "default"
    """Whose memory in the file: the person's name."""
    role: str = "default"
    """Which agent's, where several share the file."""

    @contextmanager
    def opened(self, embedder: EmbedderSpec = WORDS_ALONE, *, new: bool = False) -> "Iterator[tuple[Store, Memory]]":
        """The store and the memory. `new`: it may be made. Raises InputError where there is none."""
        with open_memory(self.file, self.role, self.user, embedder, new=new) as found:
            yield found


class SearchableCommand(MemoryCommand):
    """A command that searches a memory, or makes it searchable."""

    embedder: Annotated[EmbedderSpec, OmitArgPrefixes] = EmbedderSpec()


@contextmanager
def open_memory(
    where: str, agent: str, user: str, embedder: EmbedderSpec, *, new: bool
) -> "Iterator[tuple[Store, Memory]]":
    """The store at `where` and one memory in it. Raises InputError where it is missing and may not be made."""
    from dulcet.memory.embedding import open_embedder
    from dulcet.memory.opening import open_store

    if "://" not in where and Path(where).is_dir():
        raise InputError(
            "it is a folder, and a memory is a file", where=where, do=f"Name one, such as {where}/mine.memory."
        )
    if not new and "://" not in where and not Path(where).exists():
        do = "Check the path; `dulcet memory import` and `dulcet talk --memory` make one."
        raise InputError("there is no such memory", where=where, do=do)
    try:
        model = open_embedder(embedder)
    except MissingDependencyError as error:
        do = f"{error.do}, or search by words alone: --embedder none"
        raise InputError(error.what, where="--embedder", do=do) from error
    store = open_store(where, model)
    try:
        if not new and (agent, user) not in store.agents():
            known = ", ".join(f"--role {one} --user {two}" for one, two in store.agents()) or "none"
            raise InputError(
                f"it holds no memory of --role {agent} --user {user}", where=where, do=f"There is: {known}."
            )
        yield store, store.memory(agent, user)
    finally:
        store.close()


def refuse_memory(out: Path) -> None:
    """Raises InputError where writing to `out`, itself or through a link, would destroy a memory."""
    path = out.resolve()
    base = next((str(path).removesuffix(end) for end in BESIDE if path.name.endswith(end)), str(path))
    for held in {path, Path(base)}:
        if held.is_file() and _begins(held) == SQLITE:
            raise InputError("it is a memory, and would be destroyed", where=str(out), do="Give another file.")


def _begins(path: Path) -> bytes:
    """The first bytes of a file; none where it cannot be read."""
    try:
        with path.open("rb") as file:
            return file.read(len(SQLITE))
    except OSError:
        return b""


def several(count: int, noun: str) -> str:
    """`1 line`, `2 lines`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
