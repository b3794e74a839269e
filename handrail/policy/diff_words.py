"""The words for a change from one pack to another: names of fields, and values in words."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import BaseModel

from handrail.policy.answers import YES_NO
from handrail.policy.schema.form import Condition
from handrail.policy.schema.obligations import Limit, Stopped
from handrail.policy.schema.pack import Pack
from handrail.policy.show import listed

SOURCES = "Sources and notes"
ORIGINS = frozenset({"source", "note"})
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
DAYS_IN_A_MONTH = 21  # working days, to compare limits in days with limits in months

# The fields of a pack in the order in which changes are read, with their headings.
GROUPS = {
    "id": "The policy as a whole",
    "title": "The policy as a whole",
    "summary": "The policy as a whole",
    "in_force_from": "The policy as a whole",
    "extends": "The policy as a whole",
    "calendar": "Working days",
    "words": "Words",
    "stages": "Stages",
    "steps": "Steps",
    "limits": "Time limits",
    "follow_ups": "What somebody is asked to do",
    "forms": "Questions",
    "code_lists": "Lists of answers",
    "mappings": "Old answers in new words",
    "factors": "Factors of the assessment",
    "threat": "A stated threat",
    "acknowledgement": "What a referrer is told",
    "dialogue": "What a referrer is told",
    "safeguarding": "The safeguarding part of a case",
    "registers": "Registers",
    "obligations": "What organisations do again and again",
    "question_sets": "What forces answer once a year",
    "overview": "Summary of a case",
    "guards": "Guards",
    "checks": "Checks",
    "roles": "Roles",
    "draft_days": "How long things are kept, and who may see them",
    "access": "How long things are kept, and who may see them",
    "paper": "On paper",
    "chronology": "Timeline of a person",
    "short_steps": "Short steps",
    "markings": "Markings",
    "marking": "Markings",
    "sources": SOURCES,
}

# Names for fields that refer to other parts.
BY_REFERENCE = {
    "by": "Who may take it",
    "roles": "Who is offered",
    "stages": "Where it is taken",
    "to": "Where it leads",
    "after": "What has to be done first",
    "after_steps": "The steps after which it begins",
    "also_kept_by": "What keeps it too",
    "on_stages": "The stages on which it begins",
    "within_stages": "The stages at which it runs",
    "step": "The step that it is about",
    "before": "The step before which it is asked",
    "stage": "The stage that it is about",
    "limit": "The limit that it is about",
    "signs": "What it signs off",
    "steps": "The steps that it guards",
    "taken": "What was taken before",
    "not_taken": "What was not taken before",
    "not_taken_here": "What was not taken since the case came to its stage",
    "reached": "Where the case has been",
    "not_reached": "Where the case has not been",
    "guards": "The guards that it asks about",
    "form": "The form",
    "confidants": "The list of whom else somebody can speak to",
    "without_name": "The list of how it is raised without a name",
    "codes": "The list of answers",
    "source": "Source",
    "marking": "Marking",
    "purposes": "The list of reasons",
    "findings": "The list of findings",
    "bases": "The list of lawful bases",
}

FIELDS = {
    "act": "The button",
    "ask": "What is asked for each",
    "autocomplete": "What a browser may fill in",
    "beside": "May be taken beside anything else",
    "carried": "Put into a referral about somebody else who is named with them",
    "clock": "What it does to the clock",
    "confirms": "Confirms the decision",
    "draft_days": "Days for which an unfinished form is kept",
    "future": "May lie in the future",
    "holds_up": "What waits until it has ended",
    "in_force_from": "In force from",
    "gap_days": "Days without an entry after which a timeline says so",
    "intro": "The introduction",
    "inverse": "What it is called from the other side",
    "answers": "The answers that do not go together",
    "dates": "The days that do not go together",
    "last": "What was answered last",
    "ever": "What was answered before",
    "refusal": "The message when somebody tries",
    "sooner_than_months": "Months before which it is refused",
    "under_age": "The age below which it is refused",
    "from_age": "The age from which it is refused",
    "unchecked": "Why no check asks it",
    "unless": "The question whose answer lets it pass",
    "invited_days": "Days for which somebody is invited",
    "kind": "Kind",
    "least": "The least that is taken",
    "max_length": "The longest text that is taken",
    "means": "What the answer tells Handrail",
    "missing": "What is said when it was left out",
    "most": "The most that is taken",
    "once": "May be taken once only at a stage",
    "opened_hours": "Hours for which a case that was opened with a reason stays open",
    "out_of_line": "What is said of a case that is out of line",
    "public": "May be taken by anybody, without an account",
    "required": "Must be answered",
    "reviewed_within_working_days": "Working days within which an opening is reviewed",
    "sample_cases": "Cases in a sample",
    "sample_days": "Days for which a sample can be read",
    "settled_first": "No decision closes the case while it runs",
    "shared_days": "Days for which a case is shared",
    "signed_off": "Signed off by another person",
    "stops": "Its clock stops while an answer is awaited",
    "when": "When it is asked",
    "where": "Where it is found",
}
CALLED = frozenset({"title", "label"})


@dataclass(frozen=True, slots=True)
class Change:
    """One change: heading, part, a sentence, and the text before and after."""

    group: str
    about: str
    says: str
    was: str = ""
    now: str = ""


def titled(part: Any) -> str:
    """Return the title of a part."""
    for name in ("title", "label", "statement"):
        if title := getattr(part, name, ""):
            return str(title)
    return str(part.id)


def counted(number: int, what: str) -> str:
    """Return a number of things in words."""
    said = NUMBERS[number] if number < len(NUMBERS) else f"{number:,}"
    return f"{said} {what}" if number == 1 else f"{said} {what}s"


def longer(was: Limit, now: Limit) -> str:
    """Return whether a limit became longer or shorter; "" where that cannot be told."""
    before, after = _days(was), _days(now)
    units = {(bool(limit.months), bool(limit.hours)) for limit in (was, now)}
    if len(units) > 1 or before == after:
        return ""
    return "longer" if after > before else "shorter"


def _days(limit: Limit) -> int:
    return limit.hours or limit.working_days or (limit.months or 0) * DAYS_IN_A_MONTH


def field_in_words(group: str, about: str, name: str, was: Any, now: Any) -> Change:
    """Return one changed field: short values inside the sentence, long ones beside it."""
    before, after = said(was), said(now)
    if name in CALLED:
        return Change(group, about, f"Now called “{after}” instead of “{before}”.")
    called = FIELDS.get(name) or BY_REFERENCE.get(name) or name.replace("_", " ").capitalize()
    if isinstance(was, str) and isinstance(now, str) and was and now and len(was) + len(now) > 60:
        return Change(group, about, f"{called}: other words.", before, after)
    if isinstance(now, bool):
        return Change(group, about, f"{called}: {'from now on' if now else 'no longer'}.")
    quoted = isinstance(was or now, str)
    return Change(
        group, about, f"{called}: now {_quoted(after, quoted)} instead of {_quoted(before, quoted)}."
    )


def _quoted(text: str, quoted: bool) -> str:
    return f"“{text}”" if quoted and text != NOTHING and not text.startswith("“") else text


NOTHING = "nothing"


def said(value: Any) -> str:
    """Return a value of a field in plain words."""
    match value:
        case None | "" | ():
            return NOTHING
        case bool():
            return "yes" if value else "no"
        case date():
            return f"{value:%-d %B %Y}"
        case Condition():
            answers = {code.id: code.label for code in YES_NO}
            return f"if “{value.question}” is “{listed([answers.get(a, a) for a in value.is_], 'or')}”"
        case Stopped():
            return f"“{value.step}”" + (f" with “{value.outcome}”" if value.outcome else "")
        case BaseModel():
            return listed([f"{name} {said(inner)}" for name, inner in value if inner])
        case tuple():
            return listed([said(inner) for inner in value])
        case _:
            return str(value)


def reference(pack: Pack, name: str, id_: str | None) -> str:
    """Return the pack's title of the part that a field names."""
    if id_ is None:
        return NOTHING
    known: dict[str, dict[str, Any]] = {
        "by": pack.role_titles,
        "roles": pack.role_titles,
        **dict.fromkeys(("stages", "to", "on_stages", "within_stages", "stage"), pack.stage_by_id),
        **dict.fromkeys(("reached", "not_reached"), pack.stage_by_id),
        **dict.fromkeys(("also_kept_by", "steps", "taken", "not_taken", "not_taken_here"), pack.step_by_id),
        "guards": pack.guard_by_id,
        **dict.fromkeys(("after", "after_steps", "step", "before", "signs"), pack.step_by_id),
        **dict.fromkeys(
            ("codes", "purposes", "findings", "bases", "confidants", "without_name"), pack.codes_by_id
        ),
        "limit": pack.limit_by_id,
        "form": pack.form_by_id,
        "source": pack.source_by_id,
        "marking": pack.marking_by_id,
    }
    found = known[name].get(id_, id_)
    return f"“{found if isinstance(found, str) else titled(found)}”"
