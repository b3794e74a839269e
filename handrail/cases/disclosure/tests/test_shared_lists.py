"""What is shared is one list, true on both sides at every moment: vetting, posts, restriction, joins."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from handrail.access import context
from handrail.access.models import Exclusion, Grant
from handrail.cases.case_access import restrictions
from handrail.cases.disclosure import share_actions
from handrail.cases.disclosure.shares import shares_of, shares_with
from handrail.cases.disclosure.tests.test_sharing import client_of, mark, sent_to, shared_out, terms
from handrail.cases.models import Case
from handrail.cases.models.restriction import Category
from handrail.cases.tests.cast import Cast, organisation, person, refer, take
from handrail.cases.tests.staff import again
from handrail.cases.timeline.entries import chronology
from handrail.organisations.models import Kind, Organisation, Person
from handrail.organisations.roles import Role
from handrail.organisations.vetting import Vetting

NOBODY = "Nobody there can read it now"


class Both:
    """A case that was shared with a body where one person works."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.case = refer(cast)
        take(self.case, "information-assessment", cast.fimu)
        take(self.case, "ask-for-information", cast.officer)
        self.body = organisation(Kind.PARTNER, "Helping Hands", cast.force)
        self.member = person("Ivy Page", Role.INTERVENTION_PROVIDER, self.body)
        self.grant = shared_out(self.case, self.body, cast.supervisor)

    def restrict(self) -> None:
        by = again(self.cast.supervisor)
        with context.asking(by):
            restrictions.restrict(
                self.case.pk, by=by, category=Category.POLICE_STAFF, reason="A colleague", named=[by]
            )
        self.case.refresh_from_db()

    def restrict_and_lift(self) -> None:
        self.restrict()
        Case.objects.filter(pk=self.case.pk).update(restricted=False)
        self.case.refresh_from_db()

    def keep_out(self) -> None:
        Exclusion.objects.create(
            record=self.case.pk,
            person=self.member,
            by=self.cast.supervisor,
            reason="Near in name",
            since=timezone.now(),
        )

    def mark_higher(self, number: int) -> None:
        self.member.posts.update(vetting=Vetting.PARTNER)
        mark(self.case, number)

    def elsewhere(self) -> Organisation:
        return organisation(Kind.PARTNER, "Other Hands", self.cast.force)


def day(after: int) -> object:
    return timezone.localdate() + timedelta(days=after)


MOMENTS: dict[str, Callable[[Both], object]] = {
    "as it was shared": lambda b: None,
    "vetting too low": lambda b: b.member.posts.update(vetting=Vetting.NONE),
    "vetting ends today": lambda b: b.member.posts.update(vetted_until=day(0)),
    "vetting ended": lambda b: b.member.posts.update(vetted_until=day(-1)),
    "post ended": lambda b: b.member.posts.update(until=day(-1), since=day(-9)),
    "moved": lambda b: b.member.posts.update(organisation=b.elsewhere()),
    "account closed": lambda b: Person.objects.filter(pk=b.member.pk).update(is_active=False),
    "kept out": Both.keep_out,
    "restricted": Both.restrict,
    "restricted and lifted": Both.restrict_and_lift,
    "all marked higher": lambda b: b.mark_higher(0),
    "one marked higher": lambda b: b.mark_higher(3),
    "something new": lambda b: take(b.case, "safeguarding", b.cast.mash),
    "shared twice": lambda b: shared_out(b.case, b.body, b.cast.supervisor, "gateway"),
    "withdrawn": lambda b: Grant.objects.filter(pk=b.grant.pk).update(ended_at=timezone.now()),
    "over": lambda b: Grant.objects.filter(pk=b.grant.pk).update(
        until=timezone.now() - timedelta(seconds=1), since=timezone.now() - timedelta(days=2)
    ),
}


@pytest.mark.parametrize("moment", MOMENTS)
def test_both_sides_read_the_same_at_every_moment(cast: Cast, moment: str) -> None:
    both = Both(cast)
    MOMENTS[moment](both)
    case, member, supervisor = Case.objects.get(pk=both.case.pk), again(both.member), again(cast.supervisor)
    with context.asking(supervisor):
        owners = {one.grant.pk: (one.shown, one.hidden) for one in shares_of(case)}
    with context.asking(member):
        theirs = {one.grant.pk: (one.shown, one.hidden) for one in shares_with(member)}
        readable = Case.objects.visible_to(member).filter(pk=case.pk).first()
        read = sum(not event.withheld for event in chronology(readable, member)) if readable else 0
    assert {pk: said for pk, said in owners.items() if said[0]} == theirs, moment
    if theirs:
        assert max(shown for shown, _ in theirs.values()) == read
    page = client_of(supervisor).get(reverse("cases:access", args=[case.pk])).text
    assert (NOBODY in page) is bool(owners and not theirs)
    if member.is_active:
        client = client_of(member)
        listed = client.get(reverse("cases:shared"))
        opened = client.get(reverse("cases:case", args=[case.pk]))
        assert (case.reference in listed.text) is bool(theirs), moment
        assert (opened.status_code == 200) or not theirs


@pytest.mark.parametrize("door", ["share", "invite"])
def test_a_body_whose_only_member_is_kept_out_is_let_see_nothing_and_that_is_said(
    cast: Cast, door: str
) -> None:
    both = Both(cast)
    Grant.objects.filter(pk=both.grant.pk).update(ended_at=timezone.now())
    both.keep_out()
    page = client_of(cast.supervisor).post(
        reverse(f"cases:{door}", args=[both.case.pk]), sent_to(both.body), follow=True
    )
    assert "nobody at Helping Hands can see this case" in page.text
    assert "will find it under their notices" not in page.text
    assert Grant.objects.live().filter(record=both.case.pk).count() == 0


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        ("restricted", "No access now: only people who are named"),
        ("kept out", "No access now: they are kept from"),
    ],
)
def test_who_was_let_see_a_case_and_does_not_any_more_is_not_said_to(
    cast: Cast, moment: str, said: str
) -> None:
    both = Both(cast)
    with context.asking(cast.supervisor):
        share_actions.invite(both.case, both.member, terms(), by=cast.supervisor)
    address = reverse("cases:access", args=[both.case.pk])
    assert "No access now" not in client_of(cast.supervisor).get(address).text
    MOMENTS[moment](both)
    assert said in client_of(again(cast.supervisor)).get(address).text
