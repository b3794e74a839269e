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
from handrail.cases.models.register_entry import Matter, MatterDeadline
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


def running(matter: Matter) -> set[str]:
    return set(MatterDeadline.objects.filter(record=matter.pk, ended=None).values_list("limit_id", flat=True))


@pytest.mark.parametrize("outcome", OUTCOMES)
@pytest.mark.parametrize("answer", ["yes", "hurt"])
def test_it_has_a_flag_and_a_limit_of_an_hour_whatever_was_decided(
    cast: Cast, outcome: str, answer: str
) -> None:
    today = timezone.localdate()
    at = timezone.make_aware(datetime.combine(today, time(23)))
    with patch("django.utils.timezone.now", return_value=at):
        matter = advise(cast.officer, outcome, harm=answer)
        calm = advise(cast.officer, outcome, harm="no")
    assert (matter.threat, calm.threat) == (TAG, "")
    assert matter.threat_due_at == at + timedelta(hours=1)
    row = MatterDeadline.objects.get(record=matter.pk, limit_id="advice-threat")
    assert (row.ended, row.due) == (None, today + timedelta(days=1))  # an hour later it is the next day
    assert "advice-threat" not in running(calm)
    assert matter.running[0].limit_id == "advice-threat"


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_it_is_a_red_flag_on_home_of_who_may_see_it_and_of_nobody_else(cast: Cast, outcome: str) -> None:
    matter = advise(cast.second_officer, outcome, harm="yes")
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
        assert matter.reference in text, who
        assert "01632 960 001" in text, who
    for who in ("stranger", "chair", "spoc", "administrator", "nation"):
        assert matter.reference not in home(getattr(cast, who)), who
        assert TAG not in home(getattr(cast, who)), who


def test_somebody_who_reads_their_own_advice_alone_has_the_flag_of_that(cast: Cast) -> None:
    matter = advise(cast.spoc, "general", harm="yes")
    assert TAG in home(cast.spoc)
    assert matter.reference in home(cast.spoc)
    add(matter, ACT, cast.spoc)
    assert TAG not in home(cast.spoc)


def test_the_list_of_the_register_carries_the_flag_and_the_page_says_until_when(cast: Cast) -> None:
    matter = advise(cast.officer, "general", harm="yes")
    advise(cast.officer, "general", harm="no")
    assert register(cast.supervisor).count(TAG) == 1
    assert matter.reference not in register(cast.nation) or TAG in register(cast.nation)
    page = client_of(again(cast.supervisor)).get(reverse("cases:matter", args=[matter.pk])).content.decode()
    for words in (TAG, "what was done", "Say what was done about the threat"):
        assert words in page
    assert ">Late<" not in page
    Matter.objects.filter(pk=matter.pk).update(threat_at=timezone.now() - timedelta(hours=2))
    page = client_of(again(cast.supervisor)).get(reverse("cases:matter", args=[matter.pk])).content.decode()
    assert ">Late<" in page


def test_every_page_says_its_hour_by_the_clock_and_late_once_it_is_over(cast: Cast) -> None:
    matter = advise(cast.officer, "general", harm="yes")
    addresses = [reverse("web:home"), reverse("cases:matter", args=[matter.pk])]

    def pages() -> list[str]:
        return [client_of(again(cast.supervisor)).get(address).content.decode() for address in addresses]

    for hours, word in ((0, "By"), (2, "Late since")):
        at = timezone.now() - timedelta(hours=hours)
        Matter.objects.filter(pk=matter.pk).update(threat_at=at)
        due = timezone.localtime(at + timedelta(hours=1))
        for address, page in zip(addresses, pages(), strict=True):
            assert matter.reference in page, address
            assert f"{word} {due:%H:%M}</strong>" in page, address
            assert ">Today<" not in page, address
        assert (">Late<" in home(cast.supervisor)) is (hours == 2)
        MatterDeadline.objects.filter(record=matter.pk).update(due=timezone.localdate() + timedelta(days=1))
        assert home_of(again(cast.supervisor)).late == (1 if hours else 0)


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_an_act_that_says_what_was_done_ends_both_and_leaves_the_rest_as_it_stood(
    cast: Cast, outcome: str
) -> None:
    matter = advise(cast.officer, outcome, harm="yes")
    before = Matter.objects.get(pk=matter.pk)
    others = running(matter) - {"advice-threat"}
    add(matter, ACT, cast.mash, done="Two officers called there", told="The control room, log 214")
    after = Matter.objects.get(pk=matter.pk)
    assert (after.threat, after.threat_at) == ("", None)
    assert running(matter) == others
    kept = MatterDeadline.objects.get(record=matter.pk, limit_id="advice-threat")
    assert (kept.ended, kept.lapsed) == (timezone.localdate(), False)
    unchanged = ("decided", "pending_step", "pending_outcome", "ended_on")
    assert [getattr(after, name) for name in unchanged] == [getattr(before, name) for name in unchanged]
    said = Entry.objects.select_related("content").get(chain=matter.pk, act=ACT).content.content["answers"]
    assert said == {"done": "Two officers called there", "told": "The control room, log 214"}
    assert TAG not in home(cast.supervisor)
    assert TAG not in register(cast.supervisor)
    with pytest.raises(NotNow, match="No stated threat stands here"):
        add(matter, ACT, cast.mash)


def test_whoever_does_not_read_it_does_not_say_what_was_done(cast: Cast) -> None:
    matter = advise(cast.officer, "general", harm="yes")
    for who in ("stranger", "spoc", "chair", "nation"):
        by = again(getattr(cast, who))
        with pytest.raises(NotAllowed), context.asking(by):
            acts.add(matter.pk, ACT, {}, by=by, seen_version=matter.version)
    assert Matter.objects.get(pk=matter.pk).threat


def test_it_goes_into_the_referral_that_it_becomes_and_the_flag_is_that_cases(cast: Cast) -> None:
    matter = advise(cast.officer, "referral-advised", harm="no")
    add(matter, "advice-followed", cast.officer, outcome="nothing-yet", harm="hurt")
    draft = begun(matter, cast.supervisor)
    assert draft.typed["harm"] == ["hurt"]
    case = send(draft, cast.supervisor)
    assert case.threat == TAG
    after = Matter.objects.get(pk=matter.pk)
    assert (after.threat, after.threat_at) == ("", None)
    kept = MatterDeadline.objects.get(record=matter.pk, limit_id="advice-threat")
    assert (kept.ended, kept.lapsed) == (timezone.localdate(), False)


def test_a_second_threat_begins_the_hour_again(cast: Cast) -> None:
    matter = advise(cast.officer, "referral-advised", harm="yes")
    add(matter, ACT, cast.officer)
    assert "advice-threat" not in running(matter)
    add(matter, "advice-followed", cast.officer, outcome="nothing-yet", harm="yes")
    assert "advice-threat" in running(matter)
    assert Matter.objects.get(pk=matter.pk).threat == TAG


def test_in_what_is_due_it_stands_before_what_has_been_late_for_longer(cast: Cast) -> None:
    late = advise(cast.officer, "not-referred")
    day = timezone.localdate() - timedelta(days=30)
    MatterDeadline.objects.filter(record=late.pk).update(due=day)
    matter = advise(cast.officer, "not-referred", harm="yes")
    found = due_from(again(cast.supervisor), timezone.localdate(), timedelta(weeks=4))
    assert found[0].matter == matter
    assert found[0].limit_id == "advice-threat"
    assert late in [row.matter for row in found]
    assert home_of(again(cast.officer)).threats_in_registers == [matter], "Also where their decision waits."


def test_the_check_finds_what_was_said_late(cast: Cast) -> None:
    matter = advise(cast.officer, "general", harm="yes")
    [check] = [check for check in matter.pack.checks if check.limit == "advice-threat"]

    def late() -> int:
        kept = limits_kept([check.limit], [matter.pack_id], [cast.force.pk], timezone.localdate())
        return kept["advice-threat"].late

    MatterDeadline.objects.update(due=timezone.localdate() + timedelta(days=1))
    assert late() == 0
    MatterDeadline.objects.update(due=timezone.localdate() - timedelta(days=1))
    assert late() == 1


def test_the_database_gives_the_flag_to_who_reads_the_matter(cast: Cast) -> None:
    matter = advise(cast.officer, "general", harm="yes")
    with context.asking(again(cast.mash)):
        assert Matter.objects.get(pk=matter.pk).threat == TAG
        assert MatterDeadline.objects.filter(record=matter.pk, limit_id="advice-threat").exists()
    with context.asking(again(cast.stranger)):
        assert not Matter.objects.filter(pk=matter.pk).exists()
        assert not MatterDeadline.objects.filter(record=matter.pk).exists()
