"""Nothing of what was taken out of a text is left in it, whatever the text."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handrail.cases.disclosure.redaction import BLOCK, black_out, letters, passages, redact

WORD = st.text("abcdeABCDEéÉßñ'-", min_size=4, max_size=9).filter(lambda word: len(letters(word)) >= 4)
SENTENCES = st.lists(
    st.lists(WORD, min_size=1, max_size=6).map(lambda words: " ".join(words) + "."), max_size=8
)
BETWEEN = st.sampled_from([" ", "\n", "\n\n", " \n "])


@given(SENTENCES, BETWEEN, st.lists(WORD, max_size=4))
def test_a_word_that_was_blacked_out_is_nowhere(sentences: list[str], between: str, words: list[str]) -> None:
    left = redact(between.join(sentences), set(), words)
    for word in words:
        assert word.casefold() not in left.casefold()
        assert letters(word) not in letters(left)


@given(SENTENCES, st.data())
def test_a_word_of_a_passage_that_was_taken_out_is_left_only_where_another_says_it(
    sentences: list[str], data: st.DataObject
) -> None:
    text = "\n".join(sentences)
    numbered = [sentence for line in passages(text) for sentence in line]
    out = data.draw(st.sets(st.integers(1, len(numbered) or 1)))
    left = redact(text, out, [])
    kept = " ".join(sentence for number, sentence in enumerate(numbered, 1) if number not in out)
    for number in out & set(range(1, len(numbered) + 1)):
        for word in re.findall(r"\S+", numbered[number - 1]):
            assert word in kept or word not in left


@given(st.lists(WORD, min_size=1, max_size=30), st.integers(1, 30))
def test_neither_length_nor_number_of_what_was_taken_out_shows(words: list[str], more: int) -> None:
    once = redact(f"Before. {' '.join(words)}. After.", {2}, [])
    longer = redact(f"Before. {' '.join(words * more)}. After.", {2}, [])
    assert once == longer == f"Before. {BLOCK} After."


@pytest.mark.parametrize(
    "said",
    [
        "AHMED",
        "Ahmed’s",
        "ahmed.khan@example.org",
        "Ah-med",
        "Áhmed",
        "Ah\u200bmed",
        "A h m e d",
        "xAhmedx",
        "Ah\nmed",
        "(Ahmed)",
    ],
)
def test_a_name_is_found_however_it_is_written(said: str) -> None:
    left = black_out(f"We saw {said} there", ["Ahmed"])
    assert "ahmed" not in letters(left)
    assert left.startswith("We saw")
    assert left.endswith("there")
    assert "khan" not in left


def test_what_comes_together_when_something_is_taken_out_goes_too() -> None:
    assert "ahmed" not in letters(redact("Ah Secret thing. med", {1}, ["Ahmed"]))
    assert "ahmed" not in letters(black_out("ah Jones med", ["Jones", "Ahmed"]))


def test_blocks_side_by_side_are_one() -> None:
    assert black_out("Mr Ali Khan left", ["Ali", "Khan"]) == f"Mr {BLOCK} left"
    assert redact("One.\nTwo.\nThree.\nFour.", {2, 3}, []) == f"One.\n{BLOCK}\nFour."
    assert redact("One.\n\nTwo.\n\nThree.\n\nFour.", {2, 3}, []) == f"One.\n\n{BLOCK}\n\nFour."
    assert redact("One.\n\nTwo.\n\nThree.", {2, 3}, []) == f"One.\n\n{BLOCK}"


def test_a_single_letter_blacks_out_nothing() -> None:
    assert black_out("A cat sat", ["a"]) == "A cat sat"


@pytest.mark.parametrize(
    ("word", "there"), [("Łukasz", "Lukasz"), ("Lukasz", "ŁUKASZ"), ("Işıl", "ISIL"), ("Bæk", "Baek")]
)
def test_a_name_is_blacked_out_however_its_letters_are_written(word: str, there: str) -> None:
    left = black_out(f"Seen with {there} on Friday", [word])
    assert there not in left
    assert "Friday" in left
