"""`dulcet memory import`: put files into a memory."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import tyro
from tyro.conf import Positional

from dulcet.cli.command import Result
from dulcet.cli.memory_file import SearchableCommand

if TYPE_CHECKING:
    from dulcet.memory.base import Memory, Store

TOGETHER = 64
"""Vectors made between two movements of the progress bar."""


class ImportCommand(SearchableCommand):
    """Put files into a memory: messages into recall storage, everything else into the archive.

    Text and Markdown files become passages; a row of JSON Lines with a role is a message ({"role": "user", "text":
    "...", "time": "2026-05-01T10:00:00Z", "speaker": "Ann"}), any other a passage ({"text": "..."}). An import that is
    interrupted, or stopped by a bad line, is taken back.

    Examples:
        dulcet memory import mine.memory notes/ letters.txt
        dulcet memory import mine.memory chat.jsonl --user ann --embedder none
    """

    sources: Annotated[Positional[tuple[Path, ...]], tyro.conf.arg(metavar="SOURCE...")] = ()
    """Files (.txt, .md, .rst, .jsonl) or folders of them."""

    def run(self) -> Result:
        """Read, store, make the vectors."""
        from dulcet.errors import InputError
        from dulcet.memory.exchange import files_in

        if not self.sources:
            raise InputError("nothing to import", do="Name files or folders after the memory.")
        files = files_in(self.sources)
        with self.opened(self.embedder, new=True) as (store, memory):
            before = memory.snapshot()
            try:
                counts = self._store(memory, files)
            except BaseException:
                memory.restore(before)
                raise
            embed(store, counts["messages"] + counts["passages"])
        print(f"{counts['messages']} messages, {counts['passages']} passages, {counts['blocks']} blocks in {self.file}")
        return Result({"files": len(files), **counts})

    def _store(self, memory: "Memory", files: list[Path]) -> dict[str, int]:
        from dulcet.memory.exchange import read_rows, store
        from dulcet.progress import progress

        counts = {"messages": 0, "passages": 0, "blocks": 0}
        with progress("import", total=len(files)) as bar:
            for file in files:
                for kind, number in store(memory, read_rows(file)).items():
                    counts[kind] += number
                bar.advance(1)
        return counts


def embed(store: "Store", total: int) -> None:
    """Make the vectors that are missing, of which `total` are new. Interrupted, the next import goes on with them."""
    from dulcet.progress import progress

    if store.identity.get("embedder") is None or not total:
        return
    with progress("vectors", total=total) as bar:
        while made := store.embed_missing(TOGETHER):
            bar.advance(made)
