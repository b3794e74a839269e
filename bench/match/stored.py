"""The live method as it serves a page: in PostgreSQL, under row security, in the web's role.

Every record belongs to one force. For a user of that force all records are read and compared; for a user of
another force they are pointers, scored by the agreeing keys alone.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import islice
from typing import Any
from uuid import UUID, uuid4

from django.db import connection, models
from django.utils import timezone

from bench.match.asking import SHOWN, Near, Task, known_of, outline
from bench.people.errors import Asked
from bench.scratch import raw, settle
from handrail.cases.models import Case
from handrail.cases.person.matches import intake
from handrail.config.tests.asking import as_the_web
from handrail.demo.load import load_demonstration
from handrail.organisations.models import Organisation, Person, Post
from handrail.organisations.roles import Role
from handrail.records.packs import current_pack
from handrail.subjects.finding import Candidate, Pointer
from handrail.subjects.match_records import IndexReason, Key, Outline
from handrail.subjects.matching import keys_of
from handrail.subjects.models import Subject

BATCH = 5_000


class Stored:
    """People on record, each in a case of one force."""

    name = "live, PostgreSQL"

    def __init__(self, task: Task) -> None:
        load_demonstration(0)
        forces = Organisation.objects.forces().order_by("name")
        self.reader, self.other = (officer(force) for force in forces[:2])
        self.ids: list[str] = []
        rest = iter(task.people())
        while batch := list(islice(rest, BATCH)):
            self._take_in(batch, forces[0])
        settle()

    def _take_in(self, people: Sequence[tuple[str, Asked]], force: Organisation) -> None:
        """Insert people directly into the tables."""
        subjects = [subject(known, len(self.ids) + at) for at, (_, known) in enumerate(people)]
        self.ids += [person for person, _ in people]
        outlines = [
            Outline(
                subject=one,
                packed=(made := outline(known)).packed(),
                keys=sorted(keys_of(made)),
                because=IndexReason.BULK,
                looked_at=timezone.now(),
            )
            for one, (_, known) in zip(subjects, people, strict=True)
        ]
        copy(Subject, subjects)
        copy(Case, (case(one, force) for one in subjects))
        copy(Outline, outlines)
        copy(Key, (Key(key=key, subject_id=each.pk) for each in outlines for key in each.keys))

    def near(self, asked: Asked) -> list[Near]:
        """Return the most alike people that this reader finds, best first."""
        with as_the_web(self.reader):
            found = intake.near(known_of(asked), self.reader)
        every: list[Candidate | Pointer] = [*found.candidates, *found.pointers]
        likest = sorted(every, key=lambda one: -one.likeness.weight)
        return [Near(self._id(intake.subject_of(one)), one.likeness.weight) for one in likest[: SHOWN + 1]]

    def _id(self, subject: UUID) -> str:
        return self.ids[subject.int - 1]

    def elsewhere(self) -> "Stored":
        """Return this method as used by a user of another force."""
        other: Stored = object.__new__(Stored)
        other.name, other.ids, other.reader, other.other = "as pointers", self.ids, self.other, self.reader
        return other


def officer(force: Organisation) -> Person:
    """Return a person who works in a force."""
    post = Post.objects.filter(role=Role.PREVENT_OFFICER, organisation__parent=force).order_by("pk")[0]
    return Person.objects.get(pk=post.person_id)


def subject(known: Asked, number: int) -> Subject:
    """Return a saved subject for the person of a row."""
    return Subject(
        pk=UUID(int=number + 1),
        given_name=known.given_name,
        family_name=known.family_name,
        date_of_birth=date.fromisoformat(known.date_of_birth) if known.date_of_birth else None,
        gender=known.gender,
        address=known.address,
        town=known.town,
        postcode=known.postcode,
    )


def case(about: Subject, force: Organisation) -> Case:
    """Return a new case about a subject."""
    today = timezone.localdate()
    return Case(
        id=uuid4(),
        reference=f"B-{about.pk.int:09}",
        subject=about,
        force=force,
        pack_id=current_pack().id,
        stage_id=current_pack().stages[0].id,
        stage_since=today,
        opened_on=today,
    )


def copy(model: type[models.Model], objects: Iterable[models.Model]) -> None:
    """Insert objects into their table by COPY."""
    fields = list(model._meta.local_concrete_fields)
    names = ", ".join(f'"{field.column}"' for field in fields)
    with raw().cursor() as cursor, cursor.copy(f'COPY "{model._meta.db_table}" ({names}) FROM STDIN') as rows:
        for values in _values(fields, objects):
            rows.write_row(values)


def _values(
    fields: "Sequence[models.Field[Any, Any]]", objects: Iterable[models.Model]
) -> Iterator[list[Any]]:
    for one in objects:
        yield [field.get_db_prep_save(field.pre_save(one, add=True), connection) for field in fields]
