"""How common names, towns and addresses are among all who are on record, counted once a day.

A name that many have says less. Nobody is shown a count; every process keeps the last one for a while.
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
    """The last count of this process, when it was made, and when it was looked for."""

    commonness: Commonness
    made_at: object = None
    looked_at: float = float("-inf")


_kept = _Kept(Commonness.usual())


def commonness() -> Commonness:
    """The last count, looked for again after ten minutes; what is usual where none was made."""
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
    """Count all who are on record, and say how many they are. For the worker, which sees all."""
    counted = Commonness.of(_outlines())
    Counted.objects.update_or_create(pk=1, defaults={"packed": counted.packed(), "made_at": timezone.now()})
    return counted.people


def _outlines() -> Iterator[matching.Outline]:
    """All but who has a restricted case: that others share something with them shows in no weight."""
    counted = Outline.objects.exclude(subject__cases__restricted=True)
    for packed in counted.values_list("packed", flat=True).iterator():
        yield matching.Outline.unpacked(packed)
