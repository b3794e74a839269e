"""Names in words, from every script, order and habit of writing."""

import pytest

from handrail.subjects.matching.words import MOST_WORDS, shown, words_of


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("Sir John Smith", ("john", "smith")),
        ("Dr", ("dr",)),
        ("JOSÉ-María", ("jose", "maria")),
        ("van der Berg", ("berg",)),
        ("O'Brien", ("obrien",)),
        ("O Brien", ("obrien",)),
        ("Mac Donald", ("mcdonald",)),
        ("MacDonald", ("mcdonald",)),
        ("Abd al-Rahman", ("abdrahman",)),
        ("Abdurrahman", ("abdrahman",)),
        ("Abdul Rahman", ("abdrahman",)),
        ("Abdullah", ("abdullah",)),
        ("Zaid bin Samir al-Saadi", ("zaid", "samir", "saadi")),
        ("Сергей", ("sergei",)),
        ("\u202eSmith\u202c", ("smith",)),
        ("Al", ("al",)),
        ("", ()),
        ("😀", ()),
        ("- ' .", ()),
    ],
)
def test_a_name_comes_down_to_the_words_that_tell_people_apart(written: str, words: tuple[str, ...]) -> None:
    assert words_of(written) == words


def test_words_of_a_script_without_spaces_stand_apart() -> None:
    assert words_of("习近平") == ("xi", "jin", "ping")


def test_a_thousand_names_are_the_first_few() -> None:
    assert len(words_of("one two three " * 1000)) <= MOST_WORDS
    assert len(words_of("x" * 100_000)[0]) <= 30


def test_a_compound_reads_as_one_writes_it() -> None:
    assert [shown(word) for word in words_of("Abdelrahman Smith")] == ["Abd Rahman", "Smith"]
