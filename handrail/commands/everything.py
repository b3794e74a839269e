"""Verification of everything at once: the ledger, and all that is stored beside it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from handrail.access import sealing
from handrail.accounts import comparing as posts
from handrail.cases.disclosure import comparing as summaries
from handrail.cases.documents import comparing as documents
from handrail.ledger import rebuild, verify
from handrail.ledger.rebuild import Difference, Progress
from handrail.records import comparing as levels


@dataclass(frozen=True, slots=True)
class Everything:
    """What was found: the verifier's report, and each row, file and line that differs from its entry."""

    ledger: verify.Report
    records: int
    differences: list[Difference]
    unsealed_lines: int
    loaded_posts: int

    @property
    def is_clean(self) -> bool:
        """Whether nothing is wrong."""
        return self.ledger.is_clean and not self.differences

    def as_json(self) -> dict[str, Any]:
        """Return the result as a JSON object."""
        return {
            **self.ledger.as_json(),
            "records": self.records,
            "differences": [str(difference) for difference in self.differences],
            "unsealed_lines": self.unsealed_lines,
            "loaded_posts": self.loaded_posts,
        }

    def lines(self) -> Iterator[str]:
        """Yield the result as lines of text."""
        yield from self.ledger.lines()
        yield from map(str, self.differences)
        yield (
            f"{self.records:,} records, documents and the log of reads compared with their entries:"
            f" {len(self.differences):,} differences"
        )
        if self.unsealed_lines:
            yield f"{self.unsealed_lines:,} lines of the log of reads are not sealed yet: nothing proves them"
        if self.loaded_posts:
            yield f"{self.loaded_posts:,} posts were given by no entry: the demonstration's are loaded"


def verified(heads: Path | None, progress: Progress | None = None) -> Everything:
    """Verify the ledger, then compare every row, document and line of the log with what was recorded.

    All of it is read from one snapshot. Raises NoHeads where the folder `heads` holds none.
    """
    with transaction.atomic():
        if not connection.savepoint_ids:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        ledger = verify.verify(connection.connection, heads)
        rebuilt = rebuild.check(progress)
        beside = chain(*(room.differences() for room in (levels, documents, summaries, posts)))
        differences = [*rebuilt.differences, *beside]
        return Everything(ledger, rebuilt.compared, differences, sealing.unsealed(), posts.without_entry())


def print_result(found: Everything, *, as_json: bool) -> int:
    """Print what was found; return the exit status, 1 if anything is wrong."""
    print(json.dumps(found.as_json(), indent=1) if as_json else "\n".join(found.lines()))
    return 0 if found.is_clean else 1
