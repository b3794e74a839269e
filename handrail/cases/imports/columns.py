"""Matching the columns of a file with the questions of the referral form."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from handrail.cases.imports import mappings
from handrail.cases.imports.mappings import plain
from handrail.organisations.models import Organisation
from handrail.policy.answers import Options, is_asked
from handrail.policy.questions import sections_of
from handrail.policy.schema.form import Kind, Meaning, Question, Section
from handrail.policy.schema.pack import Pack
from handrail.policy.schema.step import Step
from handrail.written.rows import Unreadable

SOURCE_REFERENCE = Question(
    id="source-reference",
    kind=Kind.TEXT,
    label="Source reference",
    max_length=120,
    missing="Give each row a reference of its own, so that no referral is imported twice.",
)
RECEIVED_ON = Question(
    id="received-on",
    kind=Kind.DATE,
    label="Received on",
    missing="Give the day on which the referral was received.",
    oldest_years=30,
)
RECEIPT = Section(id="receipt", title="Receipt", questions=(SOURCE_REFERENCE, RECEIVED_ON))
FORCE = "force"
ROW, ERRORS, NEW = "handrail-row", "handrail-errors", "handrail-new"
OURS = frozenset({ROW, ERRORS, NEW})
YES_NO = {"y": "yes", "true": "yes", "1": "yes", "n": "no", "false": "no", "0": "no"}
YES_AND_NO = ("yes", "no")
MOST_NAMED = 12


@dataclass(frozen=True, slots=True)
class Column:
    """A column that is read: its index, the file's name for it, and the question that it answers.

    `values` maps what may be written, in lower case, to the id of an answer; it is empty for free text.
    `translated` first maps the file's own values to ours.
    """

    index: int
    title: str
    name: str
    question: Question
    values: Mapping[str, str]
    translated: Mapping[str, str]
    labels: Sequence[str]


def match_columns(
    pack: Pack, step: Step, options: Options, mapping: mappings.Mapping, header: Sequence[str]
) -> list[Column]:
    """Return the columns of a file with this header.

    Raises Unreadable for an unknown, doubled or missing column.
    """
    asked = dict(_asked(asked_sections(pack, step), options))
    titles = [*header, *mapping.fixed]
    ours = {plain(theirs): plain(name) for theirs, name in mapping.columns.items()}
    ignored = {plain(name) for name in mapping.ignore} | OURS
    names = {
        index: ours.get(plain(title), plain(title))
        for index, title in enumerate(titles)
        if plain(title) not in ignored
    }
    aliases = _aliases(pack, step)
    names = {index: aliases.get(name, name) for index, name in names.items()}
    _refuse_unknown(titles, names, asked)
    _refuse_twice(titles, names)
    _refuse_missing(pack, step, set(names.values()), aliases)
    translations = _translations(mapping, aliases)
    return [_column(i, titles[i], name, asked[name], options, translations) for i, name in names.items()]


def asked_sections(pack: Pack, step: Step) -> tuple[Section, ...]:
    """Return the sections that a row answers: the receipt of the referral, then its form."""
    return (RECEIPT, *sections_of(pack, step))


def _asked(sections: Iterable[Section], options: Options) -> Iterator[tuple[str, Question]]:
    """Yield every column that a file may have, with the question that it answers."""
    for question in (question for section in sections for question in section.questions):
        if question.kind is Kind.EACH:
            for item in options(question):
                yield from ((f"{question.id}.{item.id}.{inner.id}", inner) for inner in question.ask)
        else:
            yield question.id, question


def signposts(sections: Iterable[Section]) -> dict[str, dict[str, list[str]]]:
    """Return the yes-or-no questions whose two answers each lead to other questions.

    The result maps the question's id to each answer and the ids of the questions that follow from it. A file
    need not have such a column: what is filled in shows the answer.
    """
    follows: dict[str, dict[str, list[str]]] = {}
    questions = [question for section in sections for question in section.questions]
    for question in questions:
        if question.when and question.when.question:
            for answer in question.when.is_:
                follows.setdefault(question.when.question, {}).setdefault(answer, []).append(question.id)
    leading = {question.id for question in questions if question.kind is Kind.YES_NO}
    return {name: led for name, led in follows.items() if name in leading and len(led) == len(YES_AND_NO)}


def _aliases(pack: Pack, step: Step) -> dict[str, str]:
    """Return our names of columns by other names for them: `force` for the question that names the force."""
    form = pack.form_of(step)
    question = form.meaning(Meaning.FORCE) if form else None
    return {FORCE: question.id} if question else {}


def _refuse_unknown(titles: Sequence[str], names: Mapping[int, str], asked: Collection[str]) -> None:
    unknown = [(titles[index], name) for index, name in names.items() if name not in asked]
    if unknown:
        raise Unreadable(
            f"{len(unknown)} columns are not known: {_some([_with_nearest(t, n, asked) for t, n in unknown])}"
            ". Rename them, or say in a mapping file what they are ([columns]) or that they do not count "
            "(ignore)."
        )


def _with_nearest(title: str, name: str, asked: Collection[str]) -> str:
    near = get_close_matches(name, asked, n=1, cutoff=0.75)
    shown = f"“{title[:60]}”" if title else "a column without a name"
    return f"{shown} (perhaps {near[0]})" if near else shown


def _refuse_twice(titles: Sequence[str], names: Mapping[int, str]) -> None:
    seen: dict[str, int] = {}
    for index, name in names.items():
        if name in seen:
            raise Unreadable(
                f"“{titles[seen[name]][:60]}” and “{titles[index][:60]}” both give {name}. Leave one out."
            )
        seen[name] = index


def _refuse_missing(pack: Pack, step: Step, there: Collection[str], aliases: Mapping[str, str]) -> None:
    sections = asked_sections(pack, step)
    always = [q for section in sections if is_asked(section.when, {}) for q in section.questions]
    wanted = [q.id for q in always if q.required and is_asked(q.when, {}) and q.kind is not Kind.EACH]
    known = {*there, *signposts(sections)}
    missing = [name for name in wanted if name not in known]
    if missing:
        shown = {ours: alias for alias, ours in aliases.items()}
        raise Unreadable(
            f"{len(missing)} columns are missing: {_some([shown.get(name, name) for name in missing])}. "
            "Add them, or say in a mapping file which columns they are ([columns]) or what every row holds "
            "([fixed])."
        )


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return ", ".join(names[:MOST_NAMED]) + more


def _column(
    index: int,
    title: str,
    name: str,
    question: Question,
    options: Options,
    translations: Mapping[str, Mapping[str, str]],
) -> Column:
    free = question.kind in {Kind.TEXT, Kind.LONG_TEXT, Kind.DATE, Kind.NUMBER}
    codes = () if free else options(question)
    values = {code.label.casefold(): code.id for code in codes} | {
        code.id.casefold(): code.id for code in codes
    }
    if question.kind is Kind.YES_NO:
        values |= YES_NO
    if question.means is Meaning.FORCE:
        values |= {force.slug: str(force.id) for force in Organisation.objects.forces()}
    labels = tuple(code.label for code in codes)
    return Column(index, title, name, question, values, translations.get(name, {}), labels)


def _translations(mapping: mappings.Mapping, aliases: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Return our values by the file's values in lower case, by our name of the column."""
    return {
        aliases.get(plain(column), plain(column)): {
            theirs.strip().casefold(): ours for theirs, ours in pairs.items()
        }
        for column, pairs in mapping.values.items()
    }
