"""The facts of an unsaved made-up case, from its acts in memory."""

from django.utils.timezone import localdate

from handrail.cases.drafts.case_facts import yes_or_no
from handrail.cases.engine.record import PUBLIC_FORM, Record
from handrail.cases.timeline.factors import found_by, planning_steps, steps_with
from handrail.cases.timeline.follow_ups_shown import kinds_of_likeness
from handrail.cases.timeline.left_open import Asking, Thing, asking_about, awaited, may_end
from handrail.policy.facts import NOTHING_KNOWN, Fact, Facts
from handrail.policy.follow_ups import Asked
from handrail.policy.schema.pack import Pack
from handrail.policy.schema.step import Step


def known_of(record: Record) -> Facts:
    """Return the facts on which forms depend. Made-up cases know only their own referrals."""
    if not record.acts:
        return NOTHING_KNOWN
    found = _found(record)
    planned = _planned(record)
    return {
        Fact.PERSON_KNOWN: ("yes",),
        Fact.RESTRICTED: ("no",),
        Fact.EARLIER_REFERRALS: (yes_or_no(bool(record.further)),),
        Fact.REFERRERS_WITH_ACCOUNT: (yes_or_no(_referred_inside(record)),),
        Fact.FACTORS_FOUND: found,
        Fact.FACTORS_WITHOUT_PLAN: [code for code in found if code not in planned],
    }


def _referred_inside(record: Record) -> bool:
    """Return whether a user with an account referred the person, at the beginning or again."""
    return record.acts[0].actor != PUBLIC_FORM or bool(record.further)


def _found(record: Record) -> list[str]:
    """Return the factors that the latest assessment found, by the day it was made."""
    factors = record.pack.factors
    assessing = steps_with(record.pack, factors.assessed) if factors else []
    acts = (act for act in record.acts if act.act in assessing)
    made = sorted(acts, key=lambda act: localdate(act.happened_at))
    return list(found_by(record.pack, made[-1].content["answers"])) if made else []


def _planned(record: Record) -> set[str]:
    """Return the factors for which a plan says that something is done."""
    factors, planning = record.pack.factors, planning_steps(record.pack)
    if factors is None:
        return set()
    plans = (act.content["answers"].get(factors.planned, {}) for act in record.acts if act.act in planning)
    return {code for plan in plans for code, line in plan.items() if line.get(factors.done) == "yes"}


def asked_at_end(record: Record, step: Step) -> Asking | None:
    """Return what a step asks about open items of a made-up case that it may end."""
    pack, position = record.pack, record.position
    if not may_end(pack, step):
        return None
    asked = [one for one in position.asked if one.kind not in kinds_of_likeness(pack)]
    things = [_thing(pack, one) for one in sorted(asked, key=lambda a: a.number)]
    return asking_about(record, step, [*things, *awaited(record, moves=False)])


def _thing(pack: Pack, asked: Asked) -> Thing:
    """Return a follow-up as an open item, named after its kind."""
    rule = pack.follow_up_by_id[asked.kind]
    moves = rule.gives == "nothing"
    return Thing(f"asked-{asked.number}", rule.title, rule.title, "", asked.number, moves)
