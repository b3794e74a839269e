"""Finding out what an uploaded file is, in a separate process, so that a bomb harms only that process."""

import json
import shlex
import subprocess
import sys
from dataclasses import asdict

from django.conf import settings

from handrail.cases.errors import NotNow
from handrail.cases.files.inside.refusing import MEGABYTE, Limits, NotTaken
from handrail.cases.files.kinds import KINDS, Kind
from handrail.policy.schema.access import Documents

__all__ = ["NotTaken", "inspect"]

INSIDE = [sys.executable, "-I", "-m", "handrail.cases.files.inside"]
SECONDS = 2  # of processor time for a small file, plus one for each megabyte: bombs are small
WAITING = 3  # more seconds of elapsed time, on a busy machine
LONGEST_SCAN = 60
TOO_MUCH = (
    "The file is too large or too involved to be looked through. Save it as PDF, or in parts, and add that."
)


def inspect(content: bytes, policy: Documents) -> Kind:
    """Return the kind of a file. Raises NotTaken for a refused file, NotNow for a silent scanner."""
    if len(content) > policy.most_megabytes * MEGABYTE:
        raise NotTaken(
            f"The file is larger than {policy.most_megabytes} megabytes. Save it smaller or in parts."
        )
    kind = _kind(content, limits_of(policy))
    if kind.id not in policy.kinds:
        raise NotTaken(
            f"This is a {kind.title}, which the policy does not take. Save it as PDF and add that."
        )
    _scan(content)
    return kind


def limits_of(policy: Documents) -> Limits:
    """Return the limits of a policy in the form that the inspecting process takes."""
    return Limits(
        pages=policy.most_pages,
        megapixels=policy.most_megapixels,
        unpacked=policy.most_unpacked_megabytes * MEGABYTE,
        parts=policy.most_parts,
    )


def _kind(content: bytes, limits: Limits) -> Kind:
    """Return the kind that the inspecting process finds. The process gets an empty environment."""
    seconds = SECONDS + len(content) // MEGABYTE
    command = [*INSIDE, str(seconds), json.dumps(asdict(limits))]
    longest = seconds + WAITING
    try:
        ended = subprocess.run(
            command, input=content, capture_output=True, timeout=longest, env={}, check=True, cwd="/"
        )
        said: dict[str, str] = json.loads(ended.stdout)
    except (subprocess.SubprocessError, ValueError):
        raise NotTaken(TOO_MUCH) from None
    if "wrong" in said:
        raise NotTaken(said["wrong"])
    return KINDS[said["kind"]]


def _scan(content: bytes) -> None:
    """Run the installation's own virus scanner, if it has one, with the file on its standard input."""
    if not settings.SCANNER:
        return
    try:
        ended = subprocess.run(
            shlex.split(settings.SCANNER),
            input=content,
            capture_output=True,
            timeout=LONGEST_SCAN,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        raise NotNow("The virus scanner does not answer, so no file is taken now. Try again later.") from None
    if ended.returncode:
        raise NotTaken("The virus scanner refuses this file. Do not send it on; ask your security team.")
