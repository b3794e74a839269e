"""Faults of a limit, a follow-up, an obligation or a check."""

from collections.abc import Collection, Iterator, Sequence

from handrail.policy.faults import Fault, one_of
from handrail.policy.schema.form import Meaning
from handrail.policy.schema.obligations import Check, CheckKind, FollowUp, Limit, Obligation, Stopped
from handrail.policy.schema.pack import Pack
from handrail.policy.schema.step import Step
from handrail.policy.step_kinds.kind import kind_of
from handrail.policy.step_kinds.register_entry import register_of


def limit_faults(pack: Pack, limit: Limit) -> Iterator[str]:
    """Yield everything that is wrong with one limit."""
    yield from _loose_limit(pack, limit)
    if not (limit.after_steps or limit.after_outcomes or limit.on_stages or limit.on_threat):
        yield "It never begins; say “after_steps”, “after_outcomes”, “on_stages” or “on_threat”."
    if (
        len([n for n in (limit.working_days, limit.months, limit.hours) if n is not None])
        != 1 - limit.on_named_day
    ):
        yield "Say either “working_days” or “months”, or else “hours”, or else “on_named_day”."
    if limit.on_named_day:
        yield from _day_faults(pack, limit)
    if limit.latest_months and not limit.months:
        yield "“latest_months” goes with “months”."


def _day_faults(pack: Pack, limit: Limit) -> Iterator[str]:
    """Yield steps that begin a limit until a named day, and whose form asks for no day."""
    beginning = (*limit.after_steps, *(of.step for of in limit.after_outcomes))
    for step in (pack.step_by_id[id_] for id_ in beginning if id_ in pack.step_by_id):
        form = pack.form_of(step)
        if register_of(step) is None or form is None or not form.meaning(Meaning.REGISTER_ENTRY_END):
            yield f"Step “{step.id}” of a register has to ask for the day: “register-entry.end”."


def _loose_limit(pack: Pack, limit: Limit) -> Iterator[str]:
    """Yield names in a limit that the pack does not have."""
    for id_ in (
        limit.step,
        *limit.also_kept_by,
        *limit.after_steps,
        *(of.step for of in limit.after_outcomes),
    ):
        if id_ not in pack.step_by_id:
            yield f"Step “{id_}” does not exist. {one_of(pack.step_by_id)}"
    for of in limit.after_outcomes:
        step = pack.step_by_id.get(of.step)
        if step and not step.outcome(of.outcome):
            known = one_of(outcome.id for outcome in step.outcomes)
            yield f"Step “{of.step}” has no outcome “{of.outcome}”. {known}"
    for stage in (*limit.on_stages, *limit.within_stages):
        if stage not in pack.stage_by_id:
            yield f"Stage “{stage}” does not exist. {one_of(pack.stage_by_id)}"


def follow_up_faults(pack: Pack, follow_up: FollowUp) -> Iterator[str]:
    """Yield what is wrong with one kind of follow-up."""
    named = {*follow_up.opened_by, *follow_up.answered_by}
    for missing in sorted(named - set(pack.step_by_id)):
        yield f"Step “{missing}” does not exist. {one_of(pack.step_by_id)}"
    for other in pack.follow_ups:
        if other.id < follow_up.id and (shared := sorted(named & {*other.opened_by, *other.answered_by})):
            yield f"Step “{shared[0]}” is one of “{other.id}” too; a step asks for, or answers, one kind."
    if not follow_up.ended_by and follow_up.gives == "nothing":
        yield "Nothing ends it; name a step in “ended_by”."
    if follow_up.gives != "nothing" and not follow_up.accepted_by:
        yield "It gives the case to the person who takes it on; name the step in “accepted_by”."
    if (follow_up.accepted_by is None) != (follow_up.answer_working_days is None):
        yield "“accepted_by” and “answer_working_days” go together."
    yield from _reporting_faults(pack, follow_up)
    for step in sorted(named & set(pack.step_by_id)):
        yield from _unanswerable(pack, follow_up, pack.step_by_id[step])
    for stopped in follow_up.holds_up:
        yield from _stopping_faults(pack, follow_up, stopped)


def _reporting_faults(pack: Pack, follow_up: FollowUp) -> Iterator[str]:
    """Yield what is wrong with the steps that report on a follow-up."""
    if follow_up.report_working_days and not follow_up.reported_by:
        yield "“report_working_days” goes with “reported_by”: nothing reports on it."
    others = {*follow_up.ended_by, follow_up.accepted_by, follow_up.refused_by, follow_up.passed_on_by}
    for step in sorted(set(follow_up.reported_by) & set(pack.step_by_id)):
        form = pack.form_of(pack.step_by_id[step])
        if step in others:
            yield f"Step “{step}” reports, so it cannot answer as well: a report ends and changes nothing."
        if form is None or form.meaning(Meaning.REPORTED) is None:
            yield f'Step “{step}” has to ask what is reported: a question with “means = "follow-up.report"”.'


def _stopping_faults(pack: Pack, follow_up: FollowUp, stopped: Stopped) -> Iterator[str]:
    """Yield what is wrong with one step that waits until a follow-up has ended."""
    step = pack.step_by_id.get(stopped.step)
    if step is None:
        yield f"“holds_up”: step “{stopped.step}” does not exist. {one_of(pack.step_by_id)}"
    elif step.id in follow_up.answered_by:
        yield f"“holds_up”: step “{step.id}” answers it, so it could never be answered."
    elif step.signs:
        yield f"“holds_up”: step “{step.id}” signs off; name the decision, and its sign-off waits too."
    elif stopped.outcome and not step.outcome(stopped.outcome):
        outcomes = [outcome.id for outcome in step.outcomes]
        yield f"“holds_up”: step “{step.id}” has no outcome “{stopped.outcome}”. {one_of(outcomes)}"


def _unanswerable(pack: Pack, follow_up: FollowUp, step: Step) -> Iterator[str]:
    if kind_of(step).opens_case or not step.beside:
        yield f"Step “{step.id}” is taken beside others, on a case that is open already: say “beside = true”."
    if step.id not in {*follow_up.opened_by, follow_up.passed_on_by}:
        return
    form = pack.form_of(step)
    asks = {q.means for q in form.questions.values()} if form else set()
    if follow_up.accepted_by and not asks & {Meaning.ASKED_PERSON, Meaning.ASKED_ORGANISATION}:
        yield f"Step “{step.id}” has to ask who takes it on: a question with “means”."
    if not follow_up.working_days and Meaning.ASKED_UNTIL not in asks:
        yield f"Nothing says by when: ask it in “{step.id}”, or say “working_days”."
    yield from _never_offered(pack, follow_up, step)


def _never_offered(pack: Pack, follow_up: FollowUp, step: Step) -> Iterator[str]:
    """Yield the roles that could take a follow-up on, but that the step which asks for it does not offer."""
    accepting, form = pack.step_by_id.get(follow_up.accepted_by or ""), pack.form_of(step)
    asked = form.meaning(Meaning.ASKED_PERSON) if form else None
    if accepting is None or asked is None:
        return
    for role in accepting.by:
        if role not in asked.roles:
            yield f"“{step.id}”: “{asked.id}” does not offer the role “{role}”, which could take it on."


CHECK_NEEDS: dict[str, tuple[str, ...]] = {
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
    CheckKind.OBLIGATION_MET: ("obligation",),
}
# Optional keys of a check.
CHECK_TAKES: dict[str, set[str]] = {CheckKind.RECORDED_WITHIN: {"step"}}


KEYS = ("step", "before", "stage", "limit", "question", "follow_up", "obligation", "days")


def check_faults(pack: Pack, check: Check) -> Iterator[str]:
    """Yield everything that is wrong with one check."""
    yield from _outcome_faults(pack, check)
    if (check.kind is CheckKind.GUARDED) != bool(check.guards):
        yield "“guards” goes with kind “guarded”, and only with it."
    for guard in check.guards:
        if guard not in pack.guard_by_id:
            yield f"“guards” names “{guard}”. {one_of(pack.guard_by_id)}"
    if check.kind is CheckKind.FACTORS_ANSWERED and pack.factors is None:
        yield "It asks about factors; say where they are in “[factors]” of pack.toml."
    if check.kind in CHECK_NEEDS:
        yield from key_faults(pack, check, CHECK_NEEDS[check.kind])


def key_faults(pack: Pack, check: Check, needed: Collection[str]) -> Iterator[str]:
    """Yield what is wrong with the keys of a check whose kind needs these."""
    known = _what_checks_name(pack, check)
    for key in KEYS:
        yield from _key_faults(check, key, needed, known.get(key))


def _what_checks_name(pack: Pack, check: Check) -> dict[str, Collection[str]]:
    """Return the possible names for each key of a check."""
    step = pack.step_by_id.get(check.step or "")
    form = pack.form_by_id.get(step.form or "") if step else None
    known: dict[str, Collection[str]] = {
        "step": pack.step_by_id,
        "before": pack.step_by_id,
        "stage": pack.stage_by_id,
        "limit": pack.limit_by_id,
        "follow_up": pack.follow_up_by_id,
        "obligation": pack.obligation_by_id,
    }
    return known | ({"question": form.questions if form else {}} if step else {})


def _key_faults(
    check: Check, key: str, needed: Collection[str], known: Collection[str] | None
) -> Iterator[str]:
    value = getattr(check, key)
    spared = key in CHECK_TAKES.get(check.kind, set())
    if not spared and (value is not None) != (key in needed):
        verb = "needs" if value is None else "does not take"
        yield f"A check of kind “{check.kind}” {verb} “{key}”."
    elif value is not None and known is not None and value not in known:
        yield f"“{key}” names “{value}”. {one_of(known)}"


def _outcome_faults(pack: Pack, check: Check) -> Iterator[str]:
    if check.outcome and check.kind is not CheckKind.ANSWERED:
        yield f"A check of kind “{check.kind}” does not take “outcome”."
    step = pack.step_by_id.get(check.step or "")
    if check.outcome and step and not step.outcome(check.outcome):
        known = one_of(o.id for o in step.outcomes)
        yield f"Step “{step.id}” has no outcome “{check.outcome}”. {known}"


def unwatched(pack: Pack) -> Iterator[Fault]:
    """Yield each limit, follow-up or obligation with neither a check nor `unchecked`, or with both."""
    limits = {check.limit for check in pack.checks if check.kind is CheckKind.WITHIN_LIMIT}
    asked = {check.follow_up for check in pack.checks if check.kind is CheckKind.FOLLOWED_UP}
    met = {check.obligation for check in pack.checks if check.kind is CheckKind.OBLIGATION_MET}
    parts: tuple[tuple[str, Sequence[Limit | FollowUp | Obligation], set[str | None], CheckKind], ...] = (
        ("limits", pack.limits, limits, CheckKind.WITHIN_LIMIT),
        ("follow_ups", pack.follow_ups, asked, CheckKind.FOLLOWED_UP),
        ("obligations", pack.obligations, met, CheckKind.OBLIGATION_MET),
    )
    for name, found, watched, kind in parts:
        message = f"A check of kind “{kind}” asks whether it is kept, or “unchecked” says why none does"
        for part in found:
            if (part.id in watched) == bool(part.unchecked):
                yield Fault(name, part.id, f"{message}; say one of them.")
