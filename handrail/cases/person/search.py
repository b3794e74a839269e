"""Person search: read what was typed, look for records in every force, and explain the result.

Nothing typed is an error. What could not be used is reported in the notes of the result.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from handrail.cases.models import Case
from handrail.cases.person.matches.intake import near
from handrail.cases.person.matches.showing import cases_about
from handrail.organisations.folding import plain_words
from handrail.organisations.models import Person
from handrail.policy.schema.form import Kind, Question
from handrail.subjects.comparable import AGE_IS_OUT, BETWEEN, online_in
from handrail.subjects.finding import Candidate, Pointer
from handrail.subjects.matching import Fact, Known, Name, Place, Strength, outline_of, rungs_of
from handrail.subjects.matching.keys import SHORTEST_POSTCODE
from handrail.subjects.matching.online import handle_of
from handrail.subjects.matching.outline import MOST
from handrail.subjects.matching.words import MOST_WORDS
from handrail.subjects.search_notices import pointed_to
from handrail.written.days import day_within

MOST_SHOWN = 25
MOST_POINTERS = 10  # records elsewhere whose owners are notified of one search
POINTED_FROM = 9.0  # bits; more than one name that sounds alike is worth
MANY = 20  # the page counts records that are not shown up to this number
OLDEST = 120
FIRST_YEAR, MONTHS_OF_A_YEAR, DAYS_OF_A_MONTH = 1880, 12, 31
CAPPED = (
    "So many records are near to this that some may be missing. Enter more, such as a full date of birth."
)
TOO_MANY = (
    "More records elsewhere are somewhat like this than their owners can be asked about: those are not shown."
    " Enter more, such as a full date of birth."
)
TOO_LITTLE = "There is not enough information. Enter a name, a full date of birth, or a way to contact them."
NOT_A_DATE = "The date of birth could not be understood, so it was not used. Enter it like 27 3 2009."
NOT_AN_AGE = "The age could not be understood, so it was not used. Enter it in years, like 15."
NOT_ALL = "We did not use everything you entered: the search uses at most 8 of each."
AGE_ALONE = "You cannot find somebody by age alone. Enter something else too."
# Notes by field: NOT_USED for a field that could not be read, ALONE for one too weak to search by itself.
NOT_USED = {
    "name": "The name is what is written where none is known, or has no letters, so it was not used.",
    "telephone": "The phone number is too short, or is written where none is known, so it was not used.",
    "email": "The email address is not whole, or is written where none is known, so it was not used.",
    "online": "The name online could not be understood, so it was not used. Give it alone, like heron77.",
    "address": "The address is what is written where none is known, so it was not used.",
    "town": "The town is what is written where none is known, so it was not used.",
    "postcode": "The postcode is not whole, or stands for no place, so it was not used.",
}
ALONE = {
    "born": "We cannot search by part of a date of birth alone. It only counted together with the rest.",
    "age": "We cannot search by age alone. It only counted together with the rest.",
    "address": (
        "Nobody is looked for by this address without a house number and a town or postcode:"
        " it only counted beside the rest."
    ),
    "town": "We cannot search by town alone. It only counted together with the rest.",
    "postcode": "We cannot search by part of a postcode alone. It only counted together with the rest.",
}


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
    _text("born", "Date of birth", "What you know, such as 27 3 2009 or 2009."),
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
    """A case whose subject the user may see, and how the subject compares with what was typed."""

    case: Case
    candidate: Candidate

    @property
    def is_strong(self) -> bool:
        """Whether the match is a strong one."""
        return self.candidate.likeness.strength is Strength.STRONG


@dataclass(frozen=True, slots=True)
class Result:
    """Result of a search, the best match first.

    `unlike` share something with what was typed but differ more than they agree. `unshown` counts records
    elsewhere that match too little to be shown. Restricted cases that the user is not named for are neither
    shown nor counted.
    """

    seen: Sequence[Seen] = ()
    unlike: Sequence[Seen] = ()
    pointers: Sequence[Pointer] = ()
    unshown: int = 0
    notes: Sequence[str] = ()

    @property
    def found(self) -> int:
        """Number of records shown."""
        return len(self.seen) + len(self.pointers)

    @property
    def is_clear(self) -> bool:
        """Whether the page may say that nothing was found: no match, nothing unused, nothing left out."""
        return not (self.found or self.unshown or self.notes)


def seek(typed: Mapping[str, str], today: date, *, by: Person) -> Result:
    """Search every force for the person described, and notify owners of the records pointed to."""
    known, notes = understood(typed, today)
    outline = outline_of(known)
    if not any(rungs_of(outline)):
        only_age = known.born_between and outline == outline_of(Known(born_between=known.born_between))
        return Result(notes=[*notes, AGE_ALONE if only_age else TOO_LITTLE])
    found = near(known, by)
    cases = cases_about([one.subject.pk for one in found.candidates], by)
    every = [Seen(cases[one.subject.pk], one) for one in found.candidates if one.subject.pk in cases]
    seen = [one for one in every if one.candidate.likeness.weight > 0]
    unlike = [one for one in every if one.candidate.likeness.weight <= 0]
    pointers, too_many = worth_asking(found.pointers)
    pointed_to([one.subject_id for one in pointers], by=by)
    left_out = {CAPPED: found.capped or max(len(seen), len(unlike)) > MOST_SHOWN, TOO_MANY: too_many}
    return Result(
        seen=seen[:MOST_SHOWN],
        unlike=unlike[:MOST_SHOWN],
        pointers=pointers,
        unshown=len(found.pointers) - len(pointers) + len(found.candidates) - len(every),
        notes=[*notes, *(note for note, holds in left_out.items() if holds)],
    )


def worth_asking(pointers: Sequence[Pointer]) -> tuple[list[Pointer], bool]:
    """Return pointers to show, whose owners are notified, and whether others were left out as too many.

    One name alike is not enough for a pointer. Beyond MOST_POINTERS, only strong matches and those that
    share a telephone number, an email address or an online name are shown.
    """
    near = [one for one in pointers if one.likeness.weight >= POINTED_FROM]
    if len(near) <= MOST_POINTERS:
        return near, False
    first = [one for one in near if one.likeness.strength is Strength.STRONG or _is_reached(one)]
    return first[:MOST_POINTERS], True


def _is_reached(pointer: Pointer) -> bool:
    return any(part.fact is Fact.CONTACT for part in pointer.likeness.parts)


def understood(typed: Mapping[str, str], today: date) -> tuple[Known, list[str]]:
    """Return what was typed as a `Known` to compare, and notes on what could not be used."""
    said = {question.id: typed.get(question.id, "").strip() for question in QUESTIONS}
    born, age = day_in(said["born"]), age_in(said["age"])
    names = [name for part in BETWEEN.split(said["name"]) if (name := part.strip(" .:()"))]
    known = Known(
        names=tuple(Name(family=name) for name in names),
        births=(born,) if born else (),
        born_between=None if age is None else (today.year - age - AGE_IS_OUT, today.year - age + AGE_IS_OUT),
        places=(Place(said["address"], said["town"], said["postcode"]),),
        telephones=_some(said["telephone"]),
        emails=_some(said["email"]),
        online=tuple(online_in(said["online"])),
        aliases=tuple(names),
    )
    return known, [*_unused(said, known), *_alone(said, known)]


def _unused(said: Mapping[str, str], known: Known) -> list[str]:
    """Return notes on the fields that could not be used."""
    outline = outline_of(known)
    home = outline.homes[0] if outline.homes else None
    used: dict[str, object] = {
        "name": all(outline_of(Known(names=(name,))).names for name in known.names) and known.names,
        "telephone": all(outline_of(Known(telephones=(each,))).telephones for each in known.telephones),
        "email": all(outline_of(Known(emails=(each,))).emails for each in known.emails),
        "online": all(map(handle_of, _some(said["online"]))) and known.online,
        "address": home and (home.number or home.street),
        "town": home and home.town,
        "postcode": home and home.postcode,
    }
    ways = (known.names, known.telephones, known.emails, known.online)
    wrong = {
        NOT_A_DATE: bool(said["born"]) and not _is_understood(said["born"], outline.births),
        NOT_AN_AGE: bool(said["age"]) and known.born_between is None,
        NOT_ALL: any(len(each) > MOST for each in ways) or _has_more_words(known.names),
    } | {NOT_USED[name]: bool(said[name]) and not given for name, given in used.items()}
    return [note for note, holds in wrong.items() if holds]


def _is_understood(typed: str, births: Sequence[tuple[int, int, int]]) -> bool:
    """Return whether the date typed was read as a possible date of birth, with none of its parts lost."""
    if not births:
        return False
    (year, month, day), parts = births[0], len(re.findall(r"\d+|[^\W\d_]{3,}", typed))
    low, high = sorted((month, day))
    is_day = low <= MONTHS_OF_A_YEAR and high <= DAYS_OF_A_MONTH
    return is_day and (year >= FIRST_YEAR or (not year and parts < len(births[0])))


def _has_more_words(names: Sequence[Name]) -> bool:
    return any(len(plain_words(name.family)) > MOST_WORDS for name in names)


def _alone(said: Mapping[str, str], known: Known) -> list[str]:
    """Return notes on the fields that find nobody by themselves.

    A field finds nobody if the search keys (rungs) are unchanged without it.
    """
    place = known.places[0]
    without = {
        "born": replace(known, births=()),
        "age": replace(known, born_between=None),
        "address": replace(known, places=(replace(place, address=""),)),
        "town": replace(known, places=(replace(place, town=""),)),
        "postcode": replace(known, places=(replace(place, postcode=""),)),
    }
    given = outline_of(known)
    rungs = rungs_of(given)
    if not any(rungs):
        return []
    alone = {
        name
        for name, other in ((name, outline_of(less)) for name, less in without.items())
        if said[name] and other != given and rungs_of(other) == rungs
    }
    if given.homes and 0 < len(given.homes[0].postcode) < SHORTEST_POSTCODE:
        alone.add("postcode")
    return [note for name, note in ALONE.items() if name in alone]


def _some(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in re.split(r"[,;\n]", text) if part.strip())


def age_in(text: str) -> int | None:
    """Return an age in years from a text; None where there is none up to OLDEST."""
    found = re.search(r"(?<!\d)\d{1,3}(?!\d)", text)
    age = int(found[0]) if found else OLDEST + 1
    return age if age <= OLDEST else None


def day_in(text: str) -> str:
    """Return a date as ISO text in which unknown parts are 0; "" where there is none."""
    day = day_within(text)
    return day.text if day else ""
