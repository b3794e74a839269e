"""The questions of a step in order: its form, and the decision where it has outcomes."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

from handrail.policy.answers import Options, options_of
from handrail.policy.facts import Fact, Facts
from handrail.policy.schema.codes import Code
from handrail.policy.schema.form import OUTCOME, REASON, Form, Kind, Meaning, Question, Section
from handrail.policy.schema.pack import Pack
from handrail.policy.schema.step import Step
from handrail.policy.short_steps import is_short, on_one_page
from handrail.policy.step_kinds.kind import is_public
from handrail.written.days import day_in_words
from handrail.written.postcodes import read_postcode
from handrail.written.telephones import read_telephones

DECISION = "decision"
DECISION_ASKED = "What have you decided?"


def sections_of(pack: Pack, step: Step, *, by_part: bool = False) -> tuple[Section, ...]:
    """Return the sections of a step: its form, then the decision, then what depends on the outcome.

    `by_part` merges small sections of one part into one page, for users who know the form, and all sections
    of a short step.
    """
    form = pack.form_of(step)
    sections: Sequence[Section] = _asked_by(form, step) if form else ()
    if step.outcomes:
        sections = _with_decision(sections, step.decision or DECISION_ASKED)
    if not by_part:
        return tuple(sections)
    short = is_short(pack, step, sections)
    return on_one_page(sections) if short else tuple(_merged(sections))


def _asked_by(form: Form, step: Step) -> list[Section]:
    """Return a form's sections with the questions that a step asks."""
    left = [
        section.model_copy(update={"questions": _asked_of(section.questions, step)})
        for section in form.sections
    ]
    return [section for section in left if section.questions]


def _asked_of(questions: Iterable[Question], step: Step) -> tuple[Question, ...]:
    """Return the questions that a step asks, of those for each item of a list too.

    Retired questions remain only to read old answers; the public form asks none that is `on_behalf`.
    """
    left = (q for q in questions if not (q.retired or (q.on_behalf and is_public(step))))
    return tuple(q.model_copy(update={"ask": _asked_of(q.ask, step)}) if q.ask else q for q in left)


def _with_decision(sections: Sequence[Section], asked: str) -> tuple[Section, ...]:
    """Move the questions that depend on the outcome behind the question for the outcome."""
    before, follow_ups, after = [], [], []
    for section in sections:
        if section.when and section.when.question == OUTCOME:
            after.append(section)
            continue
        own = tuple(q for q in section.questions if not _follows_outcome(q))
        follow_ups += [q for q in section.questions if _follows_outcome(q)]
        if own:
            before.append(section.model_copy(update={"questions": own}))
    questions = (_outcome_question(asked), *follow_ups, _reason_question())
    decision = Section(id=DECISION, title="Decision", questions=questions)
    return (*before, decision, *after)


def _follows_outcome(question: Question) -> bool:
    return question.when is not None and question.when.question == OUTCOME


def _outcome_question(asked: str) -> Question:
    return Question(id=OUTCOME, kind=Kind.CHOICE, label=asked, missing="Select what you have decided")


def _reason_question() -> Question:
    return Question(
        id=REASON,
        kind=Kind.LONG_TEXT,
        label="Why?",
        hint="Give the reasons in full, so that someone who reads this later can follow them without you.",
        missing="Give the reasons for the decision",
    )


def _merged(sections: Iterable[Section]) -> list[Section]:
    """Merge each run of sections that share a part and a condition into one section."""
    merged = []
    for (part, _), run in groupby(sections, key=lambda s: (s.part, s.when)):
        group = list(run)
        if len(group) == 1 or not part:
            merged += group
            continue
        questions = tuple(question for section in group for question in section.questions)
        merged.append(group[0].model_copy(update={"title": part, "part": "", "questions": questions}))
    return merged


def options_for(pack: Pack, step: Step, others: Options, facts: Facts | None = None) -> Options:
    """Return the choices of each question of a step.

    `others` gives the choices of people, organisations and members. With `facts`, a question `among` a
    fact's values offers only these, and a list with `restricted` codes offers only those on a restricted
    case.
    """
    own = options_of(pack)
    restricted = facts is not None and "yes" in facts.get(Fact.RESTRICTED, ())

    def options(question: Question) -> Sequence[Code]:
        if question.id == OUTCOME and step.outcomes:
            return [Code(id=o.id, label=o.title, hint=o.hint) for o in step.outcomes]
        if question.kind in {Kind.PERSON, Kind.ORGANISATION} or question.members:
            return others(question)
        codes = own(question)
        if question.among and facts is not None:
            known = facts.get(question.among, ())
            codes = [code for code in codes if code.id in known]
        if question.codes and facts is not None and "no" in facts.get(Fact.REFERRERS_WITH_ACCOUNT, ()):
            codes = [code for code in codes if code.id not in pack.codes_by_id[question.codes].with_account]
        if restricted and question.codes and (sayable := pack.codes_by_id[question.codes].restricted):
            codes = [code for code in codes if code.id in sayable]
        return codes

    return options


def beside(options: Options, own: Mapping[str, Sequence[Code]]) -> Options:
    """Return choices extended by the choices of questions outside any policy, by the id of the question."""

    def both(question: Question) -> Sequence[Code]:
        return own[question.id] if question.id in own else options(question)

    return both


def meanings(form: Form | None, answers: Mapping[str, Any]) -> dict[Meaning, Any]:
    """Return the answers that have a meaning beyond the record, by their meaning."""
    questions = form.questions.values() if form else ()
    return {q.means: answers[q.id] for q in questions if q.means and q.id in answers}


def answer_in_words(question: Question, answer: Any, options: Options) -> str:
    """Return an answer in plain words, for any question but one that is asked for each item of a list."""
    labels = {code.id: code.label for code in options(question)}
    match question.kind:
        case Kind.CHOICES:
            return ", ".join(labels.get(code, code) for code in answer)
        case Kind.DATE:
            return day_in_words(answer)
        case Kind.CHOICE | Kind.YES_NO | Kind.PERSON | Kind.ORGANISATION:
            return labels.get(answer, str(answer))
        case _:
            return f"{answer}{not_understood(question, str(answer))}"


def not_understood(question: Question, answer: str) -> str:
    """Return a mark for an answer that was kept as typed and cannot be searched for; often empty."""
    if question.input == "postcode" and not read_postcode(answer):
        return " (not understood as a postcode)"
    if question.input == "tel" and not read_telephones(answer):
        return " (not understood as a telephone number)"
    return ""
