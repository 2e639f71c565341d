"""`dulcet memory import`: put files into a memory."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import tyro
from tyro.conf import Positional

from dulcet.cli.command import Result
from dulcet.cli.memory_file import SearchableCommand, several

if TYPE_CHECKING:
    from dulcet.memory.base import Memory, Store
    from dulcet.memory.exchange import Held, Row

TOGETHER = 64
"""Vectors made between two movements of the progress bar."""


class ImportCommand(SearchableCommand):
    """Put files into a memory: messages into recall storage, everything else into the archive.

    Text and Markdown files become passages; a row of JSON Lines with a role is a message ({"role": "user", "text":
    "...", "time": "2026-05-01T10:00:00Z", "speaker": "Ann"}), any other a passage ({"text": "..."}). Where one line is
    bad nothing is stored. What the memory holds already (the same words, role, speaker and, if a row has one, time) is
    not stored again: an interrupted import goes on with the same command, and a file that grew brings what is new.

    Examples:
        dulcet memory import mine.memory notes/ letters.txt
        dulcet memory import mine.memory chat.jsonl --user ann --embedder none
    """

    sources: Annotated[Positional[tuple[Path, ...]], tyro.conf.arg(metavar="SOURCE...")] = ()
    """Files (.txt, .md, .rst, .jsonl) or folders of them."""

    def run(self) -> Result:
        """Read, store, make the vectors."""
        from dulcet.errors import InputError
        from dulcet.memory.exchange import Held, files_in, read_rows

        if not self.sources:
            raise InputError("nothing to import", do="Name files or folders after the memory.")
        files = [read_rows(file) for file in files_in(self.sources)]  # all, so that a bad line is found before
        with self.opened(self.embedder, new=True) as (store, memory):
            held = Held(memory)
            counts = self._store(memory, files, held)
            embed(store, counts["messages"] + counts["passages"] + held.taken)
        again = f"; {held.taken} more it held already" if held.taken else ""
        print(
            f"{several(counts['messages'], 'message')}, {several(counts['passages'], 'passage')}, "
            f"{several(counts['blocks'], 'block')} in {self.file}{again}"
        )
        return Result({"files": len(files), **counts, "held_already": held.taken})

    def _store(self, memory: "Memory", files: "list[list[Row]]", held: "Held") -> dict[str, int]:
        from dulcet.memory.exchange import store
        from dulcet.progress import progress

        counts = {"messages": 0, "passages": 0, "blocks": 0}
        with progress("import", total=len(files)) as bar:
            for rows in files:
                for kind, number in store(memory, rows, held).items():
                    counts[kind] += number
                bar.advance(1)
        return counts


def embed(store: "Store", total: int) -> None:
    """Make the vectors that are missing, about `total` at most; those that an interrupted import left as well."""
    from dulcet.progress import progress

    if store.identity.get("embedder") is None or not (made := store.embed_missing(TOGETHER)):
        return
    with progress("vectors", total=max(total, made)) as bar:
        while made:
            bar.advance(made)
            made = store.embed_missing(TOGETHER)
