"""Whose account may be that of the person whom a case is about, by the matcher's own comparison of names.

A name is typed by somebody who may not know how it is spelt. Rather is somebody too many kept from a case
that is not about them than one too few from theirs: another named person says that it is not them.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Protocol, TypeVar

from handrail.cases.models import Case
from handrail.organisations.folding import squeezed
from handrail.organisations.models import Person
from handrail.subjects.comparable import names_in
from handrail.subjects.matching import Commonness, Known, Name, Outline, outline_of
from handrail.subjects.matching.names import Kin, Pairing, compared, kin

SURE = frozenset({Kin.SAME, Kin.SPELLING, Kin.FORM})
ALIKE = SURE | {Kin.NEAR, Kin.DISTANT, Kin.WRITTEN, Kin.INITIAL}
# Said before a name in the police. They tell nobody apart.
_RANKS = (
    "acc acting cc ch chief constable dc dcc dci dcs detective di ds dsupt insp inspector officer pc pcso ps"
    " sc special staff superintendent supt temporary"
)
RANKS = frozenset(_RANKS.split())


class Called(Protocol):
    """Whatever has a name: a person, a row of one."""

    name: str


Somebody = TypeVar("Somebody", bound=Called)


def near(one: str, other: str) -> bool:
    """Whether two whole names may be of one person: two of their words are alike, one of these surely.

    Where one of them is a single word, that word is enough. Blanks, order, accents, short forms and ranks
    make no difference.
    """
    one, other = _without_rank(one), _without_rank(other)
    left, right = _outline(one), _outline(other)
    if not left.names or not right.names:
        return False
    pairing = compared(left, right, Commonness.usual())
    return (pairing is not None and _is_near(pairing, left, right)) or _same_without_blanks(one, other)


def near_any(names: Iterable[str], people: Iterable[Somebody]) -> list[Somebody]:
    """Those of some people whose name is near to one of these names, in their own order."""
    wanted = [name for name in names if name.strip()]
    return [person for person in people if any(near(person.name, name) for name in wanted)]


def accounts_of(email: str, names: Iterable[str]) -> list[Person]:
    """The accounts that may be of somebody: with this address, or with a name near to one of these."""
    address = email.strip().lower()
    people = list(Person.objects.only("pk", "name", "email", "is_active").order_by("pk"))
    alike = {person.pk for person in near_any(names, people)}
    return [person for person in people if person.email == address or person.pk in alike]


def names_of(case: Case) -> list[str]:
    """Every name by which the person whom a case is about is known on it."""
    if case.subject is None:
        return []
    return [case.subject.name, *_whole(case.subject.known().names)]


def names_said(given: str, family: str, others: str = "") -> list[str]:
    """The names that a form said: the whole name, and what else somebody is called."""
    return _whole((Name(given, family), *(Name(family=name) for name in names_in(others))))


def _whole(names: Iterable[Name]) -> list[str]:
    return [f"{name.given} {name.family}".strip() for name in names]


def _without_rank(name: str) -> str:
    words = name.split()
    return " ".join([word for word in words if word.strip(".,").lower() not in RANKS] or words)


@lru_cache(maxsize=50_000)
def _outline(name: str) -> Outline:
    """A name ready to compare, in whole, so that words that were parted are joined."""
    return outline_of(Known(names=(Name(given=name),)))


def _is_near(pairing: Pairing, left: Outline, right: Outline) -> bool:
    found = [how for one, other in pairing.pairs if (how := kin(one, other))]
    needed = min(2, *(len(given) + len(family) for given, family in (left.names[0], right.names[0])))
    return sum(how in ALIKE for how in found) >= needed and not SURE.isdisjoint(found)


def _same_without_blanks(one: str, other: str) -> bool:
    """Whether two names differ, if at all, by a letter and by where words are parted."""
    joined = squeezed(one), squeezed(other)
    return len(one.split()) != len(other.split()) and kin(*joined) in {Kin.SAME, Kin.SPELLING}
