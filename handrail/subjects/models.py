"""Subjects: the people whom concerns are about.

Row security keeps PostgreSQL from using most indexes for a user who may not see every row. So searches by
name call database functions that return ids only.
"""

import uuid
from collections.abc import Iterable
from datetime import date
from typing import Any, ClassVar, Self

import pghistory
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.utils import timezone

from handrail.organisations.vetting import Vetting
from handrail.subjects.by_name import found_under, name_key, sort_key
from handrail.subjects.comparable import known_from
from handrail.subjects.details import Detail, DetailKind, with_first_record
from handrail.subjects.match_records import Key, Outline
from handrail.subjects.matching import Known
from handrail.subjects.possible_matches import Answer, Link, PossibleMatch
from handrail.subjects.search_notices import SearchNotice
from handrail.written.days import ages, day_in_words

__all__ = ["Answer", "Detail", "Key", "Link", "Outline", "PossibleMatch", "SearchNotice", "Subject"]


@pghistory.track(exclude=["sort_key", "found_under"])
class Subject(models.Model):
    """A person as described by one referral."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    given_name = models.CharField(max_length=200, blank=True)
    family_name = models.CharField(max_length=200, blank=True)
    date_of_birth = models.DateField(null=True, blank=True)
    born_in = models.CharField(
        max_length=7, blank=True, default="", help_text="Of a date of birth known in part: 2009-03 or 2009."
    )
    approximate_age = models.PositiveSmallIntegerField(null=True, blank=True)
    gender = models.CharField(max_length=60, blank=True)
    ethnicity = models.CharField(max_length=60, blank=True)
    address = models.TextField(blank=True)
    town = models.CharField(max_length=200, blank=True)
    postcode = models.CharField(max_length=40, blank=True)
    name_key = models.CharField(max_length=401, editable=False)
    family_key = models.CharField(max_length=200, editable=False)
    sort_key = models.CharField(max_length=401, editable=False, default="")
    found_under = models.TextField(editable=False, default="", help_text="Words for a search by name.")

    # Details about to be saved, set by the code that saves them.
    unwritten: Iterable[Detail] = ()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["name_key"], name="subject_name"),
            GinIndex(SearchVector("found_under", config="simple"), name="subject_words"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """Given and family name as written, or a description where the name is unknown."""
        return f"{self.given_name} {self.family_name}".strip() or "Name not known"

    @property
    def is_named(self) -> bool:
        """Whether any part of the name is known."""
        return bool(self.given_name.strip() or self.family_name.strip())

    @property
    def born(self) -> str:
        """The date of birth like 2009-03-27, its known part, or ""."""
        return self.date_of_birth.isoformat() if self.date_of_birth else self.born_in

    @property
    def born_about(self) -> str:
        """The known part of a partial date of birth in words: March 2009, or 2009."""
        return day_in_words(self.born_in) if self.born_in and not self.date_of_birth else ""

    @classmethod
    def described(cls, facts: dict[str, object]) -> Self:
        """An unsaved subject from the answers whose meaning is `subject.*`, keyed by field."""
        subject = cls(**facts)
        subject.fold_name()
        return subject

    def fold_name(self) -> None:
        """Set the fields by which the name is compared and found; does not save."""
        self.name_key = name_key(self.given_name, self.family_name)
        self.family_key = name_key(self.family_name)[:200]
        self.sort_key = sort_key(self.given_name, self.family_name)
        self.found_under = found_under(self.given_name, self.family_name)

    def first_details(self, record: uuid.UUID, on: date) -> list[Detail]:
        """Return the opening referral's statements about the subject as unsaved details.

        Such a row is saved only when it turns out wrong or out of date.
        """
        said: dict[DetailKind, dict[str, Any]] = {
            DetailKind.NAME: {"given": self.given_name, "family": self.family_name},
            DetailKind.DATE_OF_BIRTH: {"born": self.born},
            DetailKind.APPROXIMATE_AGE: {"age": self.approximate_age},
            DetailKind.ADDRESS: {"address": self.address, "town": self.town, "postcode": self.postcode},
        }
        return [
            # Every user who sees the name sees this, so no vetting is required.
            Detail(subject=self, record=record, number=1, level=Vetting.NONE, kind=kind, what=what, on=on)
            for kind, parts in said.items()
            if (what := {part: value for part, value in parts.items() if value not in (None, "")})
        ]

    def known(self, on: date | None = None) -> Known:
        """Return what is recorded about this person, for matching; an approximate age counts as of `on`.

        Details that are marked wrong, or marked higher than usual, are left out.
        """
        first = self.first_details(self.pk, on or timezone.localdate())
        return known_from(with_first_record(first, [*self.details.all(), *self.unwritten]), self.gender)

    def age_on(self, day: date | None = None) -> int | None:
        """Return the age in whole years on a day, by default today; approximate if no date of birth."""
        day = day or timezone.localdate()
        if self.date_of_birth is None:
            return ages(self.born_in, day)[1] if self.born_in else self.approximate_age
        born = self.date_of_birth
        return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
