"""The people of the demonstration: at least one for every role, in every force."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.utils.text import slugify

from handrail.demo.data import read
from handrail.demo.names import Name, draw_community, draw_name, folded
from handrail.organisations.models import Kind, Organisation, Person, Post
from handrail.organisations.roles import Role
from handrail.organisations.vetting import Vetting
from handrail.policy.clock import add_months

DOMAIN = "demo.handrail.example"
IN_POST_FOR = 4  # years
PEOPLE_PER_OFFICER = 700  # thousand inhabitants

IN_A_FORCE: dict[Kind, tuple[Role, ...]] = {
    Kind.PREVENT_TEAM: (Role.PREVENT_SUPERVISOR, Role.CHANNEL_PRACTITIONER),
    Kind.FIMU: (Role.FIMU_OFFICER,),
    Kind.MASH: (Role.MASH_OFFICER,),
    Kind.FORCE: (
        Role.CONTROL_ROOM_OPERATOR,
        Role.SPOC,
        Role.FORCE_STRATEGIC_LEAD,
        Role.CHIEF_OFFICER_LEAD,
        Role.PROFESSIONAL_STANDARDS,
    ),
    Kind.COUNCIL: (Role.PANEL_CHAIR, Role.PANEL_MEMBER),
    Kind.PARTNER: (Role.REFERRER,),
    Kind.REGION: (Role.REGIONAL_COORDINATOR, Role.INTERVENTION_PROVIDER),
    Kind.NATION: (
        Role.NATIONAL_ASSURANCE,
        Role.ANALYST,
        Role.INSPECTOR,
        Role.DATA_PROTECTION_OFFICER,
        Role.ADMINISTRATOR,
    ),
}
# Each from a random stream of its own, so that all other people stay as they were.
HIRED_LATER = {
    "vetting units": (Kind.FORCE, Role.VETTING_OFFICER),
    "partners in a MASH": (Kind.MASH, Role.MASH_PARTNER),
    "disruption teams": (Kind.REGION, Role.REGIONAL_DISRUPTION_OFFICER),
}
INSPECTING_FOR = timedelta(days=180)  # after the start of the two years
VETTED_FOR = 7  # years
VETTED = {
    Role.REFERRER: Vetting.BASELINE,
    Role.SPOC: Vetting.BASELINE,
    Role.PANEL_CHAIR: Vetting.PARTNER,
    Role.PANEL_MEMBER: Vetting.PARTNER,
    Role.INTERVENTION_PROVIDER: Vetting.PARTNER,
    Role.MASH_PARTNER: Vetting.PARTNER,
    Role.FIMU_OFFICER: Vetting.MANAGEMENT,
}
LEADS = {
    Kind.PREVENT_TEAM: Role.PREVENT_SUPERVISOR,
    Kind.FIMU: Role.FIMU_OFFICER,
    Kind.MASH: Role.MASH_OFFICER,
}
WITHOUT_LEAD = "cumbria-prevent-team"


@dataclass(slots=True)
class Hiring:
    """Makes people with posts, reproducible for a seed."""

    random: Random
    since: date
    addresses: set[str]

    def hire(self, organisation: Organisation, role: Role) -> Post:
        """Return a new person in a new post, both unsaved."""
        name = draw_name(self.random, draw_community(self.random), self.random.choice(("female", "male")))
        person = Person(
            id=UUID(int=self.random.getrandbits(128), version=4),
            name=str(name),
            email=self._address(name, organisation),
            password=make_password(None),
        )
        return Post(
            person=person,
            organisation=organisation,
            role=role,
            since=self.since,
            until=add_months(self.since, 12 * IN_POST_FOR) + INSPECTING_FOR
            if role is Role.INSPECTOR
            else None,
            vetting=VETTED.get(role, Vetting.POLICE),
            vetted_until=add_months(self.since, 12 * VETTED_FOR),
        )

    def _address(self, name: Name, organisation: Organisation) -> str:
        # A name in another script has no ASCII letters; the address is then made of the role only.
        plain = slugify(folded(str(name))).replace("-", ".") or "colleague"
        number = 1
        while (
            address := f"{plain}{number if number > 1 else ''}.{area(organisation)}@{DOMAIN}"
        ) in self.addresses:
            number += 1
        self.addresses.add(address)
        return address


def area(organisation: Organisation) -> str:
    """Return the part of an e-mail address for an organisation's force, region or nation."""
    in_force = organisation.kind in {Kind.PREVENT_TEAM, Kind.FIMU, Kind.MASH, Kind.COUNCIL, Kind.PARTNER}
    parent = organisation.parent
    return parent.slug if in_force and parent else organisation.slug


def hire_everybody(random: Random, since: date) -> list[Post]:
    """Create a person for every role of every organisation, and set the leads of teams."""
    hiring = Hiring(random, add_months(since, -12 * IN_POST_FOR), set())
    organisations = list(Organisation.objects.select_related("parent").order_by("slug"))
    posts = [
        hiring.hire(organisation, role) for organisation in organisations for role in _roles(organisation)
    ]
    for stream, (kind, role) in HIRED_LATER.items():
        hiring.random = Random(stream)
        posts += [
            hiring.hire(organisation, role) for organisation in organisations if organisation.kind == kind
        ]
    Person.objects.bulk_create([post.person for post in posts])
    Post.objects.bulk_create(posts)
    _put_under_leads(organisations, posts)
    return posts


def _roles(organisation: Organisation) -> Iterator[Role]:
    if organisation.kind == Kind.PREVENT_TEAM and organisation.parent:
        served = read("councils")[organisation.parent.slug]["people"]
        for _ in range(max(2, served // PEOPLE_PER_OFFICER)):
            yield Role.PREVENT_OFFICER
    yield from IN_A_FORCE[Kind(organisation.kind)]


def _put_under_leads(organisations: list[Organisation], posts: list[Post]) -> None:
    """Make the first supervisor or officer of each team its lead; leave one team without, as if vacant."""
    for organisation in organisations:
        role = LEADS.get(Kind(organisation.kind))
        if role is None or organisation.slug == WITHOUT_LEAD:
            continue
        organisation.lead = next(
            p.person for p in posts if p.organisation_id == organisation.id and p.role == role
        )
        organisation.save(update_fields=["lead"])
