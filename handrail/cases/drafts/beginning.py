"""Beginning a draft: the user's own draft of a step, existing or new, and its first page."""

from uuid import UUID

from django.urls import reverse

from handrail.organisations.models import Person
from handrail.policy.questions import sections_of
from handrail.policy.schema.step import Step
from handrail.records.drafts import Draft
from handrail.records.kinds import Recorded


def draft_of(person: Person, record: Recorded, step: Step, about: int | None = None) -> Draft:
    """Return the person's draft of this step on the record, or begin a new one."""
    draft = draft_to_show(person, record, step, about)
    if draft.is_new:
        draft.save(force_insert=True)
    return draft


def draft_to_show(person: Person, record: Recorded, step: Step, about: int | None = None) -> Draft:
    """Return the person's draft of this step on the record, or a new one that is not saved yet."""
    begun = Draft.objects.of(person).on(record).filter(step_id=step.id, about=about).first()
    if begun is None:
        return Draft.objects.new_on(record, step.id, person=person, about=about)
    begun.person, begun.target = person, record
    return begun


def draft_named(
    draft_id: UUID, person: Person, record: Recorded, step: Step, about: int | None, seen_version: int | None
) -> Draft | None:
    """Return the person's draft of this step with this id, sent or not, and begin it where there is none.

    Return None where the id is that of another draft. `seen_version` is the version of the record that the
    page of a new draft showed.
    """
    new = Draft.objects.new_on(record, step.id, person=person, about=about, id=draft_id)
    if seen_version is not None:
        new.seen_version = min(seen_version, record.version)
    Draft.objects.bulk_create([new], ignore_conflicts=True)
    own = Draft.objects.on(record).filter(pk=draft_id, person=person, step_id=step.id, about=about).first()
    if own:
        own.person, own.target = person, record
    return own


def first_page(draft: Draft) -> str:
    """Return the URL of a draft's first page: its last page, where the step asks nothing."""
    sections = sections_of(
        draft.pack, draft.pack.step_by_id[draft.step_id], by_part=draft.person_id is not None
    )
    if not sections:
        return reverse("cases:answers", args=[draft.pk])
    return reverse("cases:section", args=[draft.pk, sections[0].id])
