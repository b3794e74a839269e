"""Refer another person named in a concern; each case records how the two people are related.

Neither case gives access to the other. A restricted case is named on no other case.
"""

from collections.abc import Iterable, Iterator, Mapping
from uuid import UUID

from django.utils import timezone

from handrail.access.context import writing
from handrail.access.errors import NotAllowed
from handrail.cases.engine.authority import acting_on
from handrail.cases.engine.record import Record
from handrail.cases.engine.store import write
from handrail.cases.engine.taking import read_answers, take
from handrail.cases.errors import InvalidAnswers
from handrail.cases.models import Case
from handrail.cases.models.kinds import CASE
from handrail.cases.timeline.entries import marking_of_entry
from handrail.ledger.models import Entry
from handrail.organisations.models import Person
from handrail.policy.answers import as_typed, options_of
from handrail.policy.schema.codes import Code
from handrail.policy.schema.form import Meaning
from handrail.policy.schema.pack import Pack
from handrail.policy.schema.step import Step
from handrail.records.acts import Actor, acting
from handrail.records.drafts import Draft
from handrail.records.packs import current_pack, policy_of

SAID_TOGETHER = "The referral that names both"


def relation_step(pack: Pack) -> Step | None:
    """Return the step that records a person around the subject, or None where the pack has none."""
    return next((s for s in pack.steps if (f := pack.form_of(s)) and f.meaning(Meaning.RELATION)), None)


def relations_of(pack: Pack) -> tuple[Code, ...]:
    """Return the relations that a person can have to the subject of a case."""
    step = relation_step(pack)
    form = pack.form_of(step) if step else None
    question = form.meaning(Meaning.RELATION) if form else None
    return tuple(options_of(pack)(question)) if question else ()


def begin_another(case: Case, step_id: str, *, relation: str, by: Person) -> Draft:
    """Begin a draft referral about another person, filled with what this case says of the concern.

    Raises NotAllowed where `by` may not refer, or does not work on the case.
    """
    pack = current_pack()
    step = pack.step_by_id[step_id]
    if not Case.objects.filter(pk=case.pk).changed_by(by).exists():
        raise NotAllowed("You do not work on this case.")
    if {post.role for post in by.current_posts}.isdisjoint(step.by):
        raise NotAllowed("Your role cannot take referrals.")
    return Draft.objects.create(
        person=by,
        target_kind=CASE.name,
        origin_kind=CASE.name,
        origin_id=case.pk,
        relation=relation,
        pack_id=pack.id,
        step_id=step.id,
        typed=dict(_carried(case, pack, step)),
    )


def _carried(case: Case, pack: Pack, step: Step) -> Iterator[tuple[str, list[str]]]:
    """Yield the answers about the concern as form input, by input name.

    Yields nothing where the case is restricted or its first entry is marked higher than its step.
    """
    entry = Entry.objects.select_related("content").get(chain=case.pk, number=1)
    under, opened = policy_of(entry)
    higher = marking_of_entry(case, entry) != under.marking_of(opened)
    form = pack.form_of(step)
    if case.restricted or higher or form is None or not hasattr(entry, "content"):
        return
    answers = entry.content.content["answers"]
    for question in form.questions.values():
        if question.carried and question.id in answers:
            yield from as_typed(question, answers[question.id])


def relate(new: Case, beside: UUID, relation: str, *, by: Person) -> None:
    """Record how the subjects of a new case and of the case it was begun from are related.

    `beside` is the id of the older case, `relation` what the new subject is to the older one, a code of the
    older case's policy. Nothing is recorded where `by` no longer works on the older case, nor on a case where
    no role of theirs takes the step or whose policy has no such relation.
    """
    rows = Case.objects.changed_by(by).select_related("subject", "force").select_for_update(of=("self",))
    older = rows.filter(pk=beside).first()
    if older is None:
        return
    if not older.restricted:
        inverse = {code.id: code.inverse or code.id for code in relations_of(older.pack)}
        with writing(new.pk):
            _record_relation(
                new, older, inverse.get(relation, relation), [acting(by, post) for post in by.current_posts]
            )
    if not new.restricted:
        with writing(older.pk):
            _record_relation(older, new, relation, acting_on(older, by))


def _record_relation(case: Case, other: Case, relation: str, actors: Iterable[Actor]) -> None:
    """Record the subject and reference of `other` on `case`.

    Nothing is recorded where no actor may take the step, or where the policy of `case` refuses the relation,
    which was chosen under that of `other`.
    """
    record = Record.of(case)
    step, subject = relation_step(record.pack), other.subject
    actor = next((actor for actor in actors if step and actor.role in step.by), None)
    if step is None or subject is None or actor is None:
        return
    now = timezone.now()
    typed = dict(_answers(record.pack, step, {Meaning.RELATION: relation, Meaning.RELATED_TO: subject.name}))
    try:
        answers = read_answers(record.pack, step, options_of(record.pack), typed, timezone.localdate(now))
    except InvalidAnswers:
        return
    said = {"case": str(other.pk), "reference": other.reference, "subject": str(subject.pk)}
    take(record, step, answers, actor=actor, recorded_at=now, also={"other": said})
    write(record)


def _answers(pack: Pack, step: Step, said: Mapping[Meaning, str]) -> Iterator[tuple[str, list[str]]]:
    form = pack.form_of(step)
    for meaning, value in {**said, Meaning.DETAIL_SOURCE: SAID_TOGETHER}.items():
        question = form.meaning(meaning) if form else None
        if question:
            yield question.id, [value]
