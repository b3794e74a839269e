"""Setting a paper: bounded in time and memory, in a process that has no network address, secret or data but its own."""

import json
import subprocess
import sys
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from handrail.cases.paper.blocks import Paper, moment
from handrail.cases.paper.signs import all_legible

PRESS = Path(__file__).parent / "press.py"
SECONDS = 30
REPLACED = "Signs that these fonts do not have stand as their Unicode numbers, such as [U+4E2D]."


class NotPrinted(Exception):
    """A paper could not be set, most likely because it is too long."""


@dataclass(frozen=True, slots=True)
class Printing:
    """Who prints, when, what for and for whom: it stands on the paper as it does in the log."""

    by: str
    at: datetime
    purpose: str
    recipient: str


def print_paper(paper: Paper, printing: Printing) -> bytes:
    """The paper as PDF/UA. Raises NotPrinted."""
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(PRESS), str(int(printing.at.timestamp()))],
            input=json.dumps(as_data(paper, printing)).encode(),
            capture_output=True,
            timeout=SECONDS,
            env={},
            check=True,
        )
    except subprocess.SubprocessError:
        # What the press says could quote the case, so it is not passed on.
        raise NotPrinted from None
    return done.stdout


def as_data(paper: Paper, printing: Printing) -> dict[str, object]:
    """What the template reads."""
    data = {
        "title": paper.title,
        "reference": paper.reference,
        "marking": paper.marking.title,
        "handling": paper.marking.handling,
        "notes": paper.notes,
        "blocks": paper.blocks,
        "by": printing.by,
        "at": moment(printing.at),
        "purpose": printing.purpose,
        "recipient": printing.recipient,
    }
    made: dict[str, object] = all_legible(data)
    return made if made == data else made | {"notes": [*paper.notes, REPLACED]}
