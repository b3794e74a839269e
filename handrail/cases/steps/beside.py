"""Taking a step of the policy on a record that is no case, beside the record's own process."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from handrail.access.errors import NotAllowed, Refused
from handrail.cases.choices import choices_of
from handrail.cases.engine.happened import moment_of
from handrail.cases.engine.lock import refuse_stale
from handrail.cases.engine.taking import day_said, read_answers
from handrail.cases.errors import NotNow
from handrail.cases.timeline.marking_actions import higher_marking, write_raised_marking
from handrail.ledger.models import Entry
from handrail.organisations.models import Person, Post
from handrail.policy.answers import Typed
from handrail.policy.schema.step import Step
from handrail.records.acts import Said, act_on, acting
from handrail.records.kinds import Recorded
from handrail.records.marking import level_of
from handrail.records.shared_acts import acts_of, lock, post_on, write


def post_beside(record: Recorded, step: Step, by: Person) -> Post:
    """Return the post in which a user takes a step beside a record's process. Raises NotAllowed or NotNow."""
    post = post_on(record, by, step.by)
    if post is None:
        raise NotAllowed("You cannot take this step.")
    if closed := acts_of(record).closed(record):
        raise NotNow(closed)
    return post


def may_take_beside(record: Recorded, step: Step, person: Person) -> bool:
    """Return whether a user may take a step beside a record's process now."""
    try:
        post_beside(record, step, person)
    except Refused:
        return False
    return True


def take_beside(
    record: Recorded,
    step: Step,
    typed: Typed,
    *,
    by: Person,
    seen_version: int,
    at: datetime,
    marking: str = "",
    also: Mapping[str, Any],
) -> Entry:
    """Take a step on a record and return its entry: lock, allow, validate, write, record.

    `marking` is a marking higher than the step's own, `also` is content beside the answers. Raises
    NotAllowed, NotNow, Stale where another user changed the record first, or InvalidAnswers.
    """
    with transaction.atomic():
        record = lock(record, by)
        post, pack = post_beside(record, step, by), record.pack
        refuse_stale(record, seen_version)
        answers = read_answers(pack, step, choices_of(record.force), typed, timezone.localdate(at))
        higher = higher_marking(pack, step, marking, by)
        act = act_on(
            record,
            step,
            Said.by(answers),
            by=acting(by, post),
            happened_at=moment_of(day_said(pack, step, answers), at),
            more={**also, **({"marking": higher.id} if higher else {})},
            level=level_of(higher) if higher else None,
        )
        entry = write(record, act, at)
        if higher:
            write_raised_marking(record, entry.number, higher, by=by, reason="Chosen when it was recorded.")
        return entry
