"""Faults of a step, a stage, or a register."""

from collections.abc import Iterator, Sequence

from handrail.policy.faults import one_of, repeated
from handrail.policy.schema.pack import Pack
from handrail.policy.schema.step import Register, Stage, Step
from handrail.policy.step_kinds.assessment import ASSESSMENT
from handrail.policy.step_kinds.correction import corrected_by
from handrail.policy.step_kinds.kind import given, is_kind, is_public, kind_of, kinds, own_keys, takers
from handrail.policy.step_kinds.register_entry import register_of, steps_of


def step_faults(pack: Pack, step: Step) -> Iterator[str]:
    """Yield everything that is wrong with one step."""
    if not is_kind(step.kind):
        yield f"Kind “{step.kind}” does not exist. {one_of(kind.word for kind in kinds())}"
        return
    if not step.by and not is_public(step):
        yield "Nobody may take this step; name at least one role in “by”."
    if not step.stages and kind_of(step).needs_stages:
        yield 'It is open at no stage; name at least one in “stages”, or say kind = "opening".'
    yield from _key_faults(step)
    yield from kind_of(step).faults(pack, step)
    yield from _member_faults(pack, step)
    yield from _loose_ends(pack, step)
    yield from _sign_off_faults(pack, step)
    yield from _clock_faults(pack, step)
    yield from (f"Outcome “{name}” is there more than once." for name in repeated(step.outcomes))


def _key_faults(step: Step) -> Iterator[str]:
    """Yield keys of a step that its kind does not accept, and keys that its kind needs and are missing."""
    kind = kind_of(step)
    for key in sorted(own_keys()):
        if given(step, key) and key not in kind.needs | kind.takes:
            yield f"“{key}” goes with kind {' or '.join(takers(key))}, and this is of kind {kind.word}."
        if key in kind.needs and not given(step, key):
            yield f"A step of kind {kind.word} needs “{key}”."


def stage_faults(pack: Pack, stage: Stage) -> Iterator[str]:
    """Yield what is wrong with a stage alone; `reach` looks at the ways into and out of it."""
    if stage.beside_as and stage.beside_as not in pack.stage_by_id:
        yield f"Stage “{stage.beside_as}” does not exist. {one_of(pack.stage_by_id)}"


def _member_faults(pack: Pack, step: Step) -> Iterator[str]:
    """Yield a fault where a step that opens a case offers members of one."""
    form = pack.form_by_id.get(step.form or "")
    for question in form.questions.values() if form and kind_of(step).opens_case else ():
        if question.members:
            yield f"Question “{question.id}” offers the members of something, so its step is taken on a case."


def _loose_ends(pack: Pack, step: Step) -> Iterator[str]:
    """Yield names in a step that the pack does not have."""
    outcomes = step.outcomes
    stages = (*step.stages, step.to, *(o.to for o in outcomes))
    named = (*corrected_by(step), *ASSESSMENT.informed_by(step))
    steps = (*named, *step.after, *(s for o in outcomes for s in o.after), step.signs)
    for what, ids, known in (
        ("Role", step.by, pack.role_titles),
        ("Stage", stages, pack.stage_by_id),
        ("Step", steps, pack.step_by_id),
        ("Form", (step.form,), pack.form_by_id),
        ("Marking", (step.marking,), pack.marking_by_id),
    ):
        for missing in dict.fromkeys(id_ for id_ in ids if id_ and id_ not in known):
            yield f"{what} “{missing}” does not exist. {one_of(known)}"


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


def _clock_faults(pack: Pack, step: Step) -> Iterator[str]:
    if step.clock == "stops":
        restarts = {stage for s in pack.steps if s.clock == "restarts" for stage in s.stages}
        for stage in sorted(set(step.stages) - restarts):
            yield f'It stops the clock, but at “{stage}” no step says clock = "restarts".'


def register_faults(pack: Pack, register: Register) -> Iterator[str]:
    """Yield a fault where a register cannot be begun, names a decision twice, or cannot become a case."""
    beginning = [step for step in steps_of(pack, register) if not step.after]
    if not beginning:
        yield "Nothing begins it; give it a step with “in_register” and without “after”."
    titles: dict[str, str] = {}
    for outcome in (o for step in steps_of(pack, register) for o in step.outcomes):
        if titles.setdefault(outcome.id, outcome.title) != outcome.title:
            yield f"Outcome “{outcome.id}” has two titles in it; one is “{outcome.title}”."
    if register.groups and register.groups not in pack.register_by_id:
        yield f"Register “{register.groups}” does not exist. {one_of(pack.register_by_id)}"
    if register.becomes or register.became_by or register.carries:
        yield from _becoming_faults(pack, register, beginning)


def _becoming_faults(pack: Pack, register: Register, beginning: Sequence[Step]) -> Iterator[str]:
    opening = pack.step_by_id.get(register.becomes or "")
    if opening is None or not kind_of(opening).opens_case or is_public(opening):
        yield "“becomes” names a step that opens a case for somebody signed in."
    recording = pack.step_by_id.get(register.became_by or "")
    if recording is None or register_of(recording) != register.id or recording.form or not recording.after:
        yield "“became_by” names a step of this register, with “after” and without a form."
    asked = {id_ for step in beginning if (form := pack.form_of(step)) for id_ in form.questions}
    form = pack.form_of(opening) if opening else None
    for question, referral in register.carries.items():
        if question not in asked or form is None or referral not in form.questions:
            yield f"“carries”: “{question}” or “{referral}” is no question of the two forms."
