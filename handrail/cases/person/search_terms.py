"""Search terms: what is known of a subject by which they can be found in other systems."""

from collections.abc import Sequence
from dataclasses import dataclass

from handrail.cases.models import Case
from handrail.cases.person.details_shown import Known, as_known, right_first
from handrail.cases.person.other_referrals import label
from handrail.organisations.models import Person
from handrail.policy.schema.form import Meaning
from handrail.subjects.details import DetailKind

SEARCHED_BY = (
    DetailKind.NAME,
    DetailKind.OTHER_NAMES,
    DetailKind.DATE_OF_BIRTH,
    DetailKind.TELEPHONE,
    DetailKind.EMAIL,
    DetailKind.ONLINE_NAME,
    DetailKind.ADDRESS,
)


@dataclass(frozen=True, slots=True)
class SearchTerms:
    """Details to search with, by their title; `missing` are titles of kinds of which the reader sees none."""

    titled: dict[str, list[Known]]
    missing: Sequence[str]


def search_terms(case: Case, reader: Person) -> SearchTerms:
    """Return the details of a case's subject to search with, except those found wrong, each value once."""
    details = [d for d in right_first(case, reader) if d.kind in SEARCHED_BY and not d.wrong_by]
    details.sort(key=lambda detail: SEARCHED_BY.index(DetailKind(detail.kind)))
    titled: dict[str, list[Known]] = {}
    for known in as_known(case, details, reader):
        there = titled.setdefault(known.title, [])
        if known.words not in {other.words for other in there}:
            there.append(known)
    told = {detail.kind for detail in details}
    missing = [label(case.pack, Meaning.DETAIL_WRONG, kind) for kind in SEARCHED_BY if kind not in told]
    return SearchTerms(titled, missing)
