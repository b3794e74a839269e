"""Beginning the answers of a year, keeping their draft, and putting them on record."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from handrail.cases.errors import NotAllowed
from handrail.ledger.models import Entry
from handrail.ledger.record import append
from handrail.organisations.models import Organisation, Person, Post
from handrail.policy.answers import Typed
from handrail.policy.base import LOCAL_CHOICE
from handrail.policy.schema.pack import Pack
from handrail.policy.schema.question_set import QuestionSet
from handrail.policy.schema.step import Step
from handrail.question_sets.counts import COUNTS
from handrail.question_sets.models import RECORD_KIND, Year
from handrail.records.acts import Said, act_on, acting

# The act of every entry here, for which no policy has a step.
ANSWERED = Step(
    id=RECORD_KIND,
    title="Answers of a year",
    act="Answer the questions of a year",
    source=LOCAL_CHOICE,
    note="An act of Handrail itself.",
)


@dataclass(frozen=True, slots=True)
class Given:
    """What was sent for a year: the answers, and what the record knew then, by question."""

    answers: Mapping[str, Any]
    known: Mapping[str, int]


def post_of(asked: QuestionSet, force: Organisation, person: Person) -> Post | None:
    """Return the post by which somebody answers a set for a force, or None."""
    posts = (post for post in person.current_posts if post.is_vetted() and post.force_id == force.pk)
    return next((post for post in posts if post.role in asked.by), None)


def known_of(asked: QuestionSet, force: Organisation, year: int) -> dict[str, int]:
    """Return what the record knows for a year, by the question that begins with it."""
    return {question: COUNTS[count](force, year) for question, count in asked.known.items()}


def year_of(pack: Pack, asked: QuestionSet, force: Organisation, year: int, by: Person) -> Year:
    """Return the answers of a year, begun where nothing was. Raises NotAllowed for who may not answer."""
    if post_of(asked, force, by) is None:
        raise NotAllowed("Your role does not answer these questions for this force.")
    found, _ = Year.objects.get_or_create(
        set_id=asked.id, force=force, year=year, defaults={"pack_id": pack.id}
    )
    return found


def keep(year: Year, typed: Typed) -> None:
    """Keep a draft as it was typed, right or wrong."""
    year.typed = {name: list(values) for name, values in typed.items()}
    year.save(update_fields=["typed"])


def send(year: Year, answers: Mapping[str, Any], *, by: Person, at: datetime | None = None) -> None:
    """Put the answers of a year on record; a second time they correct the first. Raises NotAllowed."""
    at = at or timezone.now()
    with transaction.atomic():
        year = Year.objects.select_for_update().select_related("force").get(pk=year.pk)
        post = post_of(year.question_set, year.force, by)
        if post is None:
            raise NotAllowed("Your role does not answer these questions for this force.")
        known = known_of(year.question_set, year.force, year.year)
        said = Said(answers)
        act = act_on(year, ANSWERED, said, by=acting(by, post), happened_at=at, more={"known": known})
        year.version, year.answered_at, year.typed = year.version + 1, at, {}
        year.save(update_fields=["version", "answered_at", "typed"])
        append(act, recorded_at=at)


def given_in(year: Year | None) -> Given | None:
    """Return what was sent for a year last, or None."""
    if year is None or not year.version:
        return None
    entry = Entry.objects.select_related("content").filter(chain=year.pk).order_by("-number").first()
    if entry is None or not hasattr(entry, "content"):
        return None
    return Given(entry.content.content["answers"], entry.content.content["known"])
