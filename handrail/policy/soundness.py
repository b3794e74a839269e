"""What must hold in a pack beyond its shape: no dead end, no step that nobody may take, no loose end."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from handrail.policy.clock import is_known
from handrail.policy.guard_faults import guard_faults
from handrail.policy.guards import OUTCOME
from handrail.policy.schema import (
    LOCAL_CHOICE,
    UNSAID,
    UNSAID_GAP,
    Check,
    CheckKind,
    CodeList,
    Condition,
    FollowUp,
    Form,
    Kind,
    Limit,
    Meaning,
    Pack,
    Question,
    Register,
    StageKind,
    Step,
    Stopped,
)

__all__ = ["OUTCOME", "Fault", "Part", "problems"]


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one part of a pack."""

    list: str
    id: str
    message: str


def problems(pack: Pack) -> list[Fault]:
    """Everything that is unsound in the pack; empty when it can be used."""
    if not pack.stages or not pack.steps:
        return [Fault("pack", pack.id, "It has no stages or no steps; a pack needs both.")]
    faults = [*_calendar_faults(pack), *_access_faults(pack), *_paper_faults(pack)]
    faults += [*_notices_faults(pack)]
    faults += [*_duplicates(pack), *_sources(pack)]
    for step in pack.steps:
        faults += [Fault("steps", step.id, message) for message in _step_faults(pack, step)]
    for form in pack.forms:
        faults += [Fault("forms", form.id, message) for message in _form_faults(pack, form)]
    for stage in pack.stages:
        if stage.beside_as and stage.beside_as not in pack.stage_by_id:
            message = f"Stage “{stage.beside_as}” does not exist. {_one_of(pack.stage_by_id)}"
            faults.append(Fault("stages", stage.id, message))
    faults += _limit_faults(pack)
    faults += [
        Fault("follow_ups", f.id, message) for f in pack.follow_ups for message in _asking_faults(pack, f)
    ]
    faults += _check_faults(pack)
    faults += [*_unwatched(pack), *(Fault("guards", id_, message) for id_, message in guard_faults(pack))]
    faults += _marking_faults(pack)
    faults += (
        Fault("code_lists", codes.id, message)
        for codes in pack.code_lists
        for message in _list_faults(pack, codes)
    )
    faults += (Fault("pack", pack.id, f"Factors: {message}") for message in _factor_faults(pack))
    faults += (Fault("pack", pack.id, f"Threat: {message}") for message in _threat_faults(pack))
    faults += [*_joining_faults(pack), *_likeness_faults(pack)]
    for register in pack.registers:
        faults += [Fault("registers", register.id, message) for message in _register_faults(pack, register)]
    return faults or [*_dead_ends(pack), *_unreachable(pack)]


def _calendar_faults(pack: Pack) -> Iterator[Fault]:
    if not is_known(pack.calendar):
        where = f"{pack.calendar.country}/{pack.calendar.subdivision}"
        yield Fault("pack", pack.id, f"Calendar “{where}” is not known. England and Wales is “GB” and “ENG”.")


def _access_faults(pack: Pack) -> Iterator[Fault]:
    said = None if pack.documents is UNSAID else pack.documents
    gaps = None if pack.chronology is UNSAID_GAP else pack.chronology
    parts = (("Access", pack.access), ("Factors", pack.factors), ("Documents", said), ("Chronology", gaps))
    for name, part in parts:
        for message in _source_faults(pack, part) if part else ():
            yield Fault("pack", pack.id, f"{name}: {message}")
    for named in (pack.access.purposes, pack.access.findings, pack.access.bases):
        if named not in pack.codes_by_id:
            yield Fault("pack", pack.id, f"Access: list “{named}” is not there. {_one_of(pack.codes_by_id)}")


def _paper_faults(pack: Pack) -> Iterator[Fault]:
    for message in _source_faults(pack, pack.paper):
        yield Fault("pack", pack.id, f"Paper: {message}")
    if pack.paper.purposes not in pack.codes_by_id:
        yield Fault(
            "pack", pack.id, f"Paper: list “{pack.paper.purposes}” is not there. {_one_of(pack.codes_by_id)}"
        )
    for step in pack.paper.plans:
        if step not in pack.step_by_id:
            yield Fault("pack", pack.id, f"Paper: step “{step}” is not there. {_one_of(pack.step_by_id)}")


def _notices_faults(pack: Pack) -> Iterator[Fault]:
    for message in _source_faults(pack, pack.notices):
        yield Fault("pack", pack.id, f"Notices: {message}")
    if pack.notices.escalate_again_after_working_days <= pack.notices.escalate_after_working_days:
        yield Fault("pack", pack.id, "Notices: what is escalated again was escalated before; give more days.")


def _duplicates(pack: Pack) -> Iterator[Fault]:
    for name, parts in {**_lists(pack), "sources": pack.sources, "roles": pack.roles}.items():
        for repeated in _repeated(parts):
            yield Fault(name, repeated, "This id is used more than once; ids are unique.")
    for codes in pack.code_lists:
        for repeated in _repeated(codes.codes):
            yield Fault("code_lists", codes.id, f"Code “{repeated}” is there more than once.")


class Part(Protocol):
    """A part of a pack that has an id and says where it comes from."""

    @property
    def id(self) -> str: ...
    @property
    def source(self) -> str: ...
    @property
    def note(self) -> str: ...


class Argued(Protocol):
    """What says where it comes from."""

    @property
    def source(self) -> str: ...
    @property
    def note(self) -> str: ...


def _lists(pack: Pack) -> Mapping[str, Sequence[Part]]:
    """The parts of a pack that say where they come from, by the name of their list."""
    return {
        "stages": pack.stages,
        "code_lists": pack.code_lists,
        "forms": pack.forms,
        "steps": pack.steps,
        "limits": pack.limits,
        "follow_ups": pack.follow_ups,
        "checks": pack.checks,
        "guards": pack.guards,
        "markings": pack.markings,
        "mappings": pack.mappings,
        "registers": pack.registers,
    }


def _repeated(parts: Iterable[object]) -> list[str]:
    counts = Counter(getattr(part, "id") for part in parts)  # noqa: B009
    return [name for name, count in counts.items() if count > 1]


def _sources(pack: Pack) -> Iterator[Fault]:
    for name, parts in _lists(pack).items():
        for part in parts:
            yield from (Fault(name, part.id, message) for message in _source_faults(pack, part))
    for step in pack.steps:
        for outcome in step.outcomes:
            for message in _source_faults(pack, outcome):
                yield Fault("steps", step.id, f"Outcome “{outcome.id}”: {message}")


def _source_faults(pack: Pack, part: Argued) -> Iterator[str]:
    if part.source not in pack.source_by_id:
        yield f"Source “{part.source}” is not in pack.toml. {_one_of(pack.source_by_id)}"
    if part.source == LOCAL_CHOICE and not part.note:
        yield "A local choice needs a note that says what was chosen and why."


def _step_faults(pack: Pack, step: Step) -> Iterator[str]:
    if not step.by and not step.public:
        yield "Nobody may take this step; name at least one role in “by”."
    if step.public and not step.opens:
        yield "Only a step that opens a case can be public; say “opens = true”, or take “public” away."
    if not step.stages and not step.opens and not step.in_register:
        yield "It is open at no stage; name at least one in “stages”, or say “opens = true”."
    if step.in_register:
        yield from _step_of_register_faults(pack, step)
    elif step.ends or any(o.ends for o in step.outcomes):
        yield "Only what stands in a register ends; name it in “in_register”, or take “ends” away."
    if step.restricted and (not step.opens or step.public):
        yield "Only a step that opens a case for somebody signed in can be restricted from the beginning."
    yield from _shown_list_faults(pack, step)
    if step.file and (step.opens or step.outcomes or step.signs or not _asks_title(pack, step)):
        yield (
            "A step that takes a file opens no case and decides nothing, and its form asks for the title "
            "(means “document.title”)."
        )
    if step.corrects and (step.opens or step.outcomes or step.signs or not step.beside):
        yield "A step that corrects an entry decides nothing; it says “beside = true”, without outcomes."
    if step.opens and not step.form:
        yield "A step that opens a case needs a form."
    yield from _loose_ends(pack, step)
    yield from _sign_off_faults(pack, step)
    yield from _clock_faults(pack, step)
    yield from (f"Outcome “{name}” is there more than once." for name in _repeated(step.outcomes))


def _shown_list_faults(pack: Pack, step: Step) -> Iterator[str]:
    """What is wrong with the lists that the page of a restricted step shows before its form."""
    for key, named in (("confidants", step.confidants), ("without_name", step.without_name)):
        if named and not step.restricted:
            yield f"Only the page of a step with “restricted = true” shows a list; take “{key}” away."
        if named and named not in pack.codes_by_id:
            yield f"{key}: list “{named}” is not there. {_one_of(pack.codes_by_id)}"


def _asks_title(pack: Pack, step: Step) -> bool:
    form = pack.form_by_id.get(step.form or "")
    asked = form.meaning(Meaning.DOCUMENT_TITLE) if form else None
    return bool(asked and asked.kind is Kind.TEXT and asked.required and (asked.max_length or 0) <= 200)


def _loose_ends(pack: Pack, step: Step) -> Iterator[str]:
    for role in step.by:
        if role not in pack.role_titles:
            yield f"Role “{role}” does not exist. {_one_of(pack.role_titles)}"
    for corrected in step.corrects:
        if corrected not in pack.step_by_id:
            yield f"Step “{corrected}” does not exist. {_one_of(pack.step_by_id)}"
    for stage in {*step.stages, *filter(None, [step.to]), *(o.to for o in step.outcomes if o.to)}:
        if stage not in pack.stage_by_id:
            yield f"Stage “{stage}” does not exist. {_one_of(pack.stage_by_id)}"
    named = {*step.after, *step.informs, *(s for o in step.outcomes for s in o.after)}
    for other in named | set(filter(None, [step.signs])):
        if other not in pack.step_by_id:
            yield f"Step “{other}” does not exist. {_one_of(pack.step_by_id)}"
    if step.form and step.form not in pack.form_by_id:
        yield f"Form “{step.form}” does not exist. {_one_of(pack.form_by_id)}"


def _sign_off_faults(pack: Pack, step: Step) -> Iterator[str]:
    signing = [s for s in pack.steps if s.signs == step.id]
    signable = {stage for s in signing for stage in s.stages}
    if any(o.signed_off for o in step.outcomes):
        if not signing:
            yield "An outcome is signed off, but no step says “signs” for it; the case would wait for ever."
        elif unsigned := sorted(set(step.stages) - signable):
            yield f"An outcome is signed off, but at “{unsigned[0]}” nobody can sign it."
    if step.signs and not any(o.confirms for o in step.outcomes):
        yield "It signs a decision, but none of its outcomes confirms it."
    if step.signs and all(o.confirms for o in step.outcomes):
        yield "It signs a decision, but has no outcome that sends it back."


def _step_of_register_faults(pack: Pack, step: Step) -> Iterator[str]:
    if step.in_register not in pack.register_by_id:
        yield f"Register “{step.in_register}” does not exist. {_one_of(pack.register_by_id)}"
    if step.opens:
        yield "A step opens a case or stands in a register; take “opens” or “in_register” away."
    known = {s.id for s in pack.steps if s.in_register == step.in_register}
    for other in {*step.after, *filter(None, [step.signs])} & set(pack.step_by_id) - known:
        yield f"Step “{other}” stands in another register. {_one_of(known)}"
    if step.signs and not step.after:
        yield "It signs what stands in a register; say in “after” what that began with."


def _register_faults(pack: Pack, register: Register) -> Iterator[str]:
    """Whether it can be begun, whether its decisions have one name each, and whether it can become a case."""
    beginning = [step for step in pack.steps_of(register) if not step.after]
    if not beginning:
        yield "Nothing begins it; give it a step with “in_register” and without “after”."
    titles: dict[str, str] = {}
    for outcome in (o for step in pack.steps_of(register) for o in step.outcomes):
        if titles.setdefault(outcome.id, outcome.title) != outcome.title:
            yield f"Outcome “{outcome.id}” has two titles in it; one is “{outcome.title}”."
    if register.becomes or register.became_by or register.carries:
        yield from _becoming_faults(pack, register, beginning)


def _becoming_faults(pack: Pack, register: Register, beginning: Sequence[Step]) -> Iterator[str]:
    opening = pack.step_by_id.get(register.becomes or "")
    if opening is None or not opening.opens or opening.public:
        yield "“becomes” names a step that opens a case for somebody signed in."
    recording = pack.step_by_id.get(register.became_by or "")
    if recording is None or recording.in_register != register.id or recording.form or not recording.after:
        yield "“became_by” names a step of this register, with “after” and without a form."
    asked = {id_ for step in beginning if (form := pack.form_of(step)) for id_ in form.questions}
    form = pack.form_of(opening) if opening else None
    for question, referral in register.carries.items():
        if question not in asked or form is None or referral not in form.questions:
            yield f"“carries”: “{question}” or “{referral}” is no question of the two forms."


def _clock_faults(pack: Pack, step: Step) -> Iterator[str]:
    if step.clock == "stops":
        restarts = {stage for s in pack.steps if s.clock == "restarts" for stage in s.stages}
        for stage in sorted(set(step.stages) - restarts):
            yield f'It stops the clock, but at “{stage}” no step says clock = "restarts".'


def _form_faults(pack: Pack, form: Form) -> Iterator[str]:
    outcomes = {o.id for s in pack.steps if s.form == form.id for o in s.outcomes}
    questions = [q for section in form.sections for q in section.questions]
    yield from (f"Question “{name}” is asked more than once." for name in _repeated(questions))
    yield from (f"Section “{name}” is there more than once." for name in _repeated(form.sections))
    meanings = Counter(q.means for q in questions if q.means)
    yield from (f"More than one question means “{m}”." for m, count in meanings.items() if count > 1)
    for question in questions:
        yield from _question_faults(pack, question, question.id)
    asked: dict[str, Question] = {}
    for section in form.sections:
        yield from _condition_faults(pack, section.id, section.when, asked, outcomes)
        for question in section.questions:
            yield from _condition_faults(pack, question.id, question.when, asked, outcomes)
            asked[question.id] = question


def _condition_faults(
    pack: Pack,
    where: str,
    when: Condition | None,
    asked: Mapping[str, Question],
    outcomes: Collection[str] = (),
) -> Iterator[str]:
    """What is wrong with a condition, given the questions asked before it and the outcomes there are."""
    if when is None:
        return
    if bool(when.question) == bool(when.fact) or (when.question and not when.is_):
        yield f"“{where}” depends on either a question, with its answers in “is”, or a fact."
    elif when.fact:
        return
    elif when.question == OUTCOME:
        yield from _never(where, when, outcomes)
    elif not when.question or when.question not in asked:
        yield f"“{where}” depends on “{when.question}”, which is not asked before it."
    else:
        yield from _never(where, when, _answers(pack, asked[when.question]))


def _never(where: str, when: Condition, allowed: Collection[str]) -> Iterator[str]:
    for value in when.is_:
        if value not in allowed:
            known = _one_of(allowed) if allowed else "It has no fixed answers."
            yield f"“{where}” depends on “{when.question}” being “{value}”, which can never be. {known}"


def _question_faults(pack: Pack, question: Question, where: str) -> Iterator[str]:
    if question.kind in {Kind.CHOICE, Kind.CHOICES, Kind.EACH}:
        if question.codes not in pack.codes_by_id:
            yield f"“{where}” needs a code list. {_one_of(pack.codes_by_id)}"
    elif question.codes:
        yield f"“{where}” has a code list, but is of kind “{question.kind}”."
    if (question.kind is Kind.EACH) != bool(question.ask):
        yield f"“{where}”: “ask” goes with kind “each”, and only with it."
    if question.among and not question.codes:
        yield f"“{where}” chooses among codes, but has no code list."
    if question.id in {OUTCOME, "reason"}:
        yield f"“{where}” is a reserved id; choose another."
    for role in question.roles:
        if role not in pack.role_titles:
            yield f"“{where}”: role “{role}” does not exist. {_one_of(pack.role_titles)}"
    yield from _inner_faults(pack, question, where)


def _inner_faults(pack: Pack, question: Question, where: str) -> Iterator[str]:
    yield from (f"“{where}.{name}” is asked more than once." for name in _repeated(question.ask))
    asked: dict[str, Question] = {}
    for inner in question.ask:
        if inner.kind is Kind.EACH:
            yield f"“{where}.{inner.id}”: “each” cannot hold another “each”."
        if inner.means:
            yield f"“{where}.{inner.id}”: “means” is for a question that is asked once."
        yield from _condition_faults(pack, f"{where}.{inner.id}", inner.when, asked)
        asked[inner.id] = inner
        yield from _question_faults(pack, inner, f"{where}.{inner.id}")


def _answers(pack: Pack, question: Question) -> set[str]:
    if question.kind is Kind.YES_NO:
        return {"yes", "no"}
    return set(pack.codes_by_id[question.codes].labels) if question.codes in pack.codes_by_id else set()


def _limit_faults(pack: Pack) -> Iterator[Fault]:
    for limit in pack.limits:
        yield from (Fault("limits", limit.id, message) for message in _loose_limit(pack, limit))
        if not (limit.after_steps or limit.after_outcomes or limit.on_stages or limit.on_threat):
            never = "It never begins; say “after_steps”, “after_outcomes”, “on_stages” or “on_threat”."
            yield Fault("limits", limit.id, never)
        if len([n for n in (limit.working_days, limit.months, limit.hours) if n is not None]) != 1:
            yield Fault("limits", limit.id, "Say either “working_days” or “months”, or else “hours”.")
        if limit.latest_months and not limit.months:
            yield Fault("limits", limit.id, "“latest_months” goes with “months”.")


def _loose_limit(pack: Pack, limit: Limit) -> Iterator[str]:
    """What a limit names and the pack does not have."""
    for id_ in (
        limit.step,
        *limit.also_kept_by,
        *limit.after_steps,
        *(of.step for of in limit.after_outcomes),
    ):
        if id_ not in pack.step_by_id:
            yield f"Step “{id_}” does not exist. {_one_of(pack.step_by_id)}"
    for of in limit.after_outcomes:
        step = pack.step_by_id.get(of.step)
        if step and not step.outcome(of.outcome):
            known = _one_of(outcome.id for outcome in step.outcomes)
            yield f"Step “{of.step}” has no outcome “{of.outcome}”. {known}"
    for stage in (*limit.on_stages, *limit.within_stages):
        if stage not in pack.stage_by_id:
            yield f"Stage “{stage}” does not exist. {_one_of(pack.stage_by_id)}"


def _asking_faults(pack: Pack, follow_up: FollowUp) -> Iterator[str]:
    """What is wrong with one kind of follow-up."""
    named = {*follow_up.opened_by, *follow_up.answered_by}
    for missing in sorted(named - set(pack.step_by_id)):
        yield f"Step “{missing}” does not exist. {_one_of(pack.step_by_id)}"
    for other in pack.follow_ups:
        if other.id < follow_up.id and (shared := sorted(named & {*other.opened_by, *other.answered_by})):
            yield f"Step “{shared[0]}” is one of “{other.id}” too; a step asks for, or answers, one kind."
    if not follow_up.ended_by and follow_up.gives == "nothing":
        yield "Nothing ends it; name a step in “ended_by”."
    if follow_up.gives != "nothing" and not follow_up.accepted_by:
        yield "It gives the case to whoever takes it on; name the step in “accepted_by”."
    if (follow_up.accepted_by is None) != (follow_up.answer_working_days is None):
        yield "“accepted_by” and “answer_working_days” go together."
    for step in sorted(named & set(pack.step_by_id)):
        yield from _unanswerable(pack, follow_up, pack.step_by_id[step])
    for stopped in follow_up.holds_up:
        yield from _stopping_faults(pack, follow_up, stopped)


def _stopping_faults(pack: Pack, follow_up: FollowUp, stopped: Stopped) -> Iterator[str]:
    """What is wrong with one step that waits until a follow-up has ended."""
    step = pack.step_by_id.get(stopped.step)
    if step is None:
        yield f"“holds_up”: step “{stopped.step}” does not exist. {_one_of(pack.step_by_id)}"
    elif step.id in follow_up.answered_by:
        yield f"“holds_up”: step “{step.id}” answers it, so it could never be answered."
    elif step.signs:
        yield f"“holds_up”: step “{step.id}” signs off; name the decision, and its sign-off waits too."
    elif stopped.outcome and not step.outcome(stopped.outcome):
        outcomes = [outcome.id for outcome in step.outcomes]
        yield f"“holds_up”: step “{step.id}” has no outcome “{stopped.outcome}”. {_one_of(outcomes)}"


def _unanswerable(pack: Pack, follow_up: FollowUp, step: Step) -> Iterator[str]:
    if step.opens or not step.beside:
        yield f"Step “{step.id}” is taken beside others, on a case that is open already: say “beside = true”."
    if step.id not in {*follow_up.opened_by, follow_up.passed_on_by}:
        return
    form = pack.form_of(step)
    asks = {q.means for q in form.questions.values()} if form else set()
    if follow_up.accepted_by and not asks & {Meaning.ASKED_PERSON, Meaning.ASKED_ORGANISATION}:
        yield f"Step “{step.id}” has to ask who takes it on: a question with “means”."
    if not follow_up.working_days and Meaning.ASKED_UNTIL not in asks:
        yield f"Nothing says by when: ask it in “{step.id}”, or say “working_days”."


def _marking_faults(pack: Pack) -> Iterator[Fault]:
    used = [("pack", pack.id, pack.marking), *(("steps", step.id, step.marking) for step in pack.steps)]
    for name, id_, marking in used:
        if marking and marking not in pack.marking_by_id:
            yield Fault(name, id_, f"Marking “{marking}” does not exist. {_one_of(pack.marking_by_id)}")


def _list_faults(pack: Pack, codes: CodeList) -> Iterator[str]:
    if bool(codes.codes) == bool(codes.of):
        yield "Say either “codes”, or “of” which lists it is made."
    for other in codes.of:
        if other not in pack.codes_by_id or pack.codes_by_id[other].of:
            yield f"It is made of “{other}”, which is no list with codes of its own."
    for code in codes.restricted:
        if code not in pack.codes_by_id[codes.id].labels:
            yield f"“restricted” names “{code}”, which is none of its codes."
    for code in codes.with_account:
        if code not in pack.codes_by_id[codes.id].labels:
            yield f"“with_account” names “{code}”, which is none of its codes."
    if codes.of:
        yield from (
            f"Code “{name}” is in more than one of its lists."
            for name in _repeated(pack.codes_by_id[codes.id].codes)
        )


def _threat_faults(pack: Pack) -> Iterator[str]:
    threat = pack.threat
    if threat is None:
        if any(limit.on_threat for limit in pack.limits):
            yield "A limit begins when a threat is stated; say in “[threat]” of pack.toml what states one."
        return
    if threat.lowered_by not in pack.step_by_id:
        yield f"Step “{threat.lowered_by}” does not exist. {_one_of(pack.step_by_id)}"
    for register in pack.registers:
        forms = [form for step in pack.steps_of(register) if (form := pack.form_of(step))]
        if any(form.meaning(Meaning.THREAT) for form in forms) and not pack.threat_limit_in(register.id):
            yield (
                f"A threat can be stated in register “{register.id}”, and no limit of it has “on_threat”: "
                "nothing would say until when somebody acts, or end the flag."
            )


def _factor_faults(pack: Pack) -> Iterator[str]:
    factors = pack.factors
    if factors is None:
        return
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
        yield f"Step “{factors.left_by}” does not exist. {_one_of(pack.step_by_id)}"


def _joining_faults(pack: Pack) -> Iterator[Fault]:
    """Joining cases takes four steps, two on each side; a pack has all or none of them."""
    kinds = Counter(step.joining for step in pack.steps if step.joining)
    if kinds and kinds != Counter(("join", "receive", "part", "release")):
        yield Fault(
            "steps", "joining", "One step each is “join”, “receive”, “part” and “release”, or none is."
        )


LIKENESS = Counter(("asks", "answers", "undoes"))
LIKENESS_ANSWERS = {
    "same",
    "not-same",
    "cannot-tell",
}  # subjects.proposals.Answer; a test holds them together


def _likeness_faults(pack: Pack) -> Iterator[Fault]:
    """Whether two records are of one person takes three steps, and a follow-up that holds them together."""
    steps = {step.likeness: step for step in pack.steps if step.likeness}
    if not steps:
        return
    if Counter(step.likeness for step in pack.steps if step.likeness) != LIKENESS:
        yield Fault("steps", "likeness", "One step each “asks”, “answers” and “undoes”, or none does.")
        return
    asks, answers, undoes = (steps[what].id for what in ("asks", "answers", "undoes"))
    if not any({asks, undoes} <= set(f.opened_by) and answers in f.ended_by for f in pack.follow_ups):
        message = "A follow-up is opened by those that ask and undo, and ended by the one that answers."
        yield Fault("steps", answers, message)
    if {outcome.id for outcome in steps["answers"].outcomes} != LIKENESS_ANSWERS:
        yield Fault("steps", answers, f"Its outcomes are {', '.join(sorted(LIKENESS_ANSWERS))}.")
    for step in steps.values():
        if step.form or not step.beside or step.to:
            yield Fault("steps", step.id, "It is taken beside anything else, asks no form and moves nothing.")
    rule = pack.asking.get(asks)
    for ending in _ways_out(pack) if rule else ():
        if rule and not rule.stops_step(ending.step, ending.outcome):
            way = f"“{ending.step}”" + (f" with “{ending.outcome}”" if ending.outcome else "")
            message = f"A case can end by {way} while nobody has answered; name that in “holds_up”."
            yield Fault("follow_ups", rule.id, message)


def _ways_out(pack: Pack) -> Iterator[Stopped]:
    """The decisions by which a case ends. One that is joined to another goes on there."""
    out = {*pack.stages_of(StageKind.CLOSED), *pack.stages_of(StageKind.WATCHED)}
    for step in pack.steps:
        if step.joining or step.opens or step.signs or not step.stages:
            continue
        if step.to in out:
            yield Stopped(step=step.id)
        yield from (Stopped(step=step.id, outcome=o.id) for o in step.outcomes if o.to in out)


CHECK_NEEDS = {
    CheckKind.TAKEN_BEFORE: ("step", "before"),
    CheckKind.TAKEN_WHILE: ("step", "stage"),
    CheckKind.WITHIN_LIMIT: ("limit",),
    CheckKind.SIGNED_BY_ANOTHER: ("step",),
    CheckKind.RECORDED_WITHIN: ("days",),
    CheckKind.OWNER_SET: (),
    CheckKind.ANSWERED: ("step", "question"),
    CheckKind.FACTORS_ANSWERED: (),
    CheckKind.FOLLOWED_UP: ("follow_up",),
    CheckKind.GUARDED: (),
}
# What a check may say and need not.
CHECK_TAKES = {CheckKind.RECORDED_WITHIN: {"step"}}


def _check_faults(pack: Pack) -> Iterator[Fault]:
    known: dict[str, Collection[str]] = {
        "step": pack.step_by_id,
        "before": pack.step_by_id,
        "stage": pack.stage_by_id,
        "limit": pack.limit_by_id,
        "follow_up": pack.follow_up_by_id,
    }
    for check in pack.checks:
        if check.kind is CheckKind.ANSWERED and check.step in pack.step_by_id:
            form = pack.form_by_id.get(pack.step_by_id[check.step].form or "")
            known["question"] = form.questions if form else {}
        yield from _outcome_faults(pack, check)
        if (check.kind is CheckKind.GUARDED) != bool(check.guards):
            yield Fault("checks", check.id, "“guards” goes with kind “guarded”, and only with it.")
        for guard in check.guards:
            if guard not in pack.guard_by_id:
                message = f"“guards” names “{guard}”. {_one_of(pack.guard_by_id)}"
                yield Fault("checks", check.id, message)
        if check.kind is CheckKind.FACTORS_ANSWERED and pack.factors is None:
            yield Fault(
                "checks", check.id, "It asks about factors; say where they are in “[factors]” of pack.toml."
            )
        for key in ("step", "before", "stage", "limit", "question", "follow_up", "days"):
            value = getattr(check, key)
            spared = key in CHECK_TAKES.get(check.kind, ())
            if not spared and (value is not None) != (key in CHECK_NEEDS[check.kind]):
                verb = "needs" if value is None else "does not take"
                yield Fault("checks", check.id, f"A check of kind “{check.kind}” {verb} “{key}”.")
            elif value is not None and key in known and value not in known[key]:
                yield Fault("checks", check.id, f"“{key}” names “{value}”. {_one_of(known[key])}")


def _unwatched(pack: Pack) -> Iterator[Fault]:
    """Each limit has a check, or says why none asks whether it was kept."""
    limits = {check.limit for check in pack.checks if check.kind is CheckKind.WITHIN_LIMIT}
    asked = {check.follow_up for check in pack.checks if check.kind is CheckKind.FOLLOWED_UP}
    parts: tuple[tuple[str, Sequence[Limit | FollowUp], set[str | None], CheckKind], ...] = (
        ("limits", pack.limits, limits, CheckKind.WITHIN_LIMIT),
        ("follow_ups", pack.follow_ups, asked, CheckKind.FOLLOWED_UP),
    )
    for name, found, watched, kind in parts:
        for part in found:
            if (part.id in watched) == bool(part.unchecked):
                message = (
                    f"A check of kind “{kind}” asks whether it is kept, or “unchecked” says why none does"
                )
                yield Fault(name, part.id, f"{message}; say one of them.")


def _outcome_faults(pack: Pack, check: Check) -> Iterator[Fault]:
    if check.outcome and check.kind is not CheckKind.ANSWERED:
        yield Fault("checks", check.id, f"A check of kind “{check.kind}” does not take “outcome”.")
    step = pack.step_by_id.get(check.step or "")
    if check.outcome and step and not step.outcome(check.outcome):
        known = _one_of(o.id for o in step.outcomes)
        yield Fault("checks", check.id, f"Step “{step.id}” has no outcome “{check.outcome}”. {known}")


def _moves(pack: Pack, stage: str) -> set[str]:
    """The stages that a case at this stage can move to."""
    steps = [s for s in pack.steps if stage in s.stages]
    return {t for s in steps for t in (s.to, *(o.to for o in s.outcomes)) if t and t != stage}


def _dead_ends(pack: Pack) -> Iterator[Fault]:
    ends = set(pack.stages_of(StageKind.CLOSED))
    while True:
        more = {s.id for s in pack.stages if s.id not in ends and _moves(pack, s.id) & ends}
        if not more:
            break
        ends |= more
    for stage in pack.stages:
        if stage.id not in ends:
            yield Fault("stages", stage.id, "A dead end: from here no step leads to a closed stage.")


def _unreachable(pack: Pack) -> Iterator[Fault]:
    if not any(step.opens for step in pack.steps):
        yield Fault("stages", pack.stages[0].id, "No step opens a case; one needs “opens = true”.")
    reached: set[str] = set()
    new = {s.to or pack.stages[0].id for s in pack.steps if s.opens}
    while new:
        reached |= new
        new = {to for stage in new for to in _moves(pack, stage)} - reached
    for stage in pack.stages:
        if stage.id not in reached:
            yield Fault("stages", stage.id, "No case can get here: no step leads to it.")


def _one_of(known: Iterable[str]) -> str:
    return f"There are: {', '.join(sorted(known))}."
