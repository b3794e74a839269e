"""Inspect one file from standard input; the arguments are its seconds of processor time and its limits.

Without limits, say which walls stand around the process.
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


if __name__ == "__main__":
    seconds, *limits = sys.argv[1:]
    for decoder in DECODERS:  # Python imports each at its first use, and no file can be opened then
        codecs.lookup(decoder)
    walls = confine(int(seconds))
    sys.stdout.write(json.dumps(look(*limits) if limits else walls))
