"""The forms by which a case is restricted and people are named for it, and what was answered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from django.http import QueryDict

from handrail.access.models import Exclusion
from handrail.cases.case_access.restrictions import exclusions_of, near_in_name, people_of
from handrail.cases.models import Case
from handrail.cases.models.restriction import Category
from handrail.govuk.fields import Field, Option
from handrail.organisations.capabilities import Capability
from handrail.organisations.models import Kind, Organisation, Person, Post
from handrail.organisations.roles import roles_that_may

OF_POLICE = (Kind.FORCE, Kind.PREVENT_TEAM, Kind.FIMU, Kind.MASH)
REASON_LENGTH = 1000


def people_to_name(force: Organisation) -> list[Post]:
    """The posts of a force's police by which somebody can be named, by name; the first one of each person."""
    posts = Post.objects.current().filter(
        role__in=roles_that_may(Capability.BE_INVITED),
        organisation__kind__in=OF_POLICE,
        person__is_active=True,
    )
    own = posts.filter(organisation=force) | posts.filter(organisation__parent=force)
    listed = own.select_related("person", "organisation").order_by("person__name", "person_id", "role")
    first = {post.person_id: post for post in listed if post.is_vetted()}
    return list(first.values())


@dataclass
class Answers:
    """What was typed on one of the forms, what it means, and what has to be mended, by input."""

    case: Case
    typed: Mapping[str, Sequence[str]]
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, case: Case, posted: QueryDict) -> "Answers":
        """What was posted, without the one character that no database keeps."""
        return cls(case, {name: [v.replace("\x00", "") for v in posted.getlist(name)] for name in posted})

    def text(self, name: str, missing: str = "") -> str:
        """What was typed; where nothing was and `missing` says what to do, that is an error."""
        said = (self.typed.get(name) or [""])[-1].strip()[:REASON_LENGTH]
        if not said and missing:
            self.errors[name] = missing
        return said

    def category(self) -> Category:
        """Why the case is restricted; `other` while that has to be mended."""
        said = self.text("category", "Select why only named people should see it")
        return Category(said) if said in Category.values else Category.OTHER

    def named(self) -> list[Person]:
        """Who was ticked, and who was given by email address."""
        offered = {str(post.person_id): post.person for post in self.offered}
        ticked = [offered[id_] for id_ in self.typed.get("named", ()) if id_ in offered]
        return list(dict.fromkeys([*ticked, *self.people("elsewhere")]))

    def people(self, name: str) -> list[Person]:
        """The people with these email addresses, one a line."""
        addresses = [line.strip().lower() for line in self.text(name).splitlines() if line.strip()]
        found = {p.email: p for p in Person.objects.filter(email__in=addresses, is_active=True)}
        for address in addresses:
            if address not in found:
                self.errors[name] = f"No account here has the address “{address}”. Check it, or leave it out."
        return [found[address] for address in addresses if address in found]

    @cached_property
    def offered(self) -> list[Post]:
        """Who can be named and is not yet, nor kept from the case, nor near in name to whom it is about."""
        named = people_of(self.case) if self.case.restricted else []
        out = {person.pk for person in [*self.kept_out, *named]}
        return [post for post in self._of_force if post.person_id not in out]

    @cached_property
    def exclusions(self) -> list[Exclusion]:
        """Who is kept from the case by an act, and why."""
        return list(exclusions_of(self.case).select_related("person"))

    @cached_property
    def kept_out(self) -> list[Person]:
        """Who is kept from the case by an act, and who of its force is by their name."""
        near = near_in_name(self.case, [post.person for post in self._of_force])
        return list(dict.fromkeys([*(exclusion.person for exclusion in self.exclusions), *near]))

    @cached_property
    def _of_force(self) -> list[Post]:
        return people_to_name(self.case.force)

    def kept(self) -> Person | None:
        """Which of those who are kept out was chosen."""
        chosen = self.text("kept", "Select who it is not")
        return next((person for person in self.kept_out if str(person.pk) == chosen), None)

    @property
    def fields(self) -> dict[str, Field]:
        """Every field of the forms, by name."""
        options = [
            Option(str(p.person_id), p.person.name, hint=f"{p.title}, {p.organisation}") for p in self.offered
        ]
        return {
            "category": self._field(
                "radios", "category", "Why?", options=[Option(c.value, c.label) for c in Category]
            ),
            "reason": self._field("long-text", "reason", "Reasons", hint="Named people can read them."),
            "named": self._field(
                "checkboxes",
                "named",
                "Who can work on it?",
                hint="You lose sight of the case unless you name yourself."
                if not self.case.restricted
                else "",
                options=options,
            ),
            "elsewhere": self._field(
                "long-text",
                "elsewhere",
                "Somebody elsewhere",
                hint="Their email addresses here, one a line.",
                optional=True,
            ),
            "kept": self._field(
                "radios",
                "kept",
                "Which of them is not the person whom the case is about?",
                options=[Option(str(person.pk), person.name) for person in self.kept_out],
            ),
            "concerned": self._field(
                "long-text",
                "concerned",
                "Who is concerned and has an account here?",
                hint="Their email addresses, one a line. They never see the case, whatever posts they hold.",
                optional=True,
            ),
        }

    def _field(self, kind: str, name: str, label: str, **more: object) -> Field:
        length = REASON_LENGTH if kind == "long-text" else 0
        return Field(kind, name, label, values=self.typed, errors=self.errors, max_length=length, **more)  # type: ignore[arg-type]
