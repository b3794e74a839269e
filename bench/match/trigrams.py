"""Trigram search in PostgreSQL, the usual method of a search box.

The embedded server has no pg_trgm. So the trigrams of the whole name, cut as pg_trgm does, are an array
under a GIN index, and SQL computes the similarity. The rarest trigrams of the query find candidates; all
count in the similarity.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import psycopg

from bench.match.asking import SHOWN, Near, Task
from bench.people.errors import Asked

ASKED = 6  # rarest trigrams of a query that find candidates
LEAST = 0.3  # pg_trgm's default threshold of similarity
FIND = """
SELECT person, alike FROM (
  SELECT person, agree::float / (cardinality(trigrams) + %(count)s - agree) AS alike
  FROM bench_trigrams,
    LATERAL (SELECT count(*) AS agree FROM unnest(trigrams) t WHERE t = ANY(%(all)s)) shared
  WHERE trigrams && %(rare)s
) found WHERE alike >= %(least)s ORDER BY alike DESC, person LIMIT %(most)s
"""


class Trigrams:
    """People by the trigrams of their names."""

    name = "trigrams"

    def __init__(self, task: Task, connection: "psycopg.Connection[Any]") -> None:
        self.connection = connection
        self.seen: Counter[str] = Counter()
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE IF EXISTS bench_trigrams")
            cursor.execute("CREATE TEMP TABLE bench_trigrams (person text, trigrams text[])")
            with cursor.copy("COPY bench_trigrams FROM STDIN") as copy:
                for row in self._rows(task):
                    copy.write_row(row)
            cursor.execute("CREATE INDEX ON bench_trigrams USING gin (trigrams)")
            cursor.execute("ANALYZE bench_trigrams")

    def _rows(self, task: Task) -> Iterator[tuple[str, list[str]]]:
        for person, known in task.people():
            cut = trigrams(known)
            self.seen.update(cut)
            yield person, cut

    def near(self, asked: Asked) -> list[Near]:
        """Return the most similar names, best first."""
        cut = trigrams(asked)
        rare = sorted(cut, key=self.seen.__getitem__)[:ASKED]
        given = {"all": cut, "rare": rare, "count": len(cut), "least": LEAST, "most": SHOWN + 1}
        return [Near(person, alike) for person, alike in self.connection.execute(FIND, given)]


def trigrams(asked: Asked) -> list[str]:
    """Return the distinct trigrams of a name: each word padded with two blanks before and one after."""
    words = "".join(
        c if c.isalnum() else " " for c in f"{asked.given_name} {asked.family_name}".casefold()
    ).split()
    return sorted({f"  {word} "[at : at + 3] for word in words for at in range(len(word) + 1)})
