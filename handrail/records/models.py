"""The tables of the room, for Django to find."""

from handrail.records.deadlines import RecordDeadline
from handrail.records.drafts import Draft

__all__ = ["Draft", "RecordDeadline"]
