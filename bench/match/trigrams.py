"""Trigram search in PostgreSQL: what a search box usually does.

The embedded server has no pg_trgm: the trigrams of the whole name, cut as pg_trgm cuts them, stand in an
array under a GIN index, and similarity is worked out in SQL. Of the trigrams that are asked for the rarest
find the candidates; all of them count in the similarity.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import psycopg

from bench.match.asking import SHOWN, Near, Task
from bench.people.errors import Asked

ASKED = 6  # how many of the trigrams, the rarest, find the candidates
LEAST = 0.3  # the similarity from which on pg_trgm shows somebody, unless told otherwise
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
        """The most similar names, best first."""
        cut = trigrams(asked)
        rare = sorted(cut, key=self.seen.__getitem__)[:ASKED]
        given = {"all": cut, "rare": rare, "count": len(cut), "least": LEAST, "most": SHOWN + 1}
        return [Near(person, alike) for person, alike in self.connection.execute(FIND, given)]


def trigrams(asked: Asked) -> list[str]:
    """The trigrams of a name: two blanks before each word and one after, each once."""
    words = "".join(
        c if c.isalnum() else " " for c in f"{asked.given_name} {asked.family_name}".casefold()
    ).split()
    return sorted({f"  {word} "[at : at + 3] for word in words for at in range(len(word) + 1)})
