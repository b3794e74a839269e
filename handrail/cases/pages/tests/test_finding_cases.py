"""Finding a case by every name of its subject, in any script, for users who may see the name."""

import pytest
from django.urls import reverse
from django.utils import timezone

from handrail.access import context
from handrail.access.models import Reading, Verb
from handrail.cases.drafts.tests.test_forms import signed_in
from handrail.cases.models import Case, new_reference
from handrail.cases.pages import lists
from handrail.cases.tests.cast import Cast, answer, refer, take
from handrail.cases.tests.staff import again
from handrail.cases.timeline.marking_actions import raise_marking
from handrail.organisations.models import Person
from handrail.organisations.vetting import Vetting
from handrail.subjects.models import Link

NAMED = {
    "given-name": "Ottoline",
    "family-name": "Quarmby",
    "other-names": "Bracken, also known as Tilly Vane",
    "online-names": "Discord: heron_77",
}


def found(person: Person, words: str) -> set[str]:
    """Return the references of the cases that these words find for a user."""
    page = signed_in(person).post(reverse("cases:find"), {"words": words}).text
    return {ref for ref in Case.objects.values_list("reference", flat=True) if ref in page}


@pytest.fixture
def case(cast: Cast) -> Case:
    return refer(cast, "police-referral", cast.officer, **NAMED)


@pytest.mark.parametrize(
    "words", ["Quarmby", "Bracken", "vane tilly", "TILLY", "heron_77", "Heron77", "@heron_77"]
)
def test_a_case_is_found_by_every_name_that_the_referral_gave(case: Case, cast: Cast, words: str) -> None:
    assert found(cast.officer, words) == {case.reference}


@pytest.mark.parametrize("words", ["heron", "heron_7", "discord", "aka", "also"])
def test_a_name_online_is_found_whole_alone(case: Case, cast: Cast, words: str) -> None:
    assert found(cast.officer, words) == set()


def test_a_name_that_came_to_be_known_finds_the_case_until_it_is_called_wrong(case: Case, cast: Cast) -> None:
    given = {"what": "name", "name-sort": "spelling", "given-name": "Jörg", "family-name": "O’Dwyer"}
    told = take(case, "identity-detail", cast.officer, **given)
    for words in ("odwyer", "O Dwyer", "joerg", "Jorg ODwyer"):
        assert found(cast.officer, words) == {case.reference}, words
    answer(case, "detail-wrong", cast.officer, told.number, which="name", why="A clerk's slip")
    assert found(cast.officer, "odwyer") == set()
    assert found(cast.officer, "Quarmby") == {case.reference}


def test_who_may_not_read_a_name_does_not_find_by_it(case: Case, cast: Cast) -> None:
    assert found(cast.officer, "Bracken") == {case.reference}
    assert found(cast.nation, case.reference) == {case.reference}
    assert found(cast.nation, "Bracken") == set()
    Case.objects.filter(pk=case.pk).update(restricted=True)
    assert found(cast.officer, "Bracken") == set()
    assert found(cast.officer, "heron_77") == set()


def test_a_name_that_is_marked_higher_finds_nobody(case: Case, cast: Cast) -> None:
    given = {"what": "name", "name-sort": "spelling", "given-name": "Zephaniah", "family-name": "Quux"}
    told = take(case, "identity-detail", cast.officer, **given)
    assert found(cast.officer, "Zephaniah") == {case.reference}
    cast.officer.posts.update(vetting=Vetting.MANAGEMENT)
    officer = again(cast.officer)
    with context.asking(officer):
        raise_marking(case, told.number, "official-sensitive-named", by=officer, reason="A source")
    assert found(officer, "Zephaniah") == set()
    assert found(officer, "Bracken") == {case.reference}


@pytest.mark.parametrize(
    ("kept", "typed"),
    [
        ("Мохаммед Юсупов", "mohammed yusupov"),
        ("Γιώργος Παπαδόπουλος", "Giorgos Papadopoulos"),
        ("محمد خان", "Mohammed Khan"),
        ("Mohammed Khan", "محمد خان"),
        ("Yuri Shevchenko", "Юрий Шевченко"),
        ("李 伟", "Li Wei"),
    ],
)
def test_a_name_is_found_from_one_script_to_another(cast: Cast, kept: str, typed: str) -> None:
    given, _, family = kept.partition(" ")
    case = refer(cast, **{"given-name": given, "family-name": family})
    other = refer(cast, **{"given-name": "Wilhelmina", "family-name": "Okonkwo"})
    assert found(cast.officer, typed) == {case.reference}
    assert found(cast.officer, kept) == {case.reference}
    assert found(cast.officer, "Okonkwo") == {other.reference}


def test_a_name_in_another_script_among_other_names_is_found_too(cast: Cast) -> None:
    case = refer(cast, "police-referral", cast.officer, **NAMED | {"other-names": "Юрий Шевченко"})
    assert found(cast.officer, "Yuri Shevchenko") == {case.reference}


def test_names_in_one_script_are_found_as_they_are_spelt(cast: Cast) -> None:
    refer(cast, **{"given-name": "Catherine", "family-name": "Smythe"})
    assert found(cast.officer, "Katrin Smith") == set()


def test_the_case_that_stays_is_found_by_the_name_of_the_joined_one(cast: Cast) -> None:
    stays = refer(cast, **{"given-name": "Ottoline", "family-name": "Quarmby"})
    joined = refer(cast, **{"given-name": "Leocadia", "family-name": "Thrupp"})
    assert found(cast.officer, "Thrupp") == {joined.reference}
    Case.objects.filter(pk=joined.pk).update(joined_to=stays)
    assert found(cast.officer, "Thrupp") == {joined.reference, stays.reference}
    assert found(cast.officer, "Leocadia Thrupp") == {joined.reference, stays.reference}
    Case.objects.filter(pk=joined.pk).update(restricted=True)
    assert found(cast.officer, "Thrupp") == set()


def link(one: Case, other: Case, by: Person) -> None:
    assert one.subject_id
    assert other.subject_id
    Link.objects.create(
        subject_id=one.subject_id,
        other_id=other.subject_id,
        record=one.pk,
        by=by,
        number=1,
        at=timezone.now(),
    )


def test_linked_records_are_found_by_each_others_names_one_after_the_other(cast: Cast) -> None:
    names = [("Ottoline", "Quarmby"), ("Leocadia", "Thrupp"), ("Perpetua", "Vane"), ("Zuleika", "Ott")]
    first, second, third, other = (refer(cast, **{"given-name": g, "family-name": f}) for g, f in names)
    assert found(cast.officer, "Quarmby") == {first.reference}
    link(first, second, cast.officer)
    link(third, second, cast.officer)
    for words in ("Quarmby", "Thrupp", "Perpetua"):
        assert found(cast.officer, words) == {case.reference for case in (first, second, third)}, words
    first.referrals.update(reference="P-BCDF-GHJK")  # a reference without a digit
    for reference in (first.reference, "P-BCDF-GHJK", "p bcdf ghjk", "PBCDFGHJK"):
        assert found(cast.officer, reference) == {first.reference}, "A reference means that one record."
    assert found(cast.officer, "Zuleika") == {other.reference}
    Case.objects.filter(pk=second.pk).update(restricted=True)
    assert found(cast.officer, "Quarmby") == {first.reference}
    assert found(cast.officer, "Thrupp") == set()


def test_what_is_linked_has_room_and_what_is_not_shown_is_not_logged(cast: Cast) -> None:
    first = refer(cast, **{"given-name": "Otto", "family-name": "Quarmby"})
    beside = [refer(cast, **{"given-name": f"Leo{n}", "family-name": "Thrupp"}) for n in range(2)]
    kept = {f.attname: getattr(first, f.attname) for f in Case._meta.concrete_fields if f.attname != "id"}
    many = [Case(**kept | {"reference": new_reference()}) for _ in range(lists.FOUND)]
    Case.objects.bulk_create(many)
    named = [first, *many]
    Reading.objects.all().delete()
    for count, case in enumerate(beside, start=1):
        link(case, first, cast.officer)
        page = signed_in(cast.officer).post(reverse("cases:find"), {"words": "Quarmby"}).text
        listed = {case.pk for case in (*named, *beside) if case.reference in page}
        by_link = {case.pk for case in beside} & listed
        assert (len(listed), len(by_link)) == (lists.FOUND, count), "What is linked has room."
        assert "There are more." in page
        line = Reading.objects.filter(verb=Verb.SEARCHED).latest("pk")
        assert set(line.records) == listed
