"""Notices of recent events reach the users concerned, but not the user who acted."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from handrail.access import context
from handrail.access.models import Grant
from handrail.cases.case_access import access_reviews
from handrail.cases.case_access.emergency_access import open_with_reason
from handrail.cases.disclosure import share_actions
from handrail.cases.disclosure.tests.test_summaries import give
from handrail.cases.models import Case
from handrail.cases.tests.cast import Cast, refer, take
from handrail.cases.tests.staff import make_redaction
from handrail.notices import rounds
from handrail.notices.kinds import Kind
from handrail.notices.models import Notice
from handrail.notices.tests.days import told_to
from handrail.organisations.models import Person
from handrail.records.packs import current_pack


def run(**later: int) -> None:
    rounds.run(timezone.now() + timedelta(**later))


def standing(person: Person, kind: Kind) -> int:
    return Notice.objects.unseen().filter(person=person, kind=kind).count()


def test_a_new_referral_is_told_to_those_who_have_something_to_do_about_it(cast: Cast) -> None:
    refer(cast)
    run()
    told = set(Notice.objects.filter(kind=Kind.REFERRED).values_list("person__name", flat=True))
    assert told == {person.name for person in (cast.supervisor, cast.fimu, cast.mash)}
    run(minutes=10)
    assert Notice.objects.filter(kind=Kind.REFERRED).count() == len(told)


def test_nobody_is_told_of_what_they_did_themselves(cast: Cast) -> None:
    refer(cast, "police-referral", cast.supervisor)
    run()
    assert standing(cast.supervisor, Kind.REFERRED) == 0


def test_what_was_new_is_over_when_the_case_moves_on(cast: Cast) -> None:
    case = refer(cast)
    run()
    take(case, "information-assessment", cast.fimu)
    run(minutes=10)
    assert not Notice.objects.unseen().filter(kind=Kind.REFERRED).exists()


def test_who_is_given_a_case_is_told_and_told_again_when_it_comes_back(cast: Cast) -> None:
    case = refer(cast)
    for turn, owner in enumerate((cast.officer, cast.second_officer, cast.officer)):
        take(case, "allocate", cast.supervisor, owner=str(owner.pk))
        run(minutes=10 * turn)
        assert standing(owner, Kind.ALLOCATED) == 1
        others = {cast.officer, cast.second_officer} - {owner}
        assert all(standing(other, Kind.ALLOCATED) == 0 for other in others)
    assert len(told_to(cast.officer, Kind.ALLOCATED)) == 2


def test_who_takes_a_case_on_themselves_is_not_told(cast: Cast) -> None:
    case = refer(cast)
    take(case, "allocate", cast.supervisor, owner=str(cast.supervisor.pk))
    run()
    assert standing(cast.supervisor, Kind.ALLOCATED) == 0


def test_a_late_step_that_is_taken_settles_its_notices(cast: Cast) -> None:
    case = refer(cast)
    run(days=30)
    assert standing(cast.supervisor, Kind.OVERDUE)
    take(case, "allocate", cast.supervisor, owner=str(cast.officer.pk))
    run(days=30, minutes=10)
    assert not Notice.objects.unseen().filter(about="allocation").exists()
    others = Notice.objects.unseen().filter(person=cast.supervisor, kind=Kind.ESCALATED)
    assert {notice.about for notice in others} == {"safeguarding", "information-assessment"}


def test_what_is_settled_is_forgotten_after_a_season(cast: Cast) -> None:
    case = refer(cast)
    run()
    take(case, "information-assessment", cast.fimu)
    run(minutes=10)
    run(days=100)
    assert not Notice.objects.filter(kind=Kind.REFERRED).exists()


def test_news_of_long_ago_is_none(cast: Cast) -> None:
    refer(cast)
    run(days=60)
    assert not Notice.objects.filter(kind=Kind.REFERRED).exists()


@pytest.fixture
def opened(cast: Cast) -> Grant:
    """Return the officer's case, opened with a reason by another officer."""
    case = refer(cast)
    take(case, "allocate", cast.supervisor, owner=str(cast.officer.pk))
    purpose = case.pack.codes_by_id[case.pack.access.purposes].codes[0].id
    with context.asking(cast.second_officer):
        open_with_reason(case, by=cast.second_officer, purpose=purpose, reason="To look")
    return Grant.objects.get(kind="opened")


def test_an_opening_is_told_to_the_owner_and_to_who_reviews_it(cast: Cast, opened: Grant) -> None:
    run()
    told = set(Notice.objects.filter(kind=Kind.OPENED).values_list("person__name", flat=True))
    assert told == {cast.officer.name, cast.supervisor.name}


def test_an_opening_that_nobody_reviews_is_told_to_the_next_level(cast: Cast, opened: Grant) -> None:
    run()
    run(days=5)
    assert standing(cast.lead, Kind.OPENED) == 0
    run(days=12)
    assert standing(cast.lead, Kind.OPENED) == 1


def test_a_reviewed_opening_is_over(cast: Cast, opened: Grant) -> None:
    run()
    findings = current_pack().access.findings
    finding = current_pack().codes_by_id[findings].codes[0].id
    with context.asking(cast.supervisor):
        access_reviews.review(opened, by=cast.supervisor, finding=finding, reason="Right")
    run(days=1)
    assert standing(cast.supervisor, Kind.OPENED) == standing(cast.officer, Kind.OPENED) == 0


def test_the_chair_is_told_of_what_was_sent_to_their_panel(cast: Cast) -> None:
    case = refer(cast)
    take(case, "information-assessment", cast.fimu)
    take(case, "allocate", cast.supervisor, owner=str(cast.officer.pk))
    run()
    step = case.pack.step_by_id["gateway-assessment"]
    channel = next(one for one in step.outcomes if one.to == "channel-referred")
    take(case, "gateway-assessment", cast.officer, outcome=channel.id, council=str(cast.council.pk))
    run(minutes=10)
    assert standing(cast.chair, Kind.REFERRED) == 0, "it waits for its sign-off"
    take(case, "gateway-sign-off", cast.supervisor)
    case.refresh_from_db()
    run(minutes=20)
    assert Case.objects.get(pk=case.pk).council == cast.council
    assert standing(cast.chair, Kind.REFERRED) == 1


def let_see(case: Case, cast: Cast, kind: str) -> Grant:
    """Share the case with the council, or invite the council to it, for some days."""
    terms = share_actions.Terms((), "They help", timezone.localdate() + timedelta(days=9))
    with context.asking(cast.supervisor):
        if kind == "shared":
            said = {"basis": "safeguarding", "controller": "They"}
            return share_actions.share(case, cast.council, terms, by=cast.supervisor, **said)
        return share_actions.invite(case, cast.council, terms, by=cast.supervisor)


@pytest.mark.parametrize("kind", ["shared", "invited"])
def test_whoever_was_let_see_a_case_is_told_until_it_ends(cast: Cast, kind: str) -> None:
    grant = let_see(refer(cast), cast, kind)
    run()
    assert [standing(who, Kind.SHARED) for who in (cast.chair, cast.spoc, cast.supervisor)] == [1, 0, 0]
    run()
    assert standing(cast.chair, Kind.SHARED) == 1
    client = Client()
    client.force_login(cast.chair)
    page = client.get(reverse("notices:list")).text
    assert "Shared with you, or you were invited to it" in page
    with context.asking(cast.supervisor):
        share_actions.end(grant, Case.objects.get(), by=cast.supervisor, reason="Done")
    assert "Shared with you, or you were invited to it" not in client.get(reverse("notices:list")).text
    run(days=1)
    assert standing(cast.chair, Kind.SHARED) == 0


def test_whoever_was_given_a_redacted_version_is_told_and_learns_nothing_of_its_case(cast: Cast) -> None:
    case = refer(cast)
    redacted = make_redaction(case).redacted
    give(redacted, cast.supervisor, cast.spoc)
    run()
    notice = Notice.objects.get(kind=Kind.SHARED)
    assert (notice.person, notice.case, notice.about) == (cast.spoc, None, str(redacted.pk))
    client = Client()
    client.force_login(cast.spoc)
    page = client.get(reverse("notices:list")).text
    assert reverse("cases:shared") in page
    assert "Shared with you" in page
    assert case.reference not in page
    assert "Shared with you, or" not in page_of_other(cast)
    client.post(reverse("notices:read"), {"notice": str(notice.pk)})
    notice.refresh_from_db()
    assert notice.seen_at


def page_of_other(cast: Cast) -> str:
    client = Client()
    client.force_login(cast.chair)
    return str(client.get(reverse("notices:list")).text)
