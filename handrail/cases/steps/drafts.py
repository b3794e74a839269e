"""What becomes of drafts of steps and referrals."""

from typing import Any
from uuid import UUID

from django.urls import reverse

from handrail.access.errors import NotAllowed
from handrail.cases.intake import acknowledgement, contacts
from handrail.cases.models import Case
from handrail.cases.models.kinds import CASE, REGISTER_ENTRY
from handrail.cases.steps import also_named
from handrail.cases.steps.actions import refer, take_step
from handrail.organisations.models import Person
from handrail.records.drafts import Draft, DraftsOf, Sent


class CaseDrafts(DraftsOf):
    """Drafts that take a step on their case, or make a referral, perhaps begun from another record."""

    kind = CASE.name

    def target(self, record: UUID, person: Person) -> Any:
        """Load the case with its author's access level; None where the author no longer sees it."""
        cases = Case.objects.filter(pk=record).visible_to(person).with_access_of(person)
        return cases.select_related("force", "subject").first()

    def send(self, draft: Draft, by: Person | None, marking: str) -> Sent:
        """Take the step, or make the referral."""
        return _take(draft, draft.target_id, by, marking) if draft.target_id else _refer(draft, by)

    def takes_marking(self, draft: Draft) -> bool:
        """Return whether the draft takes a step; a referral is marked once it is a case."""
        return draft.target_id is not None

    def sent(self, draft: Draft) -> str:
        """Return the page of the case or the new referral; the home page for an author who lost access."""
        if draft.target_id is None or draft.made_id is None:
            return reverse("cases:referred", args=[draft.pk])
        # Answering a follow-up ends the temporary access that came with it.
        theirs = draft.person and Case.objects.filter(pk=draft.made_id).changed_by(draft.person).exists()
        return super().sent(draft) if theirs else reverse("web:home")


def _take(draft: Draft, case: UUID, by: Person | None, marking: str) -> Sent:
    if by is None:
        raise NotAllowed("Sign in to take this step.")
    take_step(
        case,
        draft.step_id,
        draft.typed,
        by=by,
        seen_version=draft.seen_version,
        marking=marking,
        about=draft.about,
    )
    return Sent(case)


def _refer(draft: Draft, by: Person | None) -> Sent:
    register_entry = draft.origin_id if draft.origin_kind == REGISTER_ENTRY.name else None
    case, referral = refer(draft.step_id, draft.typed, by=by, register_entry=register_entry)
    if by is None:
        contacts.store(case, draft)
        acknowledgement.ask(draft)
    elif draft.origin_kind == CASE.name and draft.origin_id:
        also_named.relate(case, draft.origin_id, draft.relation, by=by)
    return Sent(case.pk, referral.reference, case.force_id)
