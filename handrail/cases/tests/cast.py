"""Steps that the users of the tests take, and answers for them."""

from collections.abc import Mapping
from datetime import timedelta
from itertools import count
from random import Random
from typing import Any

from django.utils import timezone

from handrail.access import context
from handrail.cases.choices import choices_of
from handrail.cases.engine.record import Record
from handrail.cases.models import Case
from handrail.cases.person.moving_over import asked_when_joining
from handrail.cases.steps import actions
from handrail.cases.timeline.left_open import ENDS, GOES, STAYS
from handrail.ledger.models import Entry
from handrail.organisations.models import Organisation, Person
from handrail.organisations.tests.cast import Cast, make_cast, organisation, person
from handrail.policy.answers import Options
from handrail.policy.questions import options_for, sections_of
from handrail.policy.schema.codes import Code
from handrail.policy.schema.form import Kind as QuestionKind
from handrail.policy.schema.form import Meaning, Question
from handrail.policy.schema.pack import Pack
from handrail.policy.schema.step import Step
from handrail.policy.step_kinds.kind import is_public
from handrail.records.packs import current_pack

__all__ = [
    "Cast",
    "answer",
    "left_long_ago",
    "make_cast",
    "organisation",
    "person",
    "refer",
    "stand",
    "take",
    "typed_for",
    "what_becomes",
]


def typed_for(pack: Pack, step: Step, force: Organisation, /, **given: str) -> dict[str, list[str]]:
    """Return input that a step accepts: what is given, no threat, and something fitting for the rest."""
    options = options_for(pack, step, choices_of(force))
    typed = {name: [value] for name, value in given.items()}
    typed |= _agreeing(given)
    drawn = {} if {"given-name", "family-name"} & set(given) else _somebody_else()
    for section in sections_of(pack, step):
        for question in section.questions:
            if question.means is Meaning.THREAT and "no" in {code.id for code in options(question)}:
                typed = {question.id: ["no"]} | typed
            elif question.means in drawn:
                said = {f"{question.id}{end}": [value] for end, value in drawn[question.means].items()}
                typed = said | typed
            # Contact details are left out: shared ones would make possible matches.
            of_one = question.means and question.means.detail and not question.required
            if question.id not in typed and not of_one and not question.members:
                typed = _typed(question, question.id, options) | typed
    return typed


LATEST = {"day": "28", "month": "12"}  # for a partial date of birth
COMES_TO_LIGHT = 2009  # the year of dates that a form requires and a test does not give


def _agreeing(given: Mapping[str, str]) -> dict[str, list[str]]:
    """Return answers that have to agree with given ones.

    A review that does not reopen has no new concern, and no concern about a child comes to light before the
    child is born.
    """
    concern = "yes" if given.get("outcome") == "reopen" else "no"
    parts = ("day", "month", "year")
    born = {part: given[f"date-of-birth-{part}"] for part in parts if f"date-of-birth-{part}" in given}
    child = born.get("year", "").isdecimal() and int(born["year"]) >= COMES_TO_LIGHT
    known = {part: said for part, said in born.items() if said.strip("0")}
    noticed = {f"came-to-light-{part}": said for part, said in (LATEST | known).items()} if child else {}
    agreeing = {"new-concern": concern} | noticed
    return {name: [given.get(name, said)] for name, said in agreeing.items()}


# A referral without a given name gets a new name each time, so that it matches no other.
SYLLABLES = ("bra", "cho", "dux", "fen", "gil", "hov", "jat", "kel", "lum", "mir", "nap", "pog", "rus", "tev")
NOBODY_ELSE = count(1)


def _somebody_else() -> dict[Meaning, dict[str, str]]:
    """Return a new adult's names and date of birth, by meaning and the ending of the input."""
    drawn = Random(next(NOBODY_ELSE))
    given, family = ("".join(drawn.sample(SYLLABLES, 3)).capitalize() for _ in range(2))
    day = {"-day": str(drawn.randint(1, 28)), "-month": str(drawn.randint(1, 12))}
    born = day | {"-year": str(drawn.randint(1950, 1999))}
    return {Meaning.GIVEN_NAME: {"": given}, Meaning.FAMILY_NAME: {"": family}, Meaning.DATE_OF_BIRTH: born}


def _typed(question: Question, name: str, options: Options) -> dict[str, list[str]]:
    match question.kind:
        case QuestionKind.TEXT | QuestionKind.LONG_TEXT:
            return {
                name: [
                    {"email": "a@example.org", "postcode": "LS1 4AP"}.get(question.input, "Something said")
                ]
            }
        case QuestionKind.DATE:
            return {} if not question.required else {f"{name}-{p}": [v] for p, v in _day(question)}
        case QuestionKind.NUMBER:
            return {name: [str(question.least or 15)]}
        case QuestionKind.EACH:
            inner = [(q, f"{name}.{c.id}.{q.id}") for c in options(question) for q in question.ask]
            return {k: v for q, n in inner for k, v in _typed(q, n, options).items()}
        case _:
            codes: list[Code] = list(options(question))
            return {name: [codes[0].id]}


def _day(question: Question) -> list[tuple[str, str]]:
    ahead = question.future and question.means is not Meaning.HAPPENED_ON
    year = str(timezone.localdate().year + 1) if ahead else str(COMES_TO_LIGHT)
    return [("day", "27"), ("month", "3"), ("year", year)]


def refer(cast: Cast, step_id: str = "police-referral", by: Person | None = None, /, **given: str) -> Case:
    """Open a case in the cast's force, referred by its officer unless `by` is given."""
    pack = current_pack()
    step = pack.step_by_id[step_id]
    form = pack.form_of(step)
    asked = form.meaning(Meaning.FORCE) if form else None
    if asked:
        given.setdefault(asked.id, str(cast.force.pk))
    by = None if is_public(step) else by or cast.officer
    typed = typed_for(pack, step, cast.force, **given)
    with context.asking(by):
        case, _ = actions.refer(step_id, typed, by=by)
    return case


def left_long_ago(case: Case, days: int = 400) -> None:
    """Date a case's stage and opening back by so many days, in its columns only."""
    since = timezone.localdate() - timedelta(days=days)
    Case.objects.filter(pk=case.pk).update(stage_since=since, opened_on=since)
    case.refresh_from_db()


def stand(case: Case, stage: str, cast: Cast) -> None:
    """Put a case at a stage with the second officer as its owner, in its columns only."""
    left_long_ago(case)
    Case.objects.filter(pk=case.pk).update(stage_id=stage, owner=cast.second_officer, allocated=True)


def take(case: Case, step_id: str, by: Person, /, **given: Any) -> Entry:
    """Take one step on a case as it stands."""
    return answer(case, step_id, by, None, **given)


def answer(case: Case, step_id: str, by: Person, about: int | None, /, **given: Any) -> Entry:
    """Take one step on a case as it stands; `about` is the number of the entry that it answers."""
    case.refresh_from_db()
    step = case.pack.step_by_id[step_id]
    typed = typed_for(case.pack, step, case.force, **given)
    with context.asking(by):
        entry = actions.take_step(case.pk, step_id, typed, by=by, seen_version=case.version, about=about)
    case.refresh_from_db()
    return entry


def what_becomes(case: Case, by: Person, **other: str) -> list[dict[str, Any]]:
    """Return what to do with each thing open on a case when it is merged: by default it moves along.

    `other` overrides this by the kind of thing, such as `document`. A thing that cannot move ends.
    """
    with context.asking(by):
        asking = asked_when_joining(Record.of(Case.objects.get(pk=case.pk)), by)
        things = [thing for group in asking.groups for thing in group.things]
    kinds = {"asked": GOES, "awaited": GOES, "document": GOES, "grant": STAYS} | other
    return [
        thing.became(kinds[thing.id.split("-")[0]] if thing.moves else ENDS, "Not needed") for thing in things
    ]
