"""The system calls that a program may make, by number: what is not named is forbidden, a new kernel's calls too.

Left out are new processes and programs, signals to others, sockets, tracing, other processes' memory and priorities,
namespaces and mounts, keys, message queues, shared memory segments, io_uring, BPF and whatever the machine is run with.
"""

from typing import NamedTuple

NEWEST = 451
"""Higher numbers are younger than this list: unknown, so that a C library takes its older way."""

LANDLOCK = (444, 445, 446)
"""Making rules and entering them: of the same numbers everywhere."""


class Table(NamedTuple):
    """Numbers of one architecture. `allowed`: ranges; `pretended`: calls that do nothing and say that they worked;
    `zygote`: what a zygote may do and a program may not; `chmod`: which a zygote does and a program pretends to.
    """

    architecture: int
    allowed: tuple[str, ...]
    pretended: tuple[int, ...]
    zygote: tuple[int, ...]
    chmod: int
    clone: int
    clone3: int
    prlimit: int
    socketpair: int
    fcntl: int
    ioctl: int
    socket: int


X86_64 = Table(
    architecture=0xC000003E,
    allowed=(
        "0-6 8 17-22 32-33 40 73-75 77-89 95 137-138 187 191-194 217 221 257-258 262-267 269 275-277 285 292-293",
        "295-296 316 326-328 332 436-437 439",  # files: reading, writing, names, pipes; landlock says which
        "7 23 34-35 61 202 213 230 232-233 247 270-271 281 283-284 286-287 289-291 441 449",  # waiting
        "44-48 51-52 54-55",  # messages over a pair of sockets
        "9-12 25-28 149-150 239 319 324-325",  # its own memory
        "24 39 60 63 97-100 102 104 107-108 110-111 115 118 120-121 124-125 140 143 145-147 157-158 160 186 204",
        "218-219 231 273-274 309 318 334",  # itself: identity, limits, threads, the end
        "13-15 36-38 96 127-128 130-131 201 222-226 228-229",  # clocks, timers, its own signals
    ),
    # mode, owner, times, attributes: landlock cannot keep a program from changing those of others' files
    pretended=(91, 92, 93, 94, 132, 188, 189, 190, 235, 260, 261, 268, 280),
    zygote=(57, 62, 112, *LANDLOCK), chmod=90,
    clone=56, clone3=435, prlimit=302, socketpair=53, fcntl=72, ioctl=16, socket=41,
)  # fmt: skip
AARCH64 = Table(
    architecture=0xC00000B7,
    allowed=(
        "8-11 17 23-24 32 34-38 43-44 46-50 56-57 59 61-71 76-80 82-84 166 213 223 276 285-287 291 436-437 439",
        "19-22 72-74 85-87 95 98 101 115 260 441 449",
        "204-212",
        "214-216 222 226-229 232-233 236 279 283-284",
        "90 93-94 96 99-100 120-121 123-126 128 141 148 150 153 155-156 158 160 163-165 167-168 172-179 278 293",
        "102-103 107-111 113-114 132-137 139 169",
    ),
    pretended=(5, 6, 7, 52, 54, 55, 88),
    zygote=(129, 157, *LANDLOCK), chmod=53,
    clone=220, clone3=435, prlimit=261, socketpair=199, fcntl=25, ioctl=29, socket=198,
)  # fmt: skip
TABLES = {"x86_64": X86_64, "aarch64": AARCH64}


def ranges(table: Table) -> list[tuple[int, int]]:
    """The allowed numbers as ranges (first, last), ascending, neighbours joined."""
    joined: list[tuple[int, int]] = []
    parts = [part.partition("-") for group in table.allowed for part in group.split()]
    for first, last in sorted((int(start), int(end or start)) for start, _, end in parts):
        if joined and joined[-1][1] == first - 1:
            first = joined.pop()[0]
        joined.append((first, last))
    return joined
