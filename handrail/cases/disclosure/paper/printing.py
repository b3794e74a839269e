"""Setting a paper, bounded in time and memory: in a process that is given this and nothing else."""

import json
import subprocess
import sys
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import structlog

from handrail.cases.disclosure.paper.blocks import Paper, moment
from handrail.cases.disclosure.paper.signs import all_legible

log = structlog.get_logger("handrail.paper")

PRESS = Path(__file__).parent / "press.py"
SECONDS = 50  # less than the server gives a page
REPLACED = "Signs that these fonts do not have stand as their Unicode numbers, such as [U+4E2D]."


class NotPrinted(Exception):
    """A paper could not be set, most likely because it is too long."""


@dataclass(frozen=True, slots=True)
class Printing:
    """Who prints, when, what for and for whom: it stands on the paper as it does in the log."""

    name: str
    posts: str
    at: datetime
    purpose: str
    recipient: str


def print_paper(paper: Paper, printing: Printing) -> bytes:
    """The paper as PDF/UA. Raises NotPrinted."""
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(PRESS), str(int(printing.at.timestamp()))],
            input=as_json(paper, printing).encode(),
            capture_output=True,
            timeout=SECONDS,
            env={},  # no secret of ours, no proxy
            check=True,
        )
    except subprocess.SubprocessError as error:
        # What the press says could quote the case, so only the kind of failure is told.
        log.warning("paper not printed", process=type(error).__name__)
        raise NotPrinted from None
    return done.stdout


def as_json(paper: Paper, printing: Printing) -> str:
    """What the template reads, with a note where a sign stands as its number."""
    typed = as_data(paper, printing)
    made = all_legible(typed)
    if json.dumps(made) != json.dumps(typed):
        made["notes"].append(REPLACED)
    return json.dumps(made)


def as_data(paper: Paper, printing: Printing) -> dict[str, object]:
    """A paper and its printing by the names that the template uses."""
    return {
        "title": paper.title,
        "reference": paper.reference,
        "marking": paper.marking.title,
        "handling": paper.marking.handling,
        "notes": paper.notes,
        "blocks": paper.blocks,
        "name": printing.name,
        "by": ", ".join(filter(None, [printing.name, printing.posts])),
        "at": moment(printing.at),
        "purpose": printing.purpose,
        "recipient": printing.recipient,
    }
