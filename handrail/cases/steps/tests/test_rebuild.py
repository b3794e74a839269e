"""The rows that acts write beside a case follow from the entries of those acts."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.db.models import Model
from django.urls import reverse
from django.utils import timezone

from handrail.access import context
from handrail.cases.case_access import restrictions
from handrail.cases.models import Case, Receipt, Restriction
from handrail.cases.models.marking import RaisedMarking
from handrail.cases.models.restriction import Category
from handrail.cases.person.matches.background import look_beyond
from handrail.cases.person.matches.tests.two import FIRST, MISSPELT, between, elsewhere, say, take_back
from handrail.cases.steps.rebuild import BESIDE, RESTRICTIONS
from handrail.cases.steps.tests.test_by_link import ANSWERS, day_parts, opened
from handrail.cases.tests.cast import Cast, refer, take
from handrail.cases.tests.staff import again
from handrail.cases.timeline import marking_actions
from handrail.ledger.rebuild import check
from handrail.organisations.vetting import Vetting
from handrail.records.form_links.models import FormLink
from handrail.subjects.models import Link, PossibleMatch


@pytest.fixture
def case(cast: Cast) -> Case:
    case = refer(cast, **FIRST)
    take(case, "allocate", cast.supervisor, owner=str(cast.officer.pk))
    return case


def _marking(case: Case, cast: Cast) -> None:
    cast.supervisor.posts.update(vetting=Vetting.MANAGEMENT)
    highest, by = case.pack.markings[-1].id, again(cast.supervisor)
    with context.asking(by):
        marking_actions.raise_marking(case, 1, highest, by=by, reason="Needed")


def _feedback(case: Case, cast: Cast) -> None:
    take(case, "feedback", cast.officer, **{"feedback-sentences": "received"})


def _answer(case: Case, cast: Cast) -> None:
    other = elsewhere(cast, **MISSPELT)
    look_beyond()
    found = between(case, other)
    own, by = (other, cast.stranger) if found.subject_id == other.subject_id else (case, cast.officer)
    say(own, found, "same", by)


def _answer_and_take_back(case: Case, cast: Cast) -> None:
    _answer(case, cast)
    take_back(case, PossibleMatch.objects.get(), cast.officer)


def _form(case: Case, cast: Cast) -> None:
    until = timezone.localdate() + timedelta(days=14)
    given = {"what": "Ida Marsh", "email": "head@school.example", "words": "What do you know?"}
    take(case, "partner-form", cast.officer, **given, **day_parts(until))
    opened(FormLink.objects.get()).post(reverse("form_links:form"), ANSWERS)


def _restriction(case: Case, cast: Cast) -> None:
    by, category = cast.supervisor, Category.POLICE_STAFF
    with context.asking(by):
        restrictions.restrict(
            case.pk, by=by, reason="Needed", category=category, named=[cast.officer], concerned=[]
        )


Act = Callable[[Case, Cast], None]


@pytest.fixture(autouse=True)
def mail(settings: LazySettings) -> None:
    settings.SENDS_MAIL = True


@pytest.mark.parametrize(
    ("act", "model", "changed"),
    [
        (_marking, RaisedMarking, {"level": 1}),
        (_feedback, Receipt, {"turns": [{"sentences": ["Something else"]}]}),
        (_feedback, Receipt, {"received_on": "2020-01-01"}),
        (_answer, PossibleMatch, {"answer": "not-same"}),
        (_answer, Link, {"number": 9}),
        (_answer_and_take_back, Link, {"undone_number": 9}),
        (_form, FormLink, {"receipt": "ANOTHER"}),
        (_restriction, Restriction, {"reason": "Another"}),
        (_restriction, Restriction, {"category": "other"}),
    ],
)
def test_it_follows_from_the_entries_and_a_change_without_one_is_named(
    case: Case, cast: Cast, act: Act, model: type[Model], changed: dict[str, Any]
) -> None:
    act(case, cast)
    row = model._default_manager.first()
    assert row
    assert check().differences == []
    model._default_manager.filter(pk=row.pk).update(**changed)
    named = {(one.table, one.column) for one in check().differences}
    table = model._meta.db_table
    assert named & {(table, *changed), (table, "")}
    assert {name for name, _ in named} == {table}
    assert model in BESIDE or model in RESTRICTIONS
