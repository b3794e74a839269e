"""Beginning a draft: the user's own draft of a step, existing or new, and its first page."""

from django.urls import reverse

from handrail.organisations.models import Person
from handrail.policy.questions import sections_of
from handrail.policy.schema.step import Step
from handrail.records.drafts import Draft
from handrail.records.kinds import Recorded


def draft_of(person: Person, record: Recorded, step: Step, about: int | None = None) -> Draft:
    """Return the person's draft of this step on the record, or begin a new one."""
    begun = Draft.objects.of(person).on(record).filter(step_id=step.id, about=about).first()
    if begun is None:
        return Draft.objects.begin_on(record, step.id, person=person, about=about)
    begun.target = record
    return begun


def first_page(draft: Draft) -> str:
    """Return the URL of a draft's first page: its last page, where the step asks nothing."""
    sections = sections_of(
        draft.pack, draft.pack.step_by_id[draft.step_id], by_part=draft.person_id is not None
    )
    if not sections:
        return reverse("cases:answers", args=[draft.pk])
    return reverse("cases:section", args=[draft.pk, sections[0].id])
