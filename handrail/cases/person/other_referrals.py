"""Other referrals that may be about the same person: their outcome and what they have in common.

Facts only: they are not weighed or added up. A person judges them, with a reason.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from uuid import UUID

from django.db.models import Exists, OuterRef, Subquery
from django.db.models.functions import JSONObject
from django.http import HttpRequest

from handrail.access.views.people import person_of
from handrail.cases.intake.models import Contact
from handrail.cases.loading import shown
from handrail.cases.models import Case, Referral
from handrail.cases.models.referrals import referrals_of
from handrail.cases.person.matches.linked import decides
from handrail.cases.person.matches.links import RecordsBeside
from handrail.ledger.models import Entry
from handrail.organisations.models import Person
from handrail.policy.schema.form import Meaning
from handrail.policy.schema.pack import Pack
from handrail.records.packs import in_any, known_packs
from handrail.records.packs import pack as pack_of
from handrail.subjects.finding import compared
from handrail.subjects.matching import Fact


@dataclass(frozen=True, slots=True)
class OtherReferral:
    """Another referral beside the first one of a case.

    `here`: on the case itself. `named`: the user may see the subject's name. `days_apart`: days from this
    referral to the first one, negative when it came later.
    """

    referral: Referral
    here: bool
    named: bool
    sector: str
    concern: str
    days_apart: int
    in_common: tuple[str, ...]
    decided: str
    match_state: str = ""

    @property
    def between(self) -> str:
        """Time between the two referrals in words."""
        days = abs(self.days_apart)
        if days == 0:
            return "The same day"
        return f"{days} {'day' if days == 1 else 'days'} {'before' if self.days_apart > 0 else 'after'}"


def earlier_than(
    case: Case,
    person: Person,
    *,
    referrals: Sequence[Referral] | None = None,
    beside: RecordsBeside | None = None,
) -> list[OtherReferral]:
    """Return the other referrals on a case and on possible matches, the newest first.

    `referrals` are those of the case, as `referrals_of` gives them, and `beside` the records beside it,
    where they are loaded already.
    """
    own = list(referrals_of(case) if referrals is None else referrals)
    first = own.pop() if own else None
    beside = beside or RecordsBeside(case.subject_id)
    others = [*_here(case, own), *_elsewhere(case, beside, person)]
    if not others:
        return []
    known = _Known(
        case,
        agreeing=_agreeing(case, [other.referral.case for other in others if other.named and not other.here]),
        answers=beside.state_by_subject,
    )
    return [_earlier(other, first, known) for other in others]


@dataclass(frozen=True, slots=True)
class _Other:
    """A referral and what the user may know of its case: last decision, and whether the sender agrees."""

    referral: Referral
    here: bool
    named: bool
    decided: str = ""
    same_sender: bool = False


def _here(case: Case, referrals: Sequence[Referral]) -> list[_Other]:
    """Return these referrals of the case itself as `_Other`s, with the last decision on the case."""
    if not referrals:
        return []
    named = case.subject is not None
    entry = Entry.objects.filter(chain=case.pk, act__in=_deciding()).order_by("-number").first()
    said = _in_words(entry.pack, entry.act, entry.outcome) if entry and named else ""
    return [_Other(referral, here=True, named=named, decided=said) for referral in referrals]


def _elsewhere(case: Case, beside: RecordsBeside, person: Person) -> list[_Other]:
    """Return the newest referrals about possible matches that the user may know of, in one query."""
    if not beside.alike:
        return []
    seen = Case.objects.filter(pk=OuterRef("case")).named_to(person)
    same = Contact.objects.filter(
        case=OuterRef("case"), who__in=Contact.objects.filter(case=case).values("who")
    )
    decided = Entry.objects.filter(chain=OuterRef("case"), act__in=_deciding()).order_by("-number")
    found = Referral.objects.visible_to(person).about(beside.alike)
    found = found.select_related("case__subject__outline", "case__force")
    found = found.annotate(
        is_named=Exists(seen),
        is_of_same_sender=Exists(same),
        decision=Subquery(decided.values(said=JSONObject(pack_id="pack", act="act", outcome="outcome"))[:1]),
    )
    return [_other(case, referral, **vars(referral)) for referral in found]


def _other(
    case: Case,
    referral: Referral,
    *,
    is_named: bool,
    is_of_same_sender: bool,
    decision: dict[str, str] | None,
    **_: object,
) -> _Other:
    """Return a row of the query of `_elsewhere` as an `_Other`."""
    referral.case.may_name = is_named
    said = _in_words(**decision) if decision and is_named else ""
    here = referral.case_id == case.pk
    return _Other(referral, here=here, named=is_named, decided=said, same_sender=is_of_same_sender)


@cache
def _deciding() -> frozenset[str]:
    """Return ids of the steps that decide where a case goes, in every policy; sign-offs are left out."""
    return frozenset(
        in_any(known_packs(), lambda pack: (s for s in pack.steps if decides(s) and not s.signs))
    )


def _in_words(pack_id: str, act: str, outcome: str | None) -> str:
    """Return a decision in the words of the policy under which it was taken."""
    step = pack_of(pack_id).step_by_id[act]
    found = step.outcome(outcome)
    return f"{step.title}: {found.title}" if found else step.title


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of the other cases: details in agreement by case, answers to matches by subject."""

    case: Case
    agreeing: Mapping[UUID, list[str]]
    answers: Mapping[UUID, str]


def _earlier(other: _Other, first: Referral | None, known: _Known) -> OtherReferral:
    referral, case, pack = other.referral, known.case, known.case.pack
    said = _same_answers(first, referral) if first else []
    same = [*known.agreeing.get(referral.case_id, ()), *said]
    if other.same_sender:
        same.append("Contact of the referrer")
    began: date = first.received_on if first else case.opened_on
    return OtherReferral(
        referral=referral,
        here=other.here,
        named=other.named,
        sector=label(pack, Meaning.SECTOR, referral.sector),
        concern=label(pack, Meaning.CONCERN, referral.concern),
        days_apart=(began - referral.received_on).days,
        in_common=tuple(same),
        decided=other.decided,
        match_state=_answer(referral, known),
    )


def _answer(other: Referral, known: _Known) -> str:
    of = other.case.subject_id
    return known.answers.get(of, "") if of and other.case_id != known.case.pk else ""


def _same_answers(first: Referral, other: Referral) -> list[str]:
    """Return titles of the answers in which two referrals agree."""
    said = [
        ("Concern", first.concern, other.concern),
        ("Sector", first.sector, other.sector),
    ]
    return [name for name, one, another in said if one and one == another]


AGREES = {
    Fact.NAMES: "Name",
    Fact.BIRTH: "Date of birth",
    Fact.PLACE: "Address",
    Fact.CONTACT: "Telephone, email or online name",
}


def _agreeing(case: Case, others: Sequence[Case]) -> dict[UUID, list[str]]:
    """Map each case to the details its subject shares with this one; only details the user may read."""
    if case.subject is None:
        return {}
    cases = {other.subject_id: other.pk for other in others if other.subject_id != case.subject_id}
    like = compared(case.subject.known(), [other.subject for other in others if other.subject])
    return {
        cases[subject]: [AGREES[part.fact] for part in parts.parts if part.fact in AGREES and part.weight > 0]
        for subject, parts in like.items()
        if subject in cases
    }


def label(pack: Pack, meaning: Meaning, code: str) -> str:
    """Return the label of a code for a question of this meaning, from the first form that has it."""
    lists = (q.codes for form in pack.forms if (q := form.meaning(meaning)) and q.codes)
    known = (pack.codes_by_id[codes].labels for codes in lists)
    return next((labels[code] for labels in known if code in labels), "Not said")


def earlier_shown(
    request: HttpRequest,
    case: Case,
    referrals: Sequence[Referral] | None = None,
    beside: RecordsBeside | None = None,
) -> list[OtherReferral]:
    """Return `earlier_than` for a page, and log each case of another record as shown."""
    earlier = earlier_than(case, person_of(request), referrals=referrals, beside=beside)
    shown(request, [one.referral.case for one in earlier if not one.here])
    return earlier
