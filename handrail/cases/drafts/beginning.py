"""The beginning of a draft: the one begun before, or a new one, and its first page."""

from django.urls import reverse

from handrail.cases.models import Case, Draft
from handrail.organisations.models import Person
from handrail.policy.questions import sections_of
from handrail.policy.schema.step import Step


def draft_of(person: Person, case: Case, step: Step, about: int | None = None) -> Draft:
    """The draft of this step that the person began before, or a new one on the case as it stands."""
    begun = Draft.objects.of(person).filter(case=case, step_id=step.id, about=about).first()
    if begun:
        return begun
    return Draft.objects.create(
        person=person,
        case=case,
        pack_id=case.pack_id,
        step_id=step.id,
        about=about,
        seen_version=case.version,
    )


def first_page(draft: Draft) -> str:
    """The address of the first page of a draft; a step that asks nothing goes straight to its last page."""
    sections = sections_of(
        draft.pack, draft.pack.step_by_id[draft.step_id], by_part=draft.person_id is not None
    )
    if not sections:
        return reverse("cases:answers", args=[draft.pk])
    return reverse("cases:section", args=[draft.pk, sections[0].id])
