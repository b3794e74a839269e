"""A threat stated in advice: a flag, a limit of an hour, and a step that records what was done."""

from datetime import datetime, time, timedelta
from unittest.mock import patch

import pytest
from django.urls import reverse
from django.utils import timezone

from handrail.access import context
from handrail.access.errors import NotAllowed
from handrail.cases.engine.register_limits import due_from, limits_kept
from handrail.cases.errors import NotNow
from handrail.cases.models.register_entry import RegisterDeadline, RegisterEntry
from handrail.cases.pages.home import home_of
from handrail.cases.registers import acts
from handrail.cases.registers.tests.telling import add, advise
from handrail.cases.registers.tests.test_becoming import begun, send
from handrail.cases.registers.tests.test_pages import client_of
from handrail.cases.tests.cast import Cast
from handrail.cases.tests.staff import again
from handrail.ledger.models import Entry
from handrail.organisations.models import Duty, Person

TAG = "Threat or harm stated"
ACT = "advice-threat-acted"
OUTCOMES = ["general", "referral-advised", "not-referred"]


def home(person: Person) -> str:
    return client_of(again(person)).get(reverse("web:home")).content.decode()


def register(person: Person) -> str:
    return client_of(again(person)).get(reverse("cases:register", args=["advice"])).content.decode()


def running(register_entry: RegisterEntry) -> set[str]:
    return set(
        RegisterDeadline.objects.filter(record=register_entry.pk, ended=None).values_list(
            "limit_id", flat=True
        )
    )


@pytest.mark.parametrize("outcome", OUTCOMES)
@pytest.mark.parametrize("answer", ["yes", "hurt"])
def test_it_has_a_flag_and_a_limit_of_an_hour_whatever_was_decided(
    cast: Cast, outcome: str, answer: str
) -> None:
    today = timezone.localdate()
    at = timezone.make_aware(datetime.combine(today, time(23)))
    with patch("django.utils.timezone.now", return_value=at):
        register_entry = advise(cast.officer, outcome, harm=answer)
        calm = advise(cast.officer, outcome, harm="no")
    assert (register_entry.threat, calm.threat) == (TAG, "")
    assert register_entry.threat_due_at == at + timedelta(hours=1)
    row = RegisterDeadline.objects.get(record=register_entry.pk, limit_id="advice-threat")
    assert (row.ended, row.due) == (None, today + timedelta(days=1))  # an hour later it is the next day
    assert "advice-threat" not in running(calm)
    assert register_entry.running[0].limit_id == "advice-threat"


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_it_is_a_red_flag_on_home_of_who_may_see_it_and_of_nobody_else(cast: Cast, outcome: str) -> None:
    register_entry = advise(cast.second_officer, outcome, harm="yes")
    now = timezone.now()
    Duty.objects.create(
        force=cast.force,
        person=cast.mash,
        telephone="01632 960 001",
        since=now - timedelta(hours=1),
        until=now + timedelta(hours=8),
    )
    for who in ("mash", "supervisor", "second_officer", "officer", "fimu", "lead"):
        text = home(getattr(cast, who))
        assert TAG in text, who
        assert register_entry.reference in text, who
        assert "01632 960 001" in text, who
    for who in ("stranger", "chair", "spoc", "administrator", "nation"):
        assert register_entry.reference not in home(getattr(cast, who)), who
        assert TAG not in home(getattr(cast, who)), who


def test_somebody_who_reads_their_own_advice_alone_has_the_flag_of_that(cast: Cast) -> None:
    register_entry = advise(cast.spoc, "general", harm="yes")
    assert TAG in home(cast.spoc)
    assert register_entry.reference in home(cast.spoc)
    add(register_entry, ACT, cast.spoc)
    assert TAG not in home(cast.spoc)


def test_the_list_of_the_register_carries_the_flag_and_the_page_says_until_when(cast: Cast) -> None:
    register_entry = advise(cast.officer, "general", harm="yes")
    advise(cast.officer, "general", harm="no")
    assert register(cast.supervisor).count(TAG) == 1
    assert register_entry.reference not in register(cast.nation) or TAG in register(cast.nation)
    page = (
        client_of(again(cast.supervisor))
        .get(reverse("cases:matter", args=[register_entry.pk]))
        .content.decode()
    )
    for words in (TAG, "what was done", "Say what was done about the threat"):
        assert words in page
    assert ">Late<" not in page
    RegisterEntry.objects.filter(pk=register_entry.pk).update(threat_at=timezone.now() - timedelta(hours=2))
    page = (
        client_of(again(cast.supervisor))
        .get(reverse("cases:matter", args=[register_entry.pk]))
        .content.decode()
    )
    assert ">Late<" in page


def test_every_page_says_its_hour_by_the_clock_and_late_once_it_is_over(cast: Cast) -> None:
    register_entry = advise(cast.officer, "general", harm="yes")
    addresses = [reverse("web:home"), reverse("cases:matter", args=[register_entry.pk])]

    def pages() -> list[str]:
        return [client_of(again(cast.supervisor)).get(address).content.decode() for address in addresses]

    for hours, word in ((0, "By"), (2, "Late since")):
        at = timezone.now() - timedelta(hours=hours)
        RegisterEntry.objects.filter(pk=register_entry.pk).update(threat_at=at)
        due = timezone.localtime(at + timedelta(hours=1))
        for address, page in zip(addresses, pages(), strict=True):
            assert register_entry.reference in page, address
            assert f"{word} {due:%H:%M}</strong>" in page, address
            assert ">Today<" not in page, address
        assert (">Overdue<" in home(cast.supervisor)) is (hours == 2)
        RegisterDeadline.objects.filter(record=register_entry.pk).update(
            due=timezone.localdate() + timedelta(days=1)
        )
        assert home_of(again(cast.supervisor)).late == (1 if hours else 0)


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_an_act_that_says_what_was_done_ends_both_and_leaves_the_rest_as_it_stood(
    cast: Cast, outcome: str
) -> None:
    register_entry = advise(cast.officer, outcome, harm="yes")
    before = RegisterEntry.objects.get(pk=register_entry.pk)
    others = running(register_entry) - {"advice-threat"}
    add(register_entry, ACT, cast.mash, done="Two officers called there", told="The control room, log 214")
    after = RegisterEntry.objects.get(pk=register_entry.pk)
    assert (after.threat, after.threat_at) == ("", None)
    assert running(register_entry) == others
    kept = RegisterDeadline.objects.get(record=register_entry.pk, limit_id="advice-threat")
    assert (kept.ended, kept.lapsed) == (timezone.localdate(), False)
    unchanged = ("decided", "pending_step", "pending_outcome", "ended_on")
    assert [getattr(after, name) for name in unchanged] == [getattr(before, name) for name in unchanged]
    said = (
        Entry.objects.select_related("content")
        .get(chain=register_entry.pk, act=ACT)
        .content.content["answers"]
    )
    assert said == {"done": "Two officers called there", "told": "The control room, log 214"}
    assert TAG not in home(cast.supervisor)
    assert TAG not in register(cast.supervisor)
    with pytest.raises(NotNow, match="No stated threat stands here"):
        add(register_entry, ACT, cast.mash)


def test_whoever_does_not_read_it_does_not_say_what_was_done(cast: Cast) -> None:
    register_entry = advise(cast.officer, "general", harm="yes")
    for who in ("stranger", "spoc", "chair", "nation"):
        by = again(getattr(cast, who))
        with pytest.raises(NotAllowed), context.asking(by):
            acts.add(register_entry.pk, ACT, {}, by=by, seen_version=register_entry.version)
    assert RegisterEntry.objects.get(pk=register_entry.pk).threat


def test_it_goes_into_the_referral_that_it_becomes_and_the_flag_is_that_cases(cast: Cast) -> None:
    register_entry = advise(cast.officer, "referral-advised", harm="no")
    add(register_entry, "advice-followed", cast.officer, outcome="nothing-yet", harm="hurt")
    draft = begun(register_entry, cast.supervisor)
    assert draft.typed["harm"] == ["hurt"]
    case = send(draft, cast.supervisor)
    assert case.threat == TAG
    after = RegisterEntry.objects.get(pk=register_entry.pk)
    assert (after.threat, after.threat_at) == ("", None)
    kept = RegisterDeadline.objects.get(record=register_entry.pk, limit_id="advice-threat")
    assert (kept.ended, kept.lapsed) == (timezone.localdate(), False)


def test_a_second_threat_begins_the_hour_again(cast: Cast) -> None:
    register_entry = advise(cast.officer, "referral-advised", harm="yes")
    add(register_entry, ACT, cast.officer)
    assert "advice-threat" not in running(register_entry)
    add(register_entry, "advice-followed", cast.officer, outcome="nothing-yet", harm="yes")
    assert "advice-threat" in running(register_entry)
    assert RegisterEntry.objects.get(pk=register_entry.pk).threat == TAG


def test_in_what_is_due_it_stands_before_what_has_been_late_for_longer(cast: Cast) -> None:
    late = advise(cast.officer, "not-referred")
    day = timezone.localdate() - timedelta(days=30)
    RegisterDeadline.objects.filter(record=late.pk).update(due=day)
    register_entry = advise(cast.officer, "not-referred", harm="yes")
    found = due_from(again(cast.supervisor), timezone.localdate(), timedelta(weeks=4))
    assert found[0].register_entry == register_entry
    assert found[0].limit_id == "advice-threat"
    assert late in [row.register_entry for row in found]
    assert home_of(again(cast.officer)).threats_in_registers == [register_entry], (
        "Also where their decision waits."
    )


def test_the_check_finds_what_was_said_late(cast: Cast) -> None:
    register_entry = advise(cast.officer, "general", harm="yes")
    [check] = [check for check in register_entry.pack.checks if check.limit == "advice-threat"]

    def late() -> int:
        kept = limits_kept([check.limit], [register_entry.pack_id], [cast.force.pk], timezone.localdate())
        return kept["advice-threat"].late

    RegisterDeadline.objects.update(due=timezone.localdate() + timedelta(days=1))
    assert late() == 0
    RegisterDeadline.objects.update(due=timezone.localdate() - timedelta(days=1))
    assert late() == 1


def test_the_database_gives_the_flag_to_who_reads_the_matter(cast: Cast) -> None:
    register_entry = advise(cast.officer, "general", harm="yes")
    with context.asking(again(cast.mash)):
        assert RegisterEntry.objects.get(pk=register_entry.pk).threat == TAG
        assert RegisterDeadline.objects.filter(record=register_entry.pk, limit_id="advice-threat").exists()
    with context.asking(again(cast.stranger)):
        assert not RegisterEntry.objects.filter(pk=register_entry.pk).exists()
        assert not RegisterDeadline.objects.filter(record=register_entry.pk).exists()
