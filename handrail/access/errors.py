"""Refusals of an act on access or on an account, each with a sentence for the user."""


class Refused(Exception):
    """An act was refused; `reason` is shown to the user."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NotAllowed(Refused):
    """The user may not perform the act; the message says why, and who may."""


class Unfit(Exception):
    """An answer cannot be accepted; `name` is the input that the user has to correct."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(reason)
        self.name = name
