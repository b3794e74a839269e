"""Organisations, people and the posts that people hold in them for a period."""

import uuid
from collections.abc import Collection
from datetime import date, timedelta
from functools import cached_property
from typing import Any, ClassVar, Self

import pghistory
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import connection, models
from django.db.models import Q
from django.db.models.functions import Least
from django.utils import timezone

from handrail.organisations.capabilities import Capability
from handrail.organisations.duty import Duty
from handrail.organisations.kinds import Kind
from handrail.organisations.roles import Role, capabilities_of, choices_of_role
from handrail.organisations.rows import columns_of, loaded, selected
from handrail.organisations.vetting import Vetting

__all__ = ["HELD", "Duty", "Kind", "Organisation", "OrganisationQuerySet", "Person", "Post", "PostQuerySet"]

WARNED_BEFORE = timedelta(days=30)


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    """Sets of organisations."""

    def forces(self) -> Self:
        """The police forces, by name."""
        return self.filter(kind=Kind.FORCE).order_by("name")

    def councils_of(self, force: "Organisation") -> Self:
        """The councils in a force's area, by name."""
        return self.filter(kind=Kind.COUNCIL, parent=force).order_by("name")

    def under(self, tops: "Collection[Organisation]") -> Self:
        """These organisations and all below them; the nation has everything below it."""
        if any(top.kind == Kind.NATION for top in tops):
            return self.all()
        ids = [top.pk for top in tops]
        return self.filter(Q(pk__in=ids) | Q(parent__in=ids) | Q(parent__parent__in=ids))


@pghistory.track()
class Organisation(models.Model):
    """A body that takes part: each but the nation belongs to one above it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=20, choices=Kind)
    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=80, unique=True)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    prevent_duty = models.BooleanField(
        default=True, help_text="Whether Schedule 6 to the Counter-Terrorism and Security Act 2015 lists it."
    )
    lead = models.ForeignKey(
        "Person",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Who is accountable for what reaches this organisation until it is given to somebody.",
    )

    duty_contact = models.CharField(
        max_length=200,
        blank=True,
        help_text="Of a force: whom to ring about a threat while nobody is on its duty list.",
    )

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(kind=Kind.NATION) | Q(parent__isnull=False),
                name="organisation_has_a_parent",
                violation_error_message="Every organisation but the nation belongs to one above it.",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def to_ring(self) -> str:
        """Whom to ring about a threat in this force while nobody is on duty, in words."""
        return self.duty_contact or f"999, and ask for the duty officer of {self.name}"

    def team(self, kind: Kind) -> "Organisation | None":
        """The team of this kind in this force, if it has one."""
        return self.children.filter(kind=kind).select_related("lead").first()


class PersonManager(BaseUserManager["Person"]):
    """Finds and makes people who can sign in."""

    def create_user(self, email: str, name: str, password: str | None = None) -> "Person":
        """Make a person; without a password they cannot sign in by one."""
        person = self.model(email=self.normalize_email(email).lower(), name=name)
        person.set_password(password)
        person.save()
        return person

    def get_by_natural_key(self, username: str | None) -> "Person":
        """The person who signs in with this address, whatever its capitals."""
        return self.get(email=(username or "").lower())


@pghistory.track(exclude=["password", "last_login", "home"])
class Person(AbstractBaseUser):
    """Somebody who works with Handrail. What they may do comes from their posts alone."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    is_active = models.BooleanField(default=True)
    home = models.BinaryField(
        max_length=32, null=True, help_text="A digest of the postcode at home; see `home`."
    )

    objects = PersonManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        return self.name

    @cached_property
    def current_posts(self) -> list["Post"]:
        """The posts held today, with their organisations and those two levels above; none once they left."""
        held = _held(self, timezone.localdate()) if self.is_active else []
        return sorted(held, key=lambda post: (post.role, post.organisation.name))

    @cached_property
    def roles(self) -> frozenset[Role]:
        """The roles of the posts held today."""
        return frozenset(Role(post.role) for post in self.current_posts)

    @cached_property
    def capabilities(self) -> frozenset[Capability]:
        """What the posts held today let this person see and do."""
        return capabilities_of(self.roles)

    @cached_property
    def vetting(self) -> Vetting:
        """How far this person is vetted today, by the highest of their posts."""
        return max((Vetting(p.vetting) for p in self.current_posts if p.is_vetted()), default=Vetting.NONE)

    def may(self, *any_of: Capability) -> bool:
        """Whether the posts held today give any of these capabilities."""
        return not self.capabilities.isdisjoint(any_of)

    def posts_that_may(self, capability: Capability) -> list["Post"]:
        """The posts held today that give this capability."""
        return [post for post in self.current_posts if capability in Role(post.role).capabilities]

    @cached_property
    def posts_to_be_invited(self) -> list["Post"]:
        """The vetted posts by which they can be invited to a case."""
        return [post for post in self.posts_that_may(Capability.BE_INVITED) if post.is_vetted()]

    def post_in(self, force: Organisation, roles: Collection[str]) -> "Post | None":
        """A post held today with one of these roles that reaches this force, its teams or its councils."""
        return next((p for p in self.current_posts if p.role in roles and p.reaches(force)), None)


class PostQuerySet(models.QuerySet["Post"]):
    """Sets of posts."""

    def current(self, on: date | None = None) -> Self:
        """Posts that are held on a day, today by default."""
        on = on or timezone.localdate()
        return self.filter(Q(until=None) | Q(until__gte=on), since__lte=on)

    def to_come(self, on: date | None = None) -> Self:
        """Posts that are held on a day or after it, today by default."""
        return self.filter(Q(until=None) | Q(until__gte=on or timezone.localdate()))

    def vetted(self, on: date | None = None) -> Self:
        """Posts whose vetting stands on a day, today by default."""
        return self.filter(vetting__gt=Vetting.NONE, vetted_until__gte=on or timezone.localdate())

    def over(self, force: Organisation) -> Self:
        """Posts in a force, its teams, the bodies beside it in its region, that region, and the nation."""
        held = Q(organisation=force) | Q(organisation__parent=force) | Q(organisation__kind=Kind.NATION)
        if force.parent_id:
            held |= Q(organisation=force.parent_id)
            held |= Q(organisation__parent=force.parent_id) & ~Q(organisation__kind=Kind.FORCE)
        return self.filter(held)

    def people(self) -> models.QuerySet[Person]:
        """Return the people who hold these posts, each once."""
        return Person.objects.filter(pk__in=self.values("person")).order_by("pk")

    def ending(self, on: date | None = None) -> Self:
        """Posts that end soon, or whose vetting does or has ended; the earliest first."""
        on = on or timezone.localdate()
        soon = on + WARNED_BEFORE
        ends = Q(until__lte=soon) | Q(vetted_until__lte=soon) | Q(vetted_until=None, vetting__gt=Vetting.NONE)
        posts = self.current(on).filter(ends, person__is_active=True)
        return posts.order_by(Least("until", "vetted_until"), "pk")


@pghistory.track()
class Post(models.Model):
    """A role that a person holds in an organisation for a period; both days count."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="posts")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="posts")
    role = models.CharField(max_length=40, choices=choices_of_role)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    vetting = models.PositiveSmallIntegerField(choices=Vetting, default=Vetting.NONE)
    vetted_until = models.DateField(null=True, blank=True)

    objects = PostQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            # A post that was withdrawn before it began ends the day before: it was never held.
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=models.F("since") - timedelta(days=1)),
                name="post_ends_after_it_begins",
                violation_error_message="A post cannot end before it begins.",
            ),
            models.CheckConstraint(
                condition=~Q(role__in=[role.value for role in Role if role.ends]) | Q(until__isnull=False),
                name="post_of_inspector_ends",
                violation_error_message="Say until when: a post of this role is limited in time.",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["organisation", "role"])]

    def __str__(self) -> str:
        return f"{self.title}, {self.organisation}"

    @property
    def title(self) -> str:
        """What the role is called."""
        return Role(self.role).label

    def is_vetted(self, on: date | None = None) -> bool:
        """Whether vetting of some level stands on a day, today by default; without it no case is seen."""
        on = on or timezone.localdate()
        return self.vetting > Vetting.NONE and self.vetted_until is not None and self.vetted_until >= on

    def warnings(self, on: date | None = None) -> list[str]:
        """What is to be done about it soon: in sentences, for its holder and who manages the account."""
        on = on or timezone.localdate()
        found = []
        if self.until and on <= self.until <= on + WARNED_BEFORE:
            found.append(f"It ends on {_in_words(self.until)}.")
        if self.vetting > Vetting.NONE and not self.is_vetted(on):
            found.append("Its vetting has ended: it shows no case until that is renewed.")
        elif self.vetted_until and self.vetted_until <= on + WARNED_BEFORE:
            found.append(f"Its vetting ends on {_in_words(self.vetted_until)}.")
        return found

    @property
    def force_id(self) -> uuid.UUID | None:
        """The force in which the post lies: its organisation, or the one above a team or council."""
        own = self.organisation
        return own.pk if own.kind == Kind.FORCE else own.parent_id

    def reaches(self, force: Organisation) -> bool:
        """Whether the post lies in this force, in one of its teams or councils, or above it."""
        own = self.organisation
        return force.id in {own.id, own.parent_id} or own.id == force.parent_id or own.kind == Kind.NATION


# Every page of somebody who is signed in asks this, so it is not made from models each time.
HELD = f"""
SELECT {selected(Post, "post")},
    {", ".join(selected(Organisation, body) for body in ("body", "above", "top"))}
FROM organisations_post post
JOIN organisations_organisation body ON body.id = post.organisation_id
LEFT JOIN organisations_organisation above ON above.id = body.parent_id
LEFT JOIN organisations_organisation top ON top.id = above.parent_id
WHERE post.person_id = %s AND post.since <= %s AND (post.until IS NULL OR post.until >= %s)
"""  # noqa: S608 our own text


def _held(person: Person, on: date) -> list[Post]:
    """Return the posts that somebody holds on a day, with their organisations and two levels above these."""
    with connection.cursor() as cursor:
        cursor.execute(HELD, [person.pk, on, on])
        return [_post(person, row) for row in cursor.fetchall()]


def _post(person: Person, row: tuple[Any, ...]) -> Post:
    posts, bodies = len(columns_of(Post)), len(columns_of(Organisation))
    post = loaded(Post, row)
    post.person = person
    above: Organisation | None = None
    for place in (2, 1, 0):  # the top first, so that each is told the one above it
        values = row[posts + place * bodies :]
        if values[0] is not None:
            body = loaded(Organisation, values)
            if above is not None:
                body.parent = above
            above = body
    assert above is not None  # noqa: S101 a post lies in an organisation
    post.organisation = above
    return post


def _in_words(day: date) -> str:
    return f"{day:%-d %b %Y}"
