"""What is shared with the readers of the demonstration, by the acts behind the screen."""

from datetime import datetime

import pytest
from django.utils import timezone

from handrail.access.models import Grant, Sample
from handrail.cases.case_access import inspections
from handrail.cases.models import Redacted
from handrail.demo import readers
from handrail.demo.histories import SEED, histories
from handrail.demo.load import write_in_batches
from handrail.ledger import rebuild
from handrail.organisations.models import Person, Post
from handrail.organisations.roles import Role

CASES = 400

pytestmark = pytest.mark.django_db


def test_a_panel_member_a_provider_and_an_inspector_have_something_to_read(
    country: None, until: datetime
) -> None:
    list(write_in_batches(histories(CASES, SEED, until=until)))
    Post.objects.filter(role=Role.INSPECTOR).update(
        until=timezone.localdate()
    )  # theirs ended with the fixture
    readers.tell(until)
    shared = Person.objects.filter(pk__in=Grant.objects.filter(kind="shared").values("person"))
    assert {post.role for reader in shared for post in reader.posts.all()} == set(readers.READERS)
    text = Redacted.objects.get().text
    assert "What have you seen or heard?" in text
    assert not [about for about in readers.ABOUT_WHO if f"\n{about}" in text]
    assert Sample.objects.count() == inspections.inspectors().count() > 0
    assert rebuild.check().differences == []
