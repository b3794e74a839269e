"""What is known of a case as far as its forms depend on it: while one is filled in and when it is sent.

Who asks counts: a referral that they may not see changes no question of theirs.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from handrail.cases.engine import subject_details
from handrail.cases.intake import feedback
from handrail.cases.models import Case, Referral
from handrail.cases.person.matches.links import RecordsBeside
from handrail.cases.timeline.factors import found_in, without_plan
from handrail.organisations.models import Person
from handrail.policy.facts import NOTHING_KNOWN, Fact, Facts, facts_used
from handrail.policy.schema.pack import Pack
from handrail.policy.schema.step import Step


def facts_for(
    case: Case | None, step: Step, pack: Pack, person: Person | None, about: int | None = None
) -> Facts:
    """The facts by which the form of a step asks, and what always counts, as they are now.

    `about` is the entry that the step answers or corrects.
    """
    if case is None or person is None:
        return NOTHING_KNOWN
    wanted = facts_used(pack.form_of(step), pack.codes_by_id)
    facts: dict[Fact, tuple[str, ...]] = {
        Fact.PERSON_KNOWN: ("yes",),
        Fact.RESTRICTED: (yes_or_no(case.restricted),),
    }
    if Fact.EARLIER_REFERRALS in wanted:
        facts[Fact.EARLIER_REFERRALS] = (yes_or_no(has_other_referrals(case, person)),)
    if Fact.FACTORS_FOUND in wanted:
        facts[Fact.FACTORS_FOUND] = tuple(found_in(case))
    if Fact.FACTORS_WITHOUT_PLAN in wanted:
        facts[Fact.FACTORS_WITHOUT_PLAN] = tuple(without_plan(case))
    if Fact.REFERRERS_WITH_ACCOUNT in wanted:
        facts[Fact.REFERRERS_WITH_ACCOUNT] = (yes_or_no(feedback.reach_somebody(case)),)
    if Fact.DETAILS_OF_ENTRY in wanted:
        facts[Fact.DETAILS_OF_ENTRY] = subject_details.kinds_told(case, about)
    return facts


def has_other_referrals(case: Case, person: Person) -> bool:
    """Whether a case has more than one referral, or another is about somebody who may be the same person.

    Of those that somebody linked also in another force, where only that they are there is told.
    """
    if case.referrals.all()[1:].exists():
        return True
    beside = RecordsBeside(case.subject_id)
    return bool(beside.linked) or Referral.objects.visible_to(person).about(beside.alike).exists()


def recorded(facts: Facts, pack: Pack, step: Step) -> Mapping[str, Any]:
    """What the record keeps of the facts by which a form asked; nothing where it opens a case."""
    used = facts_used(pack.form_of(step), pack.codes_by_id)
    return {"facts": _plain(facts, used)} if used and facts is not NOTHING_KNOWN else {}


def _plain(facts: Facts, used: Iterable[Fact]) -> dict[str, list[str]]:
    return {fact.value: list(facts.get(fact, ())) for fact in sorted(used)}


def yes_or_no(true: bool) -> str:
    """How a fact says whether it holds."""
    return "yes" if true else "no"
