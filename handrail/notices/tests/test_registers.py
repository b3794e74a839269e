"""Open work on register entries has a deadline, a place on the home page and a check, as on a case."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from handrail.cases.models.register_entry import RegisterDeadline, RegisterEntry
from handrail.cases.pages.home import home_of
from handrail.cases.registers.tests.telling import add, advise, ask, begin
from handrail.cases.tests.cast import Cast, refer
from handrail.cases.tests.cast import person as someone
from handrail.cases.timeline import checks
from handrail.notices import rounds
from handrail.notices.models import Notice
from handrail.organisations.models import Person
from handrail.organisations.roles import Role
from handrail.records.packs import current_pack

LONG = timedelta(days=40)


def running(register_entry: RegisterEntry) -> list[str]:
    return [row.limit_id for row in RegisterEntry.objects.get(pk=register_entry.pk).running]


def pass_days(register_entry: RegisterEntry) -> None:
    """Move the deadlines of a register entry into the past."""
    day = timezone.localdate() - LONG
    RegisterDeadline.objects.filter(record=register_entry.pk).update(began=day, due=day)


def page(person: Person, address: str) -> str:
    client = Client()
    client.force_login(person)
    return client.get(address).content.decode()


def test_a_referral_that_was_advised_is_due_until_it_is_made_or_asked_after(cast: Cast) -> None:
    register_entry = advise(cast.officer, "referral-advised")
    assert running(register_entry) == ["advice-followed"]
    add(register_entry, "advice-followed", cast.officer, outcome="nothing-yet")
    assert running(register_entry) == ["advice-followed"]
    assert (
        RegisterDeadline.objects.filter(record=register_entry.pk, ended__isnull=False, lapsed=False).count()
        == 1
    )
    add(register_entry, "advice-followed", cast.officer, outcome="referred-elsewhere")
    assert running(register_entry) == []


def test_a_second_look_is_due_and_what_it_calls_for_after_it(cast: Cast) -> None:
    register_entry = advise(cast.officer)
    assert running(register_entry) == ["advice-second-look"]
    add(register_entry, "advice-second-look", cast.supervisor, outcome="should-be-referred")
    assert running(register_entry) == ["advice-followed"]
    settled = advise(cast.officer)
    add(settled, "advice-second-look", cast.supervisor, outcome="agreed")
    assert running(settled) == []


def test_general_advice_leaves_nothing_due(cast: Cast) -> None:
    assert running(advise(cast.officer, "general")) == []


def test_a_disruption_that_goes_on_is_due_in_the_register(cast: Cast) -> None:
    register_entry = begin("disruption", cast.officer, outcome="goes-on")
    assert running(register_entry) == ["disruption-goes-on"]
    add(register_entry, "disruption-effect", cast.officer, outcome="done")
    assert running(register_entry) == []


def test_home_shows_it_to_who_began_it_and_to_supervisors_and_to_nobody_else(cast: Cast) -> None:
    register_entry = advise(cast.officer, "referral-advised")
    pass_days(register_entry)
    address = reverse("cases:matter", args=[register_entry.pk])
    for person, theirs in [(cast.officer, True), (cast.supervisor, True), (cast.second_officer, False)]:
        assert (address in page(person, reverse("web:home"))) is theirs, person
    assert home_of(cast.officer).late == 1
    assert "late" in page(cast.officer, address)


def test_nobody_is_asked_to_look_at_their_own_decision(cast: Cast) -> None:
    register_entry = advise(cast.supervisor)
    pass_days(register_entry)
    assert home_of(cast.supervisor).in_registers == []


def test_whoever_has_to_do_it_is_told_and_those_further_up_when_it_stays_late(cast: Cast) -> None:
    register_entry = advise(cast.officer, "referral-advised")
    pass_days(register_entry)
    assert not Notice.objects.exists()
    rounds.run(timezone.now())
    told = {(n.person, n.kind) for n in Notice.objects.filter(record=register_entry.pk)}
    assert {(cast.officer, "overdue"), (cast.supervisor, "overdue"), (cast.lead, "escalated")} <= told
    assert not [who for who, _ in told if who in {cast.second_officer, cast.stranger}]
    seen = page(cast.officer, reverse("notices:list"))
    assert register_entry.reference in seen
    add(register_entry, "advice-followed", cast.officer, outcome="referred-elsewhere")
    rounds.run(timezone.now())
    assert not Notice.objects.open().exists()
    assert register_entry.reference not in page(cast.officer, reverse("notices:list"))


def test_a_stated_threat_stands_before_what_is_late_in_a_register(cast: Cast) -> None:
    register_entry = advise(cast.officer, "referral-advised")
    pass_days(register_entry)
    refer(cast, "referral", harm="yes", **{"harm-described": "Will stab somebody."})
    rounds.run(timezone.now())
    seen = page(cast.supervisor, reverse("notices:list"))
    assert seen.index("A threat or harm was stated") < seen.index(register_entry.reference)


def test_a_notice_of_a_register_is_marked_as_read_by_its_reader_alone(cast: Cast) -> None:
    pass_days(advise(cast.officer, "referral-advised"))
    rounds.run(timezone.now())
    mine = Notice.objects.get(person=cast.officer)
    for who, seen in ((cast.supervisor, False), (cast.officer, True)):
        client = Client()
        client.force_login(who)
        client.post(reverse("notices:read"), {"notice": str(mine.pk)})
        mine.refresh_from_db()
        assert (mine.seen_at is not None) is seen


@pytest.mark.parametrize(
    ("outcome", "check"),
    [("referral-advised", "advice-followed-in-time"), ("not-referred", "advice-second-look-in-time")],
)
def test_what_was_left_is_counted_by_its_check_and_leads_to_the_register(
    cast: Cast, outcome: str, check: str
) -> None:
    register_entry = advise(cast.officer, outcome)

    def found() -> tuple[int, int]:
        [one] = [f for f in checks.report(current_pack()) if f.check.id == check]
        return one.applies, one.out_of_line

    assert found() == (1, 0)
    pass_days(register_entry)
    assert found() == (1, 1)
    limit = current_pack().check_by_id[check].limit
    address = f"{reverse('cases:register', args=['advice'])}?late={limit}"
    assert address in page(cast.lead, reverse("cases:checks"))
    assert register_entry.reference in page(cast.lead, address)
    [other] = [f for f in checks.report(current_pack(), forces=[cast.council.pk]) if f.check.id == check]
    assert other.applies == 0


def test_a_notice_tells_each_who_is_asked_at_once_until_they_answer(cast: Cast) -> None:
    entry = begin("disruption", cast.officer, outcome="goes-on")
    member = someone("Ines Duarte", Role.PANEL_MEMBER, cast.council)
    ask(entry, cast.officer, cast.council)
    told = Notice.objects.open().filter(kind="asked", record=entry.pk)
    for _ in range(2):
        rounds.run(timezone.now())
        assert sorted(notice.person.name for notice in told.all()) == ["Chris Hale", "Ines Duarte"]
    assert entry.reference in page(member, reverse("notices:list"))
    add(entry, "disruption-answer", Person.objects.get(pk=member.pk), answer="done")
    rounds.run(timezone.now())
    assert not told.exists()
