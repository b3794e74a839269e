"""The home page: its numbers are true where a list was cut off, and it offers what its reader may do."""

from datetime import timedelta
from unittest.mock import patch

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from handrail.cases.models import Case, Deadline
from handrail.cases.pages.home import home_of
from handrail.cases.pages.home_team import Member
from handrail.cases.tests.cast import Cast, refer
from handrail.cases.tests.staff import again
from handrail.organisations.models import Organisation, Person, Post
from handrail.organisations.roles import Role
from handrail.organisations.tests.cast import LONG_AGO
from handrail.organisations.vetting import Vetting
from handrail.policy.tests.small_pack import altered

THREAT = {"harm": "yes", "harm-described": "He will stab somebody tomorrow."}


def home(who: Person) -> str:
    client = Client()
    client.force_login(again(who))
    return " ".join(client.get(reverse("web:home")).text.split())


def due(cast: Cast, *days: int) -> None:
    """Refer a person for each number of days, with an allocation that is due so many days from today."""
    for number in days:
        rows = Deadline.objects.filter(case=refer(cast))
        rows.exclude(step_id="allocate").delete()
        rows.update(due=timezone.localdate() + timedelta(days=number))
    Case.objects.update(next_due=timezone.localdate())


class TestNumbers:
    @pytest.fixture(autouse=True)
    def cut(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for module in ("home", "home_queries", "own_tasks"):
            monkeypatch.setattr(f"handrail.cases.pages.{module}.COUNTED", 2)

    @pytest.mark.parametrize(
        ("days", "number"),
        [
            ((-1, 5), {"": "2", "late": "1", "week": "1"}),
            ((-1, -1, -1), {"": "at least 2", "late": "at least 2", "week": "at least 0"}),
            ((-1, -1, 5), {"": "at least 2", "late": "2", "week": "at least 0"}),
            ((-1, 5, 20), {"": "at least 2", "late": "1", "week": "1", "later": "at least 0"}),
        ],
    )
    def test_a_number_says_where_there_may_be_more(
        self, cast: Cast, days: tuple[int, ...], number: dict[str, str]
    ) -> None:
        due(cast, *days)
        found = home_of(again(cast.supervisor))
        assert {when: str(found.number(when)) for when in number} == number

    def test_the_page_and_the_list_say_so(self, cast: Cast) -> None:
        due(cast, -1, -1, -1)
        text = home(cast.supervisor)
        assert "<strong>at least 2</strong> overdue" in text
        assert "You may have more tasks than are listed here." in text
        client = Client()
        client.force_login(again(cast.supervisor))
        assert "There may be more tasks than are listed here." in client.get(reverse("cases:tasks")).text


def test_what_to_do_about_a_threat_is_offered_for_a_post_in_the_force_of_the_case(cast: Cast) -> None:
    case = refer(cast, "referral", **THREAT)
    Post.objects.create(
        person=cast.mash,
        organisation=Organisation.objects.get(name="Wessex Police"),
        role=Role.PREVENT_OFFICER,
        since=LONG_AGO,
        vetting=Vetting.POLICE,
        vetted_until=timezone.localdate() + timedelta(days=90),
    )
    offer = reverse("cases:begin", args=[case.pk, "threat-acted"])
    step = case.pack.step_by_id["threat-acted"]
    for role, offered in ((Role.MASH_OFFICER, True), (Role.PREVENT_OFFICER, False)):
        narrow = step.model_copy(update={"by": (role,)})
        steps = tuple(narrow if one.id == step.id else one for one in case.pack.steps)
        with patch("handrail.cases.models.case.pack", return_value=altered(case.pack, steps=steps)):
            text = home(cast.mash)
        assert case.reference in text
        assert (offer in text) is offered, role


@pytest.mark.parametrize(("days", "words"), [(0, "Since today"), (1, "1 day"), (12, "12 days")])
def test_the_longest_overdue_of_a_team_is_said_in_words(days: int, words: str) -> None:
    assert Member("key", "Olu Ade", 1, days).longest == words
