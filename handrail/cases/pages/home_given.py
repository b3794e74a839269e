"""Cases and other records that the user of a home page was given access to."""

from dataclasses import dataclass
from typing import Any

from handrail.access.models import Grant
from handrail.cases.models import Case
from handrail.records.kinds import RecordKind


@dataclass(frozen=True, slots=True)
class Invited:
    """A case that the user was given access to, with the grant."""

    grant: Grant
    case: Case

    @property
    def parts(self) -> list[str]:
        """The titles of the stages that the user sees; empty for the whole case."""
        stages = self.case.pack.stage_by_id
        return [stages[stage].title for stage in self.grant.stages if stage in stages]


@dataclass(frozen=True, slots=True)
class Granted:
    """A record of another kind that the user was given access to, with the grant and the record's page."""

    grant: Grant
    record: Any
    kind: RecordKind[Any]

    @property
    def address(self) -> str:
        """The address of the record's page."""
        return self.kind.address(self.grant.record)
