"""Documents added to the tests' cases, by the act or on the page."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from handrail.access import context
from handrail.cases.documents.adding import add_document
from handrail.cases.files.models import Document
from handrail.cases.models import Case
from handrail.cases.models.register_entry import RegisterEntry
from handrail.cases.tests.staff import again, client_of
from handrail.organisations.models import Person

SAID = b"They met on the 3rd.\n"


def add(
    record: Case | RegisterEntry,
    by: Person,
    content: bytes = SAID,
    *,
    title: str = "Letter from the school",
    says: str = "",
    marking: str = "",
) -> Document:
    """Add a document to a record as it stands, and return its row."""
    record.refresh_from_db()
    by = again(by)
    typed = {"title": [title], "from": ["The head teacher"], "says": [says]}
    with context.asking(by):
        add_document(record, typed, content, by=by, seen_version=record.version, marking=marking)
    record.refresh_from_db()
    return Document.objects.get(record=record.pk, number=record.version)


def send(case: Case, by: Person, content: bytes | None = SAID, **more: str) -> Any:
    """Post a file on the documents page and return the response. The file's name and type are false."""
    case.refresh_from_db()
    typed: dict[str, Any] = {
        "title": "Letter from the school",
        "from": "The head teacher",
        "seen_version": str(case.version),
        **more,
    }
    if content is not None:
        typed["file"] = SimpleUploadedFile("../../letter.exe", content, "image/svg+xml")
    return client_of(by).post(reverse("cases:documents", args=[case.pk]), typed)
