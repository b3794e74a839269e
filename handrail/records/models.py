"""The tables of the room, for Django to find."""

from handrail.records.deadlines import RecordDeadline

__all__ = ["RecordDeadline"]
