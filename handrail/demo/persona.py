"""The subject of a made-up referral, and what the referral says about them."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from handrail.demo import shares
from handrail.demo.data import read
from handrail.demo.names import Community, Name, draw_community, draw_name, misspelt
from handrail.policy.clock import add_months

LATEST_BIRTHDAY = 357  # days after it: no birthday falls within a week of the referral
REPEATED = 0.07
SPELT_OTHERWISE = 0.45
STREETS = (
    "Station Road",
    "Church Lane",
    "Victoria Street",
    "Mill Lane",
    "Park Avenue",
    "Queens Road",
    "The Crescent",
    "Albert Terrace",
    "Orchard Close",
    "Northgate",
    "Canal Street",
    "Windmill Rise",
    "Beech Grove",
    "Chapel Row",
)
UNUSED_IN_POSTCODES = "CIKMOV"


@dataclass(frozen=True, slots=True)
class Persona:
    """A made-up person, independent of the reason for the referral."""

    number: int
    name: Name
    community: Community
    gender: str
    band: str
    born: date
    force: str
    address: str
    town: str
    postcode: str


@dataclass(frozen=True, slots=True)
class Referred:
    """A persona as one referral describes them, and the topic of the referral."""

    persona: Persona
    called: Name
    sector: str
    concern: str
    opened: date
    repeated: bool

    @property
    def age(self) -> int:
        """The age in years at the referral."""
        born, on = self.persona.born, self.opened
        return max(0, on.year - born.year - ((on.month, on.day) < (born.month, born.day)))


def stream(seed: int, number: int, purpose: str) -> Random:
    """Return the random stream of one case for one purpose, independent of all other streams."""
    return Random(f"{seed}/{number}/{purpose}")


def persona(seed: int, number: int, opened: date) -> Persona:
    """Return the person of this number, as first referred on the day `opened`."""
    facts, naming = stream(seed, number, "person"), stream(seed, number, "name")
    gender = shares.by_published("gender").draw(facts)
    band = shares.by_published("age").draw(facts)
    force = shares.forces_by_people().draw(facts)
    town, district = facts.choice(read("councils")[force]["towns"])
    age, since_birthday = shares.draw_age(facts, band), int(facts.random() * LATEST_BIRTHDAY) + 1
    born = add_months(opened, -12 * age) - timedelta(days=since_birthday)
    community = draw_community(naming)
    return Persona(
        number=number,
        name=draw_name(naming, community, gender),
        community=community,
        gender=gender,
        band=band,
        born=born,
        force=force,
        address=f"{facts.randrange(1, 180)} {facts.choice(STREETS)}",
        town=town,
        postcode=f"{district} {facts.randrange(1, 10)}{''.join(facts.choices(UNUSED_IN_POSTCODES, k=2))}",
    )


def referred(seed: int, number: int, days: list[date]) -> Referred:
    """Return the subject of the referral of this number: a new person, or one referred before."""
    facts = stream(seed, number, "referral")
    first = _first(seed, number)
    who = persona(seed, first, days[first])
    called = who.name
    if first != number and facts.random() < SPELT_OTHERWISE:
        called = misspelt(stream(seed, number, "spelling"), who.name)
    sector = shares.sector_of_age(who.band).draw(facts)
    concern = shares.by_published("concern").draw(facts)
    return Referred(who, called, sector, concern, days[number], repeated=first != number)


def _first(seed: int, number: int) -> int:
    """Return the number of the person's first referral: `number` itself, unless it repeats an earlier one."""
    while number:
        random = stream(seed, number, "repeat")
        if random.random() >= REPEATED:
            break
        number = random.randrange(number)
    return number
