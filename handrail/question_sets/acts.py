"""Begin the answers of a year, save their draft, and record them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from handrail.access.errors import NotAllowed
from handrail.cases.errors import Stale
from handrail.ledger.models import Entry
from handrail.ledger.record import append
from handrail.organisations.models import Organisation, Person, Post
from handrail.policy.answers import Typed
from handrail.policy.base import LOCAL_CHOICE
from handrail.policy.schema.form import Form
from handrail.policy.schema.pack import Pack
from handrail.policy.schema.question_set import QuestionSet
from handrail.policy.schema.step import Step
from handrail.question_sets.counts import count_named
from handrail.question_sets.models import RECORD_KIND, Year
from handrail.records.acts import Said, act_on, acting

# The step of every entry on these chains; no policy defines it.
ANSWERED = Step(
    id=RECORD_KIND,
    title="Yearly answers",
    act="Answer the yearly questions",
    source=LOCAL_CHOICE,
    note="Handrail does this itself.",
)


@dataclass(frozen=True, slots=True)
class Given:
    """The answers recorded for a year and the counts that were known then, by question, with their policy."""

    pack: Pack
    form: Form
    answers: Mapping[str, Any]
    known: Mapping[str, int]


def post_of(asked: QuestionSet, force: Organisation, person: Person) -> Post | None:
    """Return the post in which a user answers a set for a force, or None."""
    posts = (post for post in person.current_posts if post.is_vetted() and post.force_id == force.pk)
    return next((post for post in posts if post.role in asked.by), None)


def known_of(asked: QuestionSet, force: Organisation, year: int) -> dict[str, int]:
    """Return the counts that pre-fill the answers of a year, by question."""
    return {question: count_named(count)(force, year) for question, count in asked.known.items()}


def year_of(pack: Pack, asked: QuestionSet, force: Organisation, year: int, by: Person) -> Year:
    """Return the answers of a year, created where there are none.

    Raises NotAllowed for a user who may not answer for the force.
    """
    if post_of(asked, force, by) is None:
        raise NotAllowed("Your role does not answer these questions for this force.")
    found, _ = Year.objects.get_or_create(
        set_id=asked.id, force=force, year=year, defaults={"pack_id": pack.id}
    )
    return found


def save_draft(year: Year, typed: Typed, *, seen: str | None = None) -> Year:
    """Save a draft exactly as typed, valid or not, and return the row; `seen` is as for `send`."""
    with transaction.atomic():
        year = _locked(year, seen)
        year.typed = {name: list(values) for name, values in typed.items()}
        year.save(update_fields=["typed"])
    return year


def send(
    year: Year,
    answers: Mapping[str, Any],
    *,
    by: Person,
    seen: str | None = None,
    at: datetime | None = None,
) -> None:
    """Record the answers of a year; sending again corrects them.

    `seen` is the `state` of the row that the user was shown; None for an act without a page. Raises
    NotAllowed, or Stale where somebody kept a draft or sent answers meanwhile.
    """
    at = at or timezone.now()
    with transaction.atomic():
        year = _locked(year, seen)
        post = post_of(year.question_set, year.force, by)
        if post is None:
            raise NotAllowed("Your role does not answer these questions for this force.")
        known = known_of(year.question_set, year.force, year.year)
        said = Said(answers)
        act = act_on(year, ANSWERED, said, by=acting(by, post), happened_at=at, more={"known": known})
        year.version, year.answered_at, year.typed = year.version + 1, at, {}
        year.save(update_fields=["version", "answered_at", "typed"])
        append(act, recorded_at=at)


def _locked(year: Year, seen: str | None) -> Year:
    held = Year.objects.select_for_update().select_related("force").get(pk=year.pk)
    if seen is not None and seen != held.state:
        raise Stale("Somebody changed these answers after you opened this page.", held.version)
    return held


def given_in(year: Year | None) -> Given | None:
    """Return the answers last recorded for a year, or None."""
    if year is None or not year.version:
        return None
    entry = Entry.objects.select_related("content").filter(chain=year.pk).order_by("-number").first()
    if entry is None or not hasattr(entry, "content"):
        return None
    said = entry.content.content
    form = year.pack.form_by_id[year.question_set.form]
    return Given(year.pack, form, said["answers"], said["known"])
