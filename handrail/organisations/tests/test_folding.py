"""One fold of what people write: letters, apostrophes, scripts, references."""

import pytest

from handrail.organisations.folding import (
    holding,
    latin,
    plain_words,
    reference_key,
    reference_of,
    reference_without_noughts,
    references_in,
    squeezed,
)

APOSTROPHES = "'`’‘ʼʻʿ´′＇"


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Łukasz", "lukasz"), ("IŞIL", "isil"), ("Işıl", "isil"), ("İPEK", "ipek"), ("STRAẞE", "strasse"),
        ("Straße", "strasse"), ("Søren Bæk", "soren baek"), ("Œuvray", "oeuvray"), ("Þórð", "thord"),
        ("Đặng", "dang"), ("ＡＡＲＯＮ", "aaron"), ("McŁaren", "mclaren"), ("Zoe\u0308", "zoe"),
        ("Γιώργος", "giorgos"), ("Владимир", "vladimir"), ("Anne−Marie", "anne-marie"),
    ],
)  # fmt: skip
def test_letters_come_down_to_plain_ones(written: str, folded: str) -> None:
    assert latin(written) == folded


@pytest.mark.parametrize("apostrophe", APOSTROPHES)
def test_every_apostrophe_is_one(apostrophe: str) -> None:
    assert plain_words(f"O{apostrophe}Neill") == ["oneill"]


@pytest.mark.parametrize(
    ("one", "other"), [("محمّد", "محمد"), ("مُحَمَّد", "محمد"), ("שָׁלוֹם", "שלום"), ("علی", "علي")]
)
def test_what_is_written_above_and_below_letters_makes_no_difference(one: str, other: str) -> None:
    assert latin(one) == latin(other) != ""


def test_words_of_a_script_without_spaces_stand_apart() -> None:
    assert plain_words("李小龙") == ["li", "xiao", "long"]


def test_joined_and_parted_are_one_when_squeezed() -> None:
    assert squeezed("van der Berg") == squeezed("Vanderberg")
    assert holding("Mc", {1: squeezed("Oisín McLoughlin"), 2: squeezed("Ann Archer")}) == [1]
    assert holding("-", {1: squeezed("Ann Archer")}) == []


@pytest.mark.parametrize(
    "typed", ["P-3HT2-Y6BP", "p3ht2y6bp", "P 3HT2 Y6BP", "case P–3HT2–Y6BP.", "p 3 h t 2 y 6 b p"]
)
def test_a_reference_of_our_own_is_read_however_it_is_written(typed: str) -> None:
    assert reference_of(typed) == "P-3HT2-Y6BP"


def test_several_references_are_read_from_one_text() -> None:
    assert references_in("p3ht2y6bp\nR-7K3M-Q9XW, p3ht2-y6bp") == ["P-3HT2-Y6BP", "R-7K3M-Q9XW"]


def test_what_is_no_reference_of_ours_stays() -> None:
    assert reference_of(" b-1 ") == "B-1"


@pytest.mark.parametrize("typed", ["WYP/00457/26", "wyp 457 26", "WYP-457/026"])
def test_noughts_before_a_number_make_no_difference(typed: str) -> None:
    assert reference_without_noughts(typed) == "WYP45726"


def test_noughts_within_a_number_stay() -> None:
    assert (reference_without_noughts("10010"), reference_without_noughts("000")) == ("10010", "0")
    assert reference_key("wyp/00457") == "WYP00457"
