"""Faults of a pack's guards: unknown names, conditions that can never hold, and those that always do."""

from collections.abc import Collection, Iterator

from handrail.policy.answers import YES_NO
from handrail.policy.faults import one_of
from handrail.policy.guards import DAYS, Claim, Dated, Guard, Last
from handrail.policy.schema.form import OUTCOME, Form, Kind, Question
from handrail.policy.schema.obligations import CheckKind
from handrail.policy.schema.pack import Pack
from handrail.policy.schema.step import Step
from handrail.policy.step_kinds.kind import is_public, kind_of


def guard_faults(pack: Pack, guard: Guard) -> Iterator[str]:
    """Yield everything that is wrong with one guard."""
    yield from list(_loose_ends(pack, guard)) or [*_faults(pack, guard), *_impossible(pack, guard)]
    yield from _unwatched(pack, guard)


def _unwatched(pack: Pack, guard: Guard) -> Iterator[str]:
    watched = any(guard.id in check.guards for check in pack.checks if check.kind is CheckKind.GUARDED)
    if watched == bool(guard.unchecked):
        yield (
            "A check of kind “guarded” asks it of what is on record, or “unchecked” says why none does; "
            "say one of them."
        )


def _loose_ends(pack: Pack, guard: Guard) -> Iterator[str]:
    """Yield names in the guard that the pack does not have."""
    for id_ in (*guard.steps, *guard.taken, *guard.not_taken, *guard.not_taken_here):
        if id_ not in pack.step_by_id:
            yield f"Step “{id_}” does not exist. {one_of(pack.step_by_id)}"
    for id_ in (*guard.stages, *guard.reached, *guard.not_reached):
        if id_ not in pack.stage_by_id:
            yield f"Stage “{id_}” does not exist. {one_of(pack.stage_by_id)}"
    for step in _steps(pack, guard):
        if not step.stages and not kind_of(step).opens_case:
            yield f"Step “{step.id}” stands in a register; a guard is for what is done on a case."


def _faults(pack: Pack, guard: Guard) -> Iterator[str]:
    steps = _steps(pack, guard)
    decided = {o.id for step in steps for o in step.outcomes}
    for id_ in guard.outcomes:
        if id_ not in decided:
            yield f"Outcome “{id_}” is none of its steps; it can never hold. {one_of(decided)}"
    where = {stage for step in steps for stage in step.stages}
    for id_ in guard.stages:
        if id_ not in where:
            yield f"None of its steps is taken at “{id_}”; it can never hold. {one_of(where)}"
    for step in steps:
        if is_public(step) and not (guard.asked or guard.unless):
            yield (
                f"“{step.id}” is for anybody, who could not mend what this is about; say which answer of the "
                "form it contradicts, or ask with “unless” why it is right."
            )
    if guard.from_age and guard.under_age and guard.from_age >= guard.under_age:
        yield "Nobody is of this age; it can never hold."
    for step in steps:
        yield from _faults_of_answers(pack, guard, step)
    yield from _disjoint(pack, guard)
    yield from _faults_before(pack, guard)


def _faults_of_answers(pack: Pack, guard: Guard, step: Step) -> Iterator[str]:
    form = pack.form_of(step)
    for claim in guard.answers:
        yield from _claim_faults(pack, step, form, claim)
    for dated in guard.dates:
        yield from _date_faults(step, form, dated)
    yield from _unless_faults(guard, step, form)


def _faults_before(pack: Pack, guard: Guard) -> Iterator[str]:
    for last in guard.last:
        yield from _last_faults(pack, last)
    for claim in guard.ever:
        if claim.is_not:
            yield f"“{claim.question}”: almost every earlier entry says something else; say “is”."
        if not any(_is_sound(pack, claim, form) for form in pack.forms):
            yield f"No form asks “{claim.question}” so that it can be answered like this; it can never hold."


def _claim_faults(pack: Pack, step: Step, form: Form | None, claim: Claim) -> Iterator[str]:
    question = form.questions.get(claim.question) if form else None
    if question is None:
        yield f"The form of “{step.id}” does not ask “{claim.question}”."
        return
    if claim.is_ and claim.is_not:
        yield f"“{claim.question}”: say either “is” or “is_not”."
    asked = _inner(question, claim.ask)
    if asked is None:
        yield f"“{claim.question}”: “ask” goes with kind “each”, and only with it."
        return
    if claim.item and claim.item not in _codes(pack, question):
        yield f"“{claim.item}” is none of the items of “{claim.question}”. {one_of(_codes(pack, question))}"
    for value in (*claim.is_, *claim.is_not):
        if value not in _codes(pack, asked):
            known = one_of(_codes(pack, asked)) if _codes(pack, asked) else "It has no fixed answers."
            yield f"“{claim.question}” being “{value}” can never be. {known}"


def _is_sound(pack: Pack, claim: Claim, form: Form) -> bool:
    question = form.questions.get(claim.question)
    asked = _inner(question, claim.ask) if question else None
    return asked is not None and {*claim.is_, *claim.is_not} <= set(_codes(pack, asked))


def _last_faults(pack: Pack, last: Last) -> Iterator[str]:
    every = [q for form in pack.forms for id_, q in form.questions.items() if id_ in last.questions]
    for id_ in last.questions:
        if id_ not in {question.id for question in every}:
            yield f"No form asks “{id_}”."
    if bool(last.is_) == bool(last.is_not):
        yield f"“{last.questions[0]}”: say either “is” or “is_not”."
    known = {code for question in every for code in _codes(pack, question)}
    for value in (*last.is_, *last.is_not):
        if value not in known:
            yield f"“{value}” is no answer to “{last.questions[0]}”; it can never hold. {one_of(known)}"


def _date_faults(step: Step, form: Form | None, dated: Dated) -> Iterator[str]:
    if bool(dated.before) == bool(dated.after):
        yield f"“{dated.question}”: say either “before” or “after”."
    questions = form.questions if form else {}
    question = questions.get(dated.question)
    asked = _inner(question, dated.ask) if question else None
    if asked is None or asked.kind is not Kind.DATE:
        yield f"The form of “{step.id}” asks no date “{dated.question}”."
    other = questions.get(dated.other)
    if dated.other not in DAYS and (other is None or other.kind is not Kind.DATE):
        dates = [id_ for id_, q in questions.items() if q.kind is Kind.DATE]
        yield f"“{dated.other}” is no day that is known. {one_of([*DAYS, *dates])}"


def _unless_faults(guard: Guard, step: Step, form: Form | None) -> Iterator[str]:
    """Yield faults of `unless`: its question must be asked wherever the guard holds, and be optional."""
    if guard.unless is None:
        return
    question = form.questions.get(guard.unless) if form else None
    if question is None:
        yield f"The form of “{step.id}” does not ask “{guard.unless}”."
    elif question.required:
        yield f"“{guard.unless}” has to be answered always, so it would never hold; say “required = false”."
    elif question.when and not _follows(guard, question):
        yield f"“{guard.unless}” is not asked wherever the guard holds, so that nobody could give the reason."


def _follows(guard: Guard, question: Question) -> bool:
    when = question.when
    if when is None or not when.question:
        return when is None
    if when.question == OUTCOME:
        return bool(guard.outcomes) and set(guard.outcomes) <= set(when.is_)
    same = [c for c in guard.answers if c.question == when.question and c.is_ and not c.ask]
    return any(set(claim.is_) <= set(when.is_) for claim in same)


def _disjoint(pack: Pack, guard: Guard) -> Iterator[str]:
    """Yield pairs of claims about one answer that cannot both hold."""
    for place, claim in enumerate(guard.answers):
        for other in guard.answers[place + 1 :]:
            same = (claim.question, claim.ask, claim.item) == (other.question, other.ask, other.item)
            one = all(_holds_one(pack, step, claim) for step in _steps(pack, guard))
            if same and one and claim.is_ and other.is_ and set(claim.is_).isdisjoint(other.is_):
                yield f"“{claim.question}” cannot be answered in two ways at once; it can never hold."


def _holds_one(pack: Pack, step: Step, claim: Claim) -> bool:
    form = pack.form_of(step)
    question = form.questions.get(claim.question) if form else None
    return question is not None and question.kind in {Kind.CHOICE, Kind.YES_NO}


def _impossible(pack: Pack, guard: Guard) -> Iterator[str]:
    """Yield a fault where the guard refuses its step whatever is answered and whatever came before."""
    if guard.unless or any(not _always(pack, guard, claim) for claim in guard.answers):
        return
    conditions = (guard.dates, guard.last, guard.ever, guard.taken, guard.not_taken, guard.not_taken_here)
    if any((*conditions, guard.not_reached, guard.sooner_than_months, guard.under_age, guard.from_age)):
        return
    for step in _steps(pack, guard):
        everywhere = not guard.stages or set(step.stages) <= set(guard.stages)
        reached = not guard.reached or set(step.stages) <= set(guard.reached)
        decided = not guard.outcomes or {o.id for o in step.outcomes} <= set(guard.outcomes)
        if everywhere and reached and decided:
            yield f"It refuses “{step.id}” always, so that nobody could take it; say when it holds."


def _always(pack: Pack, guard: Guard, claim: Claim) -> bool:
    """Return whether a claim holds for every possible answer."""
    if claim.ask:
        return False
    for step in _steps(pack, guard):
        form = pack.form_of(step)
        question = form.questions.get(claim.question) if form else None
        if question is None or not question.required or question.when or claim.is_not:
            return False
        if claim.is_ and not set(_codes(pack, question)) <= set(claim.is_):
            return False
    return True


def _steps(pack: Pack, guard: Guard) -> list[Step]:
    return [pack.step_by_id[id_] for id_ in guard.steps if id_ in pack.step_by_id]


def _inner(question: Question, ask: str | None) -> Question | None:
    """Return the question that is answered: itself, or the inner one that is asked for each item."""
    if (question.kind is Kind.EACH) != bool(ask):
        return None
    return next((inner for inner in question.ask if inner.id == ask), None) if ask else question


def _codes(pack: Pack, question: Question) -> Collection[str]:
    """Return the possible answers of a question, where they are fixed."""
    if question.kind is Kind.YES_NO:
        return [code.id for code in YES_NO]
    return pack.codes_by_id[question.codes].labels if question.codes in pack.codes_by_id else ()
