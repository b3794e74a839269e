"""Answer whether two records are about one person, and take an answer back.

The answer “same” only makes a link. A database function writes the link, from the entry of the act.
"""

from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from handrail.access.context import enter, writing
from handrail.access.errors import NotAllowed
from handrail.cases.choices import choices_of
from handrail.cases.engine.authority import actor_on
from handrail.cases.engine.lock import lock, refuse_stale
from handrail.cases.engine.record import Record
from handrail.cases.engine.store import write
from handrail.cases.engine.taking import read_answers, take
from handrail.cases.errors import InvalidAnswers, NotNow
from handrail.cases.models import Case
from handrail.cases.person.matches.intake import candidate
from handrail.cases.person.matches.kept_apart import keep_out_of_linked
from handrail.cases.person.matches.showing import gone
from handrail.organisations.models import Person
from handrail.policy.answers import Typed
from handrail.policy.follow_ups import asked_by
from handrail.policy.schema.form import OUTCOME, REASON
from handrail.policy.schema.step import Step
from handrail.policy.step_kinds.matching import MATCH_ANSWER, MATCH_FOUND, MATCH_UNDONE, Matching
from handrail.records.acts import Actor, post_of
from handrail.subjects.models import Answer, Link, PossibleMatch

ANSWERED = ["answer", "answered_by", "answered_at", "number", "record", "asked_number"]


def answer(
    case_id: UUID,
    possible_match_id: UUID,
    typed: Typed,
    *,
    by: Person,
    seen_version: int,
    at: datetime | None = None,
) -> PossibleMatch:
    """Answer a possible match on the case to which its question belongs.

    Raises NotAllowed; NotNow where it is answered elsewhere or already; Stale when the case has changed
    meanwhile; InvalidAnswers.
    """
    at = at or timezone.now()
    with transaction.atomic():
        case = lock(case_id, by)
        match = _match(case, possible_match_id)
        if match.subject_id != case.subject_id:
            raise NotNow("This is answered on the other record.")
        if match.answer:
            raise NotNow("This has already been answered. Take back that answer first.")
        refuse_stale(case, seen_version)
        record = Record.of(case)
        step = _step(record, MATCH_ANSWER)
        actor = actor_on(record, by, step, match.asked_number)
        answers = read_answers(record.pack, step, choices_of(case.force), typed, timezone.localdate(at))
        about = candidate(match.other_id, match.weight)
        if not asked_by(match.asked_number, record.position.asked):
            take(record, _step(record, MATCH_FOUND), {}, actor=actor, recorded_at=at, also=about)
            match.asked_number = case.version
        take(record, step, answers, actor=actor, recorded_at=at, about=match.asked_number, also=about)
        entry = write(record)
        _set_answer(match, answers[OUTCOME], by=by, at=at, number=entry.number, record=case.pk)
        if answers[OUTCOME] == Answer.SAME:
            _run("SELECT subjects_link(%s)", match.pk)
            keep_out_of_linked(case, by=by, post=post_of(by, actor))
            enter(by)
        return match


def answer_gone(case_id: UUID, reason: str, *, by: Person, seen_version: int) -> int:
    """Close as “cannot tell” the match questions whose other record the user can no longer see.

    Returns how many were closed. Raises NotAllowed, NotNow, Stale, or InvalidAnswers without a reason.
    """
    with transaction.atomic():
        case = lock(case_id, by)
        refuse_stale(case, seen_version)
        numbers = gone(case)
        if not numbers:
            raise NotNow("All records found are still shown.")
        if not reason.strip():
            raise InvalidAnswers({REASON: "Enter why you cannot tell"})
        record = Record.of(case)
        step = _step(record, MATCH_ANSWER)
        actor = actor_on(record, by, step)
        said = {OUTCOME: Answer.CANNOT_TELL.value, REASON: reason}
        for number in numbers:
            take(record, step, said, actor=actor, recorded_at=timezone.now(), about=number)
        write(record)
        return len(numbers)


def take_back(
    case_id: UUID, possible_match_id: UUID, reason: str, *, by: Person, seen_version: int
) -> PossibleMatch:
    """Take back an answer, from either record, with a reason: end its link and reopen the question.

    The entry is written on the record where the answer was given, even if the user cannot see that record.
    Raises NotAllowed, NotNow, Stale when the case has changed meanwhile, or InvalidAnswers without a
    reason.
    """
    with transaction.atomic():
        case = lock(case_id, by)
        refuse_stale(case, seen_version)
        match = _matches(case).filter(pk=possible_match_id).first()
        if match is None or match.record is None:
            raise NotNow("There is no answer to take back.")
        if not reason.strip():
            raise InvalidAnswers({REASON: "Say why the answer is taken back"})
        own = Record.of(case)
        actor = actor_on(own, by, _step(own, MATCH_UNDONE))
        with writing(match.record):
            return _take_back(possible_match_id, match.record, reason, actor)


def _take_back(possible_match_id: UUID, where: UUID, reason: str, actor: Actor) -> PossibleMatch:
    """Write the entry on record `where`, end the link, reopen the question. Call in `writing(where)`."""
    match = PossibleMatch.objects.select_for_update().get(pk=possible_match_id)
    if not match.answer:
        raise NotNow("There is no answer to take back.")
    cases = Case.objects.select_related("force", "owner").select_for_update(of=("self",))
    record = Record.of(cases.get(pk=where))
    also = candidate(match.other_id, match.weight)
    given = {REASON: reason}
    step = _step(record, MATCH_UNDONE)
    take(record, step, given, actor=actor, recorded_at=timezone.now(), about=match.number, also=also)
    entry = write(record)
    for link in Link.objects.live().filter(subject=match.subject_id, other=match.other_id):
        _run("SELECT subjects_unlink(%s, %s)", link.pk, entry.number)
    match.asked_number = entry.number
    _set_answer(match, "", by=None, at=None, number=None, record=match.record)
    return match


def _set_answer(
    match: PossibleMatch,
    answer: str,
    *,
    by: Person | None,
    at: datetime | None,
    number: int | None,
    record: UUID | None,
) -> None:
    match.answer, match.answered_by, match.answered_at = answer, by, at
    match.number, match.record = number, record
    match.save(update_fields=ANSWERED)


def _matches(case: Case) -> QuerySet[PossibleMatch]:
    return PossibleMatch.objects.beside(case.subject_id)


def _match(case: Case, possible_match_id: UUID) -> PossibleMatch:
    """Return a possible match of the case, locked. Raises NotAllowed where there is none with this id."""
    match = _matches(case).select_for_update(of=("self",)).filter(pk=possible_match_id).first()
    if match is None:
        raise NotAllowed("This possible match is no longer on this case.")
    return match


def _step(record: Record, kind: Matching) -> Step:
    """Return the pack's step of this kind. Raises NotNow where the pack has none."""
    step = kind.step(record.pack)
    if step is None:
        raise NotNow("The policy of this case does not ask about other records.")
    return step


def _run(statement: str, *given: UUID | int) -> None:
    """Call a database function that writes a link or ends one. Raises NotNow where it did neither."""
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        (written,) = cursor.fetchone() or (None,)
    if written is None:
        raise NotNow("The database found no act of yours that this follows from.")
