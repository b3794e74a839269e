"""Frequencies of names, towns and addresses among all subjects, counted once a day.

A common name is weaker evidence of a match. No user is shown a frequency. Every process caches the last
count.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from time import monotonic

from django.utils import timezone

from handrail.subjects import matching
from handrail.subjects.match_records import Counted, Outline
from handrail.subjects.matching import Commonness

KEPT_FOR = 600.0  # seconds


@dataclass(slots=True)
class _Kept:
    """The last count in this process, when it was made, and when it was last read."""

    commonness: Commonness
    made_at: object = None
    looked_at: float = float("-inf")


_kept = _Kept(Commonness.usual())


def commonness() -> Commonness:
    """Return the last count, read again after ten minutes; default frequencies where none was made."""
    if monotonic() - _kept.looked_at > KEPT_FOR:
        _kept.looked_at = monotonic()
        made_at = Counted.objects.values_list("made_at", flat=True).first()
        if made_at != _kept.made_at:
            _kept.commonness = (
                Commonness.unpacked(Counted.objects.get().packed) if made_at else Commonness.usual()
            )
            _kept.made_at = made_at
    return _kept.commonness


def count() -> int:
    """Count all subjects, and return their number. For the worker, which sees every row."""
    counted = Commonness.of(_outlines())
    Counted.objects.update_or_create(pk=1, defaults={"packed": counted.packed(), "made_at": timezone.now()})
    return counted.people


def _outlines() -> Iterator[matching.Outline]:
    """Yield all outlines except those of subjects of restricted cases, which must not show in any weight."""
    counted = Outline.objects.exclude(subject__cases__restricted=True)
    for packed in counted.values_list("packed", flat=True).iterator():
        yield matching.Outline.unpacked(packed)
