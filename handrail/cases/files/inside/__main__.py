"""Inspect one file from standard input; the arguments are its seconds of processor time and its limits."""

import json
import resource
import sys

from handrail.cases.files.inside.refusing import Limits, NotTaken

ROOM = 256 * 1024 * 1024
FILES = 16


def confine(seconds: int) -> None:
    """Limit memory, processor time, files and processes for the rest of this process."""
    for limit, most in (
        (resource.RLIMIT_AS, ROOM),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, FILES),
        (resource.RLIMIT_NPROC, 0),
    ):
        resource.setrlimit(limit, (most, most))


def look() -> dict[str, str]:
    """Return the kind of the file, or the reason for which it is refused."""
    from handrail.cases.files.inside.recognising import kind_of

    try:
        return {"kind": kind_of(sys.stdin.buffer.read(), Limits(**json.loads(sys.argv[2])))}
    except NotTaken as refused:
        return {"wrong": str(refused)}


if __name__ == "__main__":
    confine(int(sys.argv[1]))
    sys.stdout.write(json.dumps(look()))
