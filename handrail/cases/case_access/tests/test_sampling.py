"""Samples for inspectors: by reference or at random, the same for a seed, read-only, ended at once."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from handrail.access import context
from handrail.access.errors import NotAllowed
from handrail.access.models import Grant, Sample
from handrail.cases.case_access import inspections
from handrail.cases.models import Case
from handrail.cases.tests.cast import Cast, person, refer
from handrail.ledger.models import Entry
from handrail.organisations.models import Organisation, Person
from handrail.organisations.roles import Role

NEW = reverse("cases:new-sample")


def client_of(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def inspector(cast: Cast) -> Person:
    return person("Ian Spector", Role.INSPECTOR, Organisation.objects.get(kind="nation"))


def parts(name: str, day: date) -> dict[str, str]:
    return {f"{name}-day": str(day.day), f"{name}-month": str(day.month), f"{name}-year": str(day.year)}


def form(inspector: Person, way: str, **given: str) -> dict[str, str]:
    today = timezone.localdate()
    last = parts("last-day", today + timedelta(days=5))
    period = {**parts("from", today - timedelta(days=9)), **parts("until", today)}
    return {
        "inspector": str(inspector.pk),
        "way": way,
        "reason": "Gateway decisions",
        **last,
        **period,
        **given,
    }


def test_an_inspector_reads_the_chosen_cases_and_no_others_and_changes_nothing(
    cast: Cast, inspector: Person
) -> None:
    chosen, other = refer(cast), refer(cast)
    sent = form(inspector, "references", references=f"{chosen.reference.lower()},\n{chosen.reference}")
    assert client_of(cast.nation).post(NEW, sent).status_code == 302
    client = client_of(inspector)
    page = client.get(reverse("cases:case", args=[chosen.pk]))
    assert page.status_code == 200
    assert "/steps/" not in page.content.decode()
    assert chosen.called in client.get(reverse("web:home")).content.decode()
    assert client.get(reverse("cases:case", args=[other.pk])).status_code == 404
    for name in ("begin", "access"):
        arguments = [chosen.pk, "further-information"] if name == "begin" else [chosen.pk]
        assert client.get(reverse(f"cases:{name}", args=arguments)).status_code == 404
    with context.asking(inspector):
        assert Case.objects.filter(pk=chosen.pk).update(version=9) == 0


def test_what_cannot_be_chosen_is_named_and_nothing_is_given(cast: Cast, inspector: Person) -> None:
    known, hidden = refer(cast), refer(cast)
    Case.objects.filter(pk=hidden.pk).update(restricted=True)
    typed = f"{known.reference}\n{hidden.reference}\nP-AAAA-AAAA"
    page = client_of(cast.nation).post(NEW, form(inspector, "references", references=typed))
    assert page.status_code == 422
    assert f"These cannot be chosen: {hidden.reference}, P-AAAA-AAAA" in page.content.decode()
    assert known.reference in page.content.decode()
    assert not Grant.objects.exists()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"inspector": ""}, "Select the inspector"),
        ({"way": ""}, "Select how"),
        ({"number": ""}, "How many cases?"),
        ({"number": "51"}, "Enter a number that is 50 or less"),
        ({"until-year": "2001"}, "Enter a day that is not before the first"),
        ({"last-day-year": "2001"}, "Enter a date between today"),
        ({"reason": ""}, "Say what is inspected"),
    ],
)
def test_a_form_with_a_mistake_says_what_to_do(
    cast: Cast, inspector: Person, change: dict[str, str], says: str
) -> None:
    refer(cast)
    page = client_of(cast.nation).post(NEW, {**form(inspector, "random", number="1"), **change})
    assert page.status_code == 422
    assert says in page.content.decode()
    assert not Sample.objects.exists()


def test_a_draw_is_repeated_by_its_seed_and_holds_no_restricted_case(cast: Cast, inspector: Person) -> None:
    cases = [refer(cast) for _ in range(12)]
    hidden = cases[0]
    today = timezone.localdate()
    draw = inspections.Draw(cast.force, today, today, 5, "a seed")
    with context.asking(cast.nation):
        first, again = draw.cases(cast.nation), draw.cases(cast.nation)
        others = [
            inspections.Draw(cast.force, today, today, 5, f"seed {n}").cases(cast.nation) for n in range(20)
        ]
    assert first == again
    assert len({case.pk for case in first}) == 5
    assert {case.pk for drawn in others for case in drawn} == {case.pk for case in cases}
    Case.objects.filter(pk=hidden.pk).update(restricted=True)
    with context.asking(cast.nation):
        everything = inspections.Draw(cast.force, today, today, 50, "a seed").cases(cast.nation)
        earlier = inspections.Draw(cast.force, date(2020, 1, 1), date(2020, 1, 2), 50, "s").cases(cast.nation)
    assert {case.pk for case in everything} == {case.pk for case in cases[1:]}
    assert earlier == []


def test_the_seed_is_shown_and_the_sample_ends_at_once(cast: Cast, inspector: Person) -> None:
    case = refer(cast)
    nation = client_of(cast.nation)
    nation.post(NEW, form(inspector, "random", number="3", seed="0f1e2d3c"))
    sample = Sample.objects.get()
    page = nation.get(reverse("cases:samples")).content.decode()
    assert "with the seed 0f1e2d3c" in page
    assert "1 case" in page
    address = reverse("cases:end-sample", args=[sample.pk])
    assert address in page
    assert nation.post(address, {}).status_code == 422
    assert nation.post(address, {"reason": "The visit is over"}).status_code == 302
    assert client_of(inspector).get(reverse("cases:case", args=[case.pk])).status_code == 404
    assert nation.get(address).status_code == 404
    acts = Entry.objects.filter(chain=sample.pk).order_by("number").values_list("act", flat=True)
    assert list(acts) == ["access-sample-drawn", "access-sample-ended"]


def test_only_national_assurance_chooses_and_only_for_inspectors(cast: Cast, inspector: Person) -> None:
    case, today = refer(cast), timezone.localdate()
    for somebody in (cast.supervisor, cast.lead, cast.officer, inspector):
        assert client_of(somebody).get(NEW).status_code == 403
        with context.asking(somebody), pytest.raises(NotAllowed):
            inspections.choose([case], inspector, by=somebody, chosen="By name", reason="R", last_day=today)
    with context.asking(cast.nation), pytest.raises(NotAllowed):
        inspections.choose([case], cast.spoc, by=cast.nation, chosen="By name", reason="R", last_day=today)
