"""Details of a subject: reported, later marked wrong, never lost."""

from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from handrail.access import context
from handrail.cases.engine import subject_details
from handrail.cases.engine.rebuild import differences
from handrail.cases.errors import InvalidAnswers, NotNow
from handrail.cases.models import Case
from handrail.cases.person.details_shown import SHOWN, right_first
from handrail.cases.tests.cast import Cast, answer, refer, take
from handrail.cases.tests.staff import again
from handrail.cases.timeline.marking_actions import raise_marking
from handrail.organisations.models import Person
from handrail.organisations.vetting import Vetting
from handrail.policy.schema.form import Meaning
from handrail.records.drafts import Draft
from handrail.subjects.details import Detail, DetailKind
from handrail.subjects.models import Key, Outline, PossibleMatch

FIRST = {
    "family-name": "Rashid",
    "given-name": "Muhammad",
    "phone": "07700 900111",
    "email": "m@example.org",
    "online-names": "Discord: wolf88",
    "other-names": "Mo",
}
NAME = {"what": "name", "name-sort": "spelling", "given-name": "Mohamed", "family-name": "al-Rashid"}


@pytest.fixture
def case(cast: Cast) -> Case:
    return refer(cast, "police-referral", cast.officer, **FIRST)


def known(case: Case, reader: Person) -> list[Detail]:
    with context.asking(reader):
        return subject_details.details_of(Case.objects.get(pk=case.pk))


def of_kind(case: Case, reader: Person, kind: DetailKind) -> list[Detail]:
    return [detail for detail in known(case, reader) if detail.kind == kind]


def test_the_kinds_of_detail_are_those_that_the_policy_can_mean(case: Case) -> None:
    meant = {meaning.detail[0] for meaning in Meaning if meaning.detail}
    listed = set(case.pack.codes_by_id["details"].labels)
    assert meant == listed == set(DetailKind)


def test_the_referral_tells_details_beside_the_first_record(case: Case, cast: Cast) -> None:
    kinds = [detail.kind for detail in known(case, cast.officer)]
    assert set(kinds) >= {"name", "other-names", "telephone", "email", "online-name", "address"}
    assert len(kinds) == len(set(kinds))


def test_a_name_that_is_added_stands_beside_the_first(case: Case, cast: Cast) -> None:
    take(case, "identity-detail", cast.officer, **NAME, source="His mother")
    first, second = of_kind(case, cast.officer, DetailKind.NAME)
    assert (first.what, first.number) == ({"given": "Muhammad", "family": "Rashid"}, 1)
    assert second.what["given"], second.what["family"] == ("Mohamed", "al-Rashid")
    assert (second.source, second.number, second.wrong_by) == ("His mother", case.version, None)
    assert case.subject
    assert case.subject.name == "Muhammad Rashid"


def test_what_is_wrong_is_kept_marked_and_not_compared(case: Case, cast: Cast) -> None:
    told = take(case, "identity-detail", cast.officer, **NAME)
    entry = answer(case, "detail-wrong", cast.officer, told.number, which="name", why="A clerk's slip")
    _, second = of_kind(case, cast.officer, DetailKind.NAME)
    assert second.wrong_by == entry.number
    assert second.what["family"] == "al-Rashid"
    assert not second.is_compared


def test_the_first_record_can_be_wrong_and_stays_as_it_was(case: Case, cast: Cast) -> None:
    entry = answer(case, "detail-wrong", cast.officer, 1, which="name", why="The school misspelt it")
    (first,) = of_kind(case, cast.officer, DetailKind.NAME)
    assert (first.wrong_by, first.what["family"]) == (entry.number, "Rashid")
    case.refresh_from_db()
    assert case.subject
    assert case.subject.family_name == "Rashid"


def test_what_holds_no_more_has_its_day_and_goes_on_being_compared(case: Case, cast: Cast) -> None:
    given = {"what": "address", "address": "1 Field Lane", "town": "Felpersham", "postcode": "LS1 4AP"}
    told = take(case, "identity-detail", cast.officer, **given)
    day = {"until-day": "1", "until-month": "3", "until-year": "2024"}
    entry = answer(case, "detail-ended", cast.officer, told.number, which="address", **day)
    detail = of_kind(case, cast.officer, DetailKind.ADDRESS)[-1]
    assert (detail.ended_by, str(detail.until)) == (entry.number, "2024-03-01")
    assert detail.is_compared


def beside(case: Case) -> list[tuple[UUID, str]]:
    """Return the subjects proposed as possible matches of a case's subject, each with its occasion."""
    return list(PossibleMatch.objects.filter(subject=case.subject_id).values_list("other", "because"))


def test_earlier_records_are_looked_for_again_when_more_is_known(cast: Cast) -> None:
    earlier = refer(cast, **{"given-name": "Zubair", "family-name": "Qadir", "phone": "07700 900123"})
    other = {
        "date-of-birth-day": "2",
        "date-of-birth-month": "9",
        "date-of-birth-year": "2001",
        "address": "",
        "town": "",
    }
    later = refer(cast, **{"given-name": "Jim", "family-name": "Wolf", "postcode": "", **other})
    assert (earlier.subject_id, "change") not in beside(later)
    name = NAME | {"given-name": "Zubair", "family-name": "Qadir"}
    take(later, "identity-detail", cast.officer, **name)
    take(later, "identity-detail", cast.officer, what="telephone", telephone="+44 7700 900 123")
    take(later, "identity-detail", cast.officer, what="date-of-birth")
    assert (earlier.subject_id, "change") in beside(later)


def test_nobody_is_found_by_what_is_known_to_be_wrong(case: Case, cast: Cast) -> None:
    told = take(case, "identity-detail", cast.officer, **NAME | {"family-name": "Zxqvy"})
    assert case.subject
    with_it = set(Outline.objects.get(pk=case.subject_id).keys)
    answer(case, "detail-wrong", cast.officer, told.number, which="name")
    without = set(Outline.objects.get(pk=case.subject_id).keys)
    assert without < with_it
    assert "zxqvy" not in Outline.objects.get(pk=case.subject_id).packed
    assert set(Key.objects.filter(subject=case.subject_id).values_list("key", flat=True)) == without


@pytest.mark.parametrize("number", [2, 99])
def test_an_entry_that_told_nothing_of_the_person_has_nothing_to_be_wrong(
    case: Case, cast: Cast, number: int
) -> None:
    take(case, "note", cast.officer)
    with pytest.raises(NotNow, match="Open the entry"):
        answer(case, "detail-wrong", cast.officer, number, which="name")


def test_only_what_the_entry_told_can_be_wrong(case: Case, cast: Cast) -> None:
    told = take(case, "identity-detail", cast.officer, **NAME)
    with pytest.raises(InvalidAnswers):
        answer(case, "detail-wrong", cast.officer, told.number, which="telephone")


def test_what_is_wrong_already_is_not_wrong_again(case: Case, cast: Cast) -> None:
    told = take(case, "identity-detail", cast.officer, **NAME)
    answer(case, "detail-wrong", cast.officer, told.number, which="name")
    with pytest.raises(NotNow, match="left to be settled"):
        answer(case, "detail-wrong", cast.officer, told.number, which="name")


def test_a_case_stands_where_its_entries_put_it_with_all_that_is_known_of_the_person(
    case: Case, cast: Cast
) -> None:
    told = take(case, "identity-detail", cast.officer, **NAME)
    take(case, "relation", cast.officer, relation="sibling", name="Tom")
    answer(case, "detail-wrong", cast.officer, told.number, which="name")
    answer(case, "detail-wrong", cast.officer, 1, which="address")
    until = {"until-day": "1", "until-month": "3", "until-year": "2024"}
    answer(case, "detail-ended", cast.officer, 1, which="telephone", **until)
    assert {d.wrong_by for d in known(case, cast.officer)} != {None}
    case.refresh_from_db()
    assert differences([case]) == []


@pytest.mark.parametrize("who", ["spoc", "stranger", "nation", "lead"])
def test_who_may_not_see_the_case_adds_and_sees_nothing(case: Case, cast: Cast, who: str) -> None:
    take(case, "identity-detail", cast.officer, **NAME)
    outsider: Person = getattr(cast, who)
    with context.asking(outsider):
        assert not Detail.objects.exists()


def test_a_detail_marked_higher_is_read_by_who_is_vetted_and_nobody_is_found_by_it(
    case: Case, cast: Cast
) -> None:
    told = take(case, "identity-detail", cast.officer, **NAME)
    assert Detail.objects.get(number=told.number).is_compared
    cast.officer.posts.update(vetting=Vetting.MANAGEMENT)
    officer = again(cast.officer)
    with context.asking(officer):
        raise_marking(
            case, told.number, "official-sensitive-named", by=officer, reason="Shows how it is known"
        )
    assert not Detail.objects.get(number=told.number).is_compared
    numbers = {who: [d.number for d in known(case, who)] for who in (officer, cast.fimu)}
    assert told.number in numbers[officer]
    assert told.number not in numbers[cast.fimu]
    # The page by itself withholds it too: here nobody asks the database.
    alone = {who: [d.number for d in right_first(case, who)] for who in (officer, cast.fimu)}
    assert told.number in alone[officer]
    assert told.number not in alone[cast.fimu]


def test_the_pages_show_all_that_is_known_and_mark_the_wrong(case: Case, cast: Cast, client: Client) -> None:
    told = take(case, "identity-detail", cast.officer, **NAME, source="His mother")
    take(case, "relation", cast.officer, relation="sibling", name="Tom")
    answer(case, "detail-wrong", cast.officer, told.number, which="name")
    client.force_login(cast.officer)
    for address in ("cases:people", "cases:identity"):
        page = client.get(reverse(address, args=[case.pk])).text
        for words in ("Mohamed al-Rashid", "His mother", "Why it is wrong", "Brother or sister", "Tom"):
            assert words in page
        assert page.index("Muhammad Rashid") < page.index("Mohamed al-Rashid")


def test_a_detail_is_called_wrong_from_where_it_stands(case: Case, cast: Cast, client: Client) -> None:
    client.force_login(cast.officer)
    page = client.get(reverse("cases:identity", args=[case.pk])).text
    address = reverse("cases:answer", args=[case.pk, 1, "detail-wrong"])
    assert f"{address}?which=telephone" in page
    assert reverse("cases:begin", args=[case.pk, "identity-detail"]) in page
    client.post(f"{address}?which=telephone")
    draft = Draft.objects.get(target_id=case.pk)
    assert (draft.about, draft.typed) == (1, {"which": ["telephone"]})
    client.post(
        reverse("cases:section", args=[draft.pk, "wrong"]), {"which": "telephone", "why": "It rings out"}
    )
    client.post(reverse("cases:answers", args=[draft.pk]))
    (phone,) = of_kind(case, cast.officer, DetailKind.TELEPHONE)
    assert phone.wrong_by == 2


ODD = [
    "",
    " ",
    "x",
    "🙂",
    "\u202eneddih",
    "الراشد محمد",
    "王秀英",
    "O'Brien-Smith, Jr",
    "<script>alert(1)</script>",
    "a" * 200,
]


@pytest.mark.parametrize("name", ODD)
def test_an_odd_name_is_kept_as_it_was_written_or_asked_for_again(
    case: Case, cast: Cast, client: Client, name: str
) -> None:
    given = NAME | {"family-name": name, "given-name": ""}
    if not name.strip():
        with pytest.raises(InvalidAnswers):
            take(case, "identity-detail", cast.officer, **given)
        return
    take(case, "identity-detail", cast.officer, **given)
    assert of_kind(case, cast.officer, DetailKind.NAME)[-1].what["family"] == name
    client.force_login(cast.officer)
    page = client.get(reverse("cases:identity", args=[case.pk]))
    assert (page.status_code, "<script>alert" in page.text) == (200, False)


def test_many_names_of_one_person_are_in_pages(
    case: Case, cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(8):
        take(case, "identity-detail", cast.officer, **NAME | {"family-name": f"Nym{number}"})
    client.force_login(cast.officer)
    monkeypatch.setattr("handrail.cases.person.views.details.PAGE", 5)
    pages = [client.get(reverse("cases:identity", args=[case.pk]), {"page": n}).text for n in (1, 2, 99)]
    assert [page.count("<bdi>") for page in pages[:2]] == [5, 5]
    assert "Nym7" not in pages[0] + pages[1]
    assert "Nym7" in pages[2]
    assert client.get(reverse("cases:people", args=[case.pk])).text.count("<bdi>") == SHOWN
