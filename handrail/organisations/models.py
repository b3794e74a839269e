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
from handrail.organisations.roles import Role, capabilities_of, choices_of_role, role_of, title_of
from handrail.organisations.rows import columns_of, loaded, selected
from handrail.organisations.vetting import Vetting

__all__ = ["HELD", "Duty", "Kind", "Organisation", "OrganisationQuerySet", "Person", "Post", "PostQuerySet"]

WARNED_BEFORE = timedelta(days=30)


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    """Queries on organisations."""

    def forces(self) -> Self:
        """Return the police forces, by name."""
        return self.filter(kind=Kind.FORCE).order_by("name")

    def councils_of(self, force: "Organisation") -> Self:
        """Return the councils in a force's area, by name."""
        return self.filter(kind=Kind.COUNCIL, parent=force).order_by("name")

    def under(self, tops: "Collection[Organisation]") -> Self:
        """Return these organisations and all below them; below the nation is everything."""
        if any(top.kind == Kind.NATION for top in tops):
            return self.all()
        ids = [top.pk for top in tops]
        return self.filter(Q(pk__in=ids) | Q(parent__in=ids) | Q(parent__parent__in=ids))


@pghistory.track()
class Organisation(models.Model):
    """An organisation that takes part; each but the nation belongs to one above."""

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

    public_contact = models.CharField(
        max_length=200,
        blank=True,
        help_text="Of a force: the number that a referrer from outside may ring, and its hours.",
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
        """Whom to ring about a threat in this force while nobody is on duty, as text."""
        return self.duty_contact or f"999, and ask for the duty officer of {self.name}"

    def team(self, kind: Kind) -> "Organisation | None":
        """Return the team of this kind in this force, or None."""
        return self.children.filter(kind=kind).select_related("lead").first()


class PersonManager(BaseUserManager["Person"]):
    """Finds and creates people who can sign in."""

    def create_user(self, email: str, name: str, password: str | None = None) -> "Person":
        """Create a person; without a password they cannot sign in by password."""
        person = self.model(email=self.normalize_email(email).lower(), name=name)
        person.set_password(password)
        person.save()
        return person

    def get_by_natural_key(self, username: str | None) -> "Person":
        """Return the person with this email address, ignoring case."""
        return self.get(email=(username or "").lower())


@pghistory.track(exclude=["password", "last_login", "home"])
class Person(AbstractBaseUser):
    """A user with an account. Their access comes from their posts and grants, never from the account."""

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
        """Today's posts, with their organisations and two levels above; none if the account is closed.

        A post whose role left the table of roles is left out, so that it gives nothing.
        """
        held = _held(self, timezone.localdate()) if self.is_active else []
        return sorted(held, key=lambda post: (post.role, post.organisation.name))

    @cached_property
    def roles(self) -> frozenset[Role]:
        """The roles of today's posts."""
        return frozenset(Role(post.role) for post in self.current_posts)

    @cached_property
    def capabilities(self) -> frozenset[Capability]:
        """The capabilities of today's posts."""
        return capabilities_of(self.roles)

    @cached_property
    def vetting(self) -> Vetting:
        """The highest vetting of today's posts."""
        return max((Vetting(p.vetting) for p in self.current_posts if p.is_vetted()), default=Vetting.NONE)

    def may(self, *any_of: Capability) -> bool:
        """Whether today's posts give any of these capabilities."""
        return not self.capabilities.isdisjoint(any_of)

    def posts_that_may(self, capability: Capability) -> list["Post"]:
        """Return today's posts that give this capability, vetted or not."""
        return [post for post in self.current_posts if capability in post.capabilities]

    @cached_property
    def posts_to_be_invited(self) -> list["Post"]:
        """Today's vetted posts by which the person can be invited to a case."""
        return [post for post in self.posts_that_may(Capability.BE_INVITED) if post.is_vetted()]

    def post_in(self, force: Organisation, roles: Collection[str]) -> "Post | None":
        """Return one of today's posts with one of these roles that reaches this force, or None."""
        return next((p for p in self.current_posts if p.role in roles and p.reaches(force)), None)


class PostQuerySet(models.QuerySet["Post"]):
    """Queries on posts."""

    def current(self, on: date | None = None) -> Self:
        """Return posts held on a day, today by default."""
        on = on or timezone.localdate()
        return self.filter(Q(until=None) | Q(until__gte=on), since__lte=on)

    def to_come(self, on: date | None = None) -> Self:
        """Return posts held on a day or later, today by default."""
        return self.filter(Q(until=None) | Q(until__gte=on or timezone.localdate()))

    def vetted(self, on: date | None = None) -> Self:
        """Return posts with valid vetting on a day, today by default."""
        return self.filter(vetting__gt=Vetting.NONE, vetted_until__gte=on or timezone.localdate())

    def over(self, force: Organisation) -> Self:
        """Return the posts from a force upwards: in the force, its teams, its region and the nation.

        Bodies of the region other than forces are included.
        """
        held = Q(organisation=force) | Q(organisation__parent=force) | Q(organisation__kind=Kind.NATION)
        if force.parent_id:
            held |= Q(organisation=force.parent_id)
            held |= Q(organisation__parent=force.parent_id) & ~Q(organisation__kind=Kind.FORCE)
        return self.filter(held)

    def people(self) -> models.QuerySet[Person]:
        """Return the people who hold these posts, each once."""
        return Person.objects.filter(pk__in=self.values("person")).order_by("pk")

    def ending(self, on: date | None = None) -> Self:
        """Return posts that end soon, or whose vetting ends soon or has ended, earliest first."""
        on = on or timezone.localdate()
        soon = on + WARNED_BEFORE
        ends = Q(until__lte=soon) | Q(vetted_until__lte=soon) | Q(vetted_until=None, vetting__gt=Vetting.NONE)
        posts = self.current(on).filter(ends, person__is_active=True)
        return posts.order_by(Least("until", "vetted_until"), "pk")


@pghistory.track()
class Post(models.Model):
    """A role that a person holds in an organisation for a period, both days included."""

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
            # A post withdrawn before it began ends on the day before its first, so it was never held.
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
        """The title of the role."""
        return title_of(self.role)

    @property
    def capabilities(self) -> frozenset[Capability]:
        """The capabilities of the role; none for a role that left the table."""
        role = role_of(self.role)
        return role.capabilities if role else frozenset()

    def is_vetted(self, on: date | None = None) -> bool:
        """Whether the holder's vetting is valid on a day, today by default; else the post opens no case."""
        on = on or timezone.localdate()
        return self.vetting > Vetting.NONE and self.vetted_until is not None and self.vetted_until >= on

    def warnings(self, on: date | None = None) -> list[str]:
        """Return sentences for the holder and the administrator about what has to be renewed soon."""
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
        """The id of the force: of the post's organisation, or of the one above, as for a team or council.

        None for a post above the forces, in a region or the nation, and for a body directly below those.
        """
        bodies = (self.organisation, self.organisation.parent)
        return next((body.pk for body in bodies if body and body.kind == Kind.FORCE), None)

    def reaches(self, force: Organisation) -> bool:
        """Whether the post is in this force, in one of its teams or councils, or above it."""
        own = self.organisation
        return force.id in {own.id, own.parent_id} or own.id == force.parent_id or own.kind == Kind.NATION


# Written as SQL, as every page of a signed-in user runs this query.
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
    """Return a person's posts on a day of roles in the table, with organisations two levels up."""
    with connection.cursor() as cursor:
        cursor.execute(HELD, [person.pk, on, on])
        posts = [_post(person, row) for row in cursor.fetchall()]
    return [post for post in posts if role_of(post.role)]


def _post(person: Person, row: tuple[Any, ...]) -> Post:
    posts, bodies = len(columns_of(Post)), len(columns_of(Organisation))
    post = loaded(Post, row)
    post.person = person
    above: Organisation | None = None
    for place in (2, 1, 0):  # from the top down, so that each organisation gets its parent
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
