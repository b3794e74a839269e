"""A reason before reading: what is asked, who is told, who reviews it and when it goes to the next level."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from handrail.access import context
from handrail.access.errors import NotAllowed
from handrail.access.models import Exclusion, Grant, Reading
from handrail.cases.case_access import access_reviews
from handrail.cases.case_access.emergency_access import open_with_reason
from handrail.cases.models import Case
from handrail.cases.tests.cast import Cast, person, refer
from handrail.ledger.models import Entry
from handrail.organisations.models import Person
from handrail.organisations.roles import Role
from handrail.records.drafts import Draft

WHY = {"purpose": "covering", "reason": "Olu is away until Monday"}


def client_of(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def case(cast: Cast) -> Case:
    """A case owned by a colleague: the second officer has status-only access."""
    case = refer(cast)
    Case.objects.filter(pk=case.pk).update(owner=cast.officer, allocated=True)
    case.refresh_from_db()
    return case


def opened(case: Case, by: Person, **changes: object) -> Grant:
    with context.asking(by):
        grant = open_with_reason(case, by=by, purpose="covering", reason="Needed today")
    if changes:
        Grant.objects.filter(pk=grant.pk).update(**changes)
    return Grant.objects.get(pk=grant.pk)


def waiting(person: Person, today: date | None = None) -> list[Grant]:
    fresh = Person.objects.get(pk=person.pk)
    with context.asking(fresh):
        return list(access_reviews.awaiting(fresh, today))


def test_a_case_of_a_colleague_opens_after_a_reason_and_asks_again_when_the_time_is_over(
    cast: Cast, case: Case
) -> None:
    client = client_of(cast.second_officer)
    address, door = (reverse(name, args=[case.pk]) for name in ("cases:case", "cases:open"))
    assert client.get(address).headers["Location"] == door
    page = client.get(door).content.decode()
    assert case.reference in page
    assert "12 hours" in page
    assert client.post(door, WHY).headers["Location"] == address
    assert client.get(address).status_code == 200
    Grant.objects.update(
        since=timezone.now() - timedelta(hours=13), until=timezone.now() - timedelta(hours=1)
    )
    assert client.get(address).headers["Location"] == door


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({"reason": "Words alone"}, "Select what you need this case for"),
        ({"purpose": "covering"}, "Say why you need to read this case"),
        ({"purpose": "nosiness", "reason": "Words"}, "Select one of the answers shown"),
    ],
)
def test_without_a_whole_reason_nothing_opens_and_nothing_typed_is_lost(
    cast: Cast, case: Case, sent: dict[str, str], says: str
) -> None:
    client = client_of(cast.second_officer)
    page = client.post(reverse("cases:open", args=[case.pk]), sent)
    assert page.status_code == 422
    assert says in page.content.decode()
    assert sent.get("reason", "") in page.content.decode()
    assert not Grant.objects.exists()


def test_the_owner_and_the_supervisor_are_told_at_home_and_on_the_case(cast: Cast, case: Case) -> None:
    client_of(cast.second_officer).post(reverse("cases:open", args=[case.pk]), WHY)
    for told in (cast.officer, cast.supervisor):
        for address in (reverse("web:home"), reverse("cases:case", args=[case.pk])):
            page = client_of(told).get(address).content.decode()
            assert cast.second_officer.name in page, (told, address)
            assert WHY["reason"] in page, (told, address)
    assert WHY["reason"] not in client_of(cast.stranger).get(reverse("web:home")).content.decode()


def test_what_was_begun_is_kept_and_cannot_be_sent_without_access(cast: Cast, case: Case) -> None:
    grant = opened(case, cast.second_officer)
    client = client_of(cast.second_officer)
    client.post(reverse("cases:begin", args=[case.pk, "further-information"]))
    draft = Draft.objects.get()
    grant.until = timezone.now()
    grant.save(update_fields=["until"])
    section = draft.pack.form_by_id["further-information"].sections[0]
    name = next(q.id for q in section.questions if q.kind in {"text", "long-text"})
    door = reverse("cases:open", args=[case.pk])
    page = reverse("cases:section", args=[draft.pk, section.id])
    assert client.post(page, {name: "Half a thought"}).headers["Location"] == door
    assert client.post(reverse("cases:answers", args=[draft.pk])).headers["Location"] == door
    draft.refresh_from_db()
    assert draft.typed[name] == ["Half a thought"]
    assert draft.submitted_at is None
    assert Entry.objects.filter(chain=case.pk).count() == case.version


def test_a_review_shows_what_was_looked_at_and_leaves_its_finding_on_record(cast: Cast, case: Case) -> None:
    other = refer(cast)
    client = client_of(cast.second_officer)
    client.post(reverse("cases:open", args=[case.pk]), WHY)
    client.get(reverse("cases:case", args=[case.pk]))
    client.get(reverse("cases:entry", args=[case.pk, 1]))
    client.get(reverse("cases:case", args=[other.pk]))
    grant = Grant.objects.get()
    supervisor = client_of(cast.supervisor)
    listed = supervisor.get(reverse("cases:openings")).content.decode()
    address = reverse("cases:opening", args=[grant.pk])
    assert address in listed
    page = supervisor.get(address).content.decode()
    assert "I am covering for a colleague" in page
    assert page.count("Looked at: the page of a case") == 1
    assert page.count("Looked at: one entry of a case") == 1
    wrong = supervisor.post(address, {"finding": "misuse"})
    assert wrong.status_code == 422
    assert supervisor.post(address, {"finding": "talk", "reason": "Ask what for"}).status_code == 302
    grant.refresh_from_db()
    assert (grant.finding, grant.reviewed_by) == ("talk", cast.supervisor)
    acts = Entry.objects.filter(chain=grant.pk).order_by("number").values_list("act", flat=True)
    assert list(acts) == ["access-opened", "access-reviewed"]
    assert address not in supervisor.get(reverse("cases:openings")).content.decode()
    assert address in supervisor.get(reverse("cases:openings") + "?state=reviewed").content.decode()


def test_nobody_reviews_their_own_neither_by_the_page_nor_in_the_database(cast: Cast, case: Case) -> None:
    grant = opened(case, cast.lead)
    assert client_of(cast.lead).get(reverse("cases:opening", args=[grant.pk])).status_code == 404
    with context.asking(cast.lead), pytest.raises(NotAllowed):
        access_reviews.review(grant, by=cast.lead, finding="in-order", reason="Mine")
    grant.reviewed_by = cast.lead
    with pytest.raises(IntegrityError), transaction.atomic():
        grant.save()


def test_what_nobody_reviews_goes_to_the_next_level_and_shows_as_late(cast: Cast, case: Case) -> None:
    grant = opened(case, cast.second_officer)
    at = timezone.localdate(grant.since)
    days = case.pack.access.reviewed_within_working_days
    after = [at, *(at + timedelta(days=7 * weeks + 5) for weeks in (1, 3))]
    levels = [cast.supervisor, cast.lead, cast.nation]
    seen = [[grant in waiting(person, day) for person in levels] for day in after]
    assert days == 5
    assert seen == [[True, False, False], [True, True, False], [True, True, True]]
    opened_long_ago = opened(case, cast.second_officer, since=timezone.now() - timedelta(days=40))
    page = client_of(cast.nation).get(reverse("cases:openings")).content.decode()
    assert "days overdue" in page
    assert reverse("cases:opening", args=[opened_long_ago.pk]) in page


def test_what_a_lead_opened_is_reviewed_above_them_at_once(cast: Cast, case: Case) -> None:
    grant = opened(case, cast.lead)
    chief = person("Cleo Hall", Role.CHIEF_OFFICER_LEAD, cast.force)
    assert [grant in waiting(p) for p in (cast.supervisor, chief, cast.nation)] == [False, False, True]
    with context.asking(cast.supervisor), pytest.raises(NotAllowed):
        access_reviews.review(grant, by=cast.supervisor, finding="in-order", reason="My boss")


def test_a_restricted_case_and_one_that_somebody_is_kept_from_are_in_no_review_of_theirs(
    cast: Cast, case: Case
) -> None:
    grant = opened(case, cast.second_officer)
    Case.objects.filter(pk=case.pk).update(restricted=True)
    assert waiting(cast.supervisor) == []
    Case.objects.filter(pk=case.pk).update(restricted=False)
    assert waiting(cast.supervisor) == [grant]
    Exclusion.objects.create(
        record=case.pk, person=cast.supervisor, by=cast.lead, reason="Concerned", since=timezone.now()
    )
    assert waiting(cast.supervisor) == []
    with context.asking(cast.supervisor):
        assert access_reviews.looked_at(grant.pk) == []
    assert client_of(cast.supervisor).get(reverse("cases:opening", args=[grant.pk])).status_code == 404


def test_neither_a_restricted_case_nor_one_out_of_reach_can_be_opened(cast: Cast, case: Case) -> None:
    with context.asking(cast.stranger), pytest.raises(NotAllowed):
        open_with_reason(case, by=cast.stranger, purpose="other", reason="Curious")
    Case.objects.filter(pk=case.pk).update(restricted=True)
    case.refresh_from_db()
    with context.asking(cast.second_officer), pytest.raises(NotAllowed):
        open_with_reason(case, by=cast.second_officer, purpose="other", reason="Curious")


def test_reading_who_opened_what_leaves_a_line_too(cast: Cast, case: Case) -> None:
    grant = opened(case, cast.second_officer)
    client_of(cast.supervisor).get(reverse("cases:opening", args=[grant.pk]))
    line = Reading.objects.get(person=cast.supervisor.pk)
    assert (line.page, line.records) == ("cases:opening", [case.pk])


def test_the_pages_take_as_many_queries_for_thirty_openings_as_for_one(cast: Cast, case: Case) -> None:
    client = client_of(cast.supervisor)
    opened(case, cast.second_officer)
    counts = []
    for more in (1, 29):
        for _ in range(more):
            opened(case, cast.second_officer)
        pages = [reverse("cases:openings"), reverse("cases:access", args=[case.pk]), reverse("web:home")]
        with CaptureQueriesContext(connection) as asked:
            assert [client.get(page).status_code for page in pages] == [200, 200, 200]
        counts.append(len(asked))
    assert counts[0] == counts[1]
