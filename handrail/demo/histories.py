"""Make whole made-up cases, reproducible for a seed and an end moment."""

from collections.abc import Iterator
from datetime import datetime
from random import Random

from handrail.cases.engine.record import Record
from handrail.demo import shares
from handrail.demo.cast import Cast, casts
from handrail.demo.filling import Clerk
from handrail.demo.history import History
from handrail.demo.persona import referred
from handrail.demo.routes import run
from handrail.records.packs import lineage, pack_on

SEED = 2018


def histories(size: int, seed: int = SEED, *, until: datetime) -> Iterator[Record]:
    """Yield `size` unsaved cases of the two years up to `until`, in order of opening.

    Each is under the policy of the day on which it was opened. The country and the people of the
    demonstration must exist. One case is in memory at a time.
    """
    for history in unfolded(size, seed, until=until):
        yield history.record


def unfolded(size: int, seed: int, *, until: datetime) -> Iterator[History]:
    """Yield the histories of these cases, with the typed form of each step."""
    clerks = {policy.id: Clerk(policy) for policy in lineage()}
    everybody: dict[str, Cast] = casts(seed)
    days = shares.opening_days(size, Random(f"{seed}/days"), until)
    for number in range(size):
        about = referred(seed, number, days)
        clerk = clerks[pack_on(about.opened).id]
        history = History(number, seed, about, everybody[about.persona.force], clerk, until)
        run(history)
        yield history
