"""One reader of postcodes: what the post delivers to is understood, however it is typed."""

import pytest

from handrail.written.postcodes import comparable_postcode, outward_of, read_postcode


@pytest.mark.parametrize(
    ("written", "postcode"),
    [
        ("LS1 4AP", "LS1 4AP"), ("ls14ap", "LS1 4AP"), ("LS1  4AP", "LS1 4AP"), ("LS1\u00a04AP", "LS1 4AP"),
        ("LS1\t4AP", "LS1 4AP"), (" LS1 4AP. ", "LS1 4AP"), ("LS1-4AP", "LS1 4AP"),
        ("LS1\u200b4AP", "LS1 4AP"), ("EC1A1BB", "EC1A 1BB"), ("m1 1ae,", "M1 1AE"),
        ("GIR 0AA", "GIR 0AA"), ("bfpo57", "BFPO 57"), ("BFPO c/o 801", "BFPO 801"),
        ("BF1 2AT", "BF1 2AT"), ("ASCN1ZZ", "ASCN 1ZZ"), ("stHL 1zz", "STHL 1ZZ"),
        ("GX11 1AA", "GX11 1AA"), ("d02 af30", "D02 AF30"), ("D6W XY00", "D6W XY00"),
        ("KY1-1234", "KY1 1234"), ("LSl 4AP", "LS1 4AP"), ("SW1A OAA", "SW1A 0AA"), ("sw1a oaa", "SW1A 0AA"),
        ("WIA 1AA", "W1A 1AA"), ("SOl5 lAA", "SO15 1AA"),
    ],
)  # fmt: skip
def test_a_postcode_is_understood_however_it_is_typed(written: str, postcode: str) -> None:
    assert read_postcode(written) == postcode


@pytest.mark.parametrize(
    "written", ["", "LS1", "not known", "N/A", "4AP LS1", "75001", "LS1 4AP LS2 8BB", "LOL LOL", "1OOL"]
)
def test_what_is_none_is_not_made_one(written: str) -> None:
    assert read_postcode(written) == ""


def test_words_and_districts_are_compared_with_nothing_and_slips_are() -> None:
    assert [comparable_postcode(text) for text in ("not known", "N/A", "LS1", "LS11", "0")] == [""] * 5
    assert [comparable_postcode(text) for text in ("LS1  4AP.", "LS1 4A", "2611")] == [
        "ls14ap",
        "ls14a",
        "2611",
    ]
    assert (outward_of("ls14ap"), outward_of("bfpo57")) == ("LS1", "")


def test_the_district_of_a_postcode_with_a_letter_for_a_digit_is_its_district() -> None:
    assert (outward_of("LSl 4AP"), outward_of("LS1"), outward_of("not known")) == ("LS1", "", "")
