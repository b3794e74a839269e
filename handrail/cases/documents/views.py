"""Pages for the documents of a case, with its notes, and of any other record: list, add, download."""

import re
import unicodedata
from collections.abc import Mapping
from hashlib import sha256
from http import HTTPStatus
from typing import Any

import structlog
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods

from handrail.access import inputs
from handrail.access.audience import Audience
from handrail.access.errors import Refused
from handrail.access.files import takes_file
from handrail.access.models import Verb
from handrail.access.pages import page
from handrail.access.reading import looked
from handrail.access.views.people import person_of
from handrail.cases.documents.adding import add_document
from handrail.cases.documents.forms import Adding
from handrail.cases.errors import InvalidAnswers
from handrail.cases.files.inside.page_shown import LONGEST
from handrail.cases.files.inside.text import encoding_of
from handrail.cases.files.inspecting import Ended, NotTaken, show
from handrail.cases.files.models import Document
from handrail.cases.files.store import Missing, Unavailable
from handrail.cases.loading import AccessLevel, of_case, of_record
from handrail.cases.models import Case
from handrail.cases.person.moving_over import documents_among, listed_on
from handrail.cases.timeline.case_head import head_of
from handrail.cases.timeline.entries import answered_among, as_events, chronology, entries_of, event, since
from handrail.cases.timeline.marking_actions import marked_above, marking_of_page
from handrail.policy.step_kinds.kind import kind_of as step_kind_of
from handrail.policy.step_kinds.note import notes
from handrail.records.kinds import Recorded, kind_of
from handrail.records.packs import in_any, known_packs
from handrail.sign_in.again import fresh_proof

log = structlog.get_logger("handrail.documents")

LONGEST_NAME = 100
SEALED = " It could not be checked for scripts and links, so Handrail shows it page by page."
UNKNOWN, NOT_CHECKED = "application/octet-stream", ".not-checked"
NO_CODE = "default-src 'none'; sandbox; frame-ancestors 'none'"


@page(Audience.CASE_READERS, logged_as="the documents and notes of a case")
@require_http_methods(["GET", "POST"])
@takes_file
@of_case(AccessLevel.WHOLE, AccessLevel.READING, AccessLevel.PART)
def documents(request: HttpRequest, case: Case) -> HttpResponse:
    """List the documents and notes of a case; users who work on it get a form that adds a file."""
    form = Adding.of(case, person_of(request), request.POST, request.FILES)
    return added(request, case, form) or shown(request, case, form)


@page(Audience.SIGNED_IN, logged_as="the documents of a record")
@require_http_methods(["GET", "POST"])
@takes_file
@of_record()
def record_documents(request: HttpRequest, record: Recorded) -> HttpResponse:
    """List the documents of a record; users who may add one get a form that does."""
    person = person_of(request)
    form = Adding.of(record, person, request.POST, request.FILES)
    if done := added(request, record, form):
        return done
    events = chronology(record, person)
    context = {
        "record": record,
        "kind": kind_of(record),
        "documents": [event for event in events if step_kind_of(event.step).takes_file],
        "above": marked_above(record, events),
        "marking": marking_of_page(record, events),
        **state_of(form),
    }
    status = form.status if form else HTTPStatus.OK
    return render(request, "documents/record-documents.html", context, status=status)


def added(request: HttpRequest, record: Any, form: Adding | None) -> HttpResponse | None:
    """Add the posted document and return to its page; None where the page is to be shown, with any errors.

    404 for a user who may not add one.
    """
    if request.method == "GET":
        return None
    if form is None:
        raise Http404
    try:
        seen, by = form.seen_version, person_of(request)
        content = form.content()
        entry = add_document(record, form.typed, content, by=by, seen_version=seen, marking=form.marking)
    except InvalidAnswers as invalid:
        form.errors = invalid.errors
    except NotTaken as refused:
        form.errors = {"file": str(refused)}
    except Refused as refused:
        form.problem = refused.reason
        record.refresh_from_db(fields=["version"])
    else:
        sealed = "doubt" in entry.content.content["document"]
        messages.success(request, f"The document is on the {kind_of(record).label.lower()}.{SEALED * sealed}")
        return redirect(request.path)
    return None


def state_of(form: Adding | None) -> dict[str, Any]:
    """Return the form of a page as its template reads it."""
    return {
        "form": form,
        "errors": form.errors if form else {},
        "problem": form.problem if form else "",
    }


def shown(request: HttpRequest, case: Case, form: Adding | None) -> HttpResponse:
    """Render the page, with the form as submitted."""
    person = person_of(request)
    entries = entries_of(case)
    events = as_events(case, entries, person)
    came = documents_among(listed_on(case, entries), person) if case.only_stages is None else []
    if came:
        looked(request, sorted({document.record for document in came}), Verb.LISTED)
    context = {
        "case": case,
        "head": head_of(case) if case.only_stages is None else None,
        "documents": [event for event in events if step_kind_of(event.step).takes_file],
        "came": came,
        "notes": answered_among(case, entries, events, note_steps()),
        "note_steps": [] if form is None else [one for one in form.steps if step_kind_of(one).among_notes],
        "marking": marking_of_page(case, events),
        **state_of(form),
        "news": since(case, form.seen_version, person) if form and form.problem else [],
    }
    return render(request, "documents/documents.html", context, status=form.status if form else HTTPStatus.OK)


def note_steps() -> set[str]:
    """Return the ids of the steps that record a note, in every policy."""
    return set(in_any(known_packs(), notes))


@page(Audience.CASE_READERS, logged_as="a document of a case")
@require_http_methods(["GET", "POST"])
@of_case(AccessLevel.WHOLE, AccessLevel.READING, AccessLevel.PART)
def download(request: HttpRequest, case: Case, number: int) -> HttpResponse:
    """Send the file that an entry of a case added."""
    entry = reverse("cases:entry", args=[case.pk, number])
    return sending(request, case, number, entry, reverse("cases:documents", args=[case.pk]))


@page(Audience.SIGNED_IN, logged_as="a document of a record")
@require_http_methods(["GET", "POST"])
@of_record()
def record_download(request: HttpRequest, record: Recorded, number: int) -> HttpResponse:
    """Send the file that an entry of a record added."""
    kind = kind_of(record)
    documents = reverse("cases:record-documents", args=[kind.name, record.pk])
    return sending(request, record, number, kind.address(record.pk), documents)


def sending(request: HttpRequest, record: Recorded, number: int, entry: str, documents: str) -> HttpResponse:
    """Send the file that an entry added to a user who may read the entry; of a sealed file show a page.

    A sealed file leaves only by the form of the page that warns of it. The file is compared with the digest
    in its entry, and the read is logged, before any content is sent. What differs is refused, and reported in
    the log. `entry` and `documents` are the addresses of the pages with the entry and with all documents.
    """
    person = person_of(request)
    found = event(record, number, person)
    attached = found[0].document if found else None
    if found is None or attached is None:
        raise Http404
    sealed = bool(attached.doubt)
    if request.method == "POST" and not sealed:
        return HttpResponseNotAllowed(["GET"])
    if asked := fresh_proof(request, back="" if sealed else entry):
        return asked
    context = {"record": record, "event": found[0], "entry": entry, "documents": documents}
    if not (record.marking.printed and found[0].marking.printed):
        return unavailable(request, context, "marked", HTTPStatus.FORBIDDEN)
    document = get_object_or_404(Document.objects.of(record, person), number=number)
    try:
        content = document.content()
        if sha256(content).hexdigest() != attached.digest or document.kind != attached.kind:
            raise Missing(document.name)
    except Missing:
        log.error("document is not as its entry says")
        return unavailable(request, context, "gone", HTTPStatus.SERVICE_UNAVAILABLE)
    except Unavailable:
        return unavailable(request, context, "down", HTTPStatus.SERVICE_UNAVAILABLE)
    shows = sealed and request.method == "GET"
    looked(request, [record.pk, document.pk], Verb.CONSULTED if shows else Verb.EXPORTED)
    if shows:
        return on_the_screen(request, document, content, context)
    return file_of(document, content, attached.encoding, sealed=sealed)


def on_the_screen(
    request: HttpRequest, document: Document, content: bytes, context: Mapping[str, Any]
) -> HttpResponse:
    """Render a page of a sealed file as a picture or in words, with the warned way to the original."""
    number = inputs.number(request.GET.get("page", "")) or 1
    try:
        shown = show(content, document.what, number)
    except Ended:
        shown = None
    pages = shown.pages if shown else 1
    context = {**context, "shown": shown, "number": min(number, pages), "longest": f"{LONGEST:,}"}
    return render(request, "documents/sealed.html", context)


def file_of(document: Document, content: bytes, encoding: str, *, sealed: bool) -> HttpResponse:
    """Return a file as an attachment that no browser runs; no program opens a sealed one by itself."""
    answer = HttpResponse(
        content, content_type=UNKNOWN if sealed else content_type(document, content, encoding)
    )
    answer.headers["Content-Disposition"] = content_disposition_header(
        as_attachment=True, filename=file_name(document, sealed=sealed)
    )
    answer.headers["Content-Security-Policy"] = NO_CODE
    return answer


def content_type(document: Document, content: bytes, encoding: str) -> str:
    """Return the media type of a file; for a text with the encoding that its entry names.

    Older entries name none: there the encoding is detected from the content.
    """
    if not document.what.is_text:
        return document.what.media_type
    return f"{document.what.media_type}; charset={encoding or encoding_of(content)}"


def unavailable(request: HttpRequest, context: Mapping[str, Any], why: str, status: int) -> HttpResponse:
    """Render the page shown in place of a file that cannot be sent now."""
    return render(request, "documents/unavailable.html", {**context, "why": why}, status=status)


def file_name(document: Document, *, sealed: bool = False) -> str:
    """Return the name of a downloaded file: its title with the ending of its kind, and of a sealed file.

    The name holds no folder, no sign that turns the direction of writing, and no ending that starts a
    program.
    """
    plain = "".join(sign if _is_plain(sign) else " " for sign in document.title)
    short = re.sub(r"\s+", " ", plain)[:LONGEST_NAME].strip(" .")
    return (short or "document") + document.what.ending + (NOT_CHECKED if sealed else "")


def _is_plain(sign: str) -> bool:
    return unicodedata.category(sign)[0] in "LMN" or sign in " -_.,()'"
