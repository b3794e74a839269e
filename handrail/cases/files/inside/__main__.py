"""Inspect one file from standard input, or show a page of one that is sealed.

The arguments: the seconds of processor time; then the limits as JSON, or the kind and the number of a page.
With neither, say which walls stand around the process.
"""

import codecs
import json
import sys
from dataclasses import asdict

from handrail.cases.files.inside.confining import confine
from handrail.cases.files.inside.recognising import kind_of
from handrail.cases.files.inside.refusing import Limits, NotTaken

DECODERS = ("ascii", "cp437", "windows-1252", "utf-8", "utf-16le", "utf-16be")


def look(limits: str) -> dict[str, str]:
    """Return what the file is, or the reason for which it is refused."""
    try:
        return asdict(kind_of(sys.stdin.buffer.read(), Limits(**json.loads(limits))))
    except NotTaken as refused:
        return {"wrong": str(refused)}


def main(seconds: str, *said: str) -> object:
    """Load all that is needed, raise the walls, and return what is to be answered."""
    for decoder in DECODERS:  # Python loads each at its first use, and no file can be opened then
        codecs.lookup(decoder)
    if len(said) == 2:
        from handrail.cases.files.inside.showing import show

        confine(int(seconds))
        kind, number = said
        return asdict(show(sys.stdin.buffer.read(), kind, int(number)))
    walls = confine(int(seconds))
    return look(*said) if said else walls


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(*sys.argv[1:])))
