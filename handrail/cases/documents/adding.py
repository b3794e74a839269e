"""Adding a document to a case: its file, its row and its entry are one act.

The file is complete on disk before the entry that names it is written. Where the entry fails, a file without
a row is left, which nobody can open and the worker deletes.
"""

from hashlib import sha256
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone

from handrail.access.context import writing
from handrail.access.errors import NotAllowed
from handrail.cases.engine.lock import lock, refuse_stale
from handrail.cases.errors import InvalidAnswers, NotNow
from handrail.cases.files import keeping
from handrail.cases.files.inside.text import encoding_of
from handrail.cases.files.inspecting import inspect
from handrail.cases.files.models import Document
from handrail.cases.files.store import Unavailable
from handrail.cases.models import Case
from handrail.cases.steps import actions
from handrail.ledger.models import Entry
from handrail.organisations.models import Person
from handrail.policy.answers import Typed
from handrail.policy.questions import meanings
from handrail.policy.schema.form import Meaning
from handrail.policy.step_kinds.document import DOCUMENT


def add_document(
    case_id: UUID, typed: Typed, content: bytes, *, by: Person, seen_version: int, marking: str = ""
) -> Entry:
    """Add a file to a case with the form's answers about it, and return the entry.

    Raises NotTaken for the file, InvalidAnswers for the answers, NotAllowed, NotNow or Stale as every step
    does, and NotNow where the store does not respond.
    """
    case = Case.objects.changed_by(by).filter(pk=case_id).first()
    if case is None:
        raise NotAllowed("You do not work on this case, or not any more.")
    refuse_stale(case, seen_version)
    _refuse_marking(case, marking)
    kind = inspect(content, case.pack.documents)
    document = Document(
        id=uuid4(),
        record=case.pk,
        kind=kind.id,
        size=len(content),
        digest=sha256(content).digest(),
        key=keeping.new_key(),
        name=keeping.new_name(),
        by=by,
        at=timezone.now(),
    )
    encoding = encoding_of(content) if kind.is_text else ""
    _keep(document, content)
    with transaction.atomic():
        return _record(document, typed, encoding, by=by, seen_version=seen_version, marking=marking)


def _refuse_marking(case: Case, marking: str) -> None:
    """Raise InvalidAnswers for a marking that forbids printing: nobody could open the file."""
    chosen = case.pack.marking_by_id.get(marking)
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
            "Documents cannot be kept at the moment. Nothing was recorded; try again later."
        ) from None


def _record(
    document: Document, typed: Typed, encoding: str, *, by: Person, seen_version: int, marking: str
) -> Entry:
    """Take the step that adds a document, and write its row. The caller holds the transaction."""
    case = lock(document.record, by)
    step, most = DOCUMENT.step(case.pack), case.pack.documents.most_in_a_case
    if step is None:
        raise NotNow("The policy of this case takes no documents.")
    if Document.objects.filter(record=case.pk).count() >= most:
        raise NotNow(f"A case holds at most {most} documents, and this one has as many.")
    said = {
        "id": str(document.pk),
        "kind": document.kind,
        "size": document.size,
        "sha256": bytes(document.digest).hex(),
    } | ({"encoding": encoding} if encoding else {})
    entry = actions.take_step(
        case.pk,
        step.id,
        typed,
        by=by,
        seen_version=seen_version,
        at=document.at,
        marking=marking,
        document=said,
    )
    answers = entry.content.content["answers"]
    document.title = meanings(case.pack.form_of(step), answers)[Meaning.DOCUMENT_TITLE]
    document.number, document.level = entry.number, entry.content.level
    with writing(case.pk):
        document.save(force_insert=True)
    return entry
