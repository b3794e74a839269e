"""Reasons why an act about access or an account is refused, each with a sentence for the user."""


class NotAllowed(Exception):
    """A refusal of an act that is not the user's to do; the message says why, and who may."""


class Unfit(Exception):
    """A refusal of an answer; `name` is the input whose answer has to change."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(reason)
        self.name = name
