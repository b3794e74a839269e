"""A further referral joins the open case; a case of its own is joined by a person, and can be taken apart."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from handrail.access import context
from handrail.access.errors import NotAllowed
from handrail.cases.errors import InvalidAnswers, NotNow, Stale
from handrail.cases.models import Case, Deadline, Referral
from handrail.cases.person import merging
from handrail.cases.person.matches.background import look_beyond
from handrail.cases.person.other_referrals import earlier_than
from handrail.cases.tests.cast import Cast, refer, take, what_becomes
from handrail.cases.timeline import checks
from handrail.ledger.models import Entry
from handrail.organisations.models import Person

WHO = {"given-name": "Zerlinda", "family-name": "Quillfeather"}
WHY = "Same name, same school, same day of birth."


@pytest.fixture
def open_case(cast: Cast) -> Case:
    case = refer(cast, **WHO)
    take(case, "information-assessment", cast.fimu)
    return case


@pytest.fixture
def second(cast: Cast, open_case: Case) -> Case:
    case = refer(cast, "referral", **WHO)
    look_beyond()
    return case


def join(case: Case, into: Case, by: Person, seen: int | None = None) -> None:
    became, seen = what_becomes(case, by), seen or case.version
    with context.asking(by):
        merging.merge(case.pk, into.pk, by=by, reason=WHY, seen_version=seen, became=became)
    case.refresh_from_db()
    into.refresh_from_db()


def unmerge(case: Case, by: Person) -> None:
    with context.asking(by):
        merging.unmerge(case.pk, by=by, reason="Two cousins.", seen_version=case.version)
    case.refresh_from_db()


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def limits(case: Case) -> set[str]:
    return set(case.deadlines.running().values_list("limit_id", flat=True))


def test_a_further_referral_is_a_row_on_the_same_case_and_asks_for_reassessment(
    cast: Cast, open_case: Case
) -> None:
    take(open_case, "further-referral", cast.supervisor, sector="education")
    assert open_case.referrals.count() == 2
    further = open_case.referrals.get(step_id="further-referral")
    assert (further.sector, further.received_on) == ("education", timezone.localdate())
    assert "information-after-news" in limits(open_case)
    assert Entry.objects.get(chain=open_case.pk, act="further-referral").content.content["facts"] == {
        "person-known": ["yes"]
    }


def test_joining_moves_the_referral_writes_on_both_and_ends_the_second_case(
    cast: Cast, open_case: Case, second: Case
) -> None:
    referral = second.referrals.get()
    join(second, open_case, cast.supervisor)
    referral.refresh_from_db()
    assert referral.case == open_case
    assert (second.stage_id, second.joined_to, second.is_open) == ("joined", open_case, False)
    assert open_case.stage_id == "gateway"
    assert "information-after-news" in limits(open_case)
    assert not limits(second)
    for case, other, act in ((second, open_case, "join"), (open_case, second, "referral-received")):
        said = Entry.objects.filter(chain=case.pk).latest("number")
        assert said.act == act
        assert said.content.content["reason"] == WHY
        assert said.content.content["other"] == {"case": str(other.pk), "reference": other.reference}
        assert said.content.content["referrals"] == [referral.reference]


def test_what_was_joined_can_be_taken_apart_and_joined_again(
    cast: Cast, open_case: Case, second: Case
) -> None:
    referral = second.referrals.get()
    join(second, open_case, cast.supervisor)
    unmerge(second, cast.supervisor)
    assert (second.stage_id, second.joined_to, second.closed_on) == ("information", None, None)
    assert list(second.referrals.all()) == [referral]
    assert open_case.referrals.count() == 1
    assert Entry.objects.filter(chain=open_case.pk).latest("number").act == "referral-released"
    join(second, open_case, cast.supervisor)
    assert open_case.referrals.count() == 2


def test_joining_happens_by_no_other_way(cast: Cast, open_case: Case, second: Case) -> None:
    for case, step in ((second, "join"), (open_case, "referral-received"), (open_case, "referral-released")):
        with pytest.raises(NotNow):
            take(case, step, cast.supervisor)
    assert second.referrals.count() == 1


def test_a_closed_case_and_somebody_else_cannot_be_joined(cast: Cast, second: Case) -> None:
    other = refer(cast, **{"given-name": "Bertrand", "family-name": "Oddlestone"})
    with pytest.raises(NotAllowed):
        join(second, other, cast.supervisor)
    with pytest.raises(NotAllowed):
        join(second, second, cast.supervisor)


def test_who_saw_an_older_version_is_told_so(cast: Cast, open_case: Case, second: Case) -> None:
    seen = second.version
    take(second, "safeguarding", cast.mash)
    with pytest.raises(Stale):
        join(second, open_case, cast.supervisor, seen=seen)
    assert second.referrals.count() == 1


def test_a_case_of_another_force_or_a_restricted_one_is_not_joined(
    cast: Cast, open_case: Case, second: Case
) -> None:
    elsewhere = cast.stranger.current_posts[0].organisation
    Case.objects.filter(pk=open_case.pk).update(force=elsewhere)
    with pytest.raises(NotAllowed):
        join(second, open_case, cast.supervisor)
    Case.objects.filter(pk=open_case.pk).update(force=cast.force, restricted=True)
    with pytest.raises(NotAllowed):
        join(second, open_case, cast.supervisor)


def test_a_colleagues_case_is_not_joined_and_the_page_says_whom_to_call(
    cast: Cast, open_case: Case, second: Case
) -> None:
    take(open_case, "allocate", cast.supervisor, owner=str(cast.second_officer.pk))
    take(second, "allocate", cast.supervisor, owner=str(cast.officer.pk))
    page = signed_in(cast.officer).get(reverse("cases:join", args=[second.pk])).content.decode()
    assert "Nia Pugh, Borsetshire Police" not in page or "call" in page
    with pytest.raises(NotAllowed):
        join(second, open_case, cast.officer)


def test_joining_is_offered_only_where_there_is_a_case_to_join(cast: Cast, second: Case) -> None:
    other = refer(cast, **{"given-name": "Bertrand", "family-name": "Oddlestone"})

    def offered(case: Case, step: str) -> bool:
        text = signed_in(cast.supervisor).get(reverse("cases:case", args=[case.pk])).text
        return reverse("cases:begin", args=[case.pk, step]) in text

    assert offered(second, "join")
    assert offered(other, "note")
    assert not offered(other, "join")


def test_the_page_joins_and_both_cases_link_to_each_other(cast: Cast, open_case: Case, second: Case) -> None:
    client = signed_in(cast.supervisor)
    address = reverse("cases:join", args=[second.pk])
    page = client.get(address).content.decode()
    assert open_case.reference in page
    assert client.post(address, {"into": str(open_case.pk)}).status_code == 422
    given = {"into": str(open_case.pk), "reason": WHY, "seen_version": str(second.version)}
    page = client.post(address, given, follow=True).content.decode()
    assert second.reference in page
    assert WHY in page
    there = client.get(reverse("cases:case", args=[second.pk])).content.decode()
    assert reverse("cases:case", args=[open_case.pk]) in there
    assert client.get(address).status_code == 404
    part = reverse("cases:take-apart", args=[second.pk])
    assert client.get(part).status_code == 200
    said = {"reason": "Two cousins.", "seen_version": str(Case.objects.get(pk=second.pk).version)}
    assert client.post(part, said, follow=True).status_code == 200
    second.refresh_from_db()
    assert second.stage_id == "information"


def test_what_earlier_referrals_have_in_common_stands_in_a_table_without_a_sum(
    cast: Cast, open_case: Case, second: Case
) -> None:
    Referral.objects.filter(case=open_case).update(
        received_on=timezone.localdate() - timedelta(days=40), sector="education", concern="islamist"
    )
    Referral.objects.filter(case=second).update(sector="education", concern="extreme-right-wing")
    with context.asking(cast.supervisor):
        [earlier] = earlier_than(second, cast.supervisor)
    assert (earlier.between, earlier.in_common, earlier.here) == (
        "40 days before",
        ("Name", "Date of birth", "Address", "Sector"),
        False,
    )
    assert "Information assessment" in earlier.decided


def test_a_referral_about_somebody_whom_they_may_not_see_shows_no_more_than_that_it_is_there(
    cast: Cast, open_case: Case, second: Case
) -> None:
    take(open_case, "allocate", cast.supervisor, owner=str(cast.second_officer.pk))
    with context.asking(cast.officer):
        assert all(not one.named for one in earlier_than(second, cast.officer))


def leave(case: Case, cast: Cast, **given: str) -> None:
    take(case, "gateway-assessment", cast.officer, outcome="exit")
    take(case, "exit-checklist", cast.officer, outcome="no-further-action", **given)


def test_leaving_takes_a_reason_why_the_sum_does_not_matter_where_there_is_one(
    cast: Cast, open_case: Case
) -> None:
    take(open_case, "further-referral", cast.supervisor)
    with pytest.raises(InvalidAnswers) as caught:
        leave(open_case, cast, **{"sum-considered": ""})
    assert set(caught.value.errors) == {"sum-considered"}
    take(open_case, "exit-checklist", cast.officer, outcome="no-further-action")
    content = Entry.objects.filter(chain=open_case.pk).latest("number").content.content
    assert content["facts"]["earlier-referrals"] == ["yes"]
    assert content["answers"]["sum-considered"]
    assert open_case.pending_step == "exit-checklist"


def test_a_single_referral_is_not_asked_about_a_sum(cast: Cast, open_case: Case) -> None:
    leave(open_case, cast)
    content = Entry.objects.filter(chain=open_case.pk).latest("number").content.content
    assert content["facts"]["earlier-referrals"] == ["no"]
    assert "sum-considered" not in content["answers"]


def test_a_further_referral_is_assessed_by_itself_or_the_standing_assessment_holds_for_a_reason(
    cast: Cast,
) -> None:
    case = refer(cast)
    take(case, "information-assessment", cast.fimu)
    take(case, "gateway-assessment", cast.officer, outcome="police-led")
    take(case, "gateway-sign-off", cast.supervisor, outcome="agreed")
    running = Deadline.objects.running().filter(case=case, limit_id="further-gateway")
    for outcome in ("standing-holds", "route-stands"):
        assert not running.exists()
        take(case, "further-referral", cast.officer)
        late = timezone.localdate() + timedelta(days=30)
        assert "further-referral-assessed" in {c.id for c in checks.out_of_line(case, today=late)}
        entry = take(case, "further-gateway", cast.officer, outcome=outcome)
        assert entry.content.content["reason"]
    assert not running.exists()
    assert case.stage_id == "police-led"
    take(case, "further-referral", cast.officer)
    take(case, "further-gateway", cast.officer, outcome="route-changes")
    assert case.stage_id == "gateway"


def test_at_the_gateway_an_assessment_made_after_the_further_referral_keeps_its_limit(cast: Cast) -> None:
    case = refer(cast)
    take(case, "information-assessment", cast.fimu)
    take(case, "gateway-assessment", cast.officer, outcome="police-led")
    take(case, "further-referral", cast.officer)
    running = Deadline.objects.running().filter(case=case, limit_id="further-gateway")
    take(case, "gateway-sign-off", cast.supervisor, outcome="agreed")
    assert running.exists()  # what was signed had been made before the further referral
    take(case, "police-led-reroute", cast.officer)
    take(case, "gateway-assessment", cast.officer, outcome="police-led")
    assert not running.exists()
    [kept] = Deadline.objects.filter(case=case, limit_id="further-gateway")
    assert (kept.ended, kept.lapsed) == (timezone.localdate(), False)


def test_nobody_says_that_an_assessment_stands_that_was_never_made(cast: Cast) -> None:
    case = refer(cast)
    take(case, "information-assessment", cast.fimu)
    take(case, "further-referral", cast.officer)
    with pytest.raises(InvalidAnswers):
        take(case, "further-gateway", cast.officer, outcome="standing-holds")


def test_no_case_is_closed_while_a_further_referral_is_not_assessed(cast: Cast) -> None:
    case = refer(cast)
    take(case, "information-assessment", cast.fimu)
    take(case, "gateway-assessment", cast.officer, outcome="exit")
    take(case, "exit-checklist", cast.officer, outcome="no-further-action")
    take(case, "further-referral", cast.officer)  # while the decision waits for its sign-off
    with pytest.raises(NotNow, match="“Assess a further referral” first"):
        take(case, "exit-sign-off", cast.supervisor, outcome="agreed")
    assert case.stage_id == "exit"
    take(case, "further-gateway", cast.officer, outcome="standing-holds")
    take(case, "exit-sign-off", cast.supervisor, outcome="agreed")
    assert case.stage_id == "closed"
    [kept] = Deadline.objects.filter(case=case, limit_id="further-gateway")
    assert not kept.lapsed


def test_a_further_referral_stops_no_decision_after_which_it_can_still_be_assessed(cast: Cast) -> None:
    case = refer(cast)
    take(case, "information-assessment", cast.fimu)
    take(case, "gateway-assessment", cast.officer, outcome="police-led")
    take(case, "further-referral", cast.officer)
    take(case, "gateway-sign-off", cast.supervisor, outcome="agreed")
    assert case.stage_id == "police-led"
    assert Deadline.objects.running().filter(case=case, limit_id="further-gateway").exists()
