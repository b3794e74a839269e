"""Administrators of the nation are told while the queue has no room."""

from typing import Any

import psycopg
from django.utils import timezone

from handrail.notices import announcing
from handrail.notices.models import Notice
from handrail.notices.rules import day_of
from handrail.organisations.tests.cast import make_cast
from handrail.queue.tests.filling import full
from handrail.web import full_queue


def test_administrators_are_told_while_jobs_have_no_room(admin_connection: psycopg.Connection[Any]) -> None:
    cast = make_cast()
    told = Notice.objects.open().filter(kind=full_queue.NAME)
    with full(admin_connection, "sign_in.send-notice"):
        announcing.tell(day_of(timezone.now()))
        assert [notice.person for notice in told] == [cast.administrator]
    announcing.tell(day_of(timezone.now()))
    assert not told.all().exists(), "it is over once there is room"
