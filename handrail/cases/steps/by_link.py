"""Answers that a person without an account gives by link, recorded on the case that asked."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from handrail.access.errors import NotAllowed
from handrail.cases.choices import choices_of
from handrail.cases.engine.record import PUBLIC_FORM, Record
from handrail.cases.engine.store import write_all
from handrail.cases.engine.taking import read_answers, take
from handrail.cases.errors import InvalidAnswers, NotNow
from handrail.cases.intake import dialogue
from handrail.cases.models import Case
from handrail.ledger.models import Entry
from handrail.organisations.models import Person
from handrail.policy.answers import Typed
from handrail.policy.follow_ups import asked_by
from handrail.policy.questions import meanings, options_for
from handrail.policy.schema.form import Meaning
from handrail.policy.schema.step import PUBLIC, Step
from handrail.policy.step_kinds.link_answer import link_step
from handrail.records.acts import Actor
from handrail.records.form_links import acts
from handrail.records.form_links.models import FormLink
from handrail.records.form_links.receivers import AskedForm, CannotBeTaken, WrongAnswers

KIND = "case"
NOT_ANY_MORE = "We no longer need an answer to this form."


def let_answer(record: Record, step: Step, entry: Entry, by: Person) -> None:
    """Make the link that an entry asks for, and revoke the links of follow-ups that the entry ended."""
    for settled in record.settled:
        acts.revoke(KIND, record.case.pk, settled.number)
    rule = record.pack.asking.get(step.id)
    asked = asked_by(entry.number, record.position.asked)
    if rule is None or asked is None or asked.due is None or link_step(record.pack, rule) is None:
        return
    content = record.acts[0].content
    meant = meanings(record.pack.form_of(step), content["answers"])
    if Meaning.ASKED_REFERRER in meant:
        to = _referrer(record, step, content)
    else:
        to = {
            "to": meant[Meaning.ASKED_FOR],
            "email": meant[Meaning.LINK_EMAIL],
            "words": meant.get(Meaning.LINK_WORDS, ""),
        }
    if to:
        at = entry.recorded_at
        acts.make(KIND, record.case.pk, entry.number, by=by, until=asked.due, at=at, **to)


def _referrer(record: Record, step: Step, content: Mapping[str, Any]) -> dict[str, Any]:
    """Return to whom the link of a question to a referrer goes, and its words; empty for one by telephone."""
    referrer = dialogue.asked_of(record.case, record.pack, step, content["answers"])
    if referrer is None:
        return {}
    return {
        "to": referrer.name,
        "email": referrer.email,
        "words": dialogue.words_of(record.pack, step, content),
        "id_": UUID(content[dialogue.LINK]),
        "answerer": referrer.account,
    }


class Cases:
    """The `Receiver` of cases, which shows forms and records answers given by link."""

    def asked(self, link: FormLink) -> AskedForm:
        """Return the form that a link shows. Raises CannotBeTaken where its follow-up has ended."""
        record = _record(link)
        step = _step(record, link)
        form = record.pack.form_of(step)
        if form is None:
            raise CannotBeTaken(NOT_ANY_MORE)
        return AskedForm(form, options_for(record.pack, step, choices_of(None)))

    def take(self, link: FormLink, typed: Typed, at: datetime) -> None:
        """Record the answer of a link. Raises WrongAnswers, or CannotBeTaken once its follow-up has ended."""
        record = _record(link, locked=True)
        step, case = _step(record, link), record.case
        said = {"by_link": {"to": link.to, "receipt": link.receipt, "link": str(link.pk)}}
        actor = Actor(link.answerer_id or PUBLIC_FORM, PUBLIC, case.force_id)
        try:
            answers = read_answers(record.pack, step, choices_of(None), typed, timezone.localdate(at))
            take(record, step, answers, actor=actor, recorded_at=at, about=link.number, also=said)
        except InvalidAnswers as wrong:
            raise WrongAnswers(wrong.errors) from wrong
        except (NotAllowed, NotNow) as refused:
            raise CannotBeTaken(NOT_ANY_MORE) from refused
        write_all(record)


def _record(link: FormLink, *, locked: bool = False) -> Record:
    cases = Case.objects.filter(pk=link.record).select_related("force")
    return Record.of((cases.select_for_update(of=("self",)) if locked else cases).get())


def _step(record: Record, link: FormLink) -> Step:
    """Return the step that answers a link. Raises CannotBeTaken once its follow-up has ended."""
    asked = asked_by(link.number, record.position.asked)
    rule = record.pack.follow_up_by_id.get(asked.kind) if asked else None
    step = link_step(record.pack, rule) if rule else None
    if step is None:
        raise CannotBeTaken(NOT_ANY_MORE)
    return step
