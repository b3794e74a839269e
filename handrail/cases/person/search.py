"""Looking for a person by anything that is known of them: what was typed, and what is found by it.

Whatever is typed is useful or is said not to have been; nothing of it is an error.
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
MOST_POINTERS = 10  # owners elsewhere who are told of one search
POINTED_FROM = 9.0  # more than that one name sounds the same
MANY = 20  # records that are not shown are counted so far
OLDEST = 120
FIRST_YEAR, MONTHS_OF_A_YEAR, DAYS_OF_A_MONTH = 1880, 12, 31
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
# Of each field: that nothing of it could be used, and that nobody is looked for by it alone.
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
    "born": "Nobody is looked for by part of a date of birth: it only counted beside the rest.",
    "age": "Nobody is looked for by an age: it only counted beside the rest.",
    "address": (
        "Nobody is looked for by this address without a house number and a town or postcode:"
        " it only counted beside the rest."
    ),
    "town": "Nobody is looked for by a town alone: it only counted beside the rest.",
    "postcode": "Nobody is looked for by part of a postcode: it only counted beside the rest.",
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
    """What was found, the most alike first, and all that stands against saying that nothing is there.

    `unlike` are records that share something with what was typed and differ more than they agree; `unshown`
    is how many records elsewhere are pointed to by too little to be shown. What only named people may see is
    in none of it, nor counted.
    """

    seen: Sequence[Seen] = ()
    unlike: Sequence[Seen] = ()
    pointers: Sequence[Pointer] = ()
    unshown: int = 0
    notes: Sequence[str] = ()

    @property
    def found(self) -> int:
        """How many records are shown."""
        return len(self.seen) + len(self.pointers)

    @property
    def is_clear(self) -> bool:
        """Whether nothing is like what was typed, all of which was used, and nothing was left out."""
        return not (self.found or self.unshown or self.notes)


def seek(typed: Mapping[str, str], today: date, *, by: Person) -> Result:
    """Look for whom these words describe, in every force. Whoever answers for a record pointed to is told."""
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
    left_out = {CAPPED: found.cut or len(seen) > MOST_SHOWN, TOO_MANY: too_many}
    return Result(
        seen=seen[:MOST_SHOWN],
        unlike=unlike[:MOST_SHOWN],
        pointers=pointers,
        unshown=len(found.pointers) - len(pointers) + len(found.candidates) - len(every),
        notes=[*notes, *(note for note, holds in left_out.items() if holds)],
    )


def worth_asking(pointers: Sequence[Pointer]) -> tuple[list[Pointer], bool]:
    """The records elsewhere whose owners are told, and whether others are left out for being so many.

    One name alone points nowhere; of very many only those are shown that are strongly alike, or that a
    telephone, an email address or a name online leads to.
    """
    near = [one for one in pointers if one.likeness.weight >= POINTED_FROM]
    if len(near) <= MOST_POINTERS:
        return near, False
    first = [one for one in near if one.likeness.strength is Strength.STRONG or _is_reached(one)]
    return first[:MOST_POINTERS], True


def _is_reached(pointer: Pointer) -> bool:
    return any(part.fact is Fact.CONTACT for part in pointer.likeness.parts)


def understood(typed: Mapping[str, str], today: date) -> tuple[Known, list[str]]:
    """What was typed, as it can be compared, and what of it could not be used, in words."""
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
    """What of the fields could not be used, in words."""
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
    """Whether a date that was typed came out as one that somebody can be born on, with all that it holds."""
    if not births:
        return False
    (year, month, day), parts = births[0], len(re.findall(r"\d+|[^\W\d_]{3,}", typed))
    low, high = sorted((month, day))
    is_day = low <= MONTHS_OF_A_YEAR and high <= DAYS_OF_A_MONTH
    return is_day and (year >= FIRST_YEAR or (not year and parts < len(births[0])))


def _has_more_words(names: Sequence[Name]) -> bool:
    return any(len(plain_words(name.family)) > MOST_WORDS for name in names)


def _alone(said: Mapping[str, str], known: Known) -> list[str]:
    """Which fields bring nobody whom the others do not bring: they only counted beside them."""
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
    """An age in years; None where the text tells none."""
    found = re.search(r"(?<!\d)\d{1,3}(?!\d)", text)
    age = int(found[0]) if found else OLDEST + 1
    return age if age <= OLDEST else None


def day_in(text: str) -> str:
    """A date as it was typed, as an ISO text of which parts may be nought; empty where there is none."""
    day = day_within(text)
    return day.text if day else ""
