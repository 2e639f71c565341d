"""Randomness that is the same for the reference and for every answer, wherever a program takes it from.

`random` and NumPy's global generator are seeded before each call. What takes its seed from the system (`os.urandom`,
`secrets`, `random.Random()`, `random.SystemRandom`, `uuid`, `numpy.random.default_rng()`) gets a stream that begins
anew with each call. Replaced once, in the zygote, which itself goes on getting real randomness until `start`.
"""

import _random
import os
import random
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

SEED = 0
UUID1 = {"_generate_time_safe": None, "_UuidCreate": None, "_node": 0x0200_0000_0001}
"""`uuid1` without the library that asks the system, and on no machine in particular."""
_stream: _random.Random | None = None
_begun = False
"""Whether the stream has been seeded for this call: done where it is first used, as most programs draw nothing."""
_folder = ""
"""Where temporary files go."""
_remembering: list[tuple[dict[str, Any], dict[str, Any]]] = []
"""Namespaces of loaded modules that remember what was drawn, and what each is to hold when a call begins."""


def start() -> None:
    """Begin the stream anew and seed what is seeded; from now on nothing is random."""
    global _stream, _begun
    _stream, _begun = _stream or _random.Random(SEED), False
    random.seed(SEED)
    for namespace, values in _remembering:
        namespace.update(values)
    numpy_random: Any = sys.modules.get("numpy.random")
    if numpy_random is not None:
        numpy_random.seed(SEED)


def keep_files_in(folder: str) -> None:
    """Have temporary files made in `folder`, once `tempfile` is loaded."""
    global _folder
    _folder = folder


def draw(size: int) -> bytes:
    """The next bytes of the stream."""
    global _begun
    assert _stream is not None
    if not _begun:
        _stream.seed(SEED)
        _begun = True
    return _stream.getrandbits(8 * size).to_bytes(size, "little")


@contextmanager
def loading_uuid(module: Any) -> Iterator[None]:
    """No call sees the time stamps that another has been given."""
    yield
    stamps = dict.fromkeys(name for name in vars(module) if name.startswith("_last_timestamp"))
    vars(module).update(UUID1)
    _remembering.append((vars(module), stamps))


@contextmanager
def loading_tempfile(module: Any) -> Iterator[None]:
    """Temporary files lie in the one place that can be written to, and are named alike in every call."""
    yield
    module.tempdir = _folder
    _remembering.append((vars(module), {"_name_sequence": None}))


@contextmanager
def loading_numpy(module: Any) -> Iterator[None]:
    """NumPy's random module takes a first seed as it is loaded: nothing of that is to be seen later."""
    global _begun
    before = _begun, _stream.getstate() if _stream is not None else None
    yield
    module.seed(SEED)
    _begun = before[0]
    if _stream is not None and before[1] is not None:
        _stream.setstate(before[1])


def install() -> None:
    """Replace the sources of randomness, in the modules and in the class `Random`, which stays the class it is."""
    real_urandom, real_seed = os.urandom, random.Random.seed

    def urandom(size: int, /) -> bytes:
        return real_urandom(size) if _stream is None or size < 0 else draw(size)

    def getrandom(size: int, flags: int = 0) -> bytes:
        return urandom(size)

    def seed(self: random.Random, a: Any = None, version: int = 2) -> None:
        real_seed(self, int.from_bytes(draw(32)) if a is None and _stream is not None else a, version)

    vars(os).update(urandom=staticmethod(urandom), getrandom=staticmethod(getrandom))
    vars(random).update(_urandom=staticmethod(urandom))
    random.Random.seed = seed  # type: ignore[method-assign]
    random.seed = random._inst.seed
