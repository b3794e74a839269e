"""The list of disruption: register entries, and what was recorded on cases that the user may read."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from handrail.access.models import Reading
from handrail.cases.models import Case
from handrail.cases.models.register_entry import RegisterEntry
from handrail.cases.registers.tests.telling import begin
from handrail.cases.tests.cast import Cast, refer, take
from handrail.organisations.models import Person

ON_CASE, WITHOUT = "Leaflets at the gym", "Rally in the square"


@pytest.fixture
def case(cast: Cast) -> Case:
    """A case of the second officer, with a disruption that goes on; a register entry that is done."""
    case = refer(cast)
    Case.objects.filter(pk=case.pk).update(owner=cast.second_officer, allocated=True)
    take(case, "disruption", cast.supervisor, called=ON_CASE, about="printed", outcome="goes-on")
    begin("disruption", cast.officer, called=WITHOUT, about="event", outcome="done")
    return case


def shown(who: Person, **filters: str) -> str:
    client = Client()
    client.force_login(who)
    answer = client.get(reverse("cases:register", args=["disruption"]), filters)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_the_list_shows_both_and_says_which_is_on_a_case(cast: Cast, case: Case) -> None:
    for who in (cast.supervisor, cast.second_officer):
        text = shown(who)
        assert WITHOUT in text
        assert ON_CASE in text
        assert f"On case {case.reference}, Leaflets, posters or a stall" in text
        assert reverse("cases:case", args=[case.pk]) in text
        assert "2 on record" in text


def test_the_newest_stands_first_whatever_it_is_on(cast: Cast, case: Case) -> None:
    later = begin("disruption", cast.officer, called="Stall on the bridge")
    earlier = timezone.localdate() - timedelta(days=9)
    RegisterEntry.objects.exclude(pk=later.pk).update(begun_on=earlier)
    RegisterEntry.objects.filter(pk=later.pk).update(begun_on=timezone.localdate() + timedelta(days=1))
    text = shown(cast.supervisor)
    assert text.index("Stall on the bridge") < text.index(ON_CASE) < text.index(WITHOUT)


@pytest.mark.parametrize(
    ("filters", "on_case", "without"),
    [
        ({"kind": "printed"}, True, False),
        ({"kind": "event"}, False, True),
        ({"decided": "goes-on"}, True, False),
        ({"decided": "done"}, False, True),
        ({"state": "open"}, True, False),
        ({"state": "settled"}, False, True),
        ({"state": "nonsense"}, False, False),
        ({"kind": "printed", "decided": "done"}, False, False),
        ({"force": "borsetshire-police"}, True, True),
        ({"force": "wessex-police"}, False, False),
        ({"late": "disruption-goes-on"}, False, False),
    ],
)
def test_filters_hold_for_both(
    cast: Cast, case: Case, filters: dict[str, str], on_case: bool, without: bool
) -> None:
    text = shown(cast.supervisor, **filters)
    assert ((ON_CASE in text), (WITHOUT in text)) == (on_case, without)


def test_what_was_added_on_the_case_settles_it(cast: Cast, case: Case) -> None:
    take(case, "disruption-effect", cast.supervisor, outcome="done", effect="Gone.")
    assert ON_CASE in shown(cast.supervisor, state="settled", decided="done")
    assert ON_CASE not in shown(cast.supervisor, state="open")


def test_a_case_out_of_sight_is_a_number_and_no_word(cast: Cast, case: Case) -> None:
    text = shown(cast.officer)
    assert WITHOUT in text
    assert "1 more is on a case that you cannot read" in text
    for words in (ON_CASE, case.reference, str(case.pk)):
        assert words not in text
    assert "that you cannot read" not in shown(cast.officer, kind="printed")
    assert "that you cannot read" not in shown(cast.supervisor)


def test_another_force_is_told_nothing(cast: Cast, case: Case) -> None:
    text = shown(cast.stranger)
    assert ON_CASE not in text
    assert "that you cannot read" not in text


def test_a_restricted_case_is_neither_listed_nor_counted(cast: Cast, case: Case) -> None:
    assert "1 more is on a case" in shown(cast.officer)
    assert ON_CASE in shown(cast.supervisor)
    Case.objects.filter(pk=case.pk).update(restricted=True)
    for who in (cast.officer, cast.supervisor, cast.lead, cast.nation):
        text = shown(who)
        assert ON_CASE not in text
        assert "that you cannot read" not in text


def test_the_log_says_whose_case_was_listed(cast: Cast, case: Case) -> None:
    shown(cast.supervisor)
    line = Reading.objects.filter(person=cast.supervisor.pk).latest("pk")
    assert case.pk in line.records
