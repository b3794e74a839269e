"""Page fields from the questions of a pack."""

from collections.abc import Iterable, Mapping, Sequence

from handrail.govuk.fields import Field, Item, Option, Revealed
from handrail.govuk.fields import Kind as FieldKind
from handrail.policy.answers import LONG_TEXT_LENGTH, TEXT_LENGTH, Options, Typed, is_asked
from handrail.policy.facts import NOTHING_KNOWN, Facts
from handrail.policy.schema.codes import Code
from handrail.policy.schema.form import Kind, Question, Section

KINDS: dict[Kind, FieldKind] = {
    Kind.TEXT: "text",
    Kind.LONG_TEXT: "long-text",
    Kind.DATE: "date",
    Kind.NUMBER: "number",
    Kind.YES_NO: "radios",
    Kind.CHOICE: "radios",
    Kind.CHOICES: "checkboxes",
    Kind.PERSON: "select",
    Kind.ORGANISATION: "select",
    Kind.EACH: "each",
}
MOST_RADIOS = 12
LINE = (
    45  # characters; answers up to this length together stand beside the item of a list that they are about
)
SHORT = 20  # characters; up to this length the input is as wide as the longest answer


def fields_of(
    section: Section,
    typed: Typed,
    errors: Mapping[str, str],
    options: Options,
    facts: Facts = NOTHING_KNOWN,
    *,
    may_be_title: bool = True,
) -> list[Field]:
    """Return the fields of a section; the label of its only question may become the page's title."""
    asker = _Asker(typed, errors, options)
    asked: list[Question] = []
    for question in section.questions:
        if _may_be_asked(question, asked, typed, facts):
            asked.append(question)
    alone = may_be_title and len(asked) == 1 and asked[0].kind is not Kind.EACH
    return asker.fields(asked, "", alone=alone)


def _may_be_asked(question: Question, before: Sequence[Question], typed: Typed, facts: Facts) -> bool:
    """Whether facts and answers of other pages allow a question; one `before` it here may still hide it."""
    on_page = question.when is not None and question.when.question in {other.id for other in before}
    return on_page or is_asked(question.when, typed, facts=facts)


class _Asker:
    """Builds the fields of questions, with the typed values and the errors."""

    def __init__(self, typed: Typed, errors: Mapping[str, str], options: Options) -> None:
        self.typed, self.errors, self.options = typed, errors, options

    def fields(self, questions: Sequence[Question], prefix: str, *, alone: bool = False) -> list[Field]:
        nested = {q.id for q in questions if _parent(q, questions)}
        return [self.field(q, questions, prefix, alone=alone) for q in questions if q.id not in nested]

    def field(
        self, question: Question, beside: Sequence[Question], prefix: str, *, alone: bool = False
    ) -> Field:
        name = prefix + question.id
        codes = self.options(question)
        kind = _kind(question, codes)
        follows = [q for q in beside if _parent(q, beside) is question]
        is_line = bool(prefix) and kind == "radios" and _fits_a_line(question, codes, beside)
        nested = [q for q in follows if kind != "select" and not is_line and len(_answers_for(q)) == 1]
        return Field(
            kind=kind,
            name=name,
            label=question.label,
            hint=question.hint,
            optional=not question.required,
            options=[] if kind == "each" else self.choices(codes, nested, beside, prefix),
            revealed=self.revealed([q for q in follows if q not in nested], beside, prefix),
            each=self.items(question, codes, name) if kind == "each" else [],
            values=self.typed,
            errors=self.errors,
            input=question.input,
            autocomplete=question.autocomplete,
            max_length=question.max_length or (LONG_TEXT_LENGTH if kind == "long-text" else TEXT_LENGTH),
            width=_width(question),
            is_title=alone,
            is_line=is_line,
        )

    def choices(
        self, codes: Iterable[Code], nested: Sequence[Question], beside: Sequence[Question], prefix: str
    ) -> list[Option]:
        def below(code: Code) -> list[Field]:
            called = [q for q in nested if code.id in _answers_for(q)]
            return [self.field(q, beside, prefix) for q in called]

        return [Option(code.id, code.label, code.hint, below(code)) for code in codes]

    def revealed(
        self, follows: Iterable[Question], beside: Sequence[Question], prefix: str
    ) -> list[Revealed]:
        return [Revealed(_answers_for(q), self.field(q, beside, prefix)) for q in follows]

    def items(self, question: Question, codes: Iterable[Code], name: str) -> list[Item]:
        return [Item(c.label, c.hint, self.fields(question.ask, f"{name}.{c.id}.")) for c in codes]


def _kind(question: Question, codes: Sequence[Code]) -> FieldKind:
    kind = KINDS[question.kind]
    return "select" if kind == "radios" and len(codes) > MOST_RADIOS else kind


def _parent(question: Question, beside: Sequence[Question]) -> Question | None:
    """Return the choice question on the page whose options reveal this one, or None."""
    if question.when is None:
        return None
    kinds = {Kind.YES_NO, Kind.CHOICE, Kind.CHOICES}
    return next((q for q in beside if q.id == question.when.question and q.kind in kinds), None)


def _fits_a_line(question: Question, codes: Sequence[Code], beside: Sequence[Question]) -> bool:
    """Return whether an item of a list is asked this question alone at first, and its answers are short."""
    alone = all(other is question or _parent(other, beside) for other in beside)
    return alone and not any(c.hint for c in codes) and sum(len(c.label) for c in codes) <= LINE


def _answers_for(question: Question) -> tuple[str, ...]:
    """Return the answers to another question that reveal this one."""
    return question.when.is_ if question.when else ()


def _width(question: Question) -> int:
    """Return the width of the input in characters; 0 if the length of the answer is unknown."""
    if question.kind is Kind.NUMBER:
        return 4
    short = question.max_length if question.max_length and question.max_length <= SHORT else 0
    return {"postcode": 10, "tel": 20}.get(question.input, short)


def input_names(section: Section, options: Options) -> set[str]:
    """Return every input name that a section's page may send."""
    return {name for question in section.questions for name in _names(question, question.id, options)}


def _names(question: Question, name: str, options: Options) -> Iterable[str]:
    if question.kind is Kind.DATE:
        return [f"{name}-{part}" for part in ("day", "month", "year")]
    if question.kind is Kind.EACH:
        items = options(question)
        return [n for c in items for q in question.ask for n in _names(q, f"{name}.{c.id}.{q.id}", options)]
    return [name]
