"""The documents of records. The content is stored elsewhere; the row holds the only key to it."""

import uuid
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from handrail.cases.files import keeping
from handrail.cases.files.kinds import KINDS, Kind
from handrail.cases.files.store import Unavailable
from handrail.ledger.models import whole
from handrail.organisations.models import Person
from handrail.organisations.vetting import Vetting
from handrail.records.kinds import Recorded


class DocumentQuerySet(models.QuerySet["Document"]):
    """Sets of documents."""

    def of(self, record: Recorded, reader: Person) -> Self:
        """Documents of a record within the vetting of a reader of that record."""
        return self.filter(record=record.pk, level__lte=reader.vetting).select_related("by")


class Document(models.Model):
    """A file on a record, added by one of its entries. A document never changes; another may be added."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    record = models.UUIDField()
    number = models.PositiveIntegerField(help_text="Of the entry that added it.")
    title = models.CharField(max_length=200)
    kind = models.CharField(max_length=12)
    size = models.PositiveIntegerField(help_text="In bytes, before it was locked.")
    digest = models.BinaryField(max_length=32, help_text="SHA-256 of the content before it was locked.")
    key = models.BinaryField(max_length=32)
    store = models.CharField(max_length=12)
    name = models.CharField(max_length=40, unique=True, help_text="Under which the store keeps it.")
    level = models.PositiveSmallIntegerField(choices=Vetting)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = DocumentQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["record", "number"], name="document_of_one_entry"),
            models.CheckConstraint(condition=whole("digest", "key"), name="document_key_is_whole"),
            models.CheckConstraint(
                condition=~Q(title="") & Q(size__gt=0), name="document_has_title_and_content"
            ),
        ]

    def __str__(self) -> str:
        return f"document {self.pk}"

    @property
    def what(self) -> Kind:
        """The kind of file."""
        return KINDS[self.kind]

    def content(self) -> bytes:
        """Return the decrypted content. Raises Missing or Unavailable."""
        store = keeping.store()
        if store.name != self.store:
            raise Unavailable("The document lies in a store that is not configured any more.")
        return keeping.unlock(store.get(self.name), bytes(self.key), self.name)
