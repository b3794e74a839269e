"""Facts about a case that are known before a form is filled in and on which a question may depend.

A fact has any number of values: `yes` or `no`, or codes of a list. Facts that a form depends on are stored
with the answers in the record, so that an entry explains itself later.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from handrail.policy.schema.codes import CodeList
from handrail.policy.schema.form import Fact, Form, Question

__all__ = ["IN_WORDS", "NOTHING_KNOWN", "Fact", "Facts", "facts_used"]

Facts = Mapping[Fact, Sequence[str]]

# The facts of a referral that opens a case.
NOTHING_KNOWN: Facts = dict.fromkeys((Fact.PERSON_KNOWN, Fact.EARLIER_REFERRALS, Fact.RESTRICTED), ("no",))


# Each text completes “where …”.
IN_WORDS: Mapping[Fact, str] = {
    Fact.PERSON_KNOWN: "there is a case about the person already",
    Fact.EARLIER_REFERRALS: "there are other referrals that may be about the same person",
    Fact.RESTRICTED: "only people who are named see the case",
    Fact.FACTORS_FOUND: "the last assessment found a factor",
    Fact.FACTORS_WITHOUT_PLAN: "the last assessment found a factor for which nothing is planned",
    Fact.REFERRERS_WITH_ACCOUNT: "somebody who referred the person has an account here",
    Fact.OPEN_GROUPS: "a register of the force has open entries that group others",
    Fact.FORCES_TO_CHOOSE: "the author may record in the register for more than one force",
    Fact.DETAILS_OF_ENTRY: "the entry told something about the person of the case",
}


def facts_used(form: Form | None, lists: Mapping[str, CodeList] | None = None) -> frozenset[Fact]:
    """Return the facts on which a form's questions or the codes of these lists depend."""
    if form is None:
        return frozenset()
    codes = [lists[q.codes] for q in form.questions.values() if q.codes] if lists else []
    offered = {Fact.REFERRERS_WITH_ACCOUNT} if any(one.with_account for one in codes) else set()
    return frozenset(_used(form)) | offered


def _used(form: Form) -> Iterator[Fact]:
    for section in form.sections:
        if section.when and section.when.fact:
            yield section.when.fact
        yield from _used_by(section.questions)


def _used_by(questions: Iterable[Question]) -> Iterator[Fact]:
    for question in questions:
        if question.when and question.when.fact:
            yield question.when.fact
        if question.among:
            yield question.among
