"""A note stays as it was written; a later one corrects it and names it."""

import pytest
from django.urls import reverse

from handrail.access import context
from handrail.cases.errors import NotNow
from handrail.cases.models import Case
from handrail.cases.steps import actions
from handrail.cases.tests.cast import Cast, take, typed_for
from handrail.cases.tests.staff import again, client_of, fill
from handrail.cases.timeline import marking_actions
from handrail.ledger.models import Entry
from handrail.organisations.models import Person


def correct(case: Case, number: int | None, by: Person, right: str) -> Entry:
    case.refresh_from_db()
    typed = typed_for(case.pack, case.pack.step_by_id["note-correction"], case.force, facts=right)
    by = again(by)
    with context.asking(by):
        return actions.take_step(
            case.pk, "note-correction", typed, by=by, seen_version=case.version, about=number
        )


def words(page: str) -> str:
    return " ".join(page.split())


def page_of(case: Case, reader: Person, name: str = "cases:documents", *more: int) -> str:
    return words(client_of(reader).get(reverse(name, args=[case.pk, *more])).content.decode())


def test_a_note_is_written_and_keeps_facts_and_views_apart(case: Case, cast: Cast) -> None:
    note = take(case, "note", cast.officer, facts="He was seen on Tuesday.", view="I think he was waiting.")
    assert note.content.content["answers"]["facts"] == "He was seen on Tuesday."
    page = page_of(case, cast.officer)
    assert page.index("What happened, and how do you know?") < page.index("He was seen on Tuesday.")
    assert page.index("What do you make of it?") < page.index("I think he was waiting.")


def test_a_note_is_corrected_by_a_later_one_and_stays_readable(case: Case, cast: Cast) -> None:
    note = take(case, "note", cast.officer, facts="He was seen on Tuesday.")
    begin = reverse("cases:answer", args=[case.pk, note.number, "note-correction"])
    assert begin in page_of(case, cast.officer, "cases:entry", note.number)
    fill(
        client_of(cast.officer),
        begin,
        case.pack.step_by_id["note-correction"],
        case.force,
        facts="Wednesday.",
    )
    later = Entry.objects.get(chain=case.pk, act="note-correction")
    assert later.content.content["about"] == note.number
    assert Entry.objects.get(pk=note.pk).content.content == note.content.content
    for page in (
        page_of(case, cast.officer),
        page_of(case, cast.officer, "cases:case"),
        page_of(case, cast.officer, "cases:entry", note.number),
    ):
        assert f">entry {later.number}</a>" in page
        assert "Corrected" in page
    page = page_of(case, cast.officer)
    assert "He was seen on Tuesday." in page
    assert "Wednesday." in page
    assert f">entry {note.number}</a>" in page_of(case, cast.officer, "cases:entry", later.number)
    assert begin not in page_of(case, cast.officer, "cases:entry", note.number)


def test_a_note_is_corrected_once_and_then_its_correction(case: Case, cast: Cast) -> None:
    note = take(case, "note", cast.officer)
    first = correct(case, note.number, cast.officer, "Wednesday")
    with pytest.raises(NotNow, match=f"already been corrected by entry {first.number}"):
        correct(case, note.number, cast.supervisor, "Thursday")
    second = correct(case, first.number, cast.supervisor, "Thursday")
    assert second.content.content["about"] == first.number


@pytest.mark.parametrize("number", [None, 0, 1, 99])
def test_nothing_but_a_note_is_corrected(case: Case, cast: Cast, number: int | None) -> None:
    take(case, "note", cast.officer)
    with pytest.raises(NotNow, match="start from there"):
        correct(case, number, cast.officer, "Wednesday")
    begin = reverse("cases:answer", args=[case.pk, number or 0, "note-correction"])
    assert client_of(cast.officer).post(begin).status_code == 409


def test_what_somebody_may_not_read_they_do_not_correct(case: Case, cast: Cast) -> None:
    from datetime import date

    from handrail.organisations.vetting import Vetting

    note = take(case, "note", cast.officer)
    by = again(cast.supervisor)
    with context.asking(by):
        marking_actions.raise_marking(
            case, note.number, "official-sensitive-police", by=by, reason="A source"
        )
    cast.practitioner.posts.update(vetting=Vetting.PARTNER, vetted_until=date(2099, 1, 1))
    with pytest.raises(NotNow, match="cannot read"):
        correct(case, note.number, cast.practitioner, "Wednesday")


def test_a_correction_is_offered_at_its_note_and_nowhere_else(case: Case, cast: Cast) -> None:
    take(case, "note", cast.officer)
    page = page_of(case, cast.officer, "cases:case")
    assert reverse("cases:begin", args=[case.pk, "note"]) in page
    assert "note-correction" not in page
