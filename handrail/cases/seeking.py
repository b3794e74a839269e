"""Looking for a person by anything that is known of them: what was typed, and what is found by it.

Whatever is typed is useful or is said not to have been; nothing of it is an error.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from handrail.cases.likeness.looking import near
from handrail.cases.likeness.showing import cases_about
from handrail.cases.models import Case
from handrail.organisations.models import Person
from handrail.policy.schema import Kind, Question
from handrail.subjects.comparable import AGE_IS_OUT, names_in, online_in
from handrail.subjects.finding import Candidate, Pointer
from handrail.subjects.matching import Known, Name, Place, Strength, outline_of
from handrail.subjects.sought import pointed_to
from handrail.written.days import day_within

MOST_SHOWN = 25
MOST_POINTERS = 10  # owners elsewhere who are told of one search
POINTED_FROM = 9.0  # more than that one name sounds the same
OLDEST = 120
CAPPED = (
    "So many records are near to this that some may be missing. Give more, such as a whole date of birth."
)
TOO_MANY = (
    "More records elsewhere are somewhat like this than their owners can be asked about: those are not shown."
    " Give more, such as a whole date of birth."
)
TOO_LITTLE = (
    "There is too little here to look for. Give a name, a whole date of birth, or a way to reach them."
)
NOT_A_DATE = "The date of birth could not be understood, so it was not used. Write it like 27 3 2009."
NOT_AN_AGE = "The age could not be understood, so it was not used. Write it in years, like 15."
NOT_ALL = "Not everything was used: at most 8 of each are looked for at a time."
AGE_ALONE = "An age alone finds nobody, so it only counts beside something else."


def _text(name: str, label: str, hint: str = "", longest: int = 200) -> Question:
    return Question(
        id=name,
        kind=Kind.TEXT,
        label=label,
        hint=hint,
        required=False,
        max_length=longest,
        autocomplete="off",
    )


QUESTIONS: Sequence[Question] = (
    _text("name", "Name", "In any order, spelling or script. Put a comma between several names.", 2_000),
    _text("born", "Date of birth", "What you know of it, such as 27 3 2009 or 2009."),
    _text("age", "About how old are they?"),
    _text("telephone", "Phone number"),
    _text("email", "Email address"),
    _text("online", "Name online"),
    _text(
        "address",
        "Address",
        "House number and street. By itself it finds nobody whose postcode is known: give that too.",
    ),
    _text("town", "Town or city"),
    _text("postcode", "Postcode"),
)


@dataclass(frozen=True, slots=True)
class Seen:
    """A case that who asks may see whom it is about, and how that person compares with what was typed."""

    case: Case
    candidate: Candidate

    @property
    def is_strong(self) -> bool:
        """Whether much speaks for it."""
        return self.candidate.likeness.strength is Strength.STRONG


@dataclass(frozen=True, slots=True)
class Result:
    """What was found, the most alike first, and in words what that leaves out."""

    seen: Sequence[Seen] = ()
    pointers: Sequence[Pointer] = ()
    notes: Sequence[str] = ()


def seek(typed: Mapping[str, str], today: date, *, by: Person) -> Result:
    """Look for whom these words describe, in every force. Whoever answers for a record pointed to is told."""
    known, notes = understood(typed, today)
    outline = outline_of(known)
    if outline == outline_of(Known(born_between=known.born_between)):
        return Result(notes=[*notes, AGE_ALONE if known.born_between else TOO_LITTLE])
    found = near(known, by)
    alike = [one for one in found.candidates if one.likeness.weight > 0]
    cases = cases_about([one.subject.pk for one in alike], by)
    seen = [Seen(cases[one.subject.pk], one) for one in alike if one.subject.pk in cases]
    pointers, too_many = worth_asking(found.pointers)
    pointed_to([one.subject_id for one in pointers], by=by)
    notes += [CAPPED] if found.capped or len(seen) > MOST_SHOWN else []
    notes += [TOO_MANY] if too_many else []
    return Result(seen[:MOST_SHOWN], pointers, notes)


def worth_asking(pointers: Sequence[Pointer]) -> tuple[list[Pointer], bool]:
    """The records elsewhere whose owners are told, and whether others are left out for being so many.

    One name alone points nowhere; of very many only those that are strongly alike are shown.
    """
    near = [one for one in pointers if one.likeness.weight >= POINTED_FROM]
    if len(near) <= MOST_POINTERS:
        return near, False
    return [one for one in near if one.likeness.strength is Strength.STRONG][:MOST_POINTERS], True


def understood(typed: Mapping[str, str], today: date) -> tuple[Known, list[str]]:
    """What was typed, as it can be compared, and what of it could not be used, in words."""
    said = {question.id: typed.get(question.id, "").strip() for question in QUESTIONS}
    born, age = day_in(said["born"]), age_in(said["age"])
    known = Known(
        names=tuple(Name(family=name) for name in names_in(said["name"])),
        births=(born,) if born else (),
        born_between=None if age is None else (today.year - age - AGE_IS_OUT, today.year - age + AGE_IS_OUT),
        places=(Place(said["address"], said["town"], said["postcode"]),),
        telephones=_some(said["telephone"]),
        emails=_some(said["email"]),
        online=tuple(online_in(said["online"])),
    )
    outline = outline_of(known)
    wrong = {
        NOT_A_DATE: bool(said["born"]) and not outline.births,
        NOT_AN_AGE: bool(said["age"]) and age is None,
        NOT_ALL: len(known.names) > len(outline.names) > 1 or len(known.online) > len(outline.online) > 1,
    }
    return known, [note for note, holds in wrong.items() if holds]


def _some(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in re.split(r"[,;]", text) if part.strip())


def age_in(text: str) -> int | None:
    """An age in years; None where the text tells none."""
    found = re.search(r"(?<!\d)\d{1,3}(?!\d)", text)
    age = int(found[0]) if found else OLDEST + 1
    return age if age <= OLDEST else None


def day_in(text: str) -> str:
    """A date as it was typed, as an ISO text of which parts may be nought; empty where there is none."""
    day = day_within(text)
    return day.text if day else ""
