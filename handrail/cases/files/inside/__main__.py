"""Looks into one file, its standard input; its seconds and its limits are the arguments."""

import json
import resource
import sys

from handrail.cases.files.inside.refusing import Limits, NotTaken

ROOM = 256 * 1024 * 1024
FILES = 16


def confine(seconds: int) -> None:
    """Give up, for the rest of this process, all that looking into a file does not need."""
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
    """The kind of the file, or what is wrong with it."""
    from handrail.cases.files.inside.recognising import kind_of

    try:
        return {"kind": kind_of(sys.stdin.buffer.read(), Limits(**json.loads(sys.argv[2])))}
    except NotTaken as refused:
        return {"wrong": str(refused)}


if __name__ == "__main__":
    confine(int(sys.argv[1]))
    sys.stdout.write(json.dumps(look()))
