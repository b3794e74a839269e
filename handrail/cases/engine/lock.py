"""The lock on a case that every act takes first."""

from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from handrail.access.context import writing
from handrail.access.errors import NotAllowed
from handrail.cases.errors import Stale
from handrail.cases.models import Case
from handrail.cases.models.compiled import Asker, compiled
from handrail.organisations.models import Person
from handrail.records.kinds import Recorded, kind_of


def refuse_stale(record: Recorded, seen_version: int) -> None:
    """Raise Stale where the record has an entry after the version that the user saw."""
    if record.version != seen_version:
        label = kind_of(record).label.lower()
        raise Stale(f"Somebody has recorded something on this {label} since you began.", record.version)


def hold(case: Case) -> None:
    """Lock the case of an act on access, and read again whether it is restricted.

    The user may be allowed to give access to a case that they may not change. The lock lasts as long as the
    transaction of the caller.
    """
    with transaction.atomic(), writing(case.pk):
        held = Case.objects.select_for_update(of=("self",))
        case.refresh_from_db(fields=["restricted"], from_queryset=held)


def lock(case_id: UUID, by: Person) -> Case:
    """Return the case, locked until the transaction ends. Raises NotAllowed unless `by` may change it."""
    case = next(iter(_locked(Asker.of(by), case=case_id)), None)
    if case is None:
        raise NotAllowed("You do not work on this case, or no longer do.")
    return case


@compiled(case=UUID)
def _locked(asker: Asker, case: UUID) -> "QuerySet[Case]":
    cases = Case.objects.filter(pk=case).changed_by(asker.person).select_related("force")
    return cases.select_for_update(of=("self",))
