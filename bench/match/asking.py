"""The questions of the bench, their right answers, and the results of a method."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from bench.people.errors import Asked
from bench.people.population import TODAY
from handrail.subjects.matching import Known, Name, Outline, Place, outline_of

SHOWN = 10  # results that a user looks at
AGE_SLACK = 2  # years by which an approximate age may be wrong


class Near(NamedTuple):
    """A person found, and how strongly."""

    person: str
    weight: float


@dataclass(frozen=True, slots=True)
class Question:
    """A query and its true answer: nobody, one record, or every record of one person.

    `itself` is the record that is the query, where records are searched among themselves; it is no answer.
    """

    asked: Asked
    true: frozenset[str]
    origin: str = ""
    error: str = ""
    circumstance: str = ""
    itself: str = ""


@dataclass(frozen=True, slots=True)
class Task:
    """People, iterable any number of times, and the questions about them.

    `examples` are labelled records, several for some people, for methods that learn.
    """

    name: str
    people: Callable[[], Iterator[tuple[str, Asked]]]
    questions: Sequence[Question]
    size: int
    examples: Sequence[tuple[str, Asked]] = ()


class Method(Protocol):
    """A method of finding people."""

    name: str

    def near(self, asked: Asked) -> list[Near]:
        """Return the most alike people, best first."""


def outline(asked: Asked) -> Outline:
    """Return a row in comparable form."""
    return outline_of(known_of(asked))


def known_of(asked: Asked) -> Known:
    """Return the known details of the person in a row."""
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
