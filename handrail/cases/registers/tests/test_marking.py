"""A register entry that is marked higher is read by users vetted for it, on pages and in the database."""

import pytest
from django.urls import reverse

from handrail.access import context
from handrail.access.errors import NotAllowed
from handrail.cases.errors import InvalidAnswers
from handrail.cases.models import Case
from handrail.cases.models.register_entry import RECORD_KIND, RegisterEntry
from handrail.cases.registers import becoming
from handrail.cases.registers.register import titles_of
from handrail.cases.registers.tests.telling import advise, begin
from handrail.cases.registers.tests.test_projects import project
from handrail.cases.tests.cast import Cast, refer, take, typed_for
from handrail.cases.tests.staff import again, client_of
from handrail.cases.timeline.entries import chronology_with_answers
from handrail.cases.timeline.marking_actions import raise_marking
from handrail.ledger.models import Content, Entry
from handrail.organisations.models import Person
from handrail.organisations.vetting import Vetting
from handrail.policy.built_in import RAISE_MARKING
from handrail.records.drafts import Draft
from handrail.records.marking import WHOLE

POLICE = "official-sensitive-police"
SECRET = "Zirconium"


@pytest.fixture
def register_entry(cast: Cast) -> RegisterEntry:
    return advise(cast.officer, asked=SECRET)


def mark(register_entry: RegisterEntry, number: int, by: Person, marking: str = POLICE) -> RegisterEntry:
    by = again(by)
    with context.asking(by):
        raise_marking(register_entry, number, marking, by=by, reason="Shows how it is known")
    return RegisterEntry.objects.get(pk=register_entry.pk)


def vetted(someone: Person, level: Vetting) -> Person:
    someone.posts.update(vetting=level)
    return again(someone)


def contents_read(register_entry: RegisterEntry, reader: Person) -> set[int]:
    """Return the numbers of the entries whose content row security shows, whatever a page asks."""
    with context.asking(reader):
        found = Content.objects.filter(entry__chain=register_entry.pk)
        return set(found.values_list("entry__number", flat=True))


def answers_told(register_entry: RegisterEntry, reader: Person) -> list[str]:
    """Return every answer that the timeline tells a reader, without the help of row security."""
    told = chronology_with_answers(RegisterEntry.objects.get(pk=register_entry.pk), reader)
    return [answer.answer for _, answers in told for answer in answers]


@pytest.mark.parametrize("number", [WHOLE, 1])
def test_a_reader_without_the_vetting_reads_no_word_of_it_by_either_wall(
    cast: Cast, register_entry: RegisterEntry, number: int
) -> None:
    low = vetted(cast.second_officer, Vetting.PARTNER)
    assert SECRET in answers_told(register_entry, low)
    assert 1 in contents_read(register_entry, low)
    mark(register_entry, number, cast.supervisor)
    assert SECRET not in answers_told(register_entry, low)
    assert 1 not in contents_read(register_entry, low)
    assert SECRET in answers_told(register_entry, cast.supervisor)
    assert 1 in contents_read(register_entry, cast.supervisor)


@pytest.mark.parametrize("number", [WHOLE, 1])
def test_its_title_is_withheld_on_the_list_and_its_own_page(
    cast: Cast, register_entry: RegisterEntry, number: int
) -> None:
    low = vetted(cast.second_officer, Vetting.PARTNER)
    title = titles_of([register_entry], low)[register_entry.pk]
    assert title
    listed, own = (
        reverse(name, args=[part])
        for name, part in (
            ("cases:register", register_entry.register_id),
            ("cases:matter", register_entry.pk),
        )
    )
    assert title in client_of(low).get(listed).text
    register_entry = mark(register_entry, number, cast.supervisor)
    assert titles_of([register_entry], low) == {register_entry.pk: ""}
    for address in (listed, own):
        page = client_of(low).get(address).text
        assert register_entry.reference in page
        assert title not in page
        assert title in client_of(cast.supervisor).get(address).text


def test_each_marking_is_an_entry_on_its_own_chain_and_moves_the_version(
    cast: Cast, register_entry: RegisterEntry
) -> None:
    marked = mark(mark(register_entry, 1, cast.supervisor), WHOLE, cast.supervisor)
    assert (marked.version, marked.marking.id, marked.level) == (3, POLICE, Vetting.POLICE)
    entries = (
        Entry.objects.filter(chain=register_entry.pk, number__gt=1)
        .select_related("content")
        .order_by("number")
    )
    assert [(one.number, one.act, one.kind) for one in entries] == [
        (2, RAISE_MARKING.id, "register-entry"),
        (3, RAISE_MARKING.id, "register-entry"),
    ]
    assert [one.content.content["marked"][0]["number"] for one in entries] == [1, WHOLE]
    told = answers_told(register_entry, cast.supervisor)
    assert told.count("OFFICIAL-SENSITIVE – POLICE") == 2


def test_it_is_never_marked_lower_nor_above_the_own_vetting(
    cast: Cast, register_entry: RegisterEntry
) -> None:
    mark(register_entry, WHOLE, cast.supervisor)
    for marking in (POLICE, "official-sensitive", "official-sensitive-named"):
        with pytest.raises(InvalidAnswers):
            mark(register_entry, WHOLE, vetted(cast.supervisor, Vetting.POLICE), marking)


def test_nobody_marks_what_they_do_not_read(cast: Cast, register_entry: RegisterEntry) -> None:
    with pytest.raises(NotAllowed):
        mark(register_entry, WHOLE, cast.stranger)


def test_who_may_not_read_it_makes_no_referral_of_it(cast: Cast, register_entry: RegisterEntry) -> None:
    supervisor = vetted(cast.supervisor, Vetting.PARTNER)
    assert becoming.may_become(register_entry, supervisor)
    assert not becoming.may_become(mark(register_entry, WHOLE, cast.officer), supervisor)


def test_every_page_of_it_says_how_it_is_marked_at_top_and_bottom(
    cast: Cast, register_entry: RegisterEntry
) -> None:
    mark(register_entry, WHOLE, cast.supervisor)
    any_kind = [RECORD_KIND, register_entry.pk]
    for address in (
        reverse("cases:matter", args=[register_entry.pk]),
        *(reverse(f"cases:record-{name}", args=any_kind) for name in ("marking", "documents", "print")),
        reverse("cases:record-entry-marking", args=[*any_kind, 1]),
    ):
        page = client_of(cast.officer).get(address).text
        for place in ("top", "bottom"):
            _, _, after = page.partition(f"handrail-marking--{place}")
            assert "OFFICIAL-SENSITIVE – POLICE" in after.partition("</p>")[0], address


def test_it_may_be_marked_higher_when_it_is_recorded(cast: Cast) -> None:
    officer = client_of(cast.officer)
    begun = officer.post(reverse("cases:register-begin", args=["advice", "advice"])).headers["Location"]
    draft = Draft.objects.get(person=cast.officer)
    pack = draft.pack
    typed = typed_for(pack, pack.step_by_id["advice"], cast.force, outcome="not-referred", asked=SECRET)
    Draft.objects.filter(pk=draft.pk).update(typed=typed)
    check = begun.partition("page/")[0]
    assert "How should it be marked?" in officer.get(check).text
    assert officer.post(check, {"marking": POLICE, "tells-nobody": "yes"}).status_code == 302
    register_entry = RegisterEntry.objects.get()
    assert (register_entry.version, register_entry.level) == (1, 0)
    low = vetted(cast.second_officer, Vetting.PARTNER)
    assert SECRET not in answers_told(register_entry, low)
    assert contents_read(register_entry, low) == set()
    assert SECRET in answers_told(register_entry, cast.supervisor)


def test_what_is_withheld_says_by_which_marking(cast: Cast, register_entry: RegisterEntry) -> None:
    low = vetted(cast.second_officer, Vetting.PARTNER)
    mark(register_entry, WHOLE, cast.supervisor)
    page = client_of(low).get(reverse("cases:matter", args=[register_entry.pk])).text
    assert "Withheld: marked OFFICIAL-SENSITIVE – POLICE" in page
    assert "Withheld: marked OFFICIAL-SENSITIVE," not in page


LEFT_OUT = "1 entry in disruption is marked above your vetting, so this list leaves it out."


def shown(who: Person, name: str, *parts: object, **filters: str) -> str:
    return " ".join(client_of(again(who)).get(reverse(name, args=parts), filters).text.split())


def test_a_list_says_what_it_leaves_out_of_a_case_that_the_reader_may_read(cast: Cast) -> None:
    case = refer(cast)
    Case.objects.filter(pk=case.pk).update(owner=cast.second_officer, allocated=True)
    number = take(case, "disruption", cast.supervisor, called=SECRET, outcome="goes-on").number
    low = vetted(cast.second_officer, Vetting.PARTNER)
    assert SECRET in shown(low, "cases:register", "disruption")
    assert LEFT_OUT not in shown(low, "cases:register", "disruption")
    with context.asking(cast.supervisor):
        raise_marking(case, number, POLICE, by=cast.supervisor, reason="Shows how it is known")
    for filters in ({}, {"state": "open"}):
        text = shown(low, "cases:register", "disruption", **filters)
        assert SECRET not in text
        assert LEFT_OUT in text
        assert "Ask the Prevent team of Borsetshire Police" in text
    assert LEFT_OUT not in shown(cast.supervisor, "cases:register", "disruption")
    assert LEFT_OUT not in shown(cast.stranger, "cases:register", "disruption")


@pytest.mark.parametrize("number", [WHOLE, 1])
def test_what_groups_entries_says_that_some_are_above_the_readers_vetting(cast: Cast, number: int) -> None:
    made = project(cast, cast.officer)
    rally = begin("disruption", cast.officer, called=SECRET, project=str(made.pk))
    low = vetted(cast.second_officer, Vetting.PARTNER)
    lists: tuple[tuple[str, list[object], dict[str, str]], ...] = (
        ("cases:matter", [made.pk], {}),
        ("cases:register", ["disruption"], {"group": str(made.pk)}),
    )
    for name, parts, filters in lists:
        assert SECRET in shown(low, name, *parts, **filters)
    mark(rally, number, cast.supervisor)
    for name, parts, filters in lists:
        text = shown(low, name, *parts, **filters)
        assert SECRET not in text
        assert LEFT_OUT in text
        assert "Nothing that you can read belongs to it yet" not in text
        assert SECRET in shown(cast.supervisor, name, *parts, **filters)
        assert LEFT_OUT not in shown(cast.supervisor, name, *parts, **filters)


def test_what_is_withheld_says_whom_to_ask(cast: Cast, register_entry: RegisterEntry) -> None:
    low = vetted(cast.second_officer, Vetting.PARTNER)
    whom = 'your vetting does not reach that.</p> <p class="govuk-body">Ask the Prevent team of Borsetshire'
    assert whom not in shown(low, "cases:matter", register_entry.pk)
    mark(register_entry, 1, cast.supervisor)
    assert whom in shown(low, "cases:matter", register_entry.pk)
