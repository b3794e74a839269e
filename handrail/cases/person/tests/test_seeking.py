"""Looking for a person by anything that is known: found, explained, pointed to, logged, never an error."""

import re
from dataclasses import fields
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import escape

from handrail.access import context
from handrail.access.models import Reading, Verb
from handrail.cases.models import Case
from handrail.cases.person.matches.tests.two import elsewhere
from handrail.cases.person.search import (
    AGE_ALONE,
    ALONE,
    CAPPED,
    NOT_A_DATE,
    NOT_ALL,
    NOT_AN_AGE,
    NOT_USED,
    TOO_LITTLE,
    TOO_MANY,
    Result,
    day_in,
    seek,
)  # fmt: skip
from handrail.cases.tests.cast import Cast, answer, refer, take
from handrail.organisations.capabilities import Capability
from handrail.organisations.models import Person
from handrail.subjects.models import SearchNotice

BORN = {"date-of-birth-day": "27", "date-of-birth-month": "3", "date-of-birth-year": "2004"}
WHO = {
    "given-name": "Zubair", "family-name": "Qadirov", "other-names": "Zub, The Wolf", "phone": "07700 900123",
    "email": "zq@example.org", "online-names": "Discord: wolf88", "address": "14 Mill Lane",
    "town": "Felpersham", "postcode": "LS9 7QX", **BORN,
}  # fmt: skip
TODAY = date(2026, 11, 26)


@pytest.fixture
def case(cast: Cast) -> Case:
    return refer(cast, "police-referral", cast.officer, **WHO)


def found(cast: Cast, **typed: str) -> Result:
    with context.asking(cast.officer):
        return seek(typed, TODAY, by=cast.officer)


@pytest.mark.parametrize(
    "typed",
    [
        {"name": "Zubair Qadirov"},
        {"name": "qadirov zubair"},
        {"name": "Zubayr Kadirov"},
        {"born": "27 3 2004"},
        {"telephone": "+44 7700 900 123"},
        {"email": "ZQ@example.org"},
        {"online": "wolf88"},
        {"address": "14 Mill Lane", "postcode": "LS9 7QX"},
        {"postcode": "ls97qx"},
        {"name": "Qadirov", "age": "22"},
    ],
    ids=" ".join,
)
def test_somebody_is_found_by_any_of_what_is_known(cast: Cast, case: Case, typed: dict[str, str]) -> None:
    result = found(cast, **typed)
    assert [one.case for one in result.seen] == [case]
    parts = result.seen[0].candidate.likeness.parts
    assert parts
    assert all(part.words for part in parts)
    assert sum(part.weight for part in parts) == result.seen[0].candidate.likeness.weight


def test_somebody_is_found_by_what_was_learnt_later_and_not_by_what_is_wrong(cast: Cast, case: Case) -> None:
    take(
        case,
        "identity-detail",
        cast.officer,
        what="online-name",
        **{"online-name": "nightjar", "online-where": ""},
    )
    assert [one.case for one in found(cast, online="nightjar").seen] == [case]
    answer(case, "detail-wrong", cast.officer, case.version, which="online-name")
    assert found(cast, online="nightjar").seen == []


def test_a_record_elsewhere_is_a_pointer_and_it_is_kept_who_was_pointed_to_it(
    cast: Cast, client: Client
) -> None:
    other = elsewhere(cast, **WHO)
    Case.objects.filter(pk=other.pk).update(owner=cast.stranger, allocated=True)
    client.force_login(cast.officer)
    page = client.post(reverse("cases:find-person"), {"name": "Zubair Qadirov", "born": "27 3 2004"}).text
    assert cast.stranger.email in page
    assert "which you cannot see" in page
    for secret in (other.reference, "Mill Lane", "LS9 7QX", str(other.pk)):
        assert secret not in page
    assert list(SearchNotice.objects.values_list("subject", "by")) == [(other.subject_id, cast.officer.pk)]


def test_one_name_alone_points_nowhere(cast: Cast) -> None:
    elsewhere(cast, **WHO)
    assert found(cast, name="Qadirov").pointers == []
    assert not SearchNotice.objects.exists()


CLEAR = {"name": "Ottoline Trevanion", "born": "3 4 1991"}


def test_nothing_is_there_only_where_all_was_used_and_nothing_left_out(cast: Cast, case: Case) -> None:
    result = found(cast, **CLEAR)
    assert (result.is_clear, result.found, list(result.notes)) == (True, 0, [])


@pytest.mark.parametrize(
    ("typed", "note"),
    [
        ({"born": "yesterday"}, NOT_A_DATE),
        ({"born": "99 99 9999"}, NOT_A_DATE),
        ({"born": "31 13 2004"}, NOT_A_DATE),
        ({"age": "young"}, NOT_AN_AGE),
        ({"age": "22"}, ALONE["age"]),
        ({"born": "2004"}, ALONE["born"]),
        ({"town": "Not known"}, NOT_USED["town"]),
        ({"telephone": "123"}, NOT_USED["telephone"]),
        ({"telephone": "00000000000"}, NOT_USED["telephone"]),
        ({"telephone": "07700 900555, 12"}, NOT_USED["telephone"]),
        ({"email": "zq"}, NOT_USED["email"]),
        ({"email": "none@nhs.net"}, NOT_USED["email"]),
        ({"online": "Instagram"}, NOT_USED["online"]),
        ({"online": "they would not say what it is called"}, NOT_USED["online"]),
        ({"postcode": "ZZ99 3VZ"}, NOT_USED["postcode"]),
        ({"postcode": "LS9"}, NOT_USED["postcode"]),
        ({"address": "no fixed abode"}, NOT_USED["address"]),
        ({"address": "Mill Lane"}, ALONE["address"]),
        ({"name": "Not known", "telephone": "07700 900555"}, NOT_USED["name"]),
        ({"name": "Unknown, Ottoline Trevanion"}, NOT_USED["name"]),
        ({"name": ",".join(f"Nym{chr(97 + n)}" for n in range(9))}, NOT_ALL),
        ({"name": "one two three four five six seven eight nine ten"}, NOT_ALL),
    ],
)
def test_what_could_not_be_used_is_no_all_clear(
    cast: Cast, case: Case, client: Client, typed: dict[str, str], note: str
) -> None:
    result = found(cast, **(CLEAR | {"born": ""} | typed))
    assert (note in result.notes, result.is_clear) == (True, False)
    client.force_login(cast.officer)
    page = client.post(reverse("cases:find-person"), CLEAR | {"born": ""} | typed).text
    assert escape(note) in page
    assert "No records" not in page


@pytest.mark.parametrize(
    "typed", [{"town": "Felpersham"}, {"born": "2004"}, {"postcode": "LS9"}, {"address": "Mill"}]
)
def test_what_nobody_is_looked_for_by_is_no_search(cast: Cast, case: Case, typed: dict[str, str]) -> None:
    assert TOO_LITTLE in found(cast, **typed).notes


def test_a_record_elsewhere_that_shares_too_little_is_counted_and_is_no_all_clear(
    cast: Cast, client: Client
) -> None:
    elsewhere(cast, **WHO)
    result = found(cast, name="Qadirov")
    assert (result.pointers, result.unshown, result.is_clear) == ([], 1, False)
    client.force_login(cast.officer)
    page = client.post(reverse("cases:find-person"), {"name": "Qadirov"}).text
    assert "1 record that you cannot see shares a little" in page
    assert "No records" not in page
    assert cast.stranger.current_posts[0].organisation.name not in page


def test_a_search_that_was_cut_off_is_no_all_clear(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere(cast, **WHO)
    elsewhere(cast, **WHO | {"given-name": "Zubayr"})
    monkeypatch.setattr("handrail.subjects.finding.near.__kwdefaults__", {"except_for": (), "most": 1})
    result = found(cast, **CLEAR | {"name": "Zubair Trevanion"})
    assert (result.found, CAPPED in result.notes, result.is_clear) == (0, True, False)


def test_a_record_that_differs_more_than_it_agrees_is_named_below(
    cast: Cast, case: Case, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed = {"name": "Zubair Trevanion", "born": "3 4 1971", "postcode": "TR1 1AA"}
    result = found(cast, **typed)
    assert ([one.case for one in result.unlike], result.seen) == ([case], [])
    assert CAPPED not in result.notes
    monkeypatch.setattr("handrail.cases.person.search.MOST_SHOWN", 0)
    cut = found(cast, **typed)
    assert (cut.unlike, CAPPED in cut.notes) == ([], True), "those left out of the list are said to be"
    monkeypatch.undo()
    client.force_login(cast.officer)
    assert case.reference in client.post(reverse("cases:find-person"), typed).text


def test_a_restricted_record_changes_no_word_of_an_answer(cast: Cast, client: Client) -> None:
    client.force_login(cast.officer)
    searches = [{"name": "Qadirov"}, {"online": "wolf88"}, CLEAR]

    def pages() -> list[str]:
        texts = [client.post(reverse("cases:find-person"), typed).text for typed in searches]
        return [re.sub(r'(csrfmiddlewaretoken" value|nonce)="[^"]+"', "", text) for text in texts]

    before = pages()
    other = elsewhere(cast, **WHO)
    assert pages() != before
    Case.objects.filter(pk=other.pk).update(restricted=True)
    assert pages() == before


EXACT = [
    "wolf88",
    "Wolf88",
    "@wolf88",
    "Discord: wolf88",
    "discord.com/users/wolf88",
    "https://www.tiktok.com/@wolf88",
]


@pytest.mark.parametrize("typed", EXACT)
def test_the_exact_online_name_finds_the_record_also_where_it_is_not_theirs_to_see(
    cast: Cast, typed: str
) -> None:
    other = elsewhere(cast, **WHO)
    assert [one.subject_id for one in found(cast, online=typed).pointers] == [other.subject_id]
    assert [one.subject_id for one in found(cast, name=typed).pointers] == [other.subject_id]
    ours = refer(cast, "police-referral", cast.officer, **WHO)
    assert [one.case for one in found(cast, online=typed).seen] == [ours]


def cast_of(cast: Cast) -> list[object]:
    """Return every person and body of the cast."""
    return [getattr(cast, field.name) for field in fields(cast)]


def test_everybody_who_may_search_finds_the_exact_online_name(cast: Cast) -> None:
    case = refer(cast, "police-referral", cast.officer, **WHO)
    people = [one for one in cast_of(cast) if isinstance(one, Person) and one.may(Capability.FIND_PEOPLE)]
    assert len(people) > 3
    for person in people:
        with context.asking(person):
            result = seek({"online": "@wolf88"}, TODAY, by=person)
        shown = [one.case.subject_id for one in result.seen] + [one.subject_id for one in result.pointers]
        assert shown == [case.subject_id], person.name


@pytest.mark.parametrize("names", ["@nightjar_9", "Zub; nightjar9", "goes by nightjar_9 online"])
def test_a_name_online_among_other_names_is_found(cast: Cast, names: str) -> None:
    other = elsewhere(cast, **WHO | {"other-names": names, "online-names": ""})
    assert [one.subject_id for one in found(cast, online="nightjar9").pointers] == [other.subject_id]
    ours = refer(cast, "police-referral", cast.officer, **WHO | {"other-names": names, "online-names": ""})
    assert [one.case for one in found(cast, online="@NightJar_9").seen] == [ours]


def test_among_very_many_elsewhere_the_exact_online_name_is_shown(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handrail.cases.person.search.MOST_POINTERS", 1)
    other = elsewhere(cast, **WHO)
    for given in ("Ann", "Tom"):
        elsewhere(cast, **{"given-name": given, "family-name": "Archer", "postcode": "LS2 2BB"})
    result = found(cast, online="wolf88", postcode="LS2 2BB")
    assert [one.subject_id for one in result.pointers] == [other.subject_id]
    assert TOO_MANY in result.notes


def test_of_very_many_elsewhere_only_the_strong_are_shown_and_that_is_said(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handrail.cases.person.search.MOST_POINTERS", 1)
    other = elsewhere(cast, **WHO)
    elsewhere(cast, **{"given-name": "Ann", "family-name": "Archer", "postcode": WHO["postcode"]})
    vague = found(cast, postcode=WHO["postcode"])
    assert (vague.pointers, TOO_MANY in vague.notes) == ([], True)
    plain = found(cast, name="Zubair Qadirov", born="27 3 2004", postcode=WHO["postcode"])
    assert [one.subject_id for one in plain.pointers] == [other.subject_id]


def test_a_restricted_record_is_found_by_nobody_who_is_not_named(cast: Cast, case: Case) -> None:
    Case.objects.filter(pk=case.pk).update(restricted=True)
    result = found(cast, name="Zubair Qadirov", telephone="07700 900123")
    assert (result.seen, result.pointers, SearchNotice.objects.count()) == ([], [], 0)


def test_what_was_looked_for_is_logged_as_a_digest_and_is_in_no_address(
    cast: Cast, case: Case, client: Client
) -> None:
    client.force_login(cast.officer)
    page = client.post(reverse("cases:find-person"), {"name": "Qadirov", "telephone": "07700 900123"})
    line = Reading.objects.filter(verb=Verb.SEARCHED).latest("at")
    assert (line.person, line.records, bool(line.sought)) == (cast.officer.pk, [case.pk], True)
    assert "Qadirov" not in page.request["QUERY_STRING"]


@pytest.mark.parametrize("who", ["spoc", "nation", "administrator", "chair"])
def test_who_is_told_of_no_record_elsewhere_has_no_such_page(cast: Cast, client: Client, who: str) -> None:
    client.force_login(getattr(cast, who))
    assert client.post(reverse("cases:find-person"), {"name": "Qadirov"}).status_code == 403


ODD = [
    {},
    {"name": ""},
    {"name": "a"},
    {"name": "🙂"},
    {"name": "\u202e\u200f"},
    {"name": "\x00"},
    {"name": "الراشد"},
    {"name": ",".join(f"Nym{n}" for n in range(1000))},
    {"name": "x" * 2000},
    {"name": "O'); DROP TABLE x;--"},
    {"born": "1 January"},
    {"born": "1 1 1970"},
    {"born": "99 99 9999"},
    {"born": "yesterday"},
    {"born": "2009"},
    {"age": "-5"},
    {"age": "400"},
    {"age": "15"},
    {"age": "about 15"},
    {"telephone": "0"},
    {"email": "@"},
    {"online": "::"},
    {"postcode": "?"},
    {"address": "Hostel, 1 High Street", "town": "Felpersham"},
    {"name": "x" * 5000},
]


def test_odd_input_is_no_error_and_is_bounded(cast: Cast, case: Case, client: Client) -> None:
    client.force_login(cast.officer)
    for typed in ODD:
        with CaptureQueriesContext(connection) as queries:
            page = client.post(reverse("cases:find-person"), typed)
        assert page.status_code in {200, 422}, typed
        assert len(queries) <= 24, typed


@pytest.mark.parametrize(
    ("typed", "note"),
    [
        ({"name": ""}, TOO_LITTLE),
        ({"name": "🙂"}, TOO_LITTLE),
        ({"age": "15"}, AGE_ALONE),
        ({"born": "yesterday", "name": "Qadirov"}, NOT_A_DATE),
        ({"name": ",".join(f"Nym{n}" for n in range(30))}, NOT_ALL),
    ],
)
def test_what_was_not_used_is_said(cast: Cast, typed: dict[str, str], note: str) -> None:
    assert note in found(cast, **typed).notes


def test_the_address_of_a_hostel_is_capped_and_says_so(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("handrail.cases.person.search.MOST_SHOWN", 3)
    for _ in range(5):
        refer(cast, address="1 High Street", town="Felpersham", postcode="LS2 2BB")
    result = found(cast, address="1 High Street", postcode="LS2 2BB")
    assert len(result.seen) == 3
    assert CAPPED in result.notes


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("27 3 2004", "2004-03-27"), ("27/03/2004", "2004-03-27"), ("2004-03-27", "2004-03-27"),
        ("27 March 2004", "2004-03-27"), ("March 2004", "2004-03-00"), ("2004", "2004-00-00"),
        ("1 January", "0000-01-01"), ("", ""), ("nonsense", ""), ("9" * 50, ""),
    ],
)  # fmt: skip
def test_a_date_is_understood_as_far_as_it_is_given(text: str, day: str) -> None:
    assert day_in(text) == day
