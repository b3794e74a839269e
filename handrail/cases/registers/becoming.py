"""Turning a register entry into a referral: the form begins with what is known; sending it is the act."""

from collections.abc import Mapping, Sequence
from typing import Any

from handrail.access.errors import NotAllowed
from handrail.cases.errors import NotNow
from handrail.cases.models.kinds import CASE, REGISTER_ENTRY
from handrail.cases.models.register_entry import RegisterEntry
from handrail.cases.registers.acts import posts_on
from handrail.ledger.models import Entry
from handrail.organisations.models import Person
from handrail.policy import registers
from handrail.policy.position import Refusal
from handrail.policy.schema.form import Meaning
from handrail.records.drafts import Draft
from handrail.records.packs import current_pack


def may_become(register_entry: RegisterEntry, person: Person) -> bool:
    """Return whether the user may turn a register entry into a referral now."""
    return bool(register_entry.register.becomes) and refused(register_entry, person) is None


def refused(register_entry: RegisterEntry, person: Person) -> Refusal | None:
    """Return why the user may not turn a register entry into a referral; None where they may."""
    if register_entry.level > person.vetting:
        return Refusal(
            "You do not have the vetting to read this entry. Ask somebody who has it to refer.",
            of_person=True,
        )
    step = register_entry.pack.step_by_id[register_entry.register.became_by or ""]
    roles = {post.role for post in posts_on(register_entry, person)}
    return registers.refusal(register_entry.pack, register_entry.state, step, by=str(person.pk), roles=roles)


def begin_referral(register_entry: RegisterEntry, *, by: Person) -> Draft:
    """Return the user's draft referral from a register entry: the one begun before, or a new one filled in.

    Raises NotAllowed or NotNow.
    """
    if refusal := refused(register_entry, by):
        raise (NotAllowed if refusal.of_person else NotNow)(refusal.reason)
    begun = (
        Draft.objects.of(by)
        .begun_from(register_entry)
        .filter(step_id=register_entry.register.becomes)
        .first()
    )
    if begun:
        return begun
    pack = current_pack()
    step_id = register_entry.register.becomes or ""
    return Draft.objects.create(
        person=by,
        target_kind=CASE.name,
        origin_kind=REGISTER_ENTRY.name,
        origin_id=register_entry.pk,
        pack_id=pack.id,
        step_id=step_id,
        typed=known(register_entry, step_id),
    )


def known(register_entry: RegisterEntry, step_id: str) -> dict[str, list[str]]:
    """Return the input that a referral from a register entry begins with, by question.

    It holds the entry's force, the answers that its register carries over, and a threat that still stands.
    """
    pack = current_pack()
    form = pack.form_of(pack.step_by_id[step_id])
    if form is None:
        return {}
    given = _given(register_entry)
    known = {to: given[0][id_] for id_, to in register_entry.register.carries.items() if id_ in given[0]}
    meant = {Meaning.FORCE: str(register_entry.force_id), Meaning.THREAT: _stated(register_entry, given)}
    known |= {asked.id: meant[m] for m in meant if meant[m] and (asked := form.meaning(m))}
    return {name: [str(value)] for name, value in known.items() if name in form.questions}


def _stated(register_entry: RegisterEntry, given: Sequence[Mapping[str, Any]]) -> str:
    """Return the answer that last stated a threat which still stands; empty where none stands."""
    asking = {q.id for form in register_entry.pack.forms if (q := form.meaning(Meaning.THREAT))}
    said = [answers.get(id_) for answers in given for id_ in asking] if register_entry.threat_at else []
    return next((answer for answer in reversed(said) if register_entry.pack.states_threat(answer)), "")


def _given(register_entry: RegisterEntry) -> list[dict[str, Any]]:
    """Return the answers of each ledger entry of a register entry, in order; empty where they were erased."""
    entries = Entry.objects.filter(chain=register_entry.pk).select_related("content").order_by("number")
    return [dict(e.content.content["answers"]) if hasattr(e, "content") else {} for e in entries]
