"""The owner of a record that a search pointed to is notified of the user who searched, once."""

from datetime import timedelta

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from handrail.cases.models import Case
from handrail.cases.person.matches.tests.two import FIRST, elsewhere
from handrail.cases.tests.cast import Cast
from handrail.notices import rounds
from handrail.notices.kinds import Kind
from handrail.notices.models import Notice
from handrail.subjects.models import SearchNotice


def look_for(cast: Cast, client: Client) -> None:
    client.force_login(cast.officer)
    words = {"name": f"{FIRST['given-name']} {FIRST['family-name']}", "telephone": "07700 900123"}
    assert client.post(reverse("cases:find-person"), words).status_code == 200


def test_the_owner_of_the_other_record_is_told_once_and_by_whom(cast: Cast, client: Client) -> None:
    other = elsewhere(cast, **FIRST, phone="07700 900123")
    Case.objects.filter(pk=other.pk).update(owner=cast.stranger, allocated=True)
    for minutes in (1, 2):
        look_for(cast, client)
        rounds.run(timezone.now() + timedelta(minutes=minutes))
    [notice] = Notice.objects.filter(kind=Kind.SOUGHT)
    assert (notice.person, notice.case) == (cast.stranger, other)
    client.force_login(cast.stranger)
    assert cast.officer.email in client.get(reverse("notices:list")).text


def test_of_a_restricted_record_nobody_is_told(cast: Cast, client: Client) -> None:
    other = elsewhere(cast, **FIRST, phone="07700 900123")
    Case.objects.filter(pk=other.pk).update(restricted=True, owner=cast.stranger, allocated=True)
    look_for(cast, client)
    rounds.run(timezone.now() + timedelta(minutes=1))
    assert not Notice.objects.filter(kind=Kind.SOUGHT).exists()


def test_who_looked_is_forgotten_after_four_weeks(cast: Cast, client: Client) -> None:
    elsewhere(cast, **FIRST, phone="07700 900123")
    look_for(cast, client)
    assert SearchNotice.objects.count() == 1
    rounds.run(timezone.now() + timedelta(weeks=5))
    assert not SearchNotice.objects.exists()
