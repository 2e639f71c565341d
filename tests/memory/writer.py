"""A process that stores messages and says after each batch how many it was told are stored: FILE NAME COUNT."""

import random
import sys
from pathlib import Path

from dulcet.memory.base import NewEntry
from dulcet.memory.opening import open_store
from tests.memory.embedders import WordEmbedder


def main(path, name, count):
    store = open_store(Path(path), WordEmbedder())
    memory = store.memory(user="shared" if name.startswith("shared") else name)
    draw = random.Random(name)
    number = 0
    while number < count:
        batch = range(number, min(number + draw.randint(1, 20), count))
        memory.recall.append([NewEntry("user", f"{name} message {each} about topic{each % 7}") for each in batch])
        number = batch.stop
        print(number, flush=True)
        if draw.random() < 0.3:
            memory.set_state({"name": name, "number": number})
            memory.mark_turn()
        if draw.random() < 0.2:
            memory.recall.search(f"topic{number % 7}")  # makes vectors
        if draw.random() < 0.1:
            memory.restore(memory.snapshot())
    store.close()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
