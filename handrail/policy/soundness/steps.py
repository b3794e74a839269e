"""What is wrong with a step, a stage, or the register that a step stands in."""

from collections import Counter
from collections.abc import Iterator, Sequence

from handrail.policy.faults import Fault, one_of, repeated
from handrail.policy.schema.form import Kind, Meaning
from handrail.policy.schema.pack import Pack
from handrail.policy.schema.step import Register, Stage, Step
from handrail.policy.soundness.reach import ways_out


def step_faults(pack: Pack, step: Step) -> Iterator[str]:
    """Everything that is wrong with one step."""
    if not step.by and not step.public:
        yield "Nobody may take this step; name at least one role in “by”."
    if step.public and not step.opens and step.id not in pack.answering:
        yield "A public step opens a case, or answers a follow-up by a link; take “public” away."
    if not step.stages and not step.opens and not step.in_register and not step.on:
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
    yield from (f"Outcome “{name}” is there more than once." for name in repeated(step.outcomes))


def stage_faults(pack: Pack, stage: Stage) -> Iterator[str]:
    """What is wrong with a stage by itself; see `reach` for how cases come to it and leave it."""
    if stage.beside_as and stage.beside_as not in pack.stage_by_id:
        yield f"Stage “{stage.beside_as}” does not exist. {one_of(pack.stage_by_id)}"


def _shown_list_faults(pack: Pack, step: Step) -> Iterator[str]:
    """What is wrong with the lists that the page of a restricted step shows before its form."""
    for key, named in (("confidants", step.confidants), ("without_name", step.without_name)):
        if named and not step.restricted:
            yield f"Only the page of a step with “restricted = true” shows a list; take “{key}” away."
        if named and named not in pack.codes_by_id:
            yield f"{key}: list “{named}” is not there. {one_of(pack.codes_by_id)}"


def _asks_title(pack: Pack, step: Step) -> bool:
    form = pack.form_by_id.get(step.form or "")
    asked = form.meaning(Meaning.DOCUMENT_TITLE) if form else None
    return bool(asked and asked.kind is Kind.TEXT and asked.required and (asked.max_length or 0) <= 200)


def _loose_ends(pack: Pack, step: Step) -> Iterator[str]:
    """What a step names and the pack does not have."""
    outcomes = step.outcomes
    stages = (*step.stages, step.to, *(o.to for o in outcomes))
    steps = (*step.corrects, *step.after, *step.informs, *(s for o in outcomes for s in o.after), step.signs)
    for what, named, known in (
        ("Role", step.by, pack.role_titles),
        ("Stage", stages, pack.stage_by_id),
        ("Step", steps, pack.step_by_id),
        ("Form", (step.form,), pack.form_by_id),
        ("Marking", (step.marking,), pack.marking_by_id),
    ):
        for missing in dict.fromkeys(id_ for id_ in named if id_ and id_ not in known):
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


def _step_of_register_faults(pack: Pack, step: Step) -> Iterator[str]:
    if step.in_register not in pack.register_by_id:
        yield f"Register “{step.in_register}” does not exist. {one_of(pack.register_by_id)}"
    if step.opens:
        yield "A step opens a case or stands in a register; take “opens” or “in_register” away."
    known = {s.id for s in pack.steps if s.in_register == step.in_register}
    for other in {*step.after, *filter(None, [step.signs])} & set(pack.step_by_id) - known:
        yield f"Step “{other}” stands in another register. {one_of(known)}"
    if step.signs and not step.after:
        yield "It signs what stands in a register; say in “after” what that began with."


def register_faults(pack: Pack, register: Register) -> Iterator[str]:
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


def joining_faults(pack: Pack) -> Iterator[Fault]:
    """Joining cases takes four steps, two on each side; a pack has all or none of them."""
    kinds = Counter(step.joining for step in pack.steps if step.joining)
    if kinds and kinds != Counter(("join", "receive", "part", "release")):
        yield Fault(
            "steps", "joining", "One step each is “join”, “receive”, “part” and “release”, or none is."
        )


LIKENESS = Counter(("asks", "answers", "undoes"))
# subjects.proposals.Answer; a test holds them together.
LIKENESS_ANSWERS = {"same", "not-same", "cannot-tell"}


def likeness_faults(pack: Pack) -> Iterator[Fault]:
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
    for ending in ways_out(pack) if rule else ():
        if rule and not rule.stops_step(ending.step, ending.outcome):
            way = f"“{ending.step}”" + (f" with “{ending.outcome}”" if ending.outcome else "")
            message = f"A case can end by {way} while nobody has answered; name that in “holds_up”."
            yield Fault("follow_ups", rule.id, message)
