"""The two system-call filters together: what the zygote enters once and what each fork enters besides."""

import struct

import pytest

from dulcet.sandbox.inside import seccomp, syscalls

ALLOW, EPERM, ENOSYS, PRETEND, KILL = 0x7FFF0000, 0x00050001, 0x00050026, 0x00050000, 0x80000000
ACTION = 0x7FFF0000
NUMBERS = [*range(syscalls.NEWEST + 50), seccomp.X32, seccomp.X32 + 1, 1 << 31]
THREAD = 0x10000


def verdict(code, number, architecture, *arguments):
    """What a filter's program returns for a call: an interpreter of the few instructions that it is made of."""
    data = struct.pack("<IIQ6Q", number, architecture, 0, *arguments, *[0] * (6 - len(arguments)))
    steps = list(struct.iter_unpack("HBBI", code))
    loaded, at = 0, 0
    while True:
        kind, yes, no, k = steps[at]
        if kind == 0x06:
            return k
        if kind == 0x20:
            (loaded,), holds = struct.unpack_from("<I", data, k), None
            at += 1
        else:
            holds = {0x15: loaded == k, 0x35: loaded >= k, 0x45: bool(loaded & k)}[kind]
            at += 1 + (yes if holds else no)


@pytest.fixture(params=syscalls.TABLES)
def table(request):
    return syscalls.TABLES[request.param]


@pytest.fixture
def together(table):
    """As the kernel does: the younger filter is asked first, and an older one counts only where it is stricter."""
    outer, inner = seccomp.for_zygote(table), seccomp.for_program(table)

    def ask(number, *arguments, architecture=table.architecture):
        answers = [verdict(code, number, architecture, *arguments) for code in (inner, outer)]
        return KILL if KILL in answers else min(answers, key=lambda answer: answer & ACTION)

    return ask


def test_a_program_may_do_what_is_listed_and_no_more(table, together):
    listed = {number for first, last in syscalls.ranges(table) for number in range(first, last + 1)}
    by_argument = {table.prlimit, table.socketpair, table.fcntl, table.ioctl, table.clone}
    pretended = {*table.pretended, table.chmod}
    for number in set(NUMBERS) - by_argument:
        said = together(number)
        if number in listed:
            assert said == ALLOW, number
        elif number in pretended:
            assert said == PRETEND, number
        else:
            assert said in (EPERM, ENOSYS), number


def test_a_program_makes_threads_and_no_processes(table, together):
    assert together(table.clone, THREAD) == ALLOW
    assert together(table.clone, 17) == EPERM
    assert together(table.clone3) == ENOSYS


def test_what_only_the_zygote_may_do(table, together):
    outer = seccomp.for_zygote(table)
    for number in (*table.zygote, table.chmod, table.clone):
        assert verdict(outer, number, table.architecture, 17) == ALLOW
        assert together(number, 17) != ALLOW


def test_arguments_count(table, together):
    assert together(table.prlimit, 0) == ALLOW
    assert together(table.prlimit, 7) == EPERM
    assert together(table.socketpair, 1, 1) == ALLOW
    assert together(table.socketpair, 1, 2) == EPERM
    assert together(table.fcntl, 3, 1) == ALLOW
    assert {together(table.fcntl, 3, command) for command in seccomp.FCNTL_FORBIDDEN} == {EPERM}
    assert {together(table.ioctl, 3, command) for command in seccomp.IOCTL_FORBIDDEN} == {EPERM}


def test_another_architecture_ends_the_process(together):
    assert together(0, architecture=0x40000003) == KILL


def test_the_filter_of_every_fork_is_short(table):
    assert len(seccomp.for_program(table)) * 3 < len(seccomp.for_zygote(table))
