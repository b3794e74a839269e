"""A date of birth known by year, or by month and year, is kept, shown and compared as such."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from handrail.access import context
from handrail.cases.drafts.tests.test_forms import signed_in
from handrail.cases.engine import guards, subject_details
from handrail.cases.models import Case
from handrail.cases.tests.cast import Cast, refer, take, typed_for
from handrail.ledger.models import Entry
from handrail.organisations.models import Person
from handrail.records.drafts import Draft
from handrail.subjects.details import DetailKind

PARTS = ("day", "month", "year")
MARCH = ("2009-03", "March 2009")
IN_PART = [
    ("", "", "2009", "2009", "2009"),
    *((day, month, "2009", *MARCH) for day, month in (("", "3"), ("00", "03"), ("", "mar"))),
]
WHO = {"given-name": "Ottoline", "family-name": "Quarmby", "knows-date-of-birth": "yes"}


def typed(day: str, month: str, year: str, name: str = "date-of-birth") -> dict[str, str]:
    return {f"{name}-{part}": said for part, said in zip(PARTS, (day, month, year), strict=True)}


def referred(cast: Cast, step: str, by: Person | None, born: tuple[str, str, str]) -> Case:
    return refer(cast, step, by, **WHO, **typed(*born))


@pytest.mark.parametrize("step", ["referral", "referral-on-behalf", "police-referral"])
@pytest.mark.parametrize(("day", "month", "year", "kept", "words"), IN_PART)
def test_every_form_takes_it_and_keeps_what_it_is(
    cast: Cast, step: str, day: str, month: str, year: str, kept: str, words: str
) -> None:
    case = referred(cast, step, None if step == "referral" else cast.supervisor, (day, month, year))
    assert case.subject
    assert Entry.objects.get(chain=case.pk, number=1).content.content["answers"]["date-of-birth"] == kept
    assert (case.subject.date_of_birth, case.subject.born_in, case.subject.born) == (None, kept, kept)
    assert case.subject.approximate_age is None
    page = signed_in(cast.supervisor).get(reverse("cases:case", args=[case.pk])).text
    assert f"{words}, day not known" in page
    told = {d.kind: d.what for d in subject_details.details_of(case)}
    assert told[DetailKind.DATE_OF_BIRTH] == {"born": kept}
    assert DetailKind.APPROXIMATE_AGE not in told, "nobody said how old they are"
    assert case.subject.known().births == (kept,)
    entry = signed_in(cast.supervisor).get(reverse("cases:entry", args=[case.pk, 1])).text
    assert words in entry


@pytest.mark.parametrize(
    ("born", "said"),
    [("27 3 2009", "agrees in two of"), ("2009", "Same year of birth"), ("1961", "generation apart")],
)
def test_it_is_compared_with_what_is_looked_for(cast: Cast, born: str, said: str) -> None:
    case = referred(cast, "police-referral", cast.officer, ("", "3", "2009"))
    sought = {"name": "Ottoline Quarmby", "born": born}
    page = signed_in(cast.officer).post(reverse("cases:find-person"), sought).text
    assert case.reference in page
    assert said in page
    assert "Born March 2009." in page


@pytest.fixture
def draft(cast: Cast) -> tuple[Client, Draft, str]:
    """A public form at its page on age."""
    client = Client()
    led = client.post(reverse("cases:refer")).headers["Location"]
    draft = Draft.objects.get()
    given = {**WHO, "force": str(cast.force.pk)}
    draft.typed = typed_for(draft.pack, draft.pack.step_by_id["referral"], cast.force, **given)
    draft.save()
    assert str(draft.pk) in led
    return client, draft, reverse("cases:refer-section", args=[draft.pk, "name"])


@pytest.mark.parametrize(("day", "month", "year", "kept", "words"), IN_PART)
def test_the_public_form_goes_on_and_shows_it_before_it_is_sent(
    draft: tuple[Client, Draft, str], day: str, month: str, year: str, kept: str, words: str
) -> None:
    client, begun, address = draft
    assert "only the year" in client.get(address).text
    led = client.post(address, {**begun.typed, "knows-date-of-birth": "yes", **typed(day, month, year)})
    assert led.status_code == 302
    assert Draft.objects.get().typed["date-of-birth-year"] == [year]
    answers = reverse("cases:refer-answers", args=[begun.pk])
    page = client.get(answers).text
    assert f">{words}<" in " ".join(page.split()).replace("> ", ">").replace(" <", "<")
    client.post(answers)
    assert Case.objects.get().subject.born_in == kept  # type: ignore[union-attr]


ALL = "must include a month. If you do not know all of it, give the year alone"


@pytest.mark.parametrize(
    ("day", "month", "year", "part", "message"),
    [
        ("27", "", "2009", "month", ALL),
        ("27", "3", "", "year", "must include a year"),
        ("", "3", "", "day", "must include a day"),
        ("", "", "09", "year", "four digits"),
        ("", "13", "2009", "day", "Enter a real date"),
        ("", "", "2999", "year", "today or in the past"),
        ("", "", "1801", "year", "Check the year"),
    ],
)
def test_what_is_no_part_of_a_date_is_said_and_nothing_is_lost(
    draft: tuple[Client, Draft, str], day: str, month: str, year: str, part: str, message: str
) -> None:
    client, _, address = draft
    page = client.post(address, {"knows-date-of-birth": "yes", **typed(day, month, year)})
    assert page.status_code == 422
    assert message in page.text
    assert f'href="#date-of-birth-{part}"' in page.text
    assert Draft.objects.get().typed["date-of-birth-year"] == [year]


def test_a_date_of_birth_that_is_learnt_later_may_be_known_in_part(cast: Cast) -> None:
    case = refer(cast, **{"given-name": "Ottoline", "family-name": "Quarmby"})
    take(case, "identity-detail", cast.officer, what="date-of-birth", **typed("", "3", "2009"))
    page = signed_in(cast.officer).get(reverse("cases:identity", args=[case.pk])).text
    assert "March 2009" in page
    assert case.subject
    assert "2009-03" in case.subject.known().births
    with context.asking(cast.officer):
        before = guards.CaseBefore(Case.objects.select_related("subject").get(pk=case.pk))
    assert (before.born, before.age(date(2027, 3, 1))) == (None, (17, 18))


def test_no_date_but_that_of_birth_is_taken_in_part(cast: Cast) -> None:
    given = typed("", "", "2019", "came-to-light")
    with pytest.raises(Exception, match="answers need attention") as refused:
        refer(cast, **WHO, **typed("", "", "2009"), **given)
    errors: dict[str, Any] = refused.value.errors  # type: ignore[attr-defined]
    assert list(errors) == ["came-to-light-day"]
