"""What a respondent has typed and not sent: theirs alone, and erased once the link takes no answer."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from handrail.access import context
from handrail.organisations.models import Person
from handrail.organisations.tests.cast import Cast
from handrail.records.form_links import acts
from handrail.records.form_links.models import FormLink, LinkDraft
from handrail.records.form_links.receivers import CannotBeTaken
from handrail.records.form_links.tasks import forget_link_drafts

TYPED = {"comes": ["Half a sent"]}


def link_of(cast: Cast, secret: str, **more: Any) -> FormLink:
    now = timezone.now()
    given: Mapping[str, Any] = {"made_at": now, "until": timezone.localdate(now) + timedelta(days=7), **more}
    to = {"by": cast.officer, "to": "Ida Marsh", "email": "head@school.example"}
    return FormLink.objects.create(
        kind="meeting", record=uuid4(), number=1, digest=acts.digest(secret), **to, **given
    )


def seen_by(person: Person | None, secret: str = "") -> list[str]:
    """Return the drafts that row security shows a user, or the holder of a link."""
    with context.asking(person):
        if secret:
            acts.find(secret)
        return [str(draft.link_id) for draft in LinkDraft.objects.all()]


def test_a_draft_is_seen_by_the_holder_of_its_link_alone(cast: Cast) -> None:
    one, other = link_of(cast, "one"), link_of(cast, "other")
    for link in (one, other):
        acts.save_draft(link, TYPED)
    assert LinkDraft.objects.count() == 2
    assert seen_by(None, "one") == [str(one.pk)]
    assert seen_by(None, "neither") == seen_by(None) == []
    assert seen_by(cast.officer) == seen_by(cast.supervisor) == []


def test_what_was_typed_comes_back_with_the_link_also_after_a_new_one_was_sent(cast: Cast) -> None:
    link = link_of(cast, "first")
    acts.save_draft(link, {"comes": ["Half"]})
    acts.save_draft(link, TYPED)
    secret = acts.new_address(link).rstrip("/").rsplit("/", 1)[1]
    with context.asking(None):
        found = acts.find(secret)
        assert found
        assert found.typed == TYPED
        assert acts.find("first") is None


def test_drafts_of_links_that_take_no_answer_are_erased(cast: Cast) -> None:
    now = timezone.now()
    waiting, over, revoked = (link_of(cast, name) for name in ("waiting", "over", "revoked"))
    for link in (waiting, over, revoked):
        acts.save_draft(link, TYPED)
    FormLink.objects.filter(pk=over.pk).update(until=timezone.localdate(now) - timedelta(days=1))
    FormLink.objects.filter(pk=revoked.pk).update(revoked_at=now)
    assert forget_link_drafts(int(now.timestamp())) == 2
    assert LinkDraft.objects.get().link_id == waiting.pk


def test_a_link_that_takes_no_answer_keeps_no_draft(cast: Cast) -> None:
    link = link_of(cast, "over", revoked_at=timezone.now())
    with pytest.raises(CannotBeTaken):
        acts.save_draft(link, TYPED)
    assert not LinkDraft.objects.exists()
