"""What must hold in a pack beyond its shape: no dead end, no step that nobody may take, no loose end."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from handrail.policy.clock import is_known
from handrail.policy.schema import (
    LOCAL_CHOICE,
    Check,
    CheckKind,
    Condition,
    FollowUp,
    Form,
    Kind,
    Meaning,
    Pack,
    Question,
    StageKind,
    Step,
)

OUTCOME = "outcome"


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
    faults = [*_calendar_faults(pack), *_access_faults(pack), *_duplicates(pack), *_sources(pack)]
    for step in pack.steps:
        faults += [Fault("steps", step.id, message) for message in _step_faults(pack, step)]
    for form in pack.forms:
        faults += [Fault("forms", form.id, message) for message in _form_faults(pack, form)]
    faults += _limit_faults(pack)
    faults += [
        Fault("follow_ups", f.id, message) for f in pack.follow_ups for message in _asking_faults(pack, f)
    ]
    faults += _check_faults(pack)
    faults += _marking_faults(pack)
    return faults or [*_dead_ends(pack), *_unreachable(pack)]


def _calendar_faults(pack: Pack) -> Iterator[Fault]:
    if not is_known(pack.calendar):
        where = f"{pack.calendar.country}/{pack.calendar.subdivision}"
        yield Fault("pack", pack.id, f"Calendar “{where}” is not known. England and Wales is “GB” and “ENG”.")


def _access_faults(pack: Pack) -> Iterator[Fault]:
    for message in _source_faults(pack, pack.access):
        yield Fault("pack", pack.id, f"Access: {message}")
    for named in (pack.access.purposes, pack.access.findings, pack.access.bases):
        if named not in pack.codes_by_id:
            yield Fault("pack", pack.id, f"Access: list “{named}” is not there. {_one_of(pack.codes_by_id)}")


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
        "markings": pack.markings,
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
    if not step.stages and not step.opens:
        yield "It is open at no stage; name at least one in “stages”, or say “opens = true”."
    if step.restricted and (not step.opens or step.public):
        yield "Only a step that opens a case for somebody signed in can be restricted from the beginning."
    if step.opens and not step.form:
        yield "A step that opens a case needs a form."
    yield from _loose_ends(pack, step)
    yield from _sign_off_faults(pack, step)
    yield from _clock_faults(pack, step)
    yield from (f"Outcome “{name}” is there more than once." for name in _repeated(step.outcomes))


def _loose_ends(pack: Pack, step: Step) -> Iterator[str]:
    for role in step.by:
        if role not in pack.role_titles:
            yield f"Role “{role}” does not exist. {_one_of(pack.role_titles)}"
    for stage in {*step.stages, *filter(None, [step.to]), *(o.to for o in step.outcomes if o.to)}:
        if stage not in pack.stage_by_id:
            yield f"Stage “{stage}” does not exist. {_one_of(pack.stage_by_id)}"
    for other in {*step.after, *(s for o in step.outcomes for s in o.after), *filter(None, [step.signs])}:
        if other not in pack.step_by_id:
            yield f"Step “{other}” does not exist. {_one_of(pack.step_by_id)}"
    if step.form and step.form not in pack.form_by_id:
        yield f"Form “{step.form}” does not exist. {_one_of(pack.form_by_id)}"


def _sign_off_faults(pack: Pack, step: Step) -> Iterator[str]:
    signable = {stage for s in pack.steps if s.signs == step.id for stage in s.stages}
    if any(o.signed_off for o in step.outcomes):
        if not signable:
            yield "An outcome is signed off, but no step says “signs” for it; the case would wait for ever."
        elif unsigned := sorted(set(step.stages) - signable):
            yield f"An outcome is signed off, but at “{unsigned[0]}” nobody can sign it."
    if step.signs and not any(o.confirms for o in step.outcomes):
        yield "It signs a decision, but none of its outcomes confirms it."
    if step.signs and all(o.confirms for o in step.outcomes):
        yield "It signs a decision, but has no outcome that sends it back."


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
    if when.question == OUTCOME:
        yield from _never(where, when, outcomes)
    elif when.question not in asked:
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
        for step in (limit.step, *limit.after_steps):
            if step not in pack.step_by_id:
                yield Fault("limits", limit.id, f"Step “{step}” does not exist. {_one_of(pack.step_by_id)}")
        for stage in limit.on_stages:
            if stage not in pack.stage_by_id:
                yield Fault(
                    "limits", limit.id, f"Stage “{stage}” does not exist. {_one_of(pack.stage_by_id)}"
                )
        if not limit.after_steps and not limit.on_stages:
            yield Fault("limits", limit.id, "It never begins; say “after_steps” or “on_stages”.")
        if (limit.working_days is None) == (limit.months is None):
            yield Fault("limits", limit.id, "Say either “working_days” or “months”.")


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


CHECK_NEEDS = {
    CheckKind.TAKEN_BEFORE: ("step", "before"),
    CheckKind.TAKEN_WHILE: ("step", "stage"),
    CheckKind.WITHIN_LIMIT: ("limit",),
    CheckKind.SIGNED_BY_ANOTHER: ("step",),
    CheckKind.RECORDED_WITHIN: ("days",),
    CheckKind.OWNER_SET: (),
    CheckKind.ANSWERED: ("step", "question"),
    CheckKind.FOLLOWED_UP: ("follow_up",),
}


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
        for key in ("step", "before", "stage", "limit", "question", "follow_up", "days"):
            value = getattr(check, key)
            if (value is not None) != (key in CHECK_NEEDS[check.kind]):
                verb = "needs" if value is None else "does not take"
                yield Fault("checks", check.id, f"A check of kind “{check.kind}” {verb} “{key}”.")
            elif value is not None and key in known and value not in known[key]:
                yield Fault("checks", check.id, f"“{key}” names “{value}”. {_one_of(known[key])}")


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
