"""Households and the people in them: families, twins, three generations of one name, hostels, halls."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from bench.people.naming import Named, named
from bench.people.origins import Origin, origin_sums, origins
from bench.people.places import Place, house, place, street
from handrail.policy.clock import add_months

TODAY = date(2025, 6, 30)
BLOCK = 500  # households drawn from one random stream
ALONE, COUPLE, PARENT, SIBLING, TWIN = "alone", "couple", "parent", "sibling", "twin"
GENERATION, NAMESAKE, HOSTEL, HALLS = "generation", "namesake", "hostel", "halls"
HARD = (SIBLING, TWIN, GENERATION, NAMESAKE, HOSTEL, HALLS)
UNRECORDED = {
    SIBLING: 0.03,
    TWIN: 0.15,
    GENERATION: 0.15,
    NAMESAKE: 0.15,
    HOSTEL: 0.05,
    HALLS: 0.05,
    ALONE: 0.02,
}


@dataclass(slots=True)
class Person:
    """A person; `recorded` is false for people who are on no record."""

    name: Named
    origin: Origin
    circumstance: str
    birth: date
    gender: str
    town: int
    place: Place
    telephone: str
    email: str
    recorded: bool = True
    number: int = 0


def population(size: int, seed: int) -> Iterator[Person]:
    """Yield people by household until `size` of them are recorded, with unrecorded people between."""
    number, block = 0, 0
    while True:
        for person in _block(Random(seed * 1_000_003 + block)):
            if person.recorded:
                person.number = number
                number += 1
            yield person
            if number == size:
                return
        block += 1


def _block(random: Random) -> Iterator[Person]:
    for _ in range(BLOCK):
        make = random.choices(MAKERS, MAKER_WEIGHTS)[0]
        for person in make(Household(random)):
            person.recorded = random.random() >= UNRECORDED.get(person.circumstance, 0.0)
            yield person


class Household:
    """People at one address, being made."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.origin = random.choices(origins(), cum_weights=origin_sums())[0]
        self.street = street(random)
        self.place = place(self.street, house(random))
        self.landline = f"01{random.randrange(10**9):09}" if random.random() < 0.25 else ""

    def person(self, circumstance: str, name: Named, gender: str, birth: date) -> Person:
        """Return a person who lives here."""
        return Person(
            name, self.origin, circumstance, birth, gender, self.street[0], self.place, self._telephone(),
            self._email(name, birth),
        )  # fmt: skip

    def born(self, youngest: int, oldest: int) -> date:
        """Return a date of birth for an age between the two; 1 January for some, by origin."""
        years, part = divmod(self.random.uniform(youngest, oldest + 1), 1)
        birth = add_months(TODAY, -12 * int(years)) - timedelta(days=int(part * 365))  # calendar years
        return birth.replace(month=1, day=1) if self.random.random() < self.origin.january else birth

    def gender(self) -> str:
        """Return male or female; among referred people more are male."""
        return "male" if self.random.random() < 0.6 else "female"

    def named(self, gender: str, father: Named | None = None, line: int = -1) -> Named:
        """Return a name of the household's origin."""
        return named(self.random, self.origin, gender, father, line)

    def _telephone(self) -> str:
        chance = self.random.random()
        return (
            f"07{self.random.randrange(10**9):09}" if chance < 0.5 else self.landline if chance < 0.6 else ""
        )

    def _email(self, name: Named, birth: date) -> str:
        if self.random.random() > 0.3:
            return ""
        parts = (name.given[0].text, name.family[-1].text if name.family else "", str(birth.year)[2:])
        kept = "".join(letter for letter in ".".join(parts).casefold() if letter.isalnum() or letter == ".")
        host = self.random.choice(("mail", "post", "inbox"))
        return f"{kept}{self.random.choice(('', '1', 'x', '99'))}@{host}.example"


def _alone(home: Household) -> Iterator[Person]:
    gender = home.gender()
    yield home.person(ALONE, home.named(gender), gender, home.born(16, 85))


def _couple(home: Household) -> Iterator[Person]:
    one = home.named("male")
    age = home.random.randint(20, 80)
    yield home.person(COUPLE, one, "male", home.born(age, age + 3))
    yield home.person(COUPLE, home.named("female", line=one.line), "female", home.born(age - 3, age + 2))


def _family(home: Household) -> Iterator[Person]:
    """Yield parents and children a few years apart, sometimes with twins."""
    father, eldest = home.named("male"), home.random.randint(1, 30)
    if home.random.random() < 0.75:
        yield home.person(PARENT, father, "male", home.born(eldest + 20, eldest + 40))
    if home.random.random() < 0.9:
        mother = home.named("female", line=father.line if home.random.random() < 0.7 else -1)
        yield home.person(PARENT, mother, "female", home.born(eldest + 18, eldest + 36))
    age = eldest
    for _ in range(home.random.choices((1, 2, 3, 4, 5), (30, 36, 20, 9, 5))[0]):
        if age < 0:
            return
        yield from _children(home, father, home.born(age, age), twins=home.random.random() < 0.05)
        age -= home.random.randint(1, 4)


def _children(home: Household, father: Named, birth: date, *, twins: bool) -> Iterator[Person]:
    gender = home.gender()
    yield home.person(TWIN if twins else SIBLING, home.named(gender, father), gender, birth)
    if twins:
        other = gender if home.random.random() < 0.65 else home.gender()
        yield home.person(TWIN, home.named(other, father), other, birth)


def _generations(home: Household) -> Iterator[Person]:
    """Yield grandfather, father and son of one name at one address."""
    name, age = home.named("male"), home.random.randint(5, 30)
    for _ in range(3):
        yield home.person(GENERATION, name, "male", home.born(age, age + 4))
        age += home.random.randint(22, 32)


def _namesakes(home: Household) -> Iterator[Person]:
    """Yield two unrelated people of one name, a few doors apart."""
    gender = home.gender()
    name = home.named(gender)
    for _ in range(2):
        home.place = place(home.street, house(home.random))
        yield home.person(NAMESAKE, name, gender, home.born(16, 60))


def _hostel(home: Household) -> Iterator[Person]:
    """Yield forty people of any origin at one address, many with an unknown birthday."""
    yield from _many(home, HOSTEL, 40, home.place.address, (18, 45))


def _halls(home: Household) -> Iterator[Person]:
    """Yield a hundred and twenty students in rooms of one building."""
    yield from _many(home, HALLS, 120, f"Room {{room}}, Halls of Residence, {home.place.address}", (18, 22))


def _many(home: Household, kind: str, count: int, address: str, ages: tuple[int, int]) -> Iterator[Person]:
    at, sums = home.place, origin_sums()
    for room in range(1, count + 1):
        home.origin = home.random.choices(origins(), cum_weights=sums)[0]
        home.place = at._replace(address=address.format(room=room))
        gender = home.gender()
        yield home.person(kind, home.named(gender), gender, home.born(*ages))


MAKERS: tuple[Callable[[Household], Iterator[Person]], ...] = (
    _alone, _couple, _family, _generations, _namesakes, _hostel, _halls,
)  # fmt: skip
MAKER_WEIGHTS = (27, 15, 52, 1.5, 2, 0.1, 0.05)
