"""Half-filled forms about a record of any kind, and what happens when one is sent.

A room registers a `DraftsOf` beside its kind of record, which says what its drafts do.
"""

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any, ClassVar, Self
from uuid import UUID

from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone

from handrail.access.context import writing
from handrail.access.errors import Refused
from handrail.ledger.models import LONGEST_KIND
from handrail.organisations.models import Organisation, Person
from handrail.policy.schema.pack import Pack
from handrail.records.kinds import Recorded, kind_named, kind_of
from handrail.records.packs import pack


class DraftQuerySet(models.QuerySet["Draft"]):
    """Sets of drafts."""

    def of(self, person: Person) -> Self:
        """The user's own drafts that are not sent, the latest change first."""
        return self.filter(person=person, submitted_at=None).order_by("-updated_at")

    def on(self, record: Recorded) -> Self:
        """The drafts that add to a record."""
        return self.filter(target_kind=kind_of(record).name, target_id=record.pk)

    def begun_from(self, record: Recorded) -> Self:
        """Drafts of new records that were begun from this record."""
        return self.filter(origin_kind=kind_of(record).name, origin_id=record.pk)

    def forgettable(self, days: int) -> Self:
        """Drafts untouched for `days` days."""
        return self.filter(updated_at__lt=timezone.now() - timedelta(days=days))

    def new_on(
        self, record: Recorded, step_id: str, *, person: Person, about: int | None = None, **more: Any
    ) -> "Draft":
        """Return a user's draft of a step on a record, at the record's current version, unsaved."""
        draft = Draft(
            person=person,
            target_kind=kind_of(record).name,
            target_id=record.pk,
            pack_id=record.pack.id,
            step_id=step_id,
            seen_version=record.version,
            about=about,
            **more,
        )
        draft.target = record
        return draft

    def begin_on(
        self, record: Recorded, step_id: str, *, person: Person, about: int | None = None, **more: Any
    ) -> "Draft":
        """Create a user's draft of a step on a record, at the record's current version."""
        draft = self.new_on(record, step_id, person=person, about=about, **more)
        draft.save(force_insert=True)
        return draft


class Draft(models.Model):
    """A form being filled in, kept exactly as typed. A draft is no part of the record."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, null=True, on_delete=models.CASCADE, related_name="drafts")
    target_kind = models.CharField(
        max_length=LONGEST_KIND, help_text="The kind of record that it adds to or makes."
    )
    target_id = models.UUIDField(null=True, help_text="The record that it adds to; none where it makes one.")
    origin_kind = models.CharField(max_length=LONGEST_KIND, blank=True)
    origin_id = models.UUIDField(null=True, help_text="The record from which one that it makes was begun.")
    relation = models.CharField(
        max_length=60, blank=True, help_text="What somebody is to the subject of the case of its origin."
    )
    pack_id = models.CharField(max_length=60)
    step_id = models.CharField(max_length=60)
    seen_version = models.PositiveIntegerField(default=0)
    about = models.PositiveIntegerField(null=True, help_text="The number of the entry that it answers.")
    typed = models.JSONField(default=dict)
    # By section: the page view that saved last, so that a tab with an older view does not overwrite it.
    kept_from = models.JSONField(default=dict)
    return_key = models.BinaryField(max_length=32, null=True, unique=True)
    begun_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    submitted_at = models.DateTimeField(null=True)
    made_id = models.UUIDField(null=True, help_text="The record that it made or added to when it was sent.")
    # Shown to a referrer who has no access to the case.
    submitted_reference = models.CharField(max_length=12, blank=True)
    submitted_to = models.ForeignKey(Organisation, null=True, on_delete=models.CASCADE, related_name="+")

    objects = DraftQuerySet.as_manager()

    class Meta:
        db_table = "cases_draft"
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["person", "-updated_at"]),
            models.Index(fields=["target_id"], name="draft_on_record"),
        ]

    def __str__(self) -> str:
        return f"draft of {self.step_id}"

    @property
    def is_new(self) -> bool:
        """Whether the draft was never saved."""
        return self._state.adding

    @cached_property
    def target(self) -> Any:
        """The record that the draft adds to, or None. A loader may set it to the one its author sees."""
        if self.target_id is None:
            return None
        return kind_named(self.target_kind).model._default_manager.filter(pk=self.target_id).first()

    @property
    def pack(self) -> Pack:
        """The policy whose form is filled in.

        This is the record's current policy while it has the step, otherwise the policy under which the draft
        was begun.
        """
        own: Pack | None = self.target.pack if self.target else None
        return own if own and self.step_id in own.step_by_id else pack(self.pack_id)

    def type(self, names: dict[str, list[str]], remove: set[str]) -> None:
        """Save one page's input. `remove` names all inputs of the page, so that emptied ones are cleared."""
        kept: dict[str, Any] = {name: value for name, value in self.typed.items() if name not in remove}
        self.typed = kept | names


@dataclass(frozen=True, slots=True)
class Sent:
    """The result of sending a draft: the record, and what an author without access to it is told."""

    record: UUID
    reference: str = ""
    force: UUID | None = None


class DraftsOf:
    """What happens to drafts about one kind of record. A room overrides what differs for its kind."""

    kind: ClassVar[str]

    def target(self, record: UUID, person: Person) -> Any:
        """Load the record that a draft adds to; None where its author may not add to it now."""
        return kind_named(self.kind).changed_by(person).filter(pk=record).first()

    def send(self, draft: Draft, by: Person | None, marking: str) -> Sent:
        """Carry out the act that a draft is for. Raises what the act raises."""
        raise NotImplementedError

    def takes_marking(self, draft: Draft) -> bool:
        """Return whether the author may mark what is sent higher than the step does by itself."""
        return False

    def left(self, draft: Draft) -> str:
        """Return the address to show when a draft is left for later."""
        return self._address(draft.target_id)

    def sent(self, draft: Draft) -> str:
        """Return the address to show when a draft was sent."""
        return self._address(draft.made_id)

    def _address(self, record: UUID | None) -> str:
        return kind_named(self.kind).address(record) if record else reverse("web:home")


_drafts: dict[str, DraftsOf] = {}


def register_drafts(drafts: DraftsOf) -> None:
    """Register what happens to drafts about a kind of record.

    Raises KeyError for a kind that no room registered, and ValueError where it has its drafts already.
    """
    kind_named(drafts.kind)
    if drafts.kind in _drafts:
        raise ValueError(f"What happens to drafts about “{drafts.kind}” has already been set.")
    _drafts[drafts.kind] = drafts


def drafts_of(kind: str) -> DraftsOf:
    """Return the `DraftsOf` of the kind with this name. Raises KeyError where no room registered one."""
    return _drafts[kind]


def load_targets(
    drafts: Collection[Draft], person: Person, loaded: Mapping[str, Mapping[UUID, Any]] | None = None
) -> None:
    """Set the target of each of a user's drafts, with one query for each kind of record.

    A record that the user no longer sees becomes None. `loaded` are records that the page has already, by
    kind and id; a kind named there is not queried.
    """
    wanted: dict[str, list[UUID]] = {}
    for draft in drafts:
        if draft.target_id:
            wanted.setdefault(draft.target_kind, []).append(draft.target_id)
    found = dict(loaded or {})
    for name in wanted.keys() - found.keys():
        found[name] = kind_named(name).visible_to(person).in_bulk(wanted[name])
    for draft in drafts:
        draft.target = found[draft.target_kind].get(draft.target_id) if draft.target_id else None


def submit(draft_id: UUID, *, by: Person | None, marking: str = "") -> UUID:
    """Carry out a draft's act, once, and return the id of its record; a second call returns that id again."""
    with transaction.atomic():
        draft = Draft.objects.select_for_update().filter(pk=draft_id, person=by).first()
        if draft is None:
            raise Refused("This form was discarded, perhaps in another tab. Nothing was recorded.")
        if draft.made_id is None:
            sent = drafts_of(draft.target_kind).send(draft, by, marking)
            draft.made_id, draft.submitted_reference = sent.record, sent.reference
            draft.submitted_to_id = sent.force
            draft.typed, draft.submitted_at = {}, timezone.now()
            with writing(sent.record):  # sending may have ended the author's access to the record
                draft.save()
            return sent.record
        return draft.made_id
