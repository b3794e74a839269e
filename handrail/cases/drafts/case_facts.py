"""Facts of a case that its forms depend on, computed when a form is filled in and again when it is sent.

They depend on the user: a referral that the user may not see changes no question for them.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from handrail.cases.engine import subject_details
from handrail.cases.engine.register_groups import may_choose_group
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
    """Return the facts that the form of a step uses, and those that always apply, as they are now.

    `about` is the number of the entry that the step answers or corrects.
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
    if Fact.OPEN_GROUPS in wanted:
        facts[Fact.OPEN_GROUPS] = (yes_or_no(may_choose_group(person, case.force_id)),)
    if Fact.DETAILS_OF_ENTRY in wanted:
        facts[Fact.DETAILS_OF_ENTRY] = subject_details.kinds_told(case, about)
    return facts


def has_other_referrals(case: Case, person: Person) -> bool:
    """Return whether a case has another referral, or a possible match of its subject has one.

    A confirmed match in another force counts too: the user is told that it exists.
    """
    if case.referrals.all()[1:].exists():
        return True
    beside = RecordsBeside(case.subject_id)
    return bool(beside.linked) or Referral.objects.visible_to(person).about(beside.alike).exists()


def recorded(facts: Facts, pack: Pack, step: Step) -> Mapping[str, Any]:
    """Return the facts that an entry keeps, as a part of its content; empty where the step opens a case."""
    used = facts_used(pack.form_of(step), pack.codes_by_id)
    return {"facts": _plain(facts, used)} if used and facts is not NOTHING_KNOWN else {}


def _plain(facts: Facts, used: Iterable[Fact]) -> dict[str, list[str]]:
    return {fact.value: list(facts.get(fact, ())) for fact in sorted(used)}


def yes_or_no(true: bool) -> str:
    """Return a fact that holds or not as a code."""
    return "yes" if true else "no"
