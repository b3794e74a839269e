"""Why an act was refused. Each error carries what its page needs to say what to do."""

from collections.abc import Callable, Mapping
from typing import Any, ParamSpec

Asked = ParamSpec("Asked")


class Refused(Exception):
    """An act was refused; the message is for the person who tried."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NotAllowed(Refused):
    """The person who tried may not do this."""


class NotNow(Refused):
    """The step is not open now."""


class Stale(Refused):
    """The case has moved on since the person began; `version` is where it stands now."""

    def __init__(self, reason: str, version: int) -> None:
        super().__init__(reason)
        self.version = version


class InvalidAnswers(Exception):
    """Answers that cannot be taken: a message for each input, by its name."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__(f"{len(errors)} answers need attention")
        self.errors = dict(errors)


def allowed(check: Callable[Asked, Any], *said: Asked.args, **named: Asked.kwargs) -> bool:
    """Return whether a check of an act lets it pass: what a page asks before it shows the button."""
    try:
        check(*said, **named)
    except NotAllowed:
        return False
    return True
