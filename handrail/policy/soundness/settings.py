"""Faults of what a pack says once: calendar, access, paper, notices, markings, factors, threats and such."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from handrail.policy.clock import is_known
from handrail.policy.faults import Fault, one_of, source_faults
from handrail.policy.schema.access import UNSAID
from handrail.policy.schema.form import Kind, Meaning
from handrail.policy.schema.pack import Pack
from handrail.policy.schema.settings import UNSAID_GAP, UNSAID_SHORT
from handrail.policy.step_kinds.register_entry import steps_of


def settings_faults(pack: Pack) -> Iterator[Fault]:
    """Yield everything that is wrong with the settings that the pack makes once."""
    subjects: Mapping[str, Callable[[Pack], Iterator[str]]] = {
        "Access": _access_faults,
        "Paper": _paper_faults,
        "Notices": _notices_faults,
        "Factors": _factor_faults,
        "Threat": _threat_faults,
        "Acknowledgement": _acknowledgement_faults,
        "Dialogue": _dialogue_faults,
        "Safeguarding": _safeguarding_faults,
        "Documents": _documents_faults,
        "Chronology": _chronology_faults,
        "Short steps": _short_steps_faults,
    }
    messages = [f"{name}: {message}" for name, faults in subjects.items() for message in faults(pack)]
    messages += [*_calendar_faults(pack), *_marking_faults(pack)]
    yield from (Fault("pack", pack.id, message) for message in messages)


def _calendar_faults(pack: Pack) -> Iterator[str]:
    if not is_known(pack.calendar):
        where = f"{pack.calendar.country}/{pack.calendar.subdivision}"
        yield f"Calendar “{where}” is not known. England and Wales is “GB” and “ENG”."


def _access_faults(pack: Pack) -> Iterator[str]:
    yield from source_faults(pack, pack.access)
    for named in (pack.access.purposes, pack.access.findings, pack.access.bases):
        if named not in pack.codes_by_id:
            yield f"list “{named}” is not there. {one_of(pack.codes_by_id)}"


def _paper_faults(pack: Pack) -> Iterator[str]:
    yield from source_faults(pack, pack.paper)
    if pack.paper.purposes not in pack.codes_by_id:
        yield f"list “{pack.paper.purposes}” is not there. {one_of(pack.codes_by_id)}"
    for step in pack.paper.plans:
        if step not in pack.step_by_id:
            yield f"step “{step}” is not there. {one_of(pack.step_by_id)}"


def _notices_faults(pack: Pack) -> Iterator[str]:
    yield from source_faults(pack, pack.notices)
    if pack.notices.escalate_again_after_working_days <= pack.notices.escalate_after_working_days:
        yield "what is escalated again was escalated before; give more days."


def _documents_faults(pack: Pack) -> Iterator[str]:
    yield from () if pack.documents is UNSAID else source_faults(pack, pack.documents)


def _chronology_faults(pack: Pack) -> Iterator[str]:
    yield from () if pack.chronology is UNSAID_GAP else source_faults(pack, pack.chronology)


def _short_steps_faults(pack: Pack) -> Iterator[str]:
    yield from () if pack.short_steps is UNSAID_SHORT else source_faults(pack, pack.short_steps)


def _marking_faults(pack: Pack) -> Iterator[str]:
    if pack.marking and pack.marking not in pack.marking_by_id:
        yield f"Marking “{pack.marking}” does not exist. {one_of(pack.marking_by_id)}"


def _threat_faults(pack: Pack) -> Iterator[str]:
    threat = pack.threat
    if threat is None:
        if any(limit.on_threat for limit in pack.limits):
            yield "A limit begins when a threat is stated; say in “[threat]” of pack.toml what states one."
        return
    if threat.lowered_by not in pack.step_by_id:
        yield f"Step “{threat.lowered_by}” does not exist. {one_of(pack.step_by_id)}"
    for register in pack.registers:
        forms = [form for step in steps_of(pack, register) if (form := pack.form_of(step))]
        if any(form.meaning(Meaning.THREAT) for form in forms) and not pack.threat_limit_in(register.id):
            yield (
                f"A threat can be stated in register “{register.id}”, and no limit of it has “on_threat”: "
                "nothing would say when somebody must act, or end the flag."
            )


def _acknowledgement_faults(pack: Pack) -> Iterator[str]:
    acknowledgement = pack.acknowledgement
    if acknowledgement is None:
        return
    yield from source_faults(pack, acknowledgement)
    yield from _untold_days(pack, (named for ahead in acknowledgement.ahead for named in ahead.limits))


def _dialogue_faults(pack: Pack) -> Iterator[str]:
    if pack.dialogue is not None:
        yield from source_faults(pack, pack.dialogue)
        yield from _untold_days(pack, [pack.dialogue.limit])


def _untold_days(pack: Pack, limits: Iterable[str]) -> Iterator[str]:
    for named in limits:
        limit = pack.limit_by_id.get(named)
        if limit is None or not limit.working_days:
            yield f"“{named}” is no limit in working days, so no day can be told."


def _safeguarding_faults(pack: Pack) -> Iterator[str]:
    if pack.safeguarding is None:
        return
    yield from source_faults(pack, pack.safeguarding)
    for step in (pack.safeguarding.recorded_by, *pack.safeguarding.steps):
        if step not in pack.step_by_id:
            yield f"Step “{step}” does not exist. {one_of(pack.step_by_id)}"


def _factor_faults(pack: Pack) -> Iterator[str]:
    factors = pack.factors
    if factors is None:
        return
    yield from source_faults(pack, factors)
    form = pack.form_by_id.get(factors.assessed)
    asked = form.questions if form else {}
    for name in factors.questions:
        if name not in asked or asked[name].kind is not Kind.EACH:
            yield f"Form “{factors.assessed}” has no question “{name}” that is asked for each of a list."
        elif factors.finding not in {inner.id for inner in asked[name].ask}:
            yield f"“{name}” does not ask “{factors.finding}”."
    every = {name: q for each in pack.forms for name, q in each.questions.items() if q.kind is Kind.EACH}
    for name in (factors.planned, factors.explained):
        if name not in every:
            yield f"No form has a question “{name}” that is asked for each of a list."
    if factors.left_by not in pack.step_by_id:
        yield f"Step “{factors.left_by}” does not exist. {one_of(pack.step_by_id)}"
