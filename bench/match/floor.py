"""The floor: an indexed look-up in PostgreSQL by exact name and date of birth."""

from typing import Any

import psycopg

from bench.match.asking import SHOWN, Near, Task
from bench.people.errors import Asked

FIND = "SELECT person FROM bench_exact WHERE given = %s AND family = %s AND birth = %s LIMIT %s"


class Exact:
    """People by exact text."""

    name = "exact, the floor"

    def __init__(self, task: Task, connection: "psycopg.Connection[Any]") -> None:
        self.connection = connection
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE IF EXISTS bench_exact")
            cursor.execute("CREATE TEMP TABLE bench_exact (person text, given text, family text, birth text)")
            with cursor.copy("COPY bench_exact FROM STDIN") as copy:
                for person, known in task.people():
                    copy.write_row((person, known.given_name, known.family_name, known.date_of_birth))
            cursor.execute("CREATE INDEX ON bench_exact (family, given, birth)")
            cursor.execute("ANALYZE bench_exact")

    def near(self, asked: Asked) -> list[Near]:
        """Return the people with that name and birthday."""
        given = (asked.given_name, asked.family_name, asked.date_of_birth, SHOWN + 1)
        return [Near(person, 1.0) for (person,) in self.connection.execute(FIND, given)]
