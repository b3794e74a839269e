"""Acts of administrators on accounts and posts: open, give, end, renew and close.

Each act is one transaction with its ledger entry, on the chain of the account. Nobody may act on their own
account.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from handrail.access.actions import on_record
from handrail.access.errors import NotAllowed, Unfit
from handrail.organisations.capabilities import SEES_CASES, Capability
from handrail.organisations.home_address import digest_of_home
from handrail.organisations.models import Kind, Organisation, OrganisationQuerySet, Person, Post, PostQuerySet
from handrail.organisations.roles import Role, roles_that_may
from handrail.organisations.vetting import Vetting
from handrail.sign_in.actions import end_sessions, invite


@dataclass(frozen=True, slots=True)
class Appointment:
    """A post to be given: a role in an organisation for a period, with the holder's vetting."""

    role: Role
    organisation: Organisation
    since: date
    until: date | None
    vetting: Vetting
    vetted_until: date | None

    @property
    def sees_cases(self) -> bool:
        """Whether the role can see any case."""
        return not self.role.capabilities.isdisjoint(SEES_CASES)

    def overlaps(self, post: Post) -> bool:
        """Whether this appointment and a post share at least one day."""
        ends_before = self.until is not None and self.until < post.since
        begins_after = post.until is not None and post.until < self.since
        return not (ends_before or begins_after)


def managed_by(person: Person) -> OrganisationQuerySet:
    """Return the organisations in which the user gives and ends posts: their own and those below."""
    return Organisation.objects.under([post.organisation for post in _managing_posts(person)])


def posts_managed_by(person: Person) -> PostQuerySet:
    """Return the posts that the user may end and renew."""
    return Post.objects.filter(organisation__in=managed_by(person))


def open_account(
    name: str, email: str, first: Appointment, *, by: Person, postcode: str = "", reason: str = ""
) -> Person:
    """Create an account with its first post and mail its holder a link. Raises NotAllowed or Unfit."""
    with transaction.atomic():
        post = _managing(by, first.organisation)
        person = Person(name=name, email=email.lower(), home=digest_of_home(postcode))
        person.set_unusable_password()
        fit(first, [])
        try:
            with transaction.atomic():
                person.save(force_insert=True)
        except IntegrityError as error:
            raise Unfit(
                "email", "There is an account with this email address: give it a further post"
            ) from error
        _record("account-opened", person, by, post, reason, {})
        _appoint(person, first, by, post, reason)
        invite(person, by=by)
    return person


def give_post(person: Person, appointment: Appointment, *, by: Person, reason: str = "") -> Post:
    """Give a person a further post; reopen a closed account. Raises NotAllowed or Unfit."""
    with transaction.atomic():
        person = _of_another(person, by)
        post = _managing(by, appointment.organisation)
        fit(appointment, list(person.posts.to_come(appointment.since)))
        if not person.is_active:
            person.is_active = True
            person.save(update_fields=["is_active"])
            _record("account-opened-again", person, by, post, reason, {})
        given = _appoint(person, appointment, by, post, reason)
        end_sessions(person)
    return given


def end_post(post: Post, last_day: date | None, *, by: Person, reason: str) -> None:
    """End a post after `last_day`, or at once if that is None. Raises NotAllowed or Unfit."""
    today = timezone.localdate()
    with transaction.atomic():
        person = _of_another(post.person, by)
        managing = _managing(by, post.organisation)
        post = _locked_posts(person).get(pk=post.pk)
        wanted = last_day or max(post.since, today) - timedelta(days=1)
        if wanted < post.since - timedelta(days=1):
            raise Unfit("last-day", "The end date cannot be before the post started")
        if post.until and wanted > post.until:
            raise Unfit("last-day", "The post ends before that date: give another post instead")
        _keep_an_administrator([post], wanted)
        post.until = wanted
        post.save(update_fields=["until"])
        _record("post-ended", person, by, managing, reason, {"post": post.pk, "until": wanted.isoformat()})
        if wanted < today:
            end_sessions(person)


def renew_vetting(post: Post, vetting: Vetting, until: date | None, *, by: Person, reason: str = "") -> None:
    """Set how far the holder of a post is vetted, and until when. Raises NotAllowed or Unfit."""
    with transaction.atomic():
        person = _of_another(post.person, by)
        managing = _managing(by, post.organisation)
        post = _locked_posts(person).get(pk=post.pk)
        _fit_vetting(vetting, until)
        if vetting is Vetting.NONE:
            _keep_an_administrator([post], timezone.localdate())
        post.vetting, post.vetted_until = vetting, until
        post.save(update_fields=["vetting", "vetted_until"])
        said = {"post": post.pk, "vetting": vetting.name, "until": until.isoformat() if until else None}
        _record("vetting-renewed", person, by, managing, reason, said)
        if vetting is Vetting.NONE:
            end_sessions(person)


def close_account(person: Person, *, by: Person, reason: str) -> None:
    """Close an account now: end every post and every session. Raises NotAllowed."""
    today = timezone.localdate()
    with transaction.atomic():
        person = _of_another(person, by)
        posts = list(_locked_posts(person).to_come(today))
        if not posts and not posts_managed_by(by).filter(person=person).exists():
            raise NotAllowed("This account has no post that you manage.")
        managing = [_managing(by, post.organisation) for post in posts] or _managing_posts(by)
        _keep_an_administrator(posts, today - timedelta(days=1))
        for post in posts:
            post.until = max(post.since, today) - timedelta(days=1)
            post.save(update_fields=["until"])
        person.is_active = False
        person.save(update_fields=["is_active"])
        _record("account-closed", person, by, managing[0], reason, {"posts": [post.pk for post in posts]})
        end_sessions(person)


def _managing_posts(person: Person) -> list[Post]:
    """Return the vetted posts by which the user manages accounts."""
    return [post for post in person.posts_that_may(Capability.MANAGE_ACCOUNTS) if post.is_vetted()]


def _managing(by: Person, organisation: Organisation) -> Post:
    """Return the post by which the user gives and ends posts in an organisation. Raises NotAllowed."""
    for post in _managing_posts(by):
        if Organisation.objects.under([post.organisation]).filter(pk=organisation.pk).exists():
            return post
    raise NotAllowed(
        f"Posts in {organisation} can only be given and ended by an administrator there, or of the nation."
    )


def _of_another(person: Person, by: Person) -> Person:
    """Return the account, locked until the transaction ends. Raises NotAllowed for the user's own account."""
    if person.pk == by.pk:
        raise NotAllowed("This is your own account. Another administrator must do this.")
    return Person.objects.select_for_update().get(pk=person.pk)


def _locked_posts(person: Person) -> PostQuerySet:
    posts: PostQuerySet = Post.objects.filter(person=person).select_related("organisation")
    return posts.select_for_update(of=("self",))


def fit(wanted: Appointment, beside: Iterable[Post]) -> None:
    """Raise Unfit if an appointment is invalid by itself or beside the holder's other posts."""
    title = wanted.role.label
    if wanted.organisation.kind not in wanted.role.places:
        places = " or ".join(sorted(Kind(kind).label for kind in wanted.role.places))
        raise Unfit("organisation", f"{title}: choose an organisation of the kind {places}")
    if wanted.until and wanted.until < wanted.since:
        raise Unfit("until", "The end date must be the same as or after the start date")
    if wanted.role.ends and wanted.until is None:
        raise Unfit("until", "Enter the end date: a post of this role is limited in time")
    _fit_vetting(wanted.vetting, wanted.vetted_until)
    for post in filter(wanted.overlaps, beside):
        _fit_beside(wanted, post)


def _fit_beside(wanted: Appointment, post: Post) -> None:
    if (post.role, post.organisation_id) == (wanted.role, wanted.organisation.pk):
        raise Unfit("role", "They already hold this post: renew its vetting, or end it first")
    other_sees = not post.capabilities.isdisjoint(SEES_CASES)
    manages, other_manages = (Capability.MANAGE_ACCOUNTS in one.capabilities for one in (wanted.role, post))
    if (other_manages and wanted.sees_cases) or (manages and other_sees):
        raise Unfit("role", "An administrator cannot see cases: they cannot also hold a post that sees cases")


def _fit_vetting(vetting: Vetting, until: date | None) -> None:
    if vetting > Vetting.NONE and until is None:
        raise Unfit("vetted-until", "Enter the date the vetting ends")
    if vetting is Vetting.NONE and until is not None:
        raise Unfit("vetting", "Select their level of vetting, or leave the end date blank")


def _keep_an_administrator(posts: Iterable[Post], until: date) -> None:
    """Raise NotAllowed if ending these posts leaves an organisation with nobody to manage its accounts.

    An advisory lock makes these acts wait for one another, so two administrators cannot remove each other at
    once.
    """
    managing = roles_that_may(Capability.MANAGE_ACCOUNTS)
    leaving = [post for post in posts if post.role in managing]
    if not leaving:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('administrators'))")
    held = Post.objects.current(until + timedelta(days=1)).vetted().filter(role__in=managing)
    others = held.filter(person__is_active=True).exclude(pk__in=[post.pk for post in leaving])
    staying = list(others.select_related("organisation"))
    for gone in leaving:
        if not any(_covers(post, gone.organisation) for post in staying):
            raise NotAllowed(
                f"No other administrator would be left to manage the accounts of {gone.organisation}. "
                "Appoint somebody first."
            )


def _covers(post: Post, organisation: Organisation) -> bool:
    return Organisation.objects.under([post.organisation]).filter(pk=organisation.pk).exists()


def _appoint(person: Person, wanted: Appointment, by: Person, post: Post, reason: str) -> Post:
    given = Post.objects.create(
        person=person,
        organisation=wanted.organisation,
        role=wanted.role,
        since=wanted.since,
        until=wanted.until,
        vetting=wanted.vetting,
        vetted_until=wanted.vetted_until,
    )
    said = {
        "post": given.pk,
        "role": wanted.role.value,
        "organisation": str(wanted.organisation.pk),
        "since": wanted.since.isoformat(),
        "until": wanted.until.isoformat() if wanted.until else None,
        "vetting": wanted.vetting.name,
        "vetted_until": wanted.vetted_until.isoformat() if wanted.vetted_until else None,
    }
    _record("post-given", person, by, post, reason, said)
    return given


def _record(act: str, person: Person, by: Person, post: Post, reason: str, said: dict[str, Any]) -> None:
    content = {"person": str(person.pk)} | said
    on_record(person.pk, act, by=by, post=post, content=content, reason=reason)
