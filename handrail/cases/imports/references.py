"""References that may be equal though written differently: 457 and 00457, WYP/2025/0017 and wyp-2025-17."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from handrail.cases.imports.columns import SOURCE_REFERENCE, Column
from handrail.cases.models import Referral
from handrail.policy.schema.form import Meaning
from handrail.written.rows import Row

BETWEEN = re.compile(r"[\W_]+")
NOUGHTS = re.compile(r"(?<!\d)0+(?=\d)")
DECIMALS = re.compile(r"(?<=\d)\.0+$")
ROUGH = re.compile(r"[\W_0]+")
CHUNK = 5_000

Known = Mapping[tuple[UUID, str], str]


def forms_of(reference: str) -> frozenset[str]:
    """Return the plain forms of a reference; two references that share one may be the same.

    A plain form has no case, blanks, strokes, or noughts before numbers.
    """
    plain = DECIMALS.sub("", _folded(reference).strip())
    parts = [part for part in BETWEEN.split(plain) if part]
    apart = "-".join(NOUGHTS.sub("", part) for part in parts)
    return frozenset({re.sub(r"(?<!\d)-|-(?!\d)", "", apart), NOUGHTS.sub("", "".join(parts))} - {""})


def known_like(columns: Sequence[Column], rows: Iterable[Row], fixed: Sequence[str]) -> Known:
    """Return references on record that may equal one in the file, by force and form.

    `fixed` are the cells that the mapping adds to every row.
    """
    by_name = {column.name: column for column in columns}
    force = next((column for column in columns if column.question.means is Meaning.FORCE), None)
    reference = by_name.get(SOURCE_REFERENCE.id)
    if force is None or reference is None:
        return {}
    cells = [[*row.cells, *fixed] for row in rows]
    told = {_code(force, row[force.index]) for row in cells}
    rough = {_rough(row[reference.index]) for row in cells}
    found = Referral.objects.filter(force__in=[UUID(id_) for id_ in told if id_]).exclude(source_reference="")
    return {
        (owner, form): known
        for owner, known in found.values_list("force_id", "source_reference").iterator(CHUNK)
        if _rough(known) in rough
        for form in forms_of(known)
    }


def _code(column: Column, text: str) -> str:
    text = text.strip().casefold()
    return column.values.get(column.translated.get(text, text).casefold(), "")


def _folded(reference: str) -> str:
    return unicodedata.normalize("NFKC", reference).casefold()


def _rough(reference: str) -> str:
    return ROUGH.sub("", _folded(reference))
