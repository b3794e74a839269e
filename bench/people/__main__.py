"""`python -m bench.people FOLDER --size 20000` writes people, queries and strangers as CSV files."""

import argparse
import csv
import sys
from collections.abc import Iterable
from dataclasses import astuple, fields
from pathlib import Path

from bench.people.errors import Asked, recorded
from bench.people.population import Person, population
from bench.people.queries import Chosen, Query, hard, queries, strangers

SEED = 2025
KNOWN = [field.name for field in fields(Asked)]


def main() -> int:
    """Make the people, then the queries for some of them."""
    given = arguments()
    given.folder.mkdir(parents=True, exist_ok=True)
    chosen = Chosen.few(given.seed, given.queries)
    write_people(given.folder / "people.csv", chosen.watched(population(given.size, given.seed)))
    found = [*queries(chosen, given.seed, given.queries), *hard(chosen, given.seed)]
    write_queries(given.folder / "queries.csv", found, "q")
    write_queries(given.folder / "strangers.csv", strangers(chosen, given.seed), "s")
    return 0


def arguments() -> argparse.Namespace:
    """Return the command line's arguments."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.people", description=sys.modules["bench.people"].__doc__
    )
    parser.add_argument("folder", type=Path, help="where the files go")
    parser.add_argument("--size", type=int, default=20_000, help="how many people are recorded")
    parser.add_argument("--queries", type=int, default=6_000, help="about how many are asked for")
    parser.add_argument("--seed", type=int, default=SEED, help="the same seed gives the same people")
    return parser.parse_args()


def record_id(person: Person) -> str:
    """Return a person's id in the files."""
    return f"p{person.number:08}"


def write_people(path: Path, people: Iterable[Person]) -> None:
    """Write every person on record."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["record_id", *KNOWN[:-1]])
        writer.writerows([record_id(person), *astuple(recorded(person))[:-1]] for person in people)


def write_queries(path: Path, asked: Iterable[Query], letter: str) -> None:
    """Write the queries with the true id; the id is empty where the right answer is nobody."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["record_id", *KNOWN, "true_id", "origin", "error", "circumstance"])
        for number, (known, person, error) in enumerate(asked):
            true = record_id(person) if person.recorded else ""
            writer.writerow(
                [f"{letter}{number:07}", *astuple(known), true, person.origin.id, error, person.circumstance]
            )


if __name__ == "__main__":
    sys.exit(main())
