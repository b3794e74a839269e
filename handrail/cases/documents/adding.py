"""Adding a document to a record of any kind: its file, its row and its entry are one act.

The file is complete on disk before the entry that names it is written. Where the entry fails, a file without
a row is left, which nobody can open and the worker deletes.
"""

from collections.abc import Mapping
from functools import partial
from hashlib import sha256
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from handrail.access.context import writing
from handrail.access.errors import NotAllowed
from handrail.cases.engine.lock import refuse_stale
from handrail.cases.errors import InvalidAnswers, NotNow
from handrail.cases.files import keeping
from handrail.cases.files.inside.text import encoding_of
from handrail.cases.files.inspecting import inspect
from handrail.cases.files.models import Document
from handrail.cases.files.store import Unavailable
from handrail.cases.models import Case
from handrail.cases.steps.actions import take_step
from handrail.cases.steps.beside import take_beside
from handrail.ledger.models import Entry
from handrail.organisations.models import Person
from handrail.policy.answers import Typed
from handrail.policy.questions import meanings
from handrail.policy.schema.form import Meaning
from handrail.policy.schema.step import Step
from handrail.policy.step_kinds.document import DOCUMENT
from handrail.records.kinds import Recorded, kind_of
from handrail.records.shared_acts import lock


def add_document(
    record: Recorded, typed: Typed, content: bytes, *, by: Person, seen_version: int, marking: str = ""
) -> Entry:
    """Add a file to a record with the form's answers about it, and return the entry.

    Raises NotTaken for the file, InvalidAnswers for the answers, NotAllowed, NotNow or Stale as every step
    does, and NotNow where the store does not respond.
    """
    found = kind_of(record).changed_by(by).filter(pk=record.pk).first()
    if found is None:
        raise NotAllowed("You do not work on this record, or no longer do.")
    record = found
    refuse_stale(record, seen_version)
    _refuse_marking(record, marking)
    found = inspect(content, record.pack.documents)
    document = Document(
        id=uuid4(),
        record=record.pk,
        kind=found.kind.id,
        size=len(content),
        digest=sha256(content).digest(),
        key=keeping.new_key(),
        name=keeping.new_name(),
        by=by,
        at=timezone.now(),
    )
    more = {"doubt": found.doubt} if found.doubt else {}
    more |= {"encoding": encoding_of(content)} if found.kind.is_text else {}
    _keep(document, content)
    with transaction.atomic():
        return _record(record, document, typed, more, by=by, seen_version=seen_version, marking=marking)


def _refuse_marking(record: Recorded, marking: str) -> None:
    """Raise InvalidAnswers for a marking that forbids printing: nobody could open the file."""
    chosen = record.pack.marking_by_id.get(marking)
    if chosen and not chosen.printed:
        raise InvalidAnswers({"marking": "Select a marking under which a file may be opened"})


def _keep(document: Document, content: bytes) -> None:
    """Encrypt the content and put it in the store. Raises NotNow where the store does not respond."""
    store = keeping.store()
    document.store = store.name
    try:
        store.put(document.name, keeping.lock(content, bytes(document.key), document.name))
    except Unavailable:
        raise NotNow(
            "Handrail cannot store documents at the moment. Nothing was recorded. Try again later."
        ) from None


def _record(
    record: Recorded,
    document: Document,
    typed: Typed,
    more: Mapping[str, str],
    *,
    by: Person,
    seen_version: int,
    marking: str,
) -> Entry:
    """Take the step that adds a document, and write its row. The caller holds the transaction.

    `more` is what the entry says of the file besides: the encoding of a text, and why a file is sealed.
    """
    record = lock(record, by)
    step = _step_that_adds(record)
    said = {
        "id": str(document.pk),
        "kind": document.kind,
        "size": document.size,
        "sha256": bytes(document.digest).hex(),
        **more,
    }
    take = (
        partial(take_step, record.pk, step.id, typed, document=said)
        if isinstance(record, Case)
        else partial(take_beside, record, step, typed, also={"document": said})
    )
    entry = take(by=by, seen_version=seen_version, at=document.at, marking=marking)
    answers = entry.content.content["answers"]
    document.title = meanings(record.pack.form_of(step), answers)[Meaning.DOCUMENT_TITLE]
    document.number, document.level = entry.number, entry.content.level
    with writing(record.pk):
        document.save(force_insert=True)
    return entry


def _step_that_adds(record: Recorded) -> Step:
    """Return the step that adds a document. Raises NotNow without one, or where the record is full."""
    step, most = DOCUMENT.step(record.pack), record.pack.documents.most_in_a_case
    label = kind_of(record).label.lower()
    if step is None:
        raise NotNow(f"The policy of this {label} takes no documents.")
    if Document.objects.filter(record=record.pk).count() >= most:
        raise NotNow(f"A {label} holds at most {most} documents, and this one already has that many.")
    return step
