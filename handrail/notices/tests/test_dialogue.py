"""Notices and tasks of the dialogue with referrers: an answer to read, a question without one."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from handrail.cases.errors import NotNow
from handrail.cases.intake.tests.asking import ask, send_answer
from handrail.cases.models import Case, Deadline, FollowUp
from handrail.cases.tests.cast import Cast, refer, take
from handrail.cases.tests.staff import client_of
from handrail.notices import rounds
from handrail.notices.kinds import Kind
from handrail.notices.models import Notice


@pytest.fixture
def case(cast: Cast) -> Case:
    case = refer(cast, "police-referral", cast.spoc)
    take(case, "allocate", cast.supervisor, owner=str(cast.officer.pk))
    return case


def test_the_owner_is_told_and_has_a_task_until_the_answer_is_read(cast: Cast, case: Case) -> None:
    with pytest.raises(NotNow):
        take(case, "referrer-answer-read", cast.officer)
    ask(case, cast)
    send_answer(case, cast.spoc)
    rounds.run(timezone.now())
    told = Notice.objects.unseen().filter(kind=Kind.ANSWERED)
    assert set(told.values_list("person__name", flat=True)) == {cast.officer.name}
    to_read = Deadline.objects.filter(case=case, limit_id="referrer-answer-read")
    assert to_read.get().ended is None
    assert "The referrer’s answer read" in client_of(cast.officer).get(reverse("web:home")).text
    take(case, "referrer-answer-read", cast.officer)
    assert to_read.get().ended


def test_an_unanswered_question_is_overdue_to_its_asker(cast: Cast, case: Case) -> None:
    ask(case, cast)
    follow_up = FollowUp.objects.get(case=case, kind_id="referrer-question")
    assert follow_up.due
    late = follow_up.due + timedelta(days=1)
    assert follow_up in FollowUp.objects.late(late)
    rounds.run(timezone.now() + (late - timezone.localdate()))
    told = Notice.objects.unseen().filter(kind=Kind.OVERDUE, about="referrer-question")
    assert cast.officer.name in set(told.values_list("person__name", flat=True))
