"""Links whose email had no room in the queue are sent later."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.utils import timezone

from handrail.organisations.tests.cast import Cast, make_cast
from handrail.queue.tests.filling import full
from handrail.records.form_links import acts, tasks
from handrail.records.form_links.models import FormLink


@pytest.fixture
def cast(transactional_db: None, settings: Any) -> Cast:
    settings.SENDS_MAIL = True
    return make_cast()


def make(cast: Cast, **more: Any) -> FormLink:
    until = timezone.localdate() + timedelta(days=7)
    whom = {"to": "Ms Chandra", "email": "head@school.example", "words": "Who comes?"}
    return acts.make("meeting", uuid4(), 1, by=cast.officer, until=until, **{**whom, **more})


def test_a_link_that_had_no_room_is_queued_once_there_is(
    cast: Cast, admin_connection: psycopg.Connection[Any]
) -> None:
    make(cast)  # this one is queued
    make(cast, answerer=cast.lead.pk)  # and this one is not sent
    assert tasks.send_left(0) == 0
    with full(admin_connection, "form-links.send"):
        make(cast)
        assert tasks.send_left(0) == 0
    assert tasks.send_left(0) == 1
    assert tasks.send_left(0) == 0
