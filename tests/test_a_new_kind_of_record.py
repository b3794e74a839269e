"""A kind of record that nothing below knows has drafts, a chain, a timeline, marking, documents and paper.

`tests/meetings.py` is the whole of it. What it adds to a room below is rows: one line of `rows.KINDS`.
"""

import ast
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from uuid import UUID

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import ProgrammingError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

import handrail
from handrail.access import actions as access
from handrail.access import context, grant_kinds
from handrail.access.errors import NotAllowed
from handrail.access.models import Exclusion, Grant, Reading, Verb
from handrail.cases.drafts.beginning import draft_of, first_page
from handrail.cases.files.models import Document
from handrail.cases.timeline.entries import chronology_with_answers
from handrail.config import row_security
from handrail.ledger import rebuild
from handrail.ledger.models import Chain, Content, Entry
from handrail.ledger.record import append
from handrail.organisations.models import Person
from handrail.organisations.tests.cast import Cast, make_cast
from handrail.organisations.vetting import Vetting
from handrail.policy.step_kinds import kind
from handrail.records import drafts, kinds, packs, shared_acts
from handrail.records.acts import Actor, Said, act_on
from handrail.records.drafts import Draft
from handrail.records.marking import WHOLE
from tests import meetings
from tests.meetings import (
    MEETING,
    MINUTING,
    PROJECTION,
    ROWS,
    Meeting,
    MeetingDrafts,
    MeetingSharedActs,
    Minutes,
    call,
    close,
    lay_policy,
    let_in,
    minute,
)

SAID = "The hall was booked twice"


@pytest.fixture
def cast(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cast]:
    """Make the cast, in a Handrail with the room of meetings added."""
    monkeypatch.setattr(kinds, "_kinds", {**kinds._kinds})
    monkeypatch.setattr(drafts, "_drafts", {**drafts._drafts})
    monkeypatch.setattr(shared_acts, "_shared", {**shared_acts._shared})
    monkeypatch.setattr(kind, "_kinds", {**kind._kinds})
    kind.register(Minutes())
    kinds.register(MEETING)
    monkeypatch.setattr(rebuild, "_projections", [*rebuild._projections])
    rebuild.register(PROJECTION)
    drafts.register_drafts(MeetingDrafts())
    for name, rule in meetings.KINDS_OF_GRANT.items():
        grant_kinds.register(name, rule)
    shared_acts.register_shared_acts(MeetingSharedActs())
    lay_policy(tmp_path, Path(settings.PACKS))
    monkeypatch.setattr(settings, "PACKS", tmp_path)
    packs.known_packs.cache_clear()
    with connection.schema_editor() as editor:
        editor.create_model(Meeting)
    with connection.cursor() as cursor:
        cursor.execute("GRANT SELECT, INSERT, UPDATE ON meetings_meeting TO handrail_web")
        for made in row_security.who_asks():
            cursor.execute(made)
        for table, rows in ROWS.items():
            row_security.secure(cursor, table, rows)
    yield make_cast()
    for name in meetings.KINDS_OF_GRANT:
        del grant_kinds.RULES[name]
    packs.known_packs.cache_clear()
    packs.pack.cache_clear()


@pytest.fixture
def meeting(cast: Cast) -> Meeting:
    with context.asking(cast.supervisor):
        return call(cast.force)


def minuted(meeting: Meeting, by: Person, text: str = SAID) -> Entry:
    with context.asking(by):
        version = Meeting.objects.get(pk=meeting.pk).version
        return minute(meeting.pk, "minutes", {"minuted": [text]}, by=by, seen_version=version)


def timeline_of(meeting: Meeting, reader: Person) -> list[tuple[str, str, list[str]]]:
    """Return the timeline of a meeting for a reader: title, actor, and answers."""
    with context.asking(reader):
        now = Meeting.objects.get(pk=meeting.pk)
        return [
            (event.title, event.by, [answer.answer for answer in answers])
            for event, answers in chronology_with_answers(now, reader)
        ]


def test_an_act_lies_on_a_chain_of_its_own_kind(cast: Cast, meeting: Meeting) -> None:
    entry = minuted(meeting, cast.supervisor)
    assert (entry.kind, entry.number, entry.act, entry.pack) == (MEETING.name, 1, "minutes", meetings.PACK)
    assert Chain.objects.get(pk=meeting.pk).kind == MEETING.name
    assert Meeting.objects.get(pk=meeting.pk).version == 1


def test_its_rows_are_compared_with_its_entries(cast: Cast, meeting: Meeting) -> None:
    assert (rebuild.check().compared, rebuild.check().differences) == (0, [])
    minuted(meeting, cast.supervisor)
    assert (rebuild.check().compared, rebuild.check().differences) == (1, [])
    Meeting.objects.update(version=7)
    [found] = rebuild.check().differences
    assert (found.record, found.table, found.column) == (f"chain {meeting.pk}", "meetings_meeting", "version")


def test_its_timeline_is_told_as_that_of_a_case(cast: Cast, meeting: Meeting) -> None:
    minuted(meeting, cast.supervisor)
    minuted(meeting, cast.officer, "Then it was booked once")
    assert timeline_of(meeting, cast.lead) == [
        ("Minutes", cast.officer.name, ["Then it was booked once"]),
        ("Minutes", cast.supervisor.name, [SAID]),
    ]


def test_a_form_about_it_is_filled_in_and_sent_once(cast: Cast, meeting: Meeting) -> None:
    client = Client()
    client.force_login(cast.officer)
    with context.asking(cast.officer):
        draft = draft_of(cast.officer, meeting, meeting.pack.step_by_id["minutes"])
        assert draft_of(cast.officer, meeting, meeting.pack.step_by_id["minutes"]) == draft
        first = first_page(draft)
    shown = client.get(first).content.decode()
    assert "What was said?" in shown
    assert meeting.reference in shown
    answers = reverse("cases:answers", args=[draft.pk])
    assert client.post(first, {"minuted": SAID}).headers["Location"] == answers
    assert meeting.reference in client.get(reverse("web:home")).content.decode()
    for _ in range(2):
        assert client.post(answers).headers["Location"] == f"/meetings/{meeting.pk}/"
    assert timeline_of(meeting, cast.officer) == [("Minutes", cast.officer.name, [SAID])]
    read = Reading.objects.filter(person=cast.officer.pk, records__contains=[meeting.pk])
    assert read.exists()


def test_somebody_who_was_overtaken_sees_what_is_new_and_sends_again(cast: Cast, meeting: Meeting) -> None:
    client = Client()
    client.force_login(cast.officer)
    with context.asking(cast.officer):
        step = meeting.pack.step_by_id["minutes"]
        draft = draft_of(cast.officer, meeting, step)
        Draft.objects.filter(pk=draft.pk).update(typed={"minuted": [SAID]})
    minuted(meeting, cast.supervisor, "Meanwhile")
    address = reverse("cases:answers", args=[draft.pk])
    refused = client.post(address, {"seen_version": "0"})
    assert refused.status_code == 409
    assert f"by {cast.supervisor.name}" in refused.content.decode()
    assert client.post(address, {"seen_version": "1"}).status_code == 302
    assert Meeting.objects.get().version == 2


def seen(person: Person | None, meeting: UUID) -> dict[str, int]:
    """How many rows of a meeting row security shows, whatever the application asks."""
    with context.asking(person):
        return {
            "meeting": Meeting.objects.filter(pk=meeting).count(),
            "entry": Entry.objects.filter(chain=meeting).count(),
            "content": Content.objects.filter(entry__chain=meeting).count(),
            "draft": Draft.objects.filter(target_id=meeting).count(),
        }


def test_the_database_keeps_it_from_those_who_do_not_see_it(cast: Cast, meeting: Meeting) -> None:
    minuted(meeting, cast.supervisor)
    with context.asking(cast.officer):
        draft_of(cast.officer, meeting, meeting.pack.step_by_id["minutes"])
    assert seen(cast.officer, meeting.pk) == {"meeting": 1, "entry": 1, "content": 1, "draft": 1}
    assert seen(cast.supervisor, meeting.pk) == {"meeting": 1, "entry": 1, "content": 1, "draft": 0}
    for other in (cast.stranger, cast.auditor, None):
        assert seen(other, meeting.pk) == dict.fromkeys(("meeting", "entry", "content", "draft"), 0)
    cast.officer.posts.update(until="2021-01-01")
    assert seen(cast.officer, meeting.pk)["draft"] == 0


def test_nobody_adds_to_a_meeting_that_they_do_not_work_on(cast: Cast, meeting: Meeting) -> None:
    by = Actor(cast.stranger.pk, "prevent-supervisor", cast.force.pk)
    step = meeting.pack.step_by_id["minutes"]
    act = act_on(meeting, step, Said(), by=by, happened_at=timezone.now())
    with context.asking(cast.stranger):
        with pytest.raises(NotAllowed):
            minute(meeting.pk, step.id, {"minuted": [SAID]}, by=cast.stranger, seen_version=0)
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            append(act)
    assert seen(cast.supervisor, meeting.pk)["entry"] == 0


def page_of(meeting: Meeting, name: str, *more: int) -> str:
    """Return the address of a page that every kind of record has."""
    return reverse(f"cases:record-{name}", args=[MEETING.name, meeting.pk, *more])


def as_(person: Person) -> Client:
    client = Client()
    client.force_login(Person.objects.get(pk=person.pk))
    return client


def mark(meeting: Meeting, number: int, by: Person) -> None:
    """Mark a meeting or one of its entries higher, on the page."""
    address = page_of(meeting, "entry-marking", number) if number else page_of(meeting, "marking")
    said = {"marking": "official-sensitive-police", "reason": "Shows how it is known"}
    assert as_(by).post(address, said).headers["Location"] == f"/meetings/{meeting.pk}/"


@pytest.mark.parametrize("number", [WHOLE, 1])
def test_what_is_marked_higher_is_withheld_by_both_walls(cast: Cast, meeting: Meeting, number: int) -> None:
    minuted(meeting, cast.supervisor)
    cast.officer.posts.update(vetting=Vetting.PARTNER)
    assert timeline_of(meeting, cast.officer) == [("Minutes", cast.supervisor.name, [SAID])]
    assert seen(cast.officer, meeting.pk)["content"] == 1
    mark(meeting, number, cast.supervisor)
    title, _, answers = timeline_of(meeting, cast.officer)[-1]
    assert (title, answers) == ("Minutes", [])
    with context.asking(cast.officer):
        assert not Content.objects.filter(entry__chain=meeting.pk, entry__number=1).exists()
    title, _, answers = timeline_of(meeting, cast.supervisor)[-1]
    assert (title, answers) == ("Minutes", [SAID])
    assert rebuild.check().differences == []
    last = Entry.objects.filter(chain=meeting.pk).latest("number")
    assert (last.number, last.act, last.kind) == (2, "raise-marking", MEETING.name)


def test_a_document_is_added_and_opened_on_the_pages_that_every_kind_has(
    cast: Cast, meeting: Meeting
) -> None:
    client, listed = as_(cast.supervisor), page_of(meeting, "documents")
    said = {"title": "Agenda", "from": "The clerk", "seen_version": 0, "marking": "official-sensitive-police"}
    page = client.post(listed, {**said, "file": SimpleUploadedFile("a.txt", b"Item 1")}, follow=True).text
    assert "The document is on the meeting." in page
    assert "Agenda" in page
    assert client.get(page_of(meeting, "document", 1)).content == b"Item 1"
    cast.officer.posts.update(vetting=Vetting.PARTNER)
    withheld = as_(cast.officer).get(listed).text
    assert "A document is withheld" in withheld
    assert "Agenda" not in withheld
    for other, answer in ((cast.officer, 404), (cast.stranger, 404), (cast.lead, 200)):
        assert as_(other).get(page_of(meeting, "document", 1)).status_code == answer


def test_the_database_keeps_a_document_from_those_who_do_not_read_its_entry(
    cast: Cast, meeting: Meeting
) -> None:
    entry = minuted(meeting, cast.supervisor)
    cast.officer.posts.update(vetting=Vetting.PARTNER)
    document = Document(
        record=meeting.pk, number=entry.number, title="Agenda", kind="text", size=6, digest=bytes(32),
        key=bytes(32), store="folder", name="agenda", level=entry.content.level, by=cast.stranger,
        at=timezone.now(),
    )  # fmt: skip
    with (
        context.asking(cast.stranger),
        pytest.raises(ProgrammingError, match="row-level"),
        transaction.atomic(),
    ):
        document.save(force_insert=True)
    document.by = cast.supervisor
    with context.asking(cast.supervisor):
        document.save(force_insert=True)

    def titles(reader: Person) -> list[str]:
        with context.asking(reader):
            return [one.title for one in Document.objects.of(meeting, reader)]

    assert titles(cast.officer) == titles(cast.lead) == ["Agenda"]
    assert titles(cast.stranger) == []
    mark(meeting, entry.number, cast.supervisor)
    assert titles(cast.officer) == []
    assert titles(cast.lead) == ["Agenda"]


def test_it_is_printed_on_the_page_that_every_kind_has(cast: Cast, meeting: Meeting) -> None:
    minuted(meeting, cast.supervisor)
    said = {"paper": "chronology", "purpose": "inquest", "reason": "For the file", "recipient": "Nobody else"}
    paper = as_(cast.lead).post(page_of(meeting, "print"), said)
    pdf = PdfReader(BytesIO(paper.content))
    text = " ".join(" ".join(page.extract_text() for page in pdf.pages).split())
    for words in ("The meeting", meeting.reference, SAID, "Nobody else"):
        assert words in text
    assert "The case" not in text
    line = Reading.objects.filter(verb=Verb.PRINTED, records=[meeting.pk]).get()
    assert (line.person, line.recipient) == (cast.lead.pk, "Nobody else")


def meetings_of(person: Person) -> list[str]:
    """Return the references of the meetings that a person sees; both walls must agree."""
    fresh = Person.objects.get(pk=person.pk)
    by_itself = [one.reference for one in Meeting.objects.visible_to(fresh)]
    with context.asking(fresh), connection.cursor() as cursor:
        cursor.execute("SELECT reference FROM meetings_meeting")
        by_rows = [reference for (reference,) in cursor.fetchall()]
    assert sorted(by_itself) == sorted(by_rows)
    return by_rows


def invited(meeting: Meeting, guest: Person, by: Person, **more: str) -> Grant:
    """Let a guest in to the meeting until a day from now; it is on the day on which the test runs."""
    now = timezone.now()
    with context.asking(by):
        return let_in(meeting, guest, by=by, until=now + timedelta(1), on=timezone.localdate(now), **more)


@pytest.fixture
def other(cast: Cast) -> Meeting:
    """Another meeting of the force, to which nobody is invited."""
    with context.asking(cast.supervisor):
        return call(cast.force)


def test_a_guest_sees_one_meeting_until_it_is_over(cast: Cast, meeting: Meeting, other: Meeting) -> None:
    guest = cast.stranger
    minuted(meeting, cast.supervisor)
    minuted(other, cast.supervisor)
    assert meetings_of(guest) == []
    invited(meeting, guest, cast.supervisor)
    assert meetings_of(guest) == [meeting.reference]
    assert seen(guest, meeting.pk) == {"meeting": 1, "entry": 1, "content": 1, "draft": 0}
    assert seen(guest, other.pk)["entry"] == 0
    assert timeline_of(meeting, guest) == [("Minutes", cast.supervisor.name, [SAID])]
    assert meetings_of(cast.nation) == []
    with context.asking(cast.supervisor):
        assert close(meeting, by=cast.supervisor) == 1
    assert meetings_of(guest) == []
    assert not any(seen(guest, meeting.pk).values())


def test_a_guest_sees_no_meeting_after_the_moment_set_for_the_latest(cast: Cast, meeting: Meeting) -> None:
    grant = invited(meeting, cast.stranger, cast.supervisor)
    assert meetings_of(cast.stranger) == [meeting.reference]
    Grant.objects.filter(pk=grant.pk).update(until=timezone.now())
    assert meetings_of(cast.stranger) == []


def test_a_guest_reads_and_only_one_who_takes_the_minutes_adds(cast: Cast, meeting: Meeting) -> None:
    guest = cast.stranger
    invited(meeting, guest, cast.supervisor)
    with context.asking(guest):
        assert Meeting.objects.filter(pk=meeting.pk).update(version=9) == 0
    with pytest.raises(NotAllowed):
        minuted(meeting, guest)
    invited(meeting, guest, cast.supervisor, kind=MINUTING)
    minuted(meeting, guest)
    assert timeline_of(meeting, cast.supervisor) == [("Minutes", guest.name, [SAID])]


def test_only_those_who_work_on_a_meeting_let_somebody_in(cast: Cast, meeting: Meeting) -> None:
    invited(meeting, cast.stranger, cast.supervisor)
    with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        invited(meeting, cast.spoc, cast.stranger)
    with context.asking(cast.supervisor):
        assert Grant.objects.filter(record=meeting.pk).count() == 1
    with context.asking(cast.spoc):
        assert not Grant.objects.filter(record=meeting.pk).exists()


def test_who_is_kept_out_of_a_meeting_sees_it_neither_by_post_nor_as_a_guest(
    cast: Cast, meeting: Meeting, other: Meeting
) -> None:
    invited(meeting, cast.stranger, cast.supervisor)
    assert len(meetings_of(cast.officer)) == 2
    with context.asking(cast.supervisor), context.writing(meeting.pk):
        for person in (cast.officer, cast.stranger):
            post = cast.supervisor.current_posts[0]
            access.exclude(meeting.pk, person, by=cast.supervisor, post=post, reason="A brother of one")
        assert Exclusion.objects.filter(record=meeting.pk).count() == 2
    assert meetings_of(cast.officer) == [other.reference]
    assert meetings_of(cast.stranger) == []


def test_the_home_page_of_a_guest_leads_to_the_meeting(cast: Cast, meeting: Meeting) -> None:
    client = Client()
    client.force_login(cast.stranger)
    assert meeting.reference not in client.get(reverse("web:home")).content.decode()
    grant = invited(meeting, cast.stranger, cast.supervisor)
    page = client.get(reverse("web:home")).content.decode()
    assert f'href="/meetings/{meeting.pk}/"' in page
    assert meeting.reference in page
    assert f"Attending: {grant.event_words}" in page
    assert "When that is over, at the latest" in page
    with context.asking(cast.supervisor):
        close(meeting, by=cast.supervisor)
    assert meeting.reference not in client.get(reverse("web:home")).content.decode()


def test_nothing_in_handrail_names_it() -> None:
    named = [
        path
        for path in Path(handrail.__file__).parent.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and node.value == MEETING.name
    ]
    assert named == []
