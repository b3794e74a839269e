"""Set a paper in a separate process, with limits on time and memory, and without the environment."""

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
SECONDS = 50  # less than the server's limit for a request
REPLACED = "Signs that these fonts do not have are shown as their Unicode numbers, such as [U+4E2D]."


class NotPrinted(Exception):
    """A paper could not be set, most likely because it is too long."""


@dataclass(frozen=True, slots=True)
class Printing:
    """Who prints, when, why and for whom, as on the paper and in the log of reads."""

    name: str
    posts: str
    at: datetime
    purpose: str
    recipient: str


def print_paper(paper: Paper, printing: Printing) -> bytes:
    """Return the paper as PDF/UA. Raises NotPrinted."""
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(PRESS), str(int(printing.at.timestamp()))],
            input=as_json(paper, printing).encode(),
            capture_output=True,
            timeout=SECONDS,
            env={},  # passes no secret and no proxy setting
            check=True,
        )
    except subprocess.SubprocessError as error:
        # The error of the press could quote the case, so only its type is logged.
        log.warning("paper not printed", process=type(error).__name__)
        raise NotPrinted from None
    return done.stdout


def as_json(paper: Paper, printing: Printing) -> str:
    """Return the template's input, with a note if characters were replaced by their numbers."""
    typed = as_data(paper, printing)
    made = all_legible(typed)
    if json.dumps(made) != json.dumps(typed):
        made["notes"].append(REPLACED)
    return json.dumps(made)


def as_data(paper: Paper, printing: Printing) -> dict[str, object]:
    """Return a paper and its printing under the names that the template uses."""
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
