"""Invite people to a case, share it with partners, end both, and list where copies went."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from handrail.access import actions as access
from handrail.access.context import enter
from handrail.access.errors import NotAllowed
from handrail.access.grant_kinds import GrantKind
from handrail.access.models import Grant, Verb
from handrail.cases.case_access.keeping_out import keep_out, keep_out_by_name
from handrail.cases.case_access.who_may_work import kept_from, near_in_name
from handrail.cases.disclosure.shares import refuse_nothing, would_see
from handrail.cases.engine.authority import post_that_may
from handrail.cases.engine.lock import hold
from handrail.cases.errors import NotNow
from handrail.cases.models import Case, Redaction
from handrail.organisations.capabilities import Capability
from handrail.organisations.folding import holding, squeezed
from handrail.organisations.models import Kind, Organisation, Person, Post
from handrail.organisations.roles import roles_that_may
from handrail.organisations.vetting import Vetting

FOUND = 20
BODIES = (Kind.PREVENT_TEAM, Kind.FIMU, Kind.MASH, Kind.COUNCIL, Kind.PARTNER)
SHARES_AT = "cases:share"  # this page logs a disclosure as well as the grant; list the grant only

# Capability needed to give or end each kind of grant. An opening ends by itself, or is ended by its user.
NEEDED: dict[str, Capability] = {
    GrantKind.INVITED: Capability.INVITE,
    GrantKind.SHARED: Capability.SHARE,
    GrantKind.SAMPLE: Capability.CHOOSE_SAMPLE,
}


@dataclass(frozen=True, slots=True)
class Terms:
    """Terms of a grant: stages (none means all), reason and last day."""

    stages: Sequence[str]
    reason: str
    last_day: date

    @property
    def until(self) -> datetime:
        """End of the last day."""
        return end_of(self.last_day)


def end_of(day: date) -> datetime:
    """Return the end of a day: the midnight after it."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))


def invite(case: Case, to: Person | Organisation, terms: Terms, *, by: Person) -> Grant:
    """Invite a person or body to work on a case.

    Raises NotAllowed where `by` may not or `to` cannot be invited, and NotNow where `to` would see nothing.
    """
    hold(case)
    post = _post_that_gives(Capability.INVITE, case, to, by)
    refuse_kept_out(case, to, by=by, post=post)
    with transaction.atomic():
        _keep_out_of_body(case, to, by=by, post=post)
        seen = would_see(case, to, terms.stages)
        if seen.items or not seen.vettings:  # stages without entries are allowed: entries may come later
            refuse_nothing(seen, to)
        grant = access.give(
            case.pk,
            to,
            GrantKind.INVITED,
            by=by,
            post=post,
            reason=terms.reason,
            until=terms.until,
            stages=terms.stages,
        )
        return _without_namesakes(grant, case, by, post)


def share(case: Case, body: Organisation, terms: Terms, *, by: Person, basis: str, controller: str) -> Grant:
    """Share a case with a partner body on a lawful basis. `controller` answers for what the body makes of it.

    Raises NotAllowed, or NotNow where nobody there would see anything.
    """
    with transaction.atomic():
        hold(case)
        post = _post_that_gives(Capability.SHARE, case, body, by)
        _keep_out_of_body(case, body, by=by, post=post)
        refuse_nothing(would_see(case, body, terms.stages), body)
        grant = access.give(
            case.pk,
            body,
            GrantKind.SHARED,
            by=by,
            post=post,
            reason=terms.reason,
            until=terms.until,
            stages=terms.stages,
            basis=basis,
            controller=controller,
        )
        return _without_namesakes(grant, case, by, post)


def _keep_out_of_body(case: Case, to: Person | Organisation, *, by: Person, post: Post) -> None:
    """Exclude people with posts in a body who are near in name, before its readers are counted.

    Raises NotNow where that restricted the case.
    """
    if isinstance(to, Organisation):
        keep_out(case, near_in_name(case, holders_in(to)), by=by, post=post)
        if case.restricted:
            raise NotNow("Nobody else could allocate this case. Choose somebody else.")


def holders_in(body: Organisation) -> "QuerySet[Person]":
    """Return the people with a post in a body, held now or later."""
    return Post.objects.to_come().filter(organisation=body).people()


def _without_namesakes(grant: Grant, case: Case, by: Person, post: Post) -> Grant:
    """Return the new grant, after excluding people who see the case by it and are near in name."""
    keep_out_by_name(case, by=by, post=post)
    return grant


def refuse_kept_out(case: Case, to: Person | Organisation, *, by: Person, post: Post) -> None:
    """Raise NotNow where a person is excluded from the case; exclude them first if they are near in name."""
    if not isinstance(to, Person):
        return
    keep_out(case, near_in_name(case, [to]), by=by, post=post)
    if to.pk in kept_from(case):
        raise NotNow(
            f"{to.name} is kept from this case, because the person it is about has a similar name. If "
            "they are two people, a colleague can say so under “Let only named people see this case”."
        )


def post_that_lets_see(capability: Capability, case: Case, by: Person) -> Post:
    """Return the post by which `by` may give access to a case. Raises NotAllowed where there is none."""
    if case.restricted:
        raise NotAllowed("This case is restricted. Only named people can see it.")
    return post_that_may(capability, case, by)


def _post_that_gives(capability: Capability, case: Case, to: Person | Organisation, by: Person) -> Post:
    post = post_that_lets_see(capability, case, by)
    same = people_to_invite() if isinstance(to, Person) else bodies_to_invite()
    if not same.filter(pk=to.pk).exists():
        raise NotAllowed("You cannot invite them: nobody there holds a vetted post that sees cases.")
    return post


def end(grant: Grant, case: Case, *, by: Person, reason: str) -> None:
    """End a grant on a case now. Raises NotAllowed where `by` may not."""
    with transaction.atomic():
        access.end(grant, by=by, post=post_that_ends(grant, case, by), reason=reason)
        enter(by)


def post_that_ends(grant: Grant, case: Case, person: Person) -> Post:
    """Return the post by which a person may end a grant. Raises NotAllowed where there is none."""
    kind = grant.kind
    if kind == GrantKind.NAMED:
        raise NotAllowed("Change who is named on the page of the restriction.")
    if kind in NEEDED:
        return post_that_may(NEEDED[kind], case, person)
    if grant.person_id != person.pk or not person.current_posts:
        raise NotAllowed("This ends automatically.")
    return person.current_posts[0]


def inviting_posts() -> "QuerySet[Post]":
    """Return the current vetted posts that can be invited to a case."""
    today = timezone.localdate()
    posts = Post.objects.current(today).filter(vetting__gt=Vetting.NONE, vetted_until__gte=today)
    return posts.filter(role__in=roles_that_may(Capability.BE_INVITED), person__is_active=True)


def people_to_invite() -> "QuerySet[Person]":
    """Return the people who can be invited to a case."""
    return Person.objects.filter(Exists(inviting_posts().filter(person=OuterRef("pk"))))


def bodies_to_invite() -> "QuerySet[Organisation]":
    """Return the teams and partner bodies with a post that can be invited."""
    bodies = Organisation.objects.filter(kind__in=BODIES)
    return bodies.filter(Exists(inviting_posts().filter(organisation=OuterRef("pk"))))


def found_people(words: str) -> list[Post]:
    """Return posts that can be invited, by words of the person's or the body's name; at most FOUND + 1."""
    posts = inviting_posts()
    called = {pk: squeezed(name) for pk, name in posts.values_list("pk", "person__name")}
    for word in words.split():
        by_name = Q(person__name__icontains=word) | Q(pk__in=holding(word, called))
        posts = posts.filter(by_name | Q(organisation__name__icontains=word))
    return list(posts.select_related("person", "organisation").order_by("person__name", "pk")[: FOUND + 1])


def found_bodies(words: str) -> list[Organisation]:
    """Return bodies that can be invited, by words of their name; at most FOUND + 1."""
    bodies = bodies_to_invite()
    called = {pk: squeezed(name) for pk, name in bodies.values_list("pk", "name")}
    for word in words.split():
        bodies = bodies.filter(Q(name__icontains=word) | Q(pk__in=holding(word, called)))
    return list(bodies.order_by("name")[: FOUND + 1])


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy of a case, or of part of it: recipient, time, way, sender and reason."""

    recipient: str
    at: datetime
    how: str
    by: str
    reason: str


def copies_of(record: UUID) -> list[Copy]:
    """Return every copy of a case that left it, in order, so that an erasure can follow them.

    Includes shares since withdrawn, shares of redacted versions, and each print, export and disclosure in
    the log of reads.
    """
    return sorted([*_shared(record), *_handed_out(record)], key=lambda copy: copy.at)


def _shared(record: UUID) -> list[Copy]:
    redacted = Redaction.objects.filter(case=record).values("redacted")
    shared = Grant.objects.filter(Q(record=record) | Q(record__in=redacted), kind=GrantKind.SHARED)
    grants = shared.select_related("person", "organisation", "by")
    return [
        Copy(
            str(grant.to), grant.since, "Shared in Handrail", grant.by.name if grant.by else "", grant.reason
        )
        for grant in grants
    ]


def _handed_out(record: UUID) -> list[Copy]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT at, verb, page, recipient, person, reason FROM access_copies(%s)", [record])
        lines = [line for line in cursor.fetchall() if line[2] != SHARES_AT]
    names = dict(Person.objects.filter(pk__in={line[4] for line in lines}).values_list("pk", "name"))
    return [
        Copy(recipient, at, Verb(verb).label, names.get(person, ""), reason)
        for at, verb, _, recipient, person, reason in lines
    ]
