"""Walls around the process that looks into a file, so that hostile code in it finds nothing to take.

Everything that the process needs is imported, and its pipes are open, before the walls go up. After that it
may compute, read its standard input and write its standard output. Each wall is raised where the kernel has
it, whatever became of the others:

another user    a process that root started becomes the user `nobody`
no network      namespaces of its own for network and shared memory, without any device
no files        Landlock: no path can be opened, and on newer kernels no port and no other process reached
no calls        seccomp: every system call outside a list of about twenty is refused, `socket` and `open` too
"""

import ctypes
import os
import resource
import signal
import struct
from collections.abc import Callable
from platform import machine

ROOM, LONGEST_ANSWER = 256 * 1024 * 1024, 32 * 1024 * 1024  # bytes
FILES = 16
NOBODY = 65534

PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS = 1, 4, 22, 38
NEW_IPC, NEW_USER, NEW_NET = 0x08000000, 0x10000000, 0x40000000

LANDLOCK_CREATE, LANDLOCK_RESTRICT = 444, 446
LANDLOCK_VERSION = 1
# How many rights over files a rule set may refuse, by the version of Landlock.
RIGHTS_OVER_FILES = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
BIND_AND_CONNECT, SOCKETS_AND_SIGNALS = 0b11, 0b11

# Of each machine: its name in a filter, and the numbers of the calls that remain.
CALLS = {
    "x86_64": (0xC000003E, {
        "read": 0, "write": 1, "close": 3, "fstat": 5, "lseek": 8, "mmap": 9, "mprotect": 10, "munmap": 11,
        "brk": 12, "rt_sigaction": 13, "rt_sigprocmask": 14, "rt_sigreturn": 15, "mremap": 25, "madvise": 28,
        "exit": 60, "getrusage": 98, "sigaltstack": 131, "futex": 202, "clock_gettime": 228,
        "exit_group": 231, "getrandom": 318,
    }),
    "aarch64": (0xC00000B7, {
        "close": 57, "lseek": 62, "read": 63, "write": 64, "fstat": 80, "exit": 93, "exit_group": 94,
        "futex": 98, "clock_gettime": 113, "sigaltstack": 132, "rt_sigaction": 134, "rt_sigprocmask": 135,
        "rt_sigreturn": 139, "getrusage": 165, "brk": 214, "munmap": 215, "mremap": 216, "mmap": 222,
        "mprotect": 226, "madvise": 233, "getrandom": 278,
    }),
}  # fmt: skip
# Instructions of a filter: load a word, compare and jump, return.
LOAD, JUMP_IF_EQUAL, RETURN = 0x20, 0x15, 0x06
NUMBER, ARCHITECTURE = 0, 4  # where the filter finds the number of the call, and the machine
REFUSE, ALLOW, KILL = 0x00050000 | 1, 0x7FFF0000, 0x80000000  # `REFUSE` answers "not permitted"

libc = ctypes.CDLL(None, use_errno=True)


def confine(seconds: int) -> list[str]:
    """Raise every wall that this kernel has, and return their names. Limits hold on every kernel."""
    libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
    held = [name for name, raised in WALLS.items() if raised()]
    _limit(seconds)
    return [*held, *(name for name, raised in LAST_WALLS.items() if raised())]


def _limit(seconds: int) -> None:
    """Limit memory, processor time, answer, files and processes; end with the process that waits for this."""
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)  # another user would take it back
    for limit, most in (
        (resource.RLIMIT_AS, ROOM),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, LONGEST_ANSWER),
        (resource.RLIMIT_NOFILE, FILES),
        (resource.RLIMIT_NPROC, 0),
    ):
        resource.setrlimit(limit, (most, most))


def _leave_the_network() -> bool:
    """Enter namespaces without network and shared memory; a user other than root needs one of users first."""
    alone = NEW_NET | NEW_IPC
    return any(libc.unshare(flags) == 0 for flags in (alone, alone | NEW_USER))


def _become_nobody() -> bool:
    if os.geteuid() != 0:
        return False
    try:
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)
    except OSError:
        return False
    return True


def _close_files() -> bool:
    """Refuse every path, port and foreign process by a Landlock rule set that allows nothing."""
    version = libc.syscall(LANDLOCK_CREATE, None, 0, LANDLOCK_VERSION)
    if version < 1:
        return False
    files = (1 << RIGHTS_OVER_FILES[min(version, max(RIGHTS_OVER_FILES))]) - 1
    said = [files, *[BIND_AND_CONNECT] * (version >= 4), *[SOCKETS_AND_SIGNALS] * (version >= 6)]
    rules = ctypes.create_string_buffer(struct.pack(f"={len(said)}Q", *said), 8 * len(said))
    descriptor = libc.syscall(LANDLOCK_CREATE, rules, len(rules), 0)
    if descriptor < 0 or libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
        return False
    done = bool(libc.syscall(LANDLOCK_RESTRICT, descriptor, 0) == 0)
    os.close(descriptor)
    return done


def _close_calls() -> bool:
    """Refuse every system call that is not listed for this machine."""
    if machine() not in CALLS or libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
        return False
    architecture, calls = CALLS[machine()]
    program = _filter(architecture, list(calls.values()))
    kept = ctypes.create_string_buffer(program, len(program))
    said = struct.pack("@HP", len(program) // 8, ctypes.addressof(kept))
    return bool(libc.prctl(PR_SET_SECCOMP, 2, said, 0, 0) == 0)


def _filter(architecture: int, allowed: list[int]) -> bytes:
    """Return a filter that allows these calls, refuses others, and ends a process of another machine."""
    begin = [(LOAD, 0, 0, ARCHITECTURE), (JUMP_IF_EQUAL, 1, 0, architecture), (RETURN, 0, 0, KILL)]
    left = len(allowed)
    each = [(JUMP_IF_EQUAL, left - at, 0, number) for at, number in enumerate(allowed)]
    end = [(RETURN, 0, 0, REFUSE), (RETURN, 0, 0, ALLOW)]
    return b"".join(struct.pack("=HBBI", *one) for one in [*begin, (LOAD, 0, 0, NUMBER), *each, *end])


# The first two need calls and rights that the last two take away.
WALLS: dict[str, Callable[[], bool]] = {"no network": _leave_the_network, "another user": _become_nobody}
LAST_WALLS: dict[str, Callable[[], bool]] = {"no files": _close_files, "no calls": _close_calls}
