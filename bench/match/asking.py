"""What is asked, what is right, and what comes back."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from bench.people.errors import Asked
from bench.people.population import TODAY
from handrail.subjects.matching import Known, Name, Outline, Place, outline_of

SHOWN = 10  # how many are looked at
AGE_SLACK = 2  # years that an approximate age may be wrong by


class Near(NamedTuple):
    """Somebody who was found, and how strongly."""

    person: str
    weight: float


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked for and who it truly is: nobody, one, or every record of one person.

    `itself` is the record that asks where people are asked for among themselves; it is no answer.
    """

    asked: Asked
    true: frozenset[str]
    origin: str = ""
    error: str = ""
    circumstance: str = ""
    itself: str = ""


@dataclass(frozen=True, slots=True)
class Task:
    """People, given anew each time they are read, and the questions about them.

    `examples` are records with whose they are, of some people twice or oftener: for methods that learn.
    """

    name: str
    people: Callable[[], Iterator[tuple[str, Asked]]]
    questions: Sequence[Question]
    size: int
    examples: Sequence[tuple[str, Asked]] = ()


class Method(Protocol):
    """A way to find people."""

    name: str

    def near(self, asked: Asked) -> list[Near]:
        """The likest, best first."""


def outline(asked: Asked) -> Outline:
    """A row, ready to compare."""
    return outline_of(known_of(asked))


def known_of(asked: Asked) -> Known:
    """What a row says of somebody."""
    age = int(asked.age) if asked.age else None
    year = TODAY.year
    return Known(
        names=(Name(asked.given_name, asked.family_name),),
        births=(asked.date_of_birth,),
        born_between=None if age is None else (year - age - AGE_SLACK - 1, year - age + AGE_SLACK),
        gender=asked.gender,
        places=(Place(asked.address, asked.town, asked.postcode),),
        telephones=(asked.telephone,),
        emails=(asked.email,),
    )
