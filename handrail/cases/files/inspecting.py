"""Finding out what an uploaded file is, and what a sealed one shows, in a separate process.

A bomb harms only that process, and hostile code in it finds nothing to take (`inside/confining.py`).
"""

import json
import os
import shlex
import subprocess
import sys
from dataclasses import asdict, dataclass
from typing import Any

from django.conf import settings

from handrail.cases.errors import NotNow
from handrail.cases.files.inside.page_shown import Shown
from handrail.cases.files.inside.refusing import MEGABYTE, Limits, NotTaken
from handrail.cases.files.kinds import KINDS, Kind
from handrail.policy.schema.access import Documents

__all__ = ["NotTaken", "inspect", "show"]

INSIDE = [sys.executable, "-I", "-m", "handrail.cases.files.inside"]
SECONDS = 2  # of processor time for a small file, plus one for each megabyte: bombs are small
WAITING = 3  # more seconds of elapsed time, on a busy machine
SECONDS_TO_DRAW = 3
LONGEST_SCAN = 60
ODD = (KeyError, TypeError, ValueError)  # what an answer causes that hostile code made up
UNSHOWN = (
    "The file is damaged: nothing can be shown of it. Save a copy in the program that made it, or as PDF."
)
TOO_MUCH = (
    "The file is too large or too involved to be looked through. Save it as PDF, or in parts, and add that."
)


@dataclass(frozen=True, slots=True)
class Inspected:
    """The kind of a file that is taken, and why it cannot be judged, if so: then it is sealed."""

    kind: Kind
    doubt: str = ""


class Ended(Exception):
    """The inspecting process ended without an answer: its time or memory was used up, or it failed."""


def inspect(content: bytes, policy: Documents) -> Inspected:
    """Return what a file is. Raises NotTaken for a refused file, NotNow for a silent scanner."""
    if len(content) > policy.most_megabytes * MEGABYTE:
        raise NotTaken(
            f"The file is larger than {policy.most_megabytes} megabytes. Save it smaller or in parts."
        )
    found = _looked_into(content, limits_of(policy))
    kind = found.kind
    if kind.id not in policy.kinds:
        raise NotTaken(
            f"This is a {kind.title}, which the policy does not take. Save it as PDF and add that."
        )
    if found.doubt:
        _refuse_unshown(content, kind, policy)
    _scan(content)
    return found


def limits_of(policy: Documents) -> Limits:
    """Return the limits of a policy in the form that the inspecting process takes."""
    return Limits(
        pages=policy.most_pages,
        megapixels=policy.most_megapixels,
        unpacked=policy.most_unpacked_megabytes * MEGABYTE,
        parts=policy.most_parts,
    )


def _looked_into(content: bytes, limits: Limits) -> Inspected:
    """Return what the inspecting process finds. Raises NotTaken where it refuses the file, or ends early."""
    try:
        said = _inside(content, SECONDS + len(content) // MEGABYTE, json.dumps(asdict(limits)))
        if "wrong" in said:
            raise NotTaken(str(said["wrong"]))
        return Inspected(KINDS[said["kind"]], str(said["doubt"]))
    except (Ended, *ODD):
        raise NotTaken(TOO_MUCH) from None


def _refuse_unshown(content: bytes, kind: Kind, policy: Documents) -> None:
    """Raise NotTaken for a file that cannot be judged and of which no page can be shown, or too many."""
    try:
        shown = show(content, kind, 1)
    except Ended:
        raise NotTaken(UNSHOWN) from None
    if shown.pages > policy.most_pages:
        raise NotTaken(f"The file has {shown.pages:,} pages; at most {policy.most_pages:,} are taken.")


def show(content: bytes, kind: Kind, number: int) -> Shown:
    """Return a page of a sealed file, 1 being the first. Raises Ended where it cannot be shown."""
    said = _inside(content, SECONDS + SECONDS_TO_DRAW + len(content) // MEGABYTE, kind.id, str(number))
    try:
        return Shown(int(said["pages"]), str(said["text"]), str(said["picture"]), bool(said["cut"]))
    except ODD:
        raise Ended from None


def walls() -> list[str]:
    """Return the names of the walls that this kernel raises around the inspecting process."""
    held: list[str] = _inside(b"", SECONDS)
    return held


def _inside(content: bytes, seconds: int, *said: str) -> Any:
    """Return the answer of the inspecting process, which gets the file, an empty environment and no other.

    It answers into a file in memory, so that the kernel limits the answer and nobody waits for its end.
    """
    command = [*INSIDE, str(seconds), *said]
    with open(os.memfd_create("answer"), "w+b") as answer:  # noqa: PTH123 it has no path
        try:
            subprocess.run(
                command,
                input=content,
                stdout=answer,
                stderr=subprocess.DEVNULL,
                timeout=seconds + WAITING,
                env={},
                check=True,
                cwd="/",
            )
            answer.seek(0)
            return json.load(answer)
        except (subprocess.SubprocessError, ValueError):
            raise Ended from None


def _scan(content: bytes) -> None:
    """Run the installation's own virus scanner, if it has one, with the file on its standard input."""
    if not settings.SCANNER:
        return
    try:
        ended = subprocess.run(
            shlex.split(settings.SCANNER),
            input=content,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=LONGEST_SCAN,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        raise NotNow("The virus scanner does not answer, so no file is taken now. Try again later.") from None
    if ended.returncode:
        raise NotTaken("The virus scanner refuses this file. Do not send it on; ask your security team.")
