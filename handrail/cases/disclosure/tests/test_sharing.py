"""Access given to others: to whom, for which stages, until when, on which basis, what they see, its end."""

import re
from datetime import timedelta

import pytest
from django.db import ProgrammingError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from handrail.access import context
from handrail.access.errors import NotAllowed
from handrail.access.grant_kinds import GrantKind
from handrail.access.models import Exclusion, Grant, Reading
from handrail.cases.disclosure import share_actions
from handrail.cases.disclosure.shares import shares_of, shares_with
from handrail.cases.errors import NotNow
from handrail.cases.models import Case
from handrail.cases.steps import actions
from handrail.cases.tests.cast import Cast, organisation, person, refer, take, typed_for
from handrail.cases.tests.staff import again
from handrail.cases.timeline.entries import chronology
from handrail.cases.timeline.marking_actions import raise_marking
from handrail.ledger.models import Entry
from handrail.organisations.models import Kind, Organisation, Person
from handrail.organisations.roles import Role
from handrail.organisations.vetting import Vetting


def client_of(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def last_day(days: int = 10) -> dict[str, str]:
    day = timezone.localdate() + timedelta(days=days)
    return {"last-day-day": str(day.day), "last-day-month": str(day.month), "last-day-year": str(day.year)}


def terms(*stages: str, days: int = 10) -> share_actions.Terms:
    return share_actions.Terms(stages, "They help", timezone.localdate() + timedelta(days=days))


@pytest.fixture
def case(cast: Cast) -> Case:
    """A case at the gateway, with something recorded at each of two stages."""
    case = refer(cast)
    take(case, "information-assessment", cast.fimu)
    take(case, "ask-for-information", cast.officer)
    return case


@pytest.fixture
def partner(cast: Cast) -> tuple[Organisation, Person]:
    body = organisation(Kind.PARTNER, "Helping Hands", cast.force)
    return body, person("Ivy Page", Role.INTERVENTION_PROVIDER, body)


def invited(case: Case, to: Person | Organisation, by: Person, *stages: str) -> Grant:
    with context.asking(by):
        return share_actions.invite(case, to, terms(*stages), by=by)


def sees(person: Person, case: Case) -> int:
    """Return the HTTP status of the page of a case for a person."""
    return client_of(person).get(reverse("cases:case", args=[case.pk])).status_code


def test_somebody_is_found_and_invited_until_a_day(
    cast: Cast, case: Case, partner: tuple[Organisation, Person]
) -> None:
    supervisor, address = client_of(cast.supervisor), reverse("cases:invite", args=[case.pk])
    assert sees(partner[1], case) == 404
    found = supervisor.post(address, {"words": "ivy", "find": "yes"}).content.decode()
    assert f"person-{partner[1].pk}" in found
    assert f"body-{partner[0].pk}" not in found
    sent = {
        "words": "ivy",
        "to": f"person-{partner[1].pk}",
        "what": "whole",
        "reason": "To help",
        **last_day(),
    }
    assert supervisor.post(address, sent).status_code == 302
    grant = Grant.objects.get()
    assert timezone.localtime(grant.until).hour == 0
    assert sees(partner[1], case) == 200
    assert case.reference in client_of(partner[1]).get(reverse("web:home")).content.decode()
    assert [*Entry.objects.filter(chain=grant.pk).values_list("act", "actor")] == [
        ("access-invited", cast.supervisor.pk)
    ]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"to": ""}, "Select who you want to invite"),
        ({"to": "person-00000000-0000-4000-8000-000000000000"}, "Select one of the answers shown"),
        ({"what": ""}, "Select what they may see"),
        ({"what": "stages"}, "Select at least one stage"),
        ({"reason": ""}, "Say why they need it"),
        (last_day(-1), "Enter a date between today"),
        (last_day(181), "Enter a date between today"),
        ({"last-day-day": ""}, "must include a day"),
        ({"words": ""}, "Search for them first"),
        ({"words": "Nobody of that name"}, "We found nobody"),
    ],
)
def test_a_form_with_a_mistake_says_what_to_do_and_keeps_what_was_typed(
    cast: Cast, case: Case, partner: tuple[Organisation, Person], change: dict[str, str], says: str
) -> None:
    sent = {"words": "ivy", "to": f"person-{partner[1].pk}", "what": "whole", "reason": "Kept words"}
    address = reverse("cases:invite", args=[case.pk])
    page = client_of(cast.supervisor).post(address, {**sent, **last_day(), **change})
    assert page.status_code == 422
    assert says in page.content.decode()
    assert not Grant.objects.exists()
    if change.get("words", "ivy") == "ivy" and "reason" not in change:
        assert "Kept words" in page.content.decode()


def test_only_who_works_on_a_case_in_such_a_role_lets_others_see_it(cast: Cast, case: Case) -> None:
    for somebody in (cast.officer, cast.fimu, cast.lead, cast.chair, cast.stranger, cast.nation):
        with context.asking(somebody), pytest.raises(NotAllowed):
            share_actions.invite(case, cast.spoc, terms(), by=somebody)
    for somebody in (cast.supervisor, cast.practitioner):
        invited(case, cast.spoc, somebody)


def test_nobody_can_be_invited_whose_post_sees_no_case_or_who_is_not_vetted(cast: Cast, case: Case) -> None:
    clerk = person("Ada Clerk", Role.ADMINISTRATOR, cast.force)
    lapsed = person("Len Lapse", Role.PANEL_MEMBER, cast.council)
    lapsed.posts.update(vetted_until=timezone.localdate() - timedelta(days=1))
    left = person("Lou Left", Role.PANEL_MEMBER, cast.council)
    left.posts.update(until=timezone.localdate() - timedelta(days=1))
    empty = organisation(Kind.PARTNER, "Empty Rooms", cast.force)
    for somebody in (clerk, lapsed, left, empty):
        with context.asking(cast.supervisor), pytest.raises(NotAllowed):
            share_actions.invite(case, somebody, terms(), by=cast.supervisor)
        assert not share_actions.found_people(str(somebody)) + share_actions.found_bodies(str(somebody))


def test_who_is_invited_to_a_part_sees_that_part_and_no_trace_of_the_rest(
    cast: Cast, case: Case, partner: tuple[Organisation, Person]
) -> None:
    invited(case, partner[1], cast.supervisor, "gateway")
    client = client_of(partner[1])
    page = client.get(reverse("cases:case", args=[case.pk])).content.decode()
    step = case.pack.step_by_id
    assert step["ask-for-information"].title in page
    assert step["information-assessment"].title not in page
    assert case.called in page
    assert "Does not meet policy" not in page
    assert "/entries/" not in page
    assert "/steps/" not in page
    assert reverse("cases:access", args=[case.pk]) not in page
    entries = [client.get(reverse("cases:entry", args=[case.pk, n])).status_code for n in (1, 2, 3)]
    assert entries == [404, 404, 200]
    assert "3 of this case" not in client.get(reverse("cases:entry", args=[case.pk, 3])).content.decode()
    others = ["access", "invite", "share"]
    answers = {client.get(reverse(f"cases:{name}", args=[case.pk])).status_code for name in others}
    assert answers <= {403, 404}
    assert client.get(reverse("cases:begin", args=[case.pk, "further-information"])).status_code == 404


def test_an_officer_who_is_invited_works_on_the_case_in_another_force(cast: Cast, case: Case) -> None:
    assert sees(cast.stranger, case) == 404
    invited(case, cast.stranger, cast.supervisor)
    page = client_of(cast.stranger).get(reverse("cases:case", args=[case.pk])).content.decode()
    assert reverse("cases:begin", args=[case.pk, "further-information"]) in page
    entry = take(case, "further-information", cast.stranger)
    assert (entry.actor, entry.organisation) == (cast.stranger.pk, cast.stranger.posts.get().organisation_id)


@pytest.mark.parametrize("kind", [GrantKind.SHARED, GrantKind.SAMPLE])
def test_what_was_shared_or_sampled_is_read_and_not_changed_whatever_the_role(
    cast: Cast, case: Case, kind: GrantKind
) -> None:
    Grant.objects.create(
        record=case.pk, person=cast.stranger, kind=kind, reason="To read", basis="channel", controller="They",
        by=cast.supervisor, since=timezone.now(), until=timezone.now() + timedelta(days=1),
    )  # fmt: skip
    page = client_of(cast.stranger).get(reverse("cases:case", args=[case.pk]))
    assert page.status_code == 200
    assert "/steps/" not in page.content.decode()
    step = case.pack.step_by_id["further-information"]
    typed = typed_for(case.pack, step, cast.force)
    with context.asking(cast.stranger), pytest.raises(NotAllowed):
        actions.take_step(case.pk, step.id, typed, by=cast.stranger, seen_version=case.version)
    with context.asking(cast.stranger):
        assert Case.objects.filter(pk=case.pk).update(version=99) == 0


def test_a_body_means_whoever_holds_a_vetted_post_there_now(
    cast: Cast, case: Case, partner: tuple[Organisation, Person]
) -> None:
    body, member = partner
    invited(case, body, cast.supervisor)
    assert sees(member, case) == 200
    newcomer = person("Neil New", Role.INTERVENTION_PROVIDER, body)
    assert sees(newcomer, case) == 200
    member.posts.update(organisation=cast.council)
    assert sees(member, case) == 404
    newcomer.posts.update(vetting=Vetting.NONE)
    assert sees(newcomer, case) == 404


def move(cast: Cast, who: Person, place: Organisation, role: Role) -> None:
    who.posts.update(until=timezone.localdate() - timedelta(days=1))
    who.posts.create(
        organisation=place, role=role, since=timezone.localdate(),
        vetting=Vetting.POLICE, vetted_until=timezone.localdate(),
    )  # fmt: skip


def test_who_moves_to_another_force_leaves_their_cases_behind(cast: Cast, case: Case) -> None:
    Case.objects.filter(pk=case.pk).update(owner=cast.officer, allocated=True)
    assert sees(cast.officer, case) == 200
    away = cast.stranger.posts.get().organisation
    move(cast, cast.officer, away, Role.PREVENT_OFFICER)
    assert sees(Person.objects.get(pk=cast.officer.pk), case) == 404


def test_who_moves_within_the_force_sees_what_the_new_post_gives(cast: Cast, case: Case) -> None:
    Case.objects.filter(pk=case.pk).update(owner=cast.second_officer, allocated=True)
    assert sees(cast.officer, case) == 302
    move(cast, cast.officer, cast.fimu.posts.get().organisation, Role.FIMU_OFFICER)
    assert sees(Person.objects.get(pk=cast.officer.pk), case) == 200


def test_a_fimu_sees_every_case_of_its_force_without_being_asked(cast: Cast, case: Case) -> None:
    Case.objects.filter(pk=case.pk).update(owner=cast.second_officer, allocated=True)
    assert sees(cast.fimu, case) == 200


def test_access_ends_at_once_with_a_reason_and_stays_listed(
    cast: Cast, case: Case, partner: tuple[Organisation, Person]
) -> None:
    grant = invited(case, partner[1], cast.supervisor)
    supervisor = client_of(cast.supervisor)
    address = reverse("cases:end-access", args=[case.pk, grant.pk])
    assert address in supervisor.get(reverse("cases:access", args=[case.pk])).content.decode()
    assert supervisor.post(address, {}).status_code == 422
    assert sees(partner[1], case) == 200
    assert supervisor.post(address, {"reason": "The work is done"}).status_code == 302
    assert sees(partner[1], case) == 404
    listed = supervisor.get(reverse("cases:access", args=[case.pk])).content.decode()
    assert "No longer" in listed
    assert partner[1].name in listed
    assert supervisor.get(address).status_code == 404
    assert client_of(cast.officer).get(address).status_code == 404


def test_an_officer_cannot_end_what_a_supervisor_gave(
    cast: Cast, case: Case, partner: tuple[Organisation, Person]
) -> None:
    grant = invited(case, partner[1], cast.supervisor)
    address = reverse("cases:end-access", args=[case.pk, grant.pk])
    assert client_of(cast.officer).post(address, {"reason": "No"}).status_code == 403
    assert sees(partner[1], case) == 200


def test_who_opened_a_case_gives_it_back_before_the_time(cast: Cast, case: Case) -> None:
    Case.objects.filter(pk=case.pk).update(owner=cast.officer, allocated=True)
    client = client_of(cast.second_officer)
    client.post(reverse("cases:open", args=[case.pk]), {"purpose": "covering", "reason": "Away"})
    address = reverse("cases:end-access", args=[case.pk, Grant.objects.get().pk])
    assert client.post(address, {"reason": "Done"}).headers["Location"] == reverse("web:home")
    assert sees(cast.second_officer, case) == 302


def test_a_case_is_shared_on_a_basis_and_the_disclosure_names_who_received_it(
    cast: Cast, case: Case, partner: tuple[Organisation, Person]
) -> None:
    body, member = partner
    supervisor, address = client_of(cast.supervisor), reverse("cases:share", args=[case.pk])
    found = supervisor.post(address, {"words": "helping", "find": "yes"}).content.decode()
    assert f"body-{body.pk}" in found
    assert "Schedule 1 paragraph 18" in found
    assert (
        f"person-{member.pk}"
        not in supervisor.post(address, {"words": "ivy", "find": "yes"}).content.decode()
    )
    sent = {
        "words": "helping", "to": f"body-{body.pk}", "what": "stages", "stages": "gateway",
        "basis": "safeguarding", "controller": "Helping Hands", "reason": "Mentoring", **last_day(),
    }  # fmt: skip
    for missing in ("basis", "controller"):
        assert supervisor.post(address, {**sent, missing: ""}).status_code == 422
    assert supervisor.post(address, sent).status_code == 302
    grant = Grant.objects.get()
    assert (grant.kind, grant.basis, grant.stages) == ("shared", "safeguarding", ["gateway"])
    line = Reading.objects.get(verb="disclosed")
    assert (line.recipient, line.records, line.person) == (body.name, [case.pk], cast.supervisor.pk)
    assert sees(member, case) == 200
    listed = supervisor.get(reverse("cases:access", args=[case.pk])).content.decode()
    assert "Safeguarding of children" in listed
    assert (
        supervisor.post(
            reverse("cases:end-access", args=[case.pk, grant.pk]), {"reason": "Withdrawn"}
        ).status_code
        == 302
    )
    assert sees(member, case) == 404
    with context.asking(cast.supervisor):
        copies = share_actions.copies_of(case.pk)
    assert [(copy.recipient, copy.how) for copy in copies] == [(body.name, "Shared in Handrail")]


def line(case: Case, verb: str, recipient: str, by: Person) -> None:
    Reading.objects.create(
        at=timezone.now(), person=by.pk, verb=verb, records=[case.pk], page="a:page", recipient=recipient
    )


def test_every_copy_is_listed_for_who_works_on_the_case_and_for_nobody_else(cast: Cast, case: Case) -> None:
    line(case, "printed", "Fay Ng", cast.fimu)
    line(case, "exported", "The coroner", cast.fimu)
    line(case, "consulted", "", cast.fimu)
    line(refer(cast), "printed", "Somebody else", cast.fimu)

    def found(who: Person) -> list[str]:
        with context.asking(who):
            return [copy.recipient for copy in share_actions.copies_of(case.pk)]

    assert found(cast.officer) == ["Fay Ng", "The coroner"]
    assert found(cast.lead) == found(cast.stranger) == found(cast.spoc) == []
    assert (
        "The coroner" in client_of(cast.officer).get(reverse("cases:access", args=[case.pk])).content.decode()
    )


def test_a_restricted_case_is_neither_shared_nor_are_people_invited_to_it(
    cast: Cast, case: Case, partner: tuple[Organisation, Person]
) -> None:
    Case.objects.filter(pk=case.pk).update(restricted=True)
    Grant.objects.create(
        record=case.pk, person=cast.supervisor, kind=GrantKind.NAMED, reason="Keeps it", by=cast.lead,
        since=timezone.now(),
    )  # fmt: skip
    case.refresh_from_db()
    page = client_of(cast.supervisor).get(reverse("cases:access", args=[case.pk])).content.decode()
    assert "Only the people who are named below" in page
    assert reverse("cases:invite", args=[case.pk]) not in page
    with context.asking(cast.supervisor), pytest.raises(NotAllowed):
        share_actions.invite(case, partner[1], terms(), by=cast.supervisor)


def test_who_is_kept_from_a_case_sees_nothing_of_an_invitation_to_it(
    cast: Cast, case: Case, partner: tuple[Organisation, Person]
) -> None:
    invited(case, partner[0], cast.supervisor)
    Exclusion.objects.create(
        record=case.pk, person=partner[1], by=cast.supervisor, reason="Concerned", since=timezone.now()
    )
    assert sees(partner[1], case) == 404
    assert case.reference not in client_of(partner[1]).get(reverse("web:home")).content.decode()


def test_the_database_refuses_a_grant_of_who_may_give_none(cast: Cast, case: Case) -> None:
    for somebody, kind in ((cast.officer, "invited"), (cast.fimu, "shared"), (cast.nation, "invited")):
        given = Grant(
            record=case.pk, person=somebody, kind=kind, reason="Mine", basis="channel", controller="I",
            by=somebody, since=timezone.now(), until=timezone.now() + timedelta(days=1),
        )  # fmt: skip
        refused = pytest.raises(ProgrammingError, match="row-level security")
        with context.asking(somebody), refused, transaction.atomic():
            given.save(force_insert=True)


HIGHER = "official-sensitive-police"  # for which a partner who is vetted to NPPV 2 is not vetted


@pytest.fixture
def half_vetted(partner: tuple[Organisation, Person]) -> tuple[Organisation, Person]:
    body, member = partner
    member.posts.update(vetting=Vetting.PARTNER)
    return body, again(member)


def mark(case: Case, number: int, marking_id: str = HIGHER) -> None:
    case.refresh_from_db()
    by = again(Person.objects.get(name="Sam Reed"))
    with context.asking(by):
        raise_marking(case, number, marking_id, by=by, reason="Names a source")


def sent_to(body: Organisation, **other: str) -> dict[str, str]:
    said = {"basis": "safeguarding", "controller": "Helping Hands", "reason": "Mentoring", **last_day()}
    return {"words": "helping", "to": f"body-{body.pk}", "what": "whole", **said, **other}


def told_in(page: str) -> str:
    found = re.search('name="told"\\s+value="(body-[0-9a-f -]+)"', page)
    assert found
    return found[1]


def test_what_a_partner_will_not_see_is_said_item_by_item_before_it_is_shared(
    cast: Cast, case: Case, half_vetted: tuple[Organisation, Person]
) -> None:
    body, member = half_vetted
    client, address = client_of(cast.supervisor), reverse("cases:share", args=[case.pk])
    page = client.post(address, sent_to(body))
    marking = case.pack.marking_by_id[HIGHER].title
    shown = " ".join(page.text.split())
    assert page.status_code == 200
    assert f"What {body.name} will not see" in shown
    top, _, below = shown.partition('name="words"')
    assert f"Not shared yet: {body.name} will not see all of it." in top
    assert 'href="#hidden"' in top
    assert 'id="hidden"' in below
    assert f"Information assessment (entry 2), marked {marking}" in shown
    assert not Grant.objects.exists()
    told = told_in(page.text)
    mark(case, 3)  # by somebody else, while the page was open
    page = client.post(address, sent_to(body, told=told))
    assert f"(entry 3), marked {marking}" in " ".join(page.text.split())
    assert not Grant.objects.exists()
    page = client.post(address, sent_to(body, told=told_in(page.text)), follow=True)
    assert "They see 2 entries, and not the 2 for which nobody there is vetted." in page.text
    assert sees(member, case) == 200


def test_what_only_some_of_a_body_may_read_is_said_as_well(
    cast: Cast, case: Case, half_vetted: tuple[Organisation, Person]
) -> None:
    person("Vera High", Role.INTERVENTION_PROVIDER, half_vetted[0])
    page = client_of(cast.supervisor).post(reverse("cases:share", args=[case.pk]), sent_to(half_vetted[0]))
    assert "Some people there do not have the vetting for this" in page.text
    assert "Nobody there has the vetting" not in page.text


@pytest.mark.parametrize("door", ["share", "invite"])
def test_sharing_that_would_show_nothing_is_refused_and_says_what_to_do(
    cast: Cast, case: Case, half_vetted: tuple[Organisation, Person], door: str
) -> None:
    mark(case, 0)  # the whole case
    page = client_of(cast.supervisor).post(reverse(f"cases:{door}", args=[case.pk]), sent_to(half_vetted[0]))
    assert page.status_code == 409
    assert "Nothing would be shared" in page.text
    assert "redacted version" in page.text
    assert not Grant.objects.exists()
    case.refresh_from_db()
    with pytest.raises(NotNow):
        shared_out(case, half_vetted[0], cast.supervisor)


def test_a_stage_at_which_nothing_was_recorded_is_not_shared_and_may_be_invited_to(
    cast: Cast, case: Case, partner: tuple[Organisation, Person]
) -> None:
    client, stages = client_of(cast.supervisor), {"what": "stages", "stages": "channel"}
    page = client.post(reverse("cases:share", args=[case.pk]), sent_to(partner[0], **stages))
    assert page.status_code == 409
    assert "Nothing would be shared: nothing is recorded at these stages. Choose other stages." in page.text
    page = client.post(reverse("cases:invite", args=[case.pk]), sent_to(partner[0], **stages), follow=True)
    assert (
        "Nothing is recorded at these stages yet: they see what is recorded there from now on." in page.text
    )


def shared_out(case: Case, body: Organisation, by: Person, *stages: str) -> Grant:
    with context.asking(by):
        said = {"basis": "safeguarding", "controller": "They"}
        return share_actions.share(case, body, terms(*stages), by=by, **said)


@pytest.mark.parametrize("vetting", list(Vetting))
@pytest.mark.parametrize("stages", [(), ("gateway",)])
@pytest.mark.parametrize("whole", [False, True])
def test_what_is_shared_reads_the_same_on_both_sides(
    cast: Cast,
    case: Case,
    partner: tuple[Organisation, Person],
    vetting: Vetting,
    stages: tuple[str, ...],
    whole: bool,
) -> None:
    body, member = partner
    shared_out(case, body, cast.supervisor, *stages)
    if vetting is not Vetting.NONE:
        mark(case, 0 if whole else 3)
    member.posts.update(vetting=vetting)
    member = again(member)
    case.refresh_from_db()
    with context.asking(cast.supervisor):
        owners = [(s.grant.pk, s.grant.until, s.shown, s.hidden) for s in shares_of(case)]
    with context.asking(member):
        theirs = [(s.grant.pk, s.grant.until, s.shown, s.hidden) for s in shares_with(member)]
        events = chronology(case, member) if theirs else []
    assert len(owners) == 1
    assert theirs == [one for one in owners if one[2]]
    page = client_of(member).get(reverse("cases:shared"))
    assert (case.reference in page.text) is bool(theirs)
    if theirs and not stages:
        assert sum(not event.withheld for event in events) == theirs[0][2]
    if not theirs:
        for name in ("web:home", "cases:list", "cases:referrals"):
            assert case.reference not in client_of(member).get(reverse(name)).text
        found = client_of(member).post(reverse("cases:find"), {"words": case.reference}).text
        assert reverse("cases:case", args=[case.pk]) not in found


def test_a_share_that_has_ended_is_on_neither_list_any_more(
    cast: Cast, case: Case, partner: tuple[Organisation, Person]
) -> None:
    body, member = partner
    grant = shared_out(case, body, cast.supervisor)
    client, owner = client_of(member), client_of(cast.supervisor)
    assert case.reference in client.get(reverse("cases:shared")).text
    with context.asking(cast.supervisor):
        share_actions.end(grant, case, by=cast.supervisor, reason="Withdrawn")
    for name in ("cases:shared", "web:home", "cases:list"):
        assert case.reference not in client.get(reverse(name)).text
    page = owner.get(reverse("cases:access", args=[case.pk])).text
    assert "Nothing in this case is shared with a partner now." in page
    assert "Shared before" in page
