"""Find records that may be of one person, in every force.

Records that the user may read are compared fact by fact. For others the user gets a likelihood and a
contact, and no more. The database leaves out records that the user must not know of before anything reaches
this process.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from handrail.organisations.models import Organisation, Person
from handrail.subjects import matching
from handrail.subjects.counting import commonness
from handrail.subjects.match_record_actions import opened_on
from handrail.subjects.match_records import Outline
from handrail.subjects.matching import Known, Likeness, Strength
from handrail.subjects.matching.keys import FEW
from handrail.subjects.models import Subject

MOST = 100
NEAR = "SELECT subject, agreeing, capped FROM subjects_near(%s, %s, %s)"
NEAR_ANY = "SELECT place, subject FROM subjects_near_any(%s, %s)"
Each = TypeVar("Each", "Candidate", "Pointer")
POINTERS = "SELECT subject, force, owner FROM subjects_pointers(%s)"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A record that the user may see, and its likeness."""

    subject: Subject
    likeness: Likeness


@dataclass(frozen=True, slots=True)
class Near:
    """The id of a subject and its likeness, for bulk work that shows nobody's details."""

    subject: UUID
    weight: float
    strength: Strength


@dataclass(frozen=True, slots=True)
class Pointer:
    """A record that the user may not see: its likelihood, the force that holds it, and the contact."""

    subject_id: UUID
    likeness: Likeness
    force: Organisation
    owner: Person | None

    @property
    def call(self) -> str:
        """The contact in words."""
        if self.owner:
            return f"{self.owner.name}, {self.force.name} ({self.owner.email})"
        return f"the Prevent team of {self.force.name}"


@dataclass(frozen=True, slots=True)
class Found:
    """The possible matches, the most alike first.

    `capped`: not every record with a matching key was compared, so others may be alike.
    """

    candidates: Sequence[Candidate] = ()
    pointers: Sequence[Pointer] = ()
    capped: bool = False

    def strong(self) -> list[Candidate | Pointer]:
        """Return the matches that a user has to answer."""
        return self._of(Strength.STRONG)

    def possible(self) -> list[Candidate | Pointer]:
        """Return the matches that a user may want to look at."""
        return self._of(Strength.POSSIBLE)

    def _of(self, strength: Strength) -> list[Candidate | Pointer]:
        every: list[Candidate | Pointer] = [*self.candidates, *self.pointers]
        fit = (each for each in every if each.likeness.strength is strength)
        return sorted(fit, key=lambda each: -each.likeness.weight)


@dataclass(slots=True)
class _Asked:
    """The person searched for, and the agreeing keys of each record found so far."""

    outline: matching.Outline
    held: Collection[int]
    hits: dict[UUID, frozenset[int]] = field(default_factory=dict)
    capped: bool = False


def near(
    whom: Subject | Known, readable: QuerySet[Subject], *, except_for: Collection[UUID] = (), most: int = MOST
) -> Found:
    """Return records that may be of the person `whom`; `readable` are subjects the user reads in full.

    The statements do not depend on what is found, except for a second search where few records match.
    """
    known = whom.known(opened_on([whom]).get(whom.pk)) if isinstance(whom, Subject) else whom
    own = {whom.pk} if isinstance(whom, Subject) else set()
    outline = matching.outline_of(known)
    *rungs, last = matching.rungs_of(outline)
    asked = _Asked(outline, matching.keys_of(outline).union(*rungs, last))
    _look(asked, frozenset().union(*rungs), most, {*own, *except_for})
    if len(asked.hits) < FEW:
        _look(asked, last, most, {*own, *except_for})
    return _compared(asked, readable)


@dataclass(frozen=True, slots=True)
class NearOne:
    """The possible matches of one subject, the most alike first, for bulk work.

    `capped`: there may be records with a matching key that were not compared.
    """

    near: list[Near]
    capped: bool


def near_any(subjects: Sequence[Subject], *, most: int = MOST) -> list[NearOne]:
    """Return the possible matches of each subject, in the order of `subjects`.

    Weak matches are left out. For the worker, which sees every row: the number of statements does not grow
    with the number of subjects.
    """
    since = opened_on(subjects)
    outlines = [matching.outline_of(subject.known(since.get(subject.pk))) for subject in subjects]
    hits: list[set[UUID]] = [set() for _ in subjects]
    with connection.cursor() as cursor:
        cursor.execute(NEAR_ANY, [json.dumps([*_rungs(outlines)]), most])
        for place, subject in cursor.fetchall():
            hits[place].add(subject)
    packed = Outline.objects.filter(pk__in=set().union(*hits)).values_list("pk", "packed")
    others = {pk: matching.Outline.unpacked(text) for pk, text in packed}
    return [
        NearOne(
            _weighed(outline, {pk: others[pk] for pk in near if pk in others and pk != subject.pk}),
            capped=len(near) >= most,  # a search that was cut found at least so many
        )
        for subject, outline, near in zip(subjects, outlines, hits, strict=True)
    ]


def _rungs(outlines: Iterable[matching.Outline]) -> Iterator[dict[str, Any]]:
    """Yield the search keys: each rung of each outline by itself."""
    for place, outline in enumerate(outlines):
        for rung, keys in enumerate(matching.rungs_of(outline)):
            yield {"place": place, "rung": rung, "keys": list(keys)}


def _weighed(outline: matching.Outline, others: Mapping[UUID, matching.Outline]) -> list[Near]:
    """Return the outlines that are alike enough to look at, the most alike first."""
    weights = ((pk, matching.weight(outline, other, commonness())) for pk, other in others.items())
    near = (Near(pk, weight, matching.strength_of(weight)) for pk, weight in weights)
    return sorted((one for one in near if one.strength is not Strength.WEAK), key=lambda one: -one.weight)


def compared(known: Known, subjects: Iterable[Subject]) -> dict[UUID, Likeness]:
    """Return the likeness of each subject whose outline is loaded and visible to the user."""
    outline = matching.outline_of(known)
    return {each.pk: _like(outline, each.outline) for each in subjects if hasattr(each, "outline")}


def _look(asked: _Asked, keys: Iterable[int], most: int, own: Collection[UUID]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(NEAR, [sorted(keys), sorted(asked.held), most])
        for subject, agreeing, capped in cursor.fetchall():
            asked.capped = asked.capped or capped
            if subject not in own:
                asked.hits[subject] = frozenset(agreeing)


def _compared(asked: _Asked, readable: QuerySet[Subject]) -> Found:
    outlines = Outline.objects.filter(pk__in=list(asked.hits), subject__in=readable)
    candidates = [
        Candidate(kept.subject, _like(asked.outline, kept)) for kept in outlines.select_related("subject")
    ]
    seen = {candidate.subject.pk for candidate in candidates}
    others = {subject: hits for subject, hits in asked.hits.items() if subject not in seen}
    return Found(_best(candidates), _best(pointers(asked.outline, others)), asked.capped)


def pointers(outline: matching.Outline, hits: dict[UUID, frozenset[int]]) -> list[Pointer]:
    """Return pointers to records that the user may not see, weighed by the keys that agree."""
    with connection.cursor() as cursor:
        cursor.execute(POINTERS, [list(hits)])
        rows = cursor.fetchall()
    forces = Organisation.objects.in_bulk({force for _, force, _ in rows})
    owners = Person.objects.in_bulk({owner for _, _, owner in rows if owner})
    counted = commonness()
    return [
        Pointer(subject, matching.pointed(outline, hits[subject], counted), forces[force], owners.get(owner))
        for subject, force, owner in rows
    ]


def _like(outline: matching.Outline, kept: Outline) -> Likeness:
    return matching.compare(outline, matching.Outline.unpacked(kept.packed), commonness())


def _best(found: Iterable[Each]) -> list[Each]:
    return sorted(found, key=lambda each: -each.likeness.weight)
