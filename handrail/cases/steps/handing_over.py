"""Handing over many cases at once, and taking over many: for leave, a new post, or a whole team.

Each case takes the step that its own policy defines, so each timeline shows who was responsible when. One act
is one transaction: a caseload is never left half handed over without a report of the rest.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import Count, QuerySet

from handrail.access.errors import NotAllowed
from handrail.cases.engine.due import by_due
from handrail.cases.errors import InvalidAnswers, NotNow
from handrail.cases.models import Case, FollowUp
from handrail.cases.models.compiled import Asker, compiled
from handrail.cases.steps.actions import take_step
from handrail.organisations.models import Person
from handrail.policy.schema.form import Meaning
from handrail.policy.schema.obligations import FollowUp as Rule
from handrail.policy.schema.pack import Pack

AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Handled:
    """The result of a bulk act: the cases done, and the cases left unchanged, each with the reason."""

    done: Sequence[Case]
    left: Sequence[tuple[Case, str]]


def handover_of(pack: Pack) -> Rule | None:
    """Return the follow-up rule by which a policy hands a case over, or None."""
    return next((rule for rule in pack.follow_ups if rule.gives == "owner"), None)


def caseload_of(owner: Person, by: Person) -> "QuerySet[Case]":
    """Return the owner's open cases that `by` may change, the earliest due first."""
    cases = Case.objects.changed_by(by).open().filter(owner=owner)
    return cases.select_related("subject", "force", "owner").order_by(*by_due(), "pk")


def owners_for(by: Person) -> list[tuple[Person, int]]:
    """Return the owners whose cases `by` may hand over, each with a number of cases; leavers included."""
    counts = dict(_caseloads(Asker.of(by)))
    people = Person.objects.filter(pk__in=counts).order_by("name", "pk")
    return [(person, counts[person.pk]) for person in people]


@compiled()
def _caseloads(asker: Asker) -> "QuerySet[Case, tuple[UUID, int]]":
    """Return each owner's id with the number of their open cases that the user may change."""
    cases = Case.objects.changed_by(asker.person).open().exclude(owner=None).order_by()
    return cases.values_list("owner").annotate(cases=Count("pk")).values_list("owner", "cases")


def offer_all(owner: Person, to: Person, what: str, *, by: Person) -> Handled:
    """Offer the owner's open cases to `to`, who accepts or refuses each; at most AT_ONCE cases.

    A case that cannot be offered is left unchanged and reported with the reason.
    """

    def offer(case: Case) -> None:
        rule = handover_of(case.pack)
        if rule is None:
            raise NotNow("The policy of this case has no handover.")
        step = rule.opened_by[0]
        form = case.pack.form_of(case.pack.step_by_id[step])
        said = {Meaning.ASKED_PERSON: str(to.pk), Meaning.ASKED_FOR: what}
        questions = {meaning: form.meaning(meaning) if form else None for meaning in said}
        typed = {question.id: [said[meaning]] for meaning, question in questions.items() if question}
        take_step(case.pk, step, typed, by=by, seen_version=case.version)

    return _each(list(caseload_of(owner, by)[:AT_ONCE]), offer)


def offered_to(person: Person) -> list[FollowUp]:
    """Return the open handovers to this user, the oldest first; at most AT_ONCE."""
    rows = FollowUp.objects.unanswered().filter(to_person=person, case__in=Case.objects.changed_by(person))
    rows = rows.select_related("case__subject", "case__force", "case__owner").order_by("began", "pk")
    return [row for row in rows[:AT_ONCE] if row.case.pack.follow_up_by_id[row.kind_id].gives == "owner"]


def take_over(rows: Sequence[FollowUp], *, by: Person) -> Handled:
    """Accept offered cases. A case that can no longer be taken over is left and reported with the reason."""
    numbers = {row.case.pk: row for row in rows}

    def accept(case: Case) -> None:
        row = numbers[case.pk]
        step = case.pack.follow_up_by_id[row.kind_id].accepted_by
        if step is None:
            raise NotNow("The policy of this case has no such answer.")
        take_step(case.pk, step, {}, by=by, seen_version=case.version, about=row.number)

    return _each([row.case for row in rows], accept)


def _each(cases: Sequence[Case], act: Callable[[Case], None]) -> Handled:
    done, left = [], []
    with transaction.atomic():
        for case in cases:
            try:
                with transaction.atomic():
                    act(case)
            except (NotAllowed, NotNow) as refused:
                left.append((case, refused.reason))
            except InvalidAnswers as refused:
                left.append((case, " ".join(refused.errors.values())))
            else:
                done.append(case)
    return Handled(done, left)
