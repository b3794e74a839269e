"""Days are shown in local time, and a period that ends with a day is shown without a time."""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from django.template import engines
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from handrail.access import context
from handrail.access.models import Grant
from handrail.cases.disclosure import share_actions, summary_actions
from handrail.cases.disclosure.paper.cover import notes_on
from handrail.cases.disclosure.share_actions import end_of
from handrail.cases.engine.record import Record
from handrail.cases.engine.tests.test_happened import referral, take
from handrail.cases.models import Case, Redaction
from handrail.cases.person.moving_over import asked_when_joining
from handrail.cases.tests.cast import Cast, organisation, person
from handrail.organisations.models import Kind
from handrail.organisations.roles import Role

AFTER_MIDNIGHT = datetime(2026, 6, 1, 23, 30, tzinfo=UTC)  # half past midnight of 2 June here
DAYS = [date(2026, 7, 3), date(2027, 1, 3), date(2028, 2, 29), date(2026, 3, 29), date(2026, 10, 25)]


def written(when: date | datetime | None, how: str) -> str:
    """Return a day or moment as a page writes it."""
    return str(engines["jinja2"].from_string(f"{{{{ when|{how} }}}}").render({"when": when}))


def shown(client: Client, name: str, *parts: object) -> str:
    return " ".join(client.get(reverse(name, args=parts)).text.split())


def test_a_moment_after_midnight_in_summer_is_of_the_new_day() -> None:
    assert written(AFTER_MIDNIGHT, "day") == "2 Jun 2026"
    assert written(AFTER_MIDNIGHT, "moment") == "2 Jun 2026 at 00:30"
    assert written(date(2026, 6, 1), "day") == "1 Jun 2026"
    assert written(None, "day") == ""


@pytest.mark.parametrize("last", DAYS)
def test_what_lasts_to_the_end_of_a_day_has_no_time(last: date) -> None:
    said = f"{last:%-d %b %Y}"
    assert written(end_of(last), "last_moment") == said
    by_its_last_second = timezone.make_aware(datetime.combine(last, time.max))
    assert written(by_its_last_second.astimezone(UTC), "last_moment") == said, "as it was kept once"
    in_the_morning = timezone.make_aware(datetime.combine(last, time(9, 30)))
    assert written(in_the_morning, "last_moment") == f"{said} at 09:30"


def test_no_page_writes_a_day_by_itself() -> None:
    # `strftime` renders a moment in its own zone, which is UTC. The policy's own page shows days only and
    # does not use Django.
    rooms = Path(__file__).parents[2]
    pages = [page for page in rooms.rglob("*.html") if "jinja2" in page.parts and "policy" not in page.parts]
    assert len(pages) > 50
    assert [page.name for page in pages if 'strftime("%-d' in page.read_text()] == []


def test_pages_show_the_day_that_it_was_here(cast: Cast, client: Client) -> None:
    case = referral(cast, AFTER_MIDNIGHT - timedelta(days=3))
    Case.objects.filter(pk=case.pk).update(owner=cast.officer, allocated=True)
    take(case, "information-assessment", cast.fimu, AFTER_MIDNIGHT, call="Sue", number="01632 960001")
    take(case, "ask-for-information", cast.officer, AFTER_MIDNIGHT)
    client.force_login(cast.officer)
    assert "Information assessment of 2 Jun 2026" in shown(
        client, "cases:begin", case.pk, "gateway-assessment"
    )
    take(case, "gateway-assessment", cast.officer, AFTER_MIDNIGHT, outcome="exit")
    assert "asked 2 Jun 2026" in shown(client, "cases:begin", case.pk, "exit-checklist")


def test_a_redacted_version_is_shared_until_a_day(cast: Cast, client: Client) -> None:
    case = referral(cast, timezone.now() - timedelta(days=3))
    body = organisation(Kind.PARTNER, "Helping Hands", cast.force)
    member = person("Ivy Page", Role.INTERVENTION_PROVIDER, body)
    with context.asking(cast.supervisor):
        found = summary_actions.summarise(case.pk, by=cast.supervisor, title="For them", numbers={1})
        marking = next(m for m in case.pack.markings if m.id == "official-sensitive")
        made = summary_actions.make_redacted(
            found, by=cast.supervisor, title="For them", out=set(), words=["Nobody"], marking=marking
        )
        assert Redaction.objects.filter(redacted=made).exists()
    last = timezone.localdate() + timedelta(days=9)
    said = {"until-day": str(last.day), "until-month": f"{last:%B}", "until-year": str(last.year)}
    sent = {"to": str(body.pk), "basis": "Care", "controller": "They", "reason": "Mentoring", **said}
    client.force_login(cast.supervisor)
    address = reverse("cases:redacted", args=[made.pk])
    assert client.post(address, sent).status_code == 302
    assert Grant.objects.get(record=made.pk).until == end_of(last)
    for page in (shown(client, "cases:redacted", made.pk), shown(client, "cases:access", case.pk)):
        assert f"{last:%-d %b %Y}" in page
        assert "23:59" not in page
        assert "00:00" not in page
    client.force_login(member)
    theirs = shown(client, "cases:shared")
    assert f"{last:%-d %b %Y}" in theirs
    assert "23:59" not in theirs


@pytest.mark.parametrize("last", [date(2027, 1, 3), date(2027, 7, 3)])
def test_joining_says_until_which_day_others_were_let_see_a_case(cast: Cast, last: date) -> None:
    case = referral(cast, timezone.now() - timedelta(days=3))
    guest = person("Gus Tell", Role.INTERVENTION_PROVIDER, cast.council)
    with context.asking(cast.supervisor):
        terms = share_actions.Terms((), "For their panel", last)
        grant = share_actions.invite(case, guest, terms, by=cast.supervisor)
        Grant.objects.filter(pk=grant.pk).update(until=end_of(last), since=timezone.now())
        asked = asked_when_joining(Record.of(Case.objects.get(pk=case.pk)), cast.supervisor)
    labels = [thing.label for group in asked.groups for thing in group.things]
    assert any(label.endswith(f"until 3 {last:%B} 2027") for label in labels), labels


def test_a_threat_is_said_to_be_on_record_since_a_moment_and_not_stated_then(
    cast: Cast, client: Client
) -> None:
    case = referral(cast, AFTER_MIDNIGHT - timedelta(days=3))
    Case.objects.filter(pk=case.pk).update(owner=cast.officer, allocated=True)
    take(case, "threat-stated", cast.officer, AFTER_MIDNIGHT)
    client.force_login(cast.officer)
    for page in (shown(client, "cases:case", case.pk), shown(client, "web:home")):
        assert "on record since 2 Jun 2026 at 00:30" in page.replace("On record", "on record")
        assert "tated on" not in page, "when it was stated is what somebody wrote"
    with context.asking(cast.officer):
        [note, *_] = notes_on(Case.objects.get(pk=case.pk), [])
    assert "on record since 2 June 2026 at 00:30" in note
