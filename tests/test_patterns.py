"""Patterns worth a look: each is listed with its facts, for a human, and shows no more than a reference."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import ProgrammingError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bench.browsing import judged
from bench.month import Month
from handrail.access import context
from handrail.access.log import EVERY_VERB, LinesAbout, record_of, references_of
from handrail.access.models import Exclusion, Reading
from handrail.access.reading import digest_of
from handrail.cases.case_access.audit_patterns import SENTENCES, THRESHOLDS, Pattern, found, patterns
from handrail.cases.models import Case
from handrail.cases.tests.cast import Cast, make_cast, refer, take
from handrail.organisations.home_address import digest_of_home
from handrail.organisations.models import Person
from handrail.subjects.models import Subject


def noon() -> datetime:
    """Two days ago at noon: long enough ago that every hour beside it has been."""
    return timezone.localtime().replace(hour=12, minute=0, second=0, microsecond=0) - timedelta(days=2)


def night() -> datetime:
    return noon().replace(hour=2)


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def case_about(cast: Cast, given: str, family: str, postcode: str = "") -> Case:
    case = refer(cast, "police-referral", cast.second_officer)
    take(case, "allocate", cast.supervisor, owner=str(cast.second_officer.pk))
    about = Subject.described({"given_name": given, "family_name": family, "postcode": postcode})
    Subject.objects.filter(cases=case).update(
        given_name=given,
        family_name=family,
        postcode=postcode,
        name_key=about.name_key,
        family_key=about.family_key,
        sort_key=about.sort_key,
        found_under=about.found_under,
    )
    return case


def opens(
    person: Person, *cases: Case, at: datetime | None = None, pause: timedelta = timedelta(minutes=9)
) -> None:
    first = at or noon()
    for number, case in enumerate(cases):
        Reading.objects.create(
            at=first + number * pause,
            person=person.pk,
            verb="consulted",
            records=[case.pk],
            page="cases:case",
        )


def listed(cast: Cast) -> list[Pattern]:
    with context.asking(cast.auditor):
        return patterns(noon() - timedelta(days=20), noon() + timedelta(days=1))


def kinds(cast: Cast, person: Person) -> set[str]:
    return {pattern.kind for pattern in listed(cast) if person.pk in pattern.people}


def several(cast: Cast, many: int) -> list[Case]:
    return [case_about(cast, f"Given{n}", f"Family{n}") for n in range(many)]


def many_at(pause: timedelta) -> Callable[[Cast], None]:
    return lambda cast: opens(cast.officer, *several(cast, 16), pause=pause)


def own_home(cast: Cast) -> None:
    Person.objects.filter(pk=cast.officer.pk).update(home=digest_of_home("ls1 4ap"))
    opens(cast.officer, case_about(cast, "A", "B", "LS1 4AP"))


def searched_for_themselves(cast: Cast) -> None:
    sought = digest_of("ade OLU")
    Reading.objects.create(
        at=noon(), person=cast.officer.pk, verb="searched", records=[], page="cases:find", sought=sought
    )


def turned_over_lists(cast: Cast) -> None:
    for page in range(16):
        at = noon() + timedelta(minutes=page)
        Reading.objects.create(at=at, person=cast.officer.pk, verb="listed", records=[], page="cases:list")


def worked_by_day_and_looked_at_night(cast: Cast) -> None:
    opens(cast.officer, *([case_about(cast, "Day", "Work")] * 30), at=noon() - timedelta(days=3))
    opens(cast.officer, *several(cast, 2), at=night())


def looked_with_a_crowd(cast: Cast) -> None:
    case = case_about(cast, "In", "The News")
    for number in range(8):
        other = Person.objects.create_user(f"other{number}@example.org", f"Other {number}")
        opens(other, case, at=noon() + timedelta(hours=number))
    opens(cast.officer, case)


PLANTED: dict[str, Callable[[Cast], None]] = {
    "own-name": lambda cast: opens(cast.officer, case_about(cast, "Olu", "Adé")),
    "family-name": lambda cast: opens(cast.officer, case_about(cast, "Sister", "Ade")),
    "own-address": own_home,
    "colleague": lambda cast: opens(cast.officer, case_about(cast, "Sam", "Reed")),
    "many": many_at(timedelta(minutes=2)),
    "one-after-another": many_at(timedelta(seconds=30)),
    "lists": turned_over_lists,
    "off-shift": worked_by_day_and_looked_at_night,
    "crowd": looked_with_a_crowd,
    "searched": searched_for_themselves,
    "elsewhere": lambda cast: opens(cast.stranger, case_about(cast, "A", "B")),
}


@pytest.mark.parametrize("kind", ["own-address", "searched"])
def test_what_was_digested_under_a_former_key_is_still_seen(cast: Cast, settings: Any, kind: str) -> None:
    PLANTED[kind](cast)
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another " * 8
    since, until = noon() - timedelta(days=20), timezone.now()
    assert kind in {pattern.kind for pattern in patterns(since, until, inside=True)}


def test_every_kind_has_its_sentence_and_its_test() -> None:
    assert sorted(set(SENTENCES) - set(PLANTED)) == [], "Plant these patterns in PLANTED of this file."
    assert sorted(set(PLANTED) - set(SENTENCES)) == [], "Say in SENTENCES what these patterns are."
    assert all(threshold.reason for threshold in THRESHOLDS.values())


@pytest.mark.parametrize("kind", PLANTED)
def test_each_kind_is_listed(cast: Cast, kind: str) -> None:
    PLANTED[kind](cast)
    who = cast.stranger if kind == "elsewhere" else cast.officer
    assert kind in kinds(cast, who)


@pytest.mark.parametrize("kind", ["family-name", "colleague", "many", "one-after-another"])
def test_what_is_somebody_s_work_is_not_listed(cast: Cast, kind: str) -> None:
    PLANTED[kind](cast)
    Case.objects.update(owner=cast.officer)
    assert kinds(cast, cast.officer) == set()


def test_an_ordinary_day_lists_nobody(cast: Cast) -> None:
    opens(cast.officer, *several(cast, 5), pause=timedelta(minutes=20))
    assert listed(cast) == []


def test_the_page_shows_the_reference_and_nothing_of_whom_the_case_is_about(cast: Cast) -> None:
    case = case_about(cast, "Xanthippe", "Ade", "LS1 4AP")
    opens(cast.officer, case)
    client = Client()
    client.force_login(cast.auditor)
    typed = {"purpose": "integrity", "why": "Monthly look"}
    for name, day in (("since", noon()), ("until", noon())):
        typed |= {f"{name}-{part}": str(getattr(day, part)) for part in ("day", "month", "year")}
    page = client.post(reverse("cases:patterns"), typed).content.decode()
    assert case.reference in page
    assert "Olu Ade, Prevent officer" in page
    assert "with their family name" in page
    for secret in ("Xanthippe", "LS1 4AP", str(case.pk)):
        assert secret not in page


def test_whom_a_case_concerns_is_told_of_no_pattern_and_no_line_about_it(cast: Cast) -> None:
    case = case_about(cast, "Dee", "Poole")
    Exclusion.objects.create(
        record=case.pk, person=cast.auditor, reason="Concerned", by=cast.supervisor, since=timezone.now()
    )
    opens(cast.officer, case)
    opens(cast.auditor, case)
    assert listed(cast) == []
    with context.asking(cast.auditor):
        assert record_of(case.reference) is None
        assert references_of([case.pk]) == {}
        assert LinesAbout(case.pk, EVERY_VERB, most=10)[0:10] == []


@pytest.mark.parametrize("span", [32, -1])
def test_a_span_is_a_month_at_most(cast: Cast, span: int) -> None:
    client = Client()
    client.force_login(cast.auditor)
    typed = {"purpose": "integrity", "why": "Monthly look"}
    for name, day in (("since", noon() - timedelta(days=span)), ("until", noon())):
        typed |= {f"{name}-{part}": str(getattr(day, part)) for part in ("day", "month", "year")}
    assert client.post(reverse("cases:patterns"), typed).status_code == 422


def test_nobody_but_an_auditor_is_told_of_patterns_by_the_database(cast: Cast) -> None:
    PLANTED["own-name"](cast)
    for person in (cast.officer, cast.supervisor, cast.nation, cast.administrator, None):
        with context.asking(person):
            assert found(noon() - timedelta(days=1), noon() + timedelta(days=1), inside=False) == []
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        context.asking(cast.auditor),
    ):
        found(noon() - timedelta(days=1), noon() + timedelta(days=1), inside=True)


def test_browsers_of_a_made_up_month_are_listed_and_few_others(
    db: None, capsys: pytest.CaptureFixture[str]
) -> None:
    """A small month; the whole one, with its figures, is `python -m bench.browsing`."""
    month = Month(forces=4, users=172, days=12, browsers=16)
    month.make()
    verdict = judged(month, found(month.begin, month.end, inside=True))
    with capsys.disabled():
        print(f"\n{verdict}")
    assert verdict.recall >= 0.8
    assert verdict.user_days_a_false_flag >= 100
