"""The pages of notices, and the count in the navigation."""

from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from handrail.access.models import Exclusion, Reading
from handrail.cases.models import Case
from handrail.cases.tests.cast import Cast, refer
from handrail.notices.actions import mail_choices
from handrail.notices.kinds import Kind, choosable
from handrail.notices.models import Mail, Notice
from handrail.organisations.models import Person

LIST = reverse("notices:list")
# The session with its person, their posts and access, the notices, the count, and the names on the page.
BUDGET = 17


def client_of(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def tell(person: Person, case: Case, kind: Kind = Kind.OVERDUE, about: str = "safeguarding") -> Notice:
    now = timezone.now()
    return Notice.objects.create(
        person=person, case=case, kind=kind, about=about, since=now, due=now.date() - timedelta(days=2)
    )


@pytest.fixture
def case(cast: Cast) -> Case:
    return refer(cast)


def test_a_notice_says_what_is_late_of_which_case_and_leads_there(cast: Cast, case: Case) -> None:
    tell(cast.supervisor, case)
    page = client_of(cast.supervisor).get(LIST).content.decode()
    assert case.subject is not None
    for word in ("Late", "Safeguarding", case.reference, case.subject.name, "2 days overdue"):
        assert word in page
    assert reverse("cases:case", args=[case.pk]) in page


def test_what_is_due_is_named_only_where_something_is(cast: Cast, case: Case) -> None:
    tell(cast.supervisor, case)
    named = 'data-name="Due"'
    assert named in client_of(cast.supervisor).get(LIST).content.decode()
    Notice.objects.update(due=None)
    page = client_of(cast.supervisor).get(LIST).content.decode()
    assert case.reference in page
    assert named not in page


def test_who_is_named_on_the_page_is_in_the_log_of_reads(cast: Cast, case: Case) -> None:
    tell(cast.supervisor, case)
    client_of(cast.supervisor).get(LIST)
    assert Reading.objects.filter(person=cast.supervisor.pk, page="notices:list", records=[case.pk]).exists()


def test_who_oversees_a_case_is_told_no_name(cast: Cast, case: Case) -> None:
    tell(cast.lead, case, Kind.ESCALATED)
    page = client_of(cast.lead).get(LIST).content.decode()
    assert case.subject is not None
    assert case.subject.name not in page
    assert case.reference in page


def test_every_page_counts_what_was_not_read(cast: Cast, case: Case) -> None:
    client = client_of(cast.supervisor)
    assert "moj-notification-badge" not in client.get(reverse("web:home")).content.decode()
    tell(cast.supervisor, case)
    for address in (reverse("web:home"), reverse("cases:list"), LIST):
        assert '<span class="moj-notification-badge">1</span>' in client.get(address).content.decode()


def test_more_than_a_hundred_are_not_counted_out(cast: Cast, case: Case) -> None:
    now = timezone.now()
    Notice.objects.bulk_create(
        Notice(person=cast.supervisor, case=case, kind=Kind.OPENED, about=str(number), since=now)
        for number in range(130)
    )
    page = client_of(cast.supervisor).get(LIST).content.decode()
    assert '<span class="moj-notification-badge">more than 100</span>' in page


def test_one_is_marked_as_read_and_then_all(cast: Cast, case: Case) -> None:
    client = client_of(cast.supervisor)
    first, second = tell(cast.supervisor, case), tell(cast.supervisor, case, about="allocation")
    assert client.post(reverse("notices:read"), {"notice": first.pk}).status_code == 302
    assert list(Notice.objects.unseen()) == [second]
    client.post(reverse("notices:read"), {"notice": "all"})
    assert not Notice.objects.unseen().exists()
    page = client.get(LIST)
    assert "You have no new notices" in page.content.decode()
    read = client.get(LIST, {"state": "read"}).content.decode()
    assert "Safeguarding" in read
    assert "Allocation" in read


@pytest.mark.parametrize("sent", ["", "-1", "x", "1" * 40, "０", "1; DROP TABLE notices_notice", "\x00"])
def test_nonsense_marks_nothing(cast: Cast, case: Case, sent: str) -> None:
    notice = tell(cast.supervisor, case)
    assert client_of(cast.supervisor).post(reverse("notices:read"), {"notice": sent}).status_code == 302
    notice.refresh_from_db()
    assert notice.seen_at is None


def test_reading_is_a_post(cast: Cast, case: Case) -> None:
    notice = tell(cast.supervisor, case)
    client = client_of(cast.supervisor)
    assert client.get(reverse("notices:read"), {"notice": notice.pk}).status_code == 405
    client.get(LIST)
    client.get(reverse("cases:case", args=[case.pk]))
    notice.refresh_from_db()
    assert notice.seen_at is None


def test_what_is_settled_is_on_no_page(cast: Cast, case: Case) -> None:
    notice = tell(cast.supervisor, case)
    Notice.objects.filter(pk=notice.pk).update(over_at=timezone.now())
    client = client_of(cast.supervisor)
    for state in ("new", "read"):
        assert case.reference not in client.get(LIST, {"state": state}).content.decode()


def test_a_notice_vanishes_with_the_sight_of_its_case(cast: Cast, case: Case) -> None:
    tell(cast.supervisor, case)
    Exclusion.objects.create(
        record=case.pk, person=cast.supervisor, reason="A relative", by=cast.lead, since=timezone.now()
    )
    page = client_of(cast.supervisor).get(LIST).content.decode()
    assert case.reference not in page
    assert "moj-notification-badge" not in page


def test_the_page_takes_as_many_queries_for_thirty_notices_as_for_one(cast: Cast, case: Case) -> None:
    client = client_of(cast.supervisor)
    tell(cast.supervisor, case)
    client.get(LIST)
    with CaptureQueriesContext(connection) as few:
        client.get(LIST)
    for number in range(30):
        tell(cast.supervisor, refer(cast), about=f"{number}")
    with CaptureQueriesContext(connection) as many:
        client.get(LIST)
    assert len(many) == len(few)
    assert len(many) <= BUDGET, [query["sql"][:120] for query in many.captured_queries]


# How somebody is told by mail


def test_somebody_chooses_how_they_are_told_by_mail(cast: Cast) -> None:
    client = client_of(cast.officer)
    address = reverse("notices:mail")
    page = client.get(address).content.decode()
    for kind in Kind:
        assert kind.label in page
    sent = dict.fromkeys(choosable(), "digest") | {"overdue": "at-once", "opened": "never"}
    assert client.post(address, sent).status_code == 302
    chosen = mail_choices(cast.officer)
    assert (chosen[Kind.OVERDUE], chosen[Kind.OPENED]) == (Mail.AT_ONCE, Mail.NEVER)
    client.post(address, sent | {"overdue": "never"})
    assert mail_choices(cast.officer)[Kind.OVERDUE] == Mail.NEVER
    assert mail_choices(cast.supervisor)[Kind.OVERDUE] == Mail.DIGEST


@pytest.mark.parametrize("wrong", [{"escalated": "never"}, {"overdue": "sometimes"}, {"overdue": ""}])
def test_what_cannot_be_chosen_is_refused_and_nothing_is_kept(cast: Cast, wrong: dict[str, str]) -> None:
    sent = dict.fromkeys(Kind.values, "at-once") | wrong
    response = client_of(cast.officer).post(reverse("notices:mail"), sent)
    assert response.status_code == 422
    assert "There is a problem" in response.content.decode()
    assert set(mail_choices(cast.officer).values()) == {Mail.DIGEST}


def test_the_page_says_where_no_mail_goes_out(cast: Cast, settings: LazySettings) -> None:
    settings.SENDS_MAIL = False
    assert "does not send email yet" in client_of(cast.officer).get(reverse("notices:mail")).content.decode()
