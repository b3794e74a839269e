"""The output of linking: a file of proposals, or the queue of possible matches in Handrail. Links nothing."""

from collections.abc import Iterable
from itertools import islice
from pathlib import Path

from django.utils import timezone

from handrail.subjects.linking.running import HEAD
from handrail.subjects.matching import Strength
from handrail.subjects.matching.files import written

BATCH = 2_000


def to_file(rows: Iterable[list[str]], out: Path) -> None:
    """Write the proposals to a CSV file. Raises Unusable."""
    with written(out, HEAD) as file:
        file.writerows(rows)


def to_queue(rows: Iterable[list[str]]) -> None:
    """Add the proposals to the queue; an existing pair stays unchanged. For the worker."""
    from handrail.subjects.match_records import IndexReason
    from handrail.subjects.possible_matches import PossibleMatch, propose

    now, rest = timezone.now(), iter(rows)
    while batch := list(islice(rest, BATCH)):
        propose(
            PossibleMatch(
                subject_id=one,
                other_id=other,
                weight=float(weight),
                strong=strength == Strength.STRONG,
                because=IndexReason.BULK,
                found_at=now,
            )
            for one, other, weight, strength, _ in batch
        )
