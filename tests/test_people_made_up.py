"""The people of the bench: reproducible from a seed, of every origin, with the true answers."""

import unicodedata
from collections import Counter
from itertools import islice, pairwise
from random import Random

import pytest

from bench.match.asking import Near, Question
from bench.match.figures import Answer, alarmed, precision_from, recall, recall_from, spread, threshold
from bench.people.errors import ERRORS, Asked, recorded
from bench.people.origins import origins
from bench.people.population import HALLS, HARD, Person, population
from bench.people.queries import Chosen, hard, queries, strangers
from bench.people.romanising import feminine, spellings

SIZE, SEED = 12_000, 7
# They are of the bench, and prove nothing of the product.
pytestmark = pytest.mark.whole


@pytest.fixture(scope="module")
def people() -> list[Person]:
    return list(population(SIZE, SEED))


@pytest.fixture(scope="module")
def chosen(people: list[Person]) -> Chosen:
    few = Chosen.few(SEED, 2_000)
    for _ in few.watched(people):
        pass
    return few


def test_one_seed_gives_the_same_people_and_another_gives_others(people: list[Person]) -> None:
    first = [recorded(person) for person in people[:500]]
    assert [recorded(person) for person in islice(population(SIZE, SEED), 500)] == first
    assert [recorded(person) for person in islice(population(SIZE, SEED + 1), 500)] != first


def test_as_many_are_recorded_as_were_asked_for_and_numbered_in_order(people: list[Person]) -> None:
    assert [person.number for person in people if person.recorded] == list(range(SIZE))


def test_every_origin_and_every_circumstance_is_among_them(people: list[Person]) -> None:
    assert {person.origin.id for person in people} == {origin.id for origin in origins()}
    # Halls house so many that they are rare.
    assert set(HARD) - {HALLS} <= {person.circumstance for person in people}


def test_a_name_is_far_commoner_than_most_as_in_life() -> None:
    pakistani = next(origin for origin in origins() if origin.id == "pakistani")
    random = Random(1)
    drawn = Counter(pakistani.family.draw(random).spellings[0] for _ in range(20_000))
    (first, often), *_ = drawn.most_common()
    assert first == "Khan"
    assert often > 40 * sorted(drawn.values())[len(drawn) // 2]


def test_twins_share_a_day_and_a_home_and_no_name(people: list[Person]) -> None:
    twins = [person for person in people if person.circumstance == "twin"]
    pairs = [(one, other) for one, other in pairwise(twins) if one.place == other.place]
    assert len(pairs) > 10
    assert sum(one.birth == other.birth for one, other in pairs) > len(pairs) * 0.9


def test_every_error_is_asked_of_every_origin_that_can_have_it(chosen: Chosen) -> None:
    asked = Counter((query.error, query.person.origin.id) for query in queries(chosen, SEED, 2_000))
    assert {error for error, _ in asked} == set(ERRORS)
    for error in set(ERRORS) - {"script"}:
        assert {origin for kind, origin in asked if kind == error} == {origin.id for origin in origins()}, (
            error
        )
    scripts = {origin for kind, origin in asked if kind == "script"}
    assert {"arabic", "bengali", "chinese", "cyrillic", "pakistani"} <= scripts


def test_an_error_changes_what_it_says(chosen: Chosen) -> None:
    for query in queries(chosen, SEED, 2_000):
        true, asked = recorded(query.person), query.asked
        match query.error:
            case "as recorded":
                assert asked == Asked(**{**as_dict(true), "telephone": "", "email": ""})
            case "moved, no birth, misspelt":
                assert (asked.date_of_birth, asked.family_name == true.family_name) == ("", False)
                assert asked.given_name == true.given_name
            case "day and month":
                assert (
                    asked.date_of_birth
                    == f"{true.date_of_birth[:4]}-{true.date_of_birth[8:]}-{true.date_of_birth[5:7]}"
                )
            case "age only":
                assert asked.date_of_birth == ""
                assert asked.age.isdigit()
            case "script":
                letters = [c for c in asked.given_name if c.isalpha()]
                assert not any("LATIN" in unicodedata.name(letter) for letter in letters)
            case "spelling":
                assert (asked.given_name, asked.family_name) != (true.given_name, true.family_name)


def as_dict(asked: Asked) -> dict[str, str]:
    return {name: getattr(asked, name) for name in Asked.__dataclass_fields__}


def test_strangers_are_in_no_record_and_the_others_are(chosen: Chosen) -> None:
    assert not any(query.person.recorded for query in strangers(chosen, SEED))
    assert all(query.person.recorded for query in hard(chosen, SEED))


def test_a_cyrillic_name_is_spelt_in_several_ways_and_by_gender() -> None:
    assert {"Shevchenko", "Schewtschenko", "Chevtchenko"} <= set(spellings("Шевченко"))
    assert [feminine(name) for name in ("Иванов", "Левицький", "Kowalski", "Nowak")] == [
        "Иванова",
        "Левицька",
        "Kowalska",
        "Nowak",
    ]


def answer(true: str, *near: tuple[str, float], origin: str = "") -> Answer:
    question = Question(Asked(), frozenset({true} if true else ()), origin)
    return Answer(question, tuple(Near(*one) for one in near), 1.0)


def test_figures_say_what_their_definitions_say() -> None:
    answers = [
        answer("a", ("a", 30.0), ("b", 5.0), origin="x"),
        answer("b", ("c", 20.0), ("b", 10.0), origin="x"),
        answer("c", ("d", 9.0), origin="y"),
    ]
    assert recall(answers) == pytest.approx(2 / 3)
    assert threshold(answers, 0.99) == 30.0
    assert threshold(answers, 0.6) == 10.0
    assert recall_from(answers, 30.0) == pytest.approx(1 / 3)
    right, many = precision_from(answers, 10.0)
    assert right == pytest.approx(2 / 3)
    assert many == 3
    assert spread(answers) == (1.0, "y", "x")
    assert alarmed(answers, 15.0) == pytest.approx(2 / 3)


def test_pairs_of_one_weight_stand_or_fall_together() -> None:
    assert threshold([answer("a", ("a", 10.0), ("b", 10.0))], 0.99) == float("inf")
