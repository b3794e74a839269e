"""Errors that refuse an act. Each carries what its page needs to tell the user what to do."""

from collections.abc import Callable, Mapping
from typing import Any, ParamSpec

from handrail.access.errors import NotAllowed, Refused

Asked = ParamSpec("Asked")


class NotNow(Refused):
    """The step cannot be taken now."""


class Stale(Refused):
    """The case has changed since the user began; `version` is its current version."""

    def __init__(self, reason: str, version: int) -> None:
        super().__init__(reason)
        self.version = version


class InvalidAnswers(Exception):
    """Answers that cannot be accepted: a message for each input, by the input's name."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__(f"{len(errors)} answers need attention")
        self.errors = dict(errors)


def allowed(check: Callable[Asked, Any], *said: Asked.args, **named: Asked.kwargs) -> bool:
    """Return whether a check passes without NotAllowed. A page asks this before it shows an act's button."""
    try:
        check(*said, **named)
    except NotAllowed:
        return False
    return True
