"""Recurring obligations of organisations, by the example of a council that meets at least every 60 days.

This file holds all that a room of meetings would add: its event, its kind of notice, and lines of the policy.
"""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from handrail.access import context
from handrail.cases.tests.cast import Cast, organisation
from handrail.cases.timeline import checks
from handrail.notices import kinds, record_limits, rounds, sending
from handrail.notices.actions import choose_mail, mark_read
from handrail.notices.kinds import Kind, News, NoticeKind
from handrail.notices.models import Mail, Notice
from handrail.notices.rules import day_of
from handrail.notices.tests.conftest import MailServer
from handrail.notices.tests.days import MONDAY, at, step
from handrail.organisations.capabilities import Capability
from handrail.organisations.models import Kind as Body
from handrail.organisations.models import Person
from handrail.organisations.roles import Role
from handrail.organisations.tests.cast import person as make_person
from handrail.policy.load import load_pack
from handrail.policy.schema.obligations import Check, CheckKind, Obligation
from handrail.policy.schema.pack import Pack
from handrail.policy.tests.small_pack import altered
from handrail.records import obligations, packs
from handrail.records.deadlines import RecordDeadline
from handrail.records.obligations import Event

MEETS = "The council’s panel meets at least every 60 days"
DUE = MONDAY + timedelta(days=60)


@pytest.fixture
def pack(monkeypatch: pytest.MonkeyPatch) -> Iterator[Pack]:
    """Return the usual policy with an obligation of councils, and a check that tests whether it is met."""
    own = packs.current_pack()
    said = {"statement": MEETS, "source": "local-choice", "note": "For the tests."}
    obligation = Obligation(id="panel-meets", title="Panel", event="panel-met", days=60, **said)
    check = Check(
        id="panels-meet", kind=CheckKind.OBLIGATION_MET, obligation="panel-meets", out_of_line="Late.", **said
    )
    more = altered(own, obligations=(obligation,), checks=(*own.checks, check))
    cached = (packs.pack, packs.known_packs)
    for each in cached:
        each.cache_clear()
    monkeypatch.setattr(
        packs, "load_pack", lambda path, names: more if path.name == own.id else load_pack(path)
    )
    yield more
    for each in cached:
        each.cache_clear()


@pytest.fixture
def meetings(pack: Pack) -> Iterator[None]:
    """Declare a room of meetings: the event, the organisation that owes it, the people responsible."""
    obligations.register("panel-met", Event(Body.COUNCIL, Capability.WORK_COUNCIL_CASES))
    yield
    del obligations._events["panel-met"]


def page(person: Person, name: str) -> str:
    client = Client()
    client.force_login(person)
    return client.get(reverse(name)).content.decode()


def notices_to(person: Person) -> list[tuple[str, int]]:
    rows = Notice.objects.filter(person=person, about="panel-meets").order_by("pk")
    return [(row.kind, row.time) for row in rows]


@pytest.mark.usefixtures("meetings")
def test_it_begins_for_every_council_and_again_with_each_meeting(cast: Cast, pack: Pack) -> None:
    rounds.run(at(MONDAY))
    [first] = RecordDeadline.objects.running()
    assert (first.organisation, first.began, first.due) == (cast.council, MONDAY, DUE)
    met_on = MONDAY + timedelta(days=40)
    with context.asking(cast.chair):
        obligations.met("panel-met", cast.council, met_on, pack)
        obligations.met("something-else", cast.council, met_on, pack)
    first.refresh_from_db()
    assert first.ended == met_on
    assert RecordDeadline.objects.running().get().due == met_on + timedelta(days=60)
    rounds.run(at(met_on))
    assert RecordDeadline.objects.count() == 2


@pytest.mark.usefixtures("meetings")
def test_a_meeting_that_is_told_later_and_was_earlier_moves_nothing(cast: Cast, pack: Pack) -> None:
    obligations.begin(pack, MONDAY)
    obligations.met("panel-met", cast.council, MONDAY - timedelta(days=3), pack)
    assert RecordDeadline.objects.get().began == MONDAY


@pytest.mark.usefixtures("meetings")
def test_it_is_told_to_who_keeps_it_then_to_those_above_until_it_is_met(cast: Cast, pack: Pack) -> None:
    rounds.run(at(MONDAY))
    step(DUE - timedelta(days=6), DUE)
    assert notices_to(cast.chair) == [("due-soon", 0)]
    assert notices_to(cast.supervisor) == []
    step(DUE + timedelta(days=1), DUE + timedelta(days=20))
    assert notices_to(cast.chair) == [("due-soon", 0), ("overdue", 0)]
    assert notices_to(cast.supervisor) == [("escalated", 1)]
    assert notices_to(cast.lead) == [("escalated", 2)]
    assert notices_to(cast.fimu) == notices_to(cast.stranger) == []
    obligations.met("panel-met", cast.council, DUE + timedelta(days=21), pack)
    rounds.run(at(DUE + timedelta(days=21)))
    assert not Notice.objects.open().filter(about="panel-meets").exists()


def late(pack: Pack) -> date:
    """Begin the obligation early enough to be late today; return today."""
    today = timezone.localdate()
    obligations.begin(pack, today - timedelta(days=90))
    return today


@pytest.mark.usefixtures("meetings")
def test_pages_show_it_to_who_keeps_it_and_to_those_it_was_told(cast: Cast, pack: Pack) -> None:
    late(pack)
    rounds.run(timezone.now())
    for person in (cast.chair, cast.supervisor):
        shown = page(person, "notices:list")
        assert MEETS in shown, person
        assert cast.council.name in shown, person
    assert MEETS in page(cast.chair, "web:home")
    for person in (cast.officer, cast.stranger):
        assert MEETS not in page(person, "notices:list"), person
        assert MEETS not in page(person, "web:home"), person


@pytest.mark.usefixtures("meetings")
def test_a_notice_of_a_body_goes_with_the_post_there_in_both_walls(cast: Cast, pack: Pack) -> None:
    late(pack)
    rounds.run(timezone.now())

    def sees(person: Person) -> tuple[bool, bool]:
        fresh = Person.objects.get(pk=person.pk)
        by_itself = Notice.objects.of(fresh).exists()
        with context.asking(fresh):
            return by_itself, Notice.objects.filter(person=fresh).exists()

    assert sees(cast.chair) == (True, True)
    cast.chair.posts.update(organisation=organisation(Body.COUNCIL, "Another Council", cast.force))
    assert sees(cast.chair) == (False, False)


@pytest.mark.usefixtures("meetings")
def test_a_check_finds_and_names_the_council_in_its_force_alone(cast: Cast, pack: Pack) -> None:
    today = late(pack)
    [found] = [one for one in checks.report(pack, today=today) if one.check.id == "panels-meet"]
    assert (found.applies, found.out_of_line, found.cases) == (1, 1, 0)
    assert found.others == (cast.council.name,)
    other = [cast.stranger.current_posts[0].organisation_id]
    [elsewhere] = [
        one for one in checks.report(pack, forces=other, today=today) if one.check.id == "panels-meet"
    ]
    assert (elsewhere.applies, elsewhere.others) == (0, ())
    shown = page(cast.lead, "cases:checks")
    assert cast.council.name in shown
    assert "1 of " in shown


@pytest.mark.usefixtures("meetings")
def test_a_council_of_which_nothing_is_known_is_not_called_in_line(cast: Cast, pack: Pack) -> None:
    [found] = [one for one in checks.report(pack) if one.check.id == "panels-meet"]
    assert found.others == (cast.council.name,)
    obligations.begin(pack, timezone.localdate())
    [found] = [one for one in checks.report(pack) if one.check.id == "panels-meet"]
    assert (found.applies, found.others) == (1, ())


def test_an_obligation_that_nothing_here_records_is_said_not_to_be_asked(cast: Cast, pack: Pack) -> None:
    rounds.run(at(MONDAY))
    assert not RecordDeadline.objects.exists()
    [found] = [one for one in checks.report(pack) if one.check.id == "panels-meet"]
    assert found.not_asked
    assert not found.out_of_line
    shown = page(cast.lead, "cases:checks")
    assert "Nothing found, but not everything was checked" in shown
    assert "Nothing is out of line" not in shown


@pytest.fixture
def papers(cast: Cast) -> Iterator[list[News]]:
    """Register a kind of notice as a room above would; return the list of its news."""
    news = [News(cast.council, about="panel-papers")]
    kind = NoticeKind(
        "Papers are ready",
        Capability.WORK_COUNCIL_CASES,
        lambda at: news,
        "Papers are ready in Handrail",
        lambda id_: reverse("web:home"),
    )
    kinds.register("papers-ready", kind)
    yield news
    del kinds.KINDS["papers-ready"]


def test_a_kind_of_notice_of_a_room_above_is_told_by_capability_shown_and_settled(
    cast: Cast, papers: list[News]
) -> None:
    rounds.run(at(MONDAY))
    rounds.run(at(MONDAY))
    [notice] = Notice.objects.filter(kind="papers-ready")
    assert (notice.person, notice.record, notice.about) == (cast.chair, cast.council.pk, "panel-papers")
    shown = page(cast.chair, "notices:list")
    assert "Papers are ready" in shown
    assert f'href="{reverse("web:home")}">{cast.council.name}' in shown
    assert "Papers are ready" in page(cast.chair, "notices:mail")
    papers.clear()
    rounds.run(at(MONDAY))
    assert not Notice.objects.open().filter(kind="papers-ready").exists()


def offers_notices(person: Person) -> bool:
    return f'href="{reverse("notices:list")}"' in page(person, "web:home")


def test_the_menu_offers_notices_to_all_who_can_be_told_some(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    operator = make_person("Cy Roe", Role.CONTROL_ROOM_OPERATOR, cast.force)
    auditor, administrator = cast.auditor, cast.force_administrator
    for name in ("sealing-late", "queue-full"):  # of the room web; they tell administrators
        monkeypatch.delitem(kinds.KINDS, name)
    assert offers_notices(operator)
    assert not offers_notices(auditor)
    assert not offers_notices(administrator)
    to_auditors = NoticeKind("Logs are ready", Capability.READ_LOG, lambda at: [])
    monkeypatch.setitem(kinds.KINDS, "logs-ready", to_auditors)
    event = Event(Body.FORCE, Capability.MANAGE_ACCOUNTS)
    monkeypatch.setitem(obligations._events, "accounts-looked-through", event)
    assert offers_notices(auditor)
    assert offers_notices(administrator)


def test_news_that_ended_and_comes_back_is_told_again(
    cast: Cast, papers: list[News], server: MailServer
) -> None:
    choose_mail({"papers-ready": Mail.AT_ONCE}, by=cast.chair)
    rounds.run(at(MONDAY))
    sending.send(at(MONDAY))
    mark_read(by=cast.chair)
    [news] = papers
    papers.clear()
    rounds.run(at(MONDAY))
    assert not Notice.objects.open().filter(kind="papers-ready").exists()
    papers.append(news)
    rounds.run(at(MONDAY))
    [notice] = Notice.objects.unseen().filter(kind="papers-ready")
    assert notice.person == cast.chair
    sending.send(at(MONDAY))
    assert len(server.to(cast.chair.email)) == 2


@pytest.mark.usefixtures("meetings")
def test_a_deadline_of_a_body_that_runs_again_is_told_again(cast: Cast, pack: Pack) -> None:
    late(pack)
    now = timezone.now()
    rounds.run(now)
    notices = Notice.objects.open().filter(about="panel-meets", person=cast.chair)
    assert notices.exists()
    RecordDeadline.objects.update(ended=timezone.localdate(now))
    record_limits.settle(day_of(now))
    assert not notices.exists()
    RecordDeadline.objects.update(ended=None)
    record_limits.tell(day_of(now))
    assert notices.exists()


def test_a_letter_with_nothing_else_in_it_has_the_subject_of_its_kind(
    cast: Cast, papers: list[News], server: MailServer
) -> None:
    choose_mail({"papers-ready": Mail.AT_ONCE}, by=cast.chair)
    rounds.run(at(MONDAY))
    sending.send(at(MONDAY))
    [letter] = server.to(cast.chair.email)
    assert "Subject: Papers are ready in Handrail" in letter
    assert "You have 1 thing to look at" in letter
    assert cast.council.name not in letter


def test_a_kind_that_tells_nobody_or_is_there_already_is_refused() -> None:
    with pytest.raises(ValueError, match="not a new kind"):
        kinds.register("tells-nobody", NoticeKind("Nothing"))
    with pytest.raises(ValueError, match="not a new kind"):
        kinds.register(Kind.OVERDUE, NoticeKind("Late", Capability.READ_CHECKS, lambda at: []))
