"""What stands around every page: who is signed in, where they may go, and under which policy."""

from dataclasses import dataclass, replace
from functools import cached_property

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse

from handrail.access.audience import Audience
from handrail.cases.models.compiled import Asker, compiled
from handrail.cases.packs import current_pack
from handrail.cases.pages.home import COUNTED
from handrail.cases.pages.referral import opening_steps
from handrail.cases.registers.register import registers_of
from handrail.govuk.paging import at_most
from handrail.notices.models import Notice
from handrail.organisations.capabilities import OVERSEES, SEES_CASES, Capability
from handrail.organisations.models import Person
from handrail.policy.schema.pack import Pack

NOTICES = "Notices"
PLACES: dict[Audience, list[tuple[str, str]]] = {
    Audience.CASE_READERS: [
        ("Cases", "cases:list"),
        ("Referrals", "cases:referrals"),
        ("Find", "cases:find"),
    ],
    Audience.CHECK_READERS: [("Checks", "cases:checks")],
    Audience.REVIEWERS: [("Opened by others", "cases:openings")],
    Audience.SAMPLERS: [("Samples", "cases:samples")],
    Audience.ACCOUNT_MANAGERS: [("Accounts", "accounts:accounts")],
    Audience.AUDITORS: [("Log of reads", "access:log"), ("Patterns", "cases:patterns")],
    Audience.CONCERN_TAKERS: [("Staff concerns", "cases:concerns")],
}


@dataclass(frozen=True, slots=True)
class Place:
    """A link of the navigation; `current` when it leads to the page that is open, `new` things behind it."""

    title: str
    address: str
    current: bool
    new: int = 0


@dataclass(frozen=True)
class Shell:
    """The surroundings of one page."""

    person: Person | None
    path: str

    @cached_property
    def places(self) -> list[Place]:
        """Where this person may go, in the order of the navigation."""
        places = [Place(title, address, self.path == address) for title, address in self._addresses()]
        return [replace(place, new=self.unread) if place.title == NOTICES else place for place in places]

    @cached_property
    def unread(self) -> int:
        """How many notices this person has not read, counted no further than a page would say."""
        return at_most(_unread.count(Asker.of(self.person)), COUNTED) if self.person else 0

    def _addresses(self) -> list[tuple[str, str]]:
        if self.person is None:
            return _found([("Make a referral", "cases:refer"), ("Sign in", "sign_in:sign-in")])
        places = [("Home", "web:home")]
        if self.person.may(*SEES_CASES):
            places.append((NOTICES, "notices:list"))
        for audience, more in PLACES.items():
            places += more if audience.includes(self.person) else []
        registers = [(r.title, reverse("cases:register", args=[r.id])) for r in registers_of(self.person)]
        return [*_found(places), *registers, *_found(self._further(self.person))]

    def _further(self, person: Person) -> list[tuple[str, str]]:
        places = []
        if person.may(Capability.BE_INVITED) and not person.may(*OVERSEES):
            places.append(("Shared with you", "cases:shared"))
        if opening_steps(person.roles):
            places += [("New referral", "cases:new"), ("Your referrals", "cases:own-referrals")]
        return places

    @property
    def front(self) -> str:
        """The address to which the name of the service leads."""
        return reverse("web:home" if self.person else "web:start")

    @property
    def posts(self) -> str:
        """The posts that the person holds today, in words."""
        return "; ".join(str(post) for post in self.person.current_posts) if self.person else ""

    @property
    def policy(self) -> Pack:
        """The policy under which new cases are opened."""
        return current_pack()

    @property
    def demonstration(self) -> bool:
        """Whether everybody here is made up."""
        return bool(settings.DEMONSTRATION)


@compiled()
def _unread(asker: Asker) -> "QuerySet[Notice, int]":
    return Notice.objects.unseen().of(asker.person).values_list("pk", flat=True)[: COUNTED + 1]


def _found(places: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Titles with the addresses of the pages that they name."""
    return [(title, reverse(name)) for title, name in places]


def shell(request: HttpRequest) -> dict[str, Shell]:
    """The surroundings of the page that was asked for, as `shell` in every template; a context processor.

    One name only: Django lets what a context processor gives replace what the view gave.
    """
    user = getattr(request, "user", None)
    return {"shell": Shell(user if isinstance(user, Person) else None, request.path)}
