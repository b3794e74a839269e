"""Comparison of the vetting that stored contents need with the markings that their entries give them."""

from collections.abc import Iterator

from handrail.ledger.models import Content
from handrail.ledger.rebuild import Difference
from handrail.policy.built_in import BUILT_IN
from handrail.policy.schema.pack import Pack
from handrail.records.kinds import kinds
from handrail.records.marking import level_of
from handrail.records.packs import known_packs

BATCH = 5_000
COLUMNS = ("entry__chain", "entry__number", "entry__act", "entry__pack", "content__marking", "level")


def differences() -> Iterator[Difference]:
    """Yield each content that readers of too little vetting could read.

    Row security goes by the stored level, which no hash covers. A higher one only hides; an entry that came
    from a case with a higher marking has one.
    """
    packs = {pack.id: pack for pack in known_packs()}
    contents = Content.objects.filter(entry__kind__in=[kind.name for kind in kinds()]).order_by("pk")
    for chain, number, act, under, marking, level in contents.values_list(*COLUMNS).iterator(BATCH):
        if level < _needed(packs.get(under), act, marking):
            yield Difference(f"chain {chain}, entry {number}", Content._meta.db_table, "level")


def _needed(known: Pack | None, act: str, marking: object) -> int:
    """Return the level that a content needs by the marking of its step, or by the one chosen for it.

    Nothing where the pack has no such step or is not there: the folding of the entry says that.
    """
    step = known and (BUILT_IN.get(act) or known.step_by_id.get(act))
    if not known or not step:
        return 0
    chosen = known.marking_by_id.get(marking) if isinstance(marking, str) else None
    return level_of(chosen or known.marking_of(step))
