"""Find accounts that may belong to the subject of a case, by the matcher's comparison of names.

A referrer may misspell a name. A colleague with a similar name is therefore kept from the case, until a
person named for the case says that it is not about them.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise
from typing import Protocol, TypeVar

from handrail.cases.models import Case
from handrail.organisations.folding import squeezed
from handrail.organisations.models import Person
from handrail.subjects.comparable import names_in
from handrail.subjects.matching import Commonness, Known, Name, Outline, outline_of
from handrail.subjects.matching.names import Kin, Pairing, compared, kin
from handrail.subjects.matching.placeholders import is_placeholder
from handrail.subjects.models import Subject

SURE = frozenset({Kin.SAME, Kin.SPELLING, Kin.FORM})
ALIKE = SURE | {Kin.NEAR, Kin.DISTANT, Kin.WRITTEN, Kin.INITIAL}
# Police ranks written before a name. They do not help to tell people apart.
_RANKS = (
    "a acc act acting assistant asst cc cdr ch chief ci cmdr commander const constable dac dc dcc dci dcs dep"
    " deputy det detective di ds dsupt ex former insp inspector ofc offr officer pc pcso ps sc special staff"
    " superintendent supt t temp temporary tmp"
)
RANKS = frozenset(_RANKS.split())
# One letter could also be an initial, so these count as ranks only beside another: “T/DI”, “A/Insp”.
_SHORT_RANKS = frozenset("at")
_INITIALS = re.compile(r"[A-Z]{2,3}|(?:[A-Za-z]\.){2,3}|(?:[A-Za-z]\.){1,2}[A-Za-z]")
_ADDRESS = re.compile(r"[^\s@,;<>()]+@[^\s@,;<>()]+")
_PARTS = re.compile(r"[./\\-]")


class Called(Protocol):
    """Anything with a name: a person, or a row about one."""

    name: str


Somebody = TypeVar("Somebody", bound=Called)


def near(one: str, other: str) -> bool:
    """Return whether two full names may belong to one person: two words are alike, one of them surely.

    Where either name is one word, one word alike is enough. Spaces, order, accents, short forms and ranks
    make no difference.
    """
    return any(
        _are_near(left, right)
        for left in _readings(_without_rank(one))
        for right in _readings(_without_rank(other))
    )


def _are_near(one: str, other: str) -> bool:
    left, right = _outline(one), _outline(other)
    if not left.names or not right.names:
        return False
    pairing = compared(left, right, Commonness.usual())
    return (pairing is not None and _is_near(pairing, left, right)) or _same_without_blanks(one, other)


def near_any(names: Iterable[str], people: Iterable[Somebody]) -> list[Somebody]:
    """Return the people whose name is near to any of `names`, in the order given."""
    wanted = [name for name in names if name.strip()]
    return [person for person in people if any(near(person.name, name) for name in wanted)]


def accounts_of(email: str, names: Iterable[str]) -> list[Person]:
    """Return accounts whose address is in the text `email`, or whose name is near to one of `names`."""
    return Accounts(Person.objects.only("pk", "name", "email", "is_active").order_by("pk")).of(email, names)


class Accounts:
    """Accounts indexed by the words of their names, for comparing many people with all of them quickly."""

    def __init__(self, people: Iterable[Person]) -> None:
        """Index these accounts. Results of `of` keep their order."""
        self._people = list(people)
        self._under: dict[str, set[int]] = {}
        for place, person in enumerate(self._people):
            for word in _words(person.name):
                self._under.setdefault(word, set()).add(place)

    def of(self, email: str, names: Iterable[str]) -> list[Person]:
        """Return accounts whose address is in the text `email`, or whose name is near to one of `names`."""
        addresses = {mailbox(address) for address in _ADDRESS.findall(email)}
        wanted = [name for name in names if name.strip()]
        alike = {person.pk for person in near_any(wanted, self._with_a_sure_word(wanted))}
        return [
            person
            for person in self._people
            if person.pk in alike or (addresses and mailbox(person.email) in addresses)
        ]

    def _with_a_sure_word(self, names: Iterable[str]) -> list[Person]:
        """Return accounts with a word surely equal to one of `names`; `near` requires one."""
        words = {word for name in names for word in _words(name)}
        under = [there for word, there in self._under.items() if any(kin(word, one) in SURE for one in words)]
        return [self._people[place] for place in sorted({place for there in under for place in there})]


@lru_cache(maxsize=50_000)
def _words(name: str) -> frozenset[str]:
    """Return the index words of a name: words, pairs of neighbours joined, and all without spaces."""
    found = set()
    for reading in _readings(_without_rank(name)):
        found.add(squeezed(reading))
        for given, family in _outline(reading).names:
            found |= {*given, *family}
            found |= {one + other for words in (given, family) for one, other in pairwise(words)}
    return frozenset(found - {""})


def mailbox(address: str) -> str:
    """Return an email address as the mailbox it reaches: lower case, without anything after a plus."""
    local, at, domain = address.strip().strip(".").lower().rpartition("@")
    return f"{local.partition('+')[0]}{at}{domain}"


def may_be_of(case: Case, people: Iterable[Person]) -> list[Person]:
    """Return the people who may be the subject of a case, by name or a known email address."""
    subject = _subject_of(case)
    if subject is None:
        return []
    known = subject.known()
    addresses = {mailbox(address) for address in known.emails}
    among = list(people)
    alike = {person.pk for person in near_any([subject.name, *_whole(known.names)], among)}
    return [person for person in among if person.pk in alike or mailbox(person.email) in addresses - {""}]


def names_of(case: Case) -> list[str]:
    """Return every name of the subject of a case; empty where the user's vetting is too low to read it."""
    subject = _subject_of(case)
    return [subject.name, *_whole(subject.known().names)] if subject else []


def _subject_of(case: Case) -> Subject | None:
    """Return the subject of a case; None where the user's vetting is too low to see them.

    A page that shows a case in part clears `case.subject`, so the database is asked again here.
    """
    if case._state.fields_cache.get("subject"):
        return case.subject
    return Subject.objects.filter(cases=case.pk).first()


def names_said(given: str, family: str, others: str = "") -> list[str]:
    """Return the names given on a form: the full name, then any other names."""
    return _whole((Name(given, family), *(Name(family=name) for name in names_in(others))))


def _whole(names: Iterable[Name]) -> list[str]:
    return [f"{name.given} {name.family}".strip() for name in names]


def _without_rank(name: str) -> str:
    """Return a name without ranks, numbers and placeholders; unchanged where nothing would be left."""
    words = name.split()
    return " ".join([word for word in words if not _is_no_name(word)] or words)


def _is_no_name(word: str) -> bool:
    """Return whether a word is a rank, ranks joined (“T/DI”), a number or a placeholder."""
    parts = [part for part in _PARTS.split(word.strip(",()").lower()) if part]
    if any(letter.isdigit() for letter in word):
        return True
    ranks = [part for part in parts if part in RANKS]
    is_rank = bool(ranks) and len(ranks) == len(parts) and not _SHORT_RANKS.issuperset(ranks)
    return is_rank or is_placeholder(word)


def _readings(name: str) -> list[str]:
    """Return a name as written and, where it has initials in one word (“DJ”), with the initials apart."""
    words = name.split()
    parted = [" ".join(word.replace(".", "")) if _INITIALS.fullmatch(word) else word for word in words]
    return [name] if parted == words else [name, " ".join(parted)]


@lru_cache(maxsize=50_000)
def _outline(name: str) -> Outline:
    """Return the match record of one name, as the matcher compares it."""
    return outline_of(Known(names=(Name(given=name),)))


def _is_near(pairing: Pairing, left: Outline, right: Outline) -> bool:
    found = [how for one, other in pairing.pairs if (how := kin(one, other))]
    needed = min(2, *(len(given) + len(family) for given, family in (left.names[0], right.names[0])))
    return sum(how in ALIKE for how in found) >= needed and not SURE.isdisjoint(found)


def _same_without_blanks(one: str, other: str) -> bool:
    """Return whether two names differ only by spaces and at most a spelling."""
    joined = squeezed(one), squeezed(other)
    return len(one.split()) != len(other.split()) and kin(*joined) in {Kin.SAME, Kin.SPELLING}
