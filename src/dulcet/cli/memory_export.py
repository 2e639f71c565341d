"""`dulcet memory export`: everything that a memory holds, as JSON Lines."""

import json
from pathlib import Path
from typing import Annotated

import tyro
from tyro.conf import Positional

from dulcet.cli.command import Result
from dulcet.cli.memory_file import MemoryCommand, refuse_memory, several


class ExportCommand(MemoryCommand):
    """Write everything that a memory holds to a file: blocks, messages and passages, one JSON object a line.

    `dulcet memory import` reads it back. An existing file is replaced once the new one is whole,
    unless it is a memory.

    Examples:
        dulcet memory export mine.memory mine.jsonl
        dulcet memory export mine.memory ann.jsonl --user ann
    """

    out: Annotated[Positional[Path], tyro.conf.arg(metavar="FILE.jsonl")]
    """Where it goes."""

    def run(self) -> Result:
        """Write it."""
        from dulcet.jsonl import write_atomic
        from dulcet.memory.exchange import dump

        refuse_memory(self.out)
        with self.opened() as (_, memory):
            rows = [json.dumps(row, ensure_ascii=False) for row in dump(memory)]
        write_atomic(self.out, "".join(f"{row}\n" for row in rows))
        print(f"{several(len(rows), 'row')} in {self.out}")
        return Result({"rows": len(rows), "out": str(self.out)})
