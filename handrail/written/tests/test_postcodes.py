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
        ("KY1-1234", "KY1 1234"),
    ],
)  # fmt: skip
def test_a_postcode_is_understood_however_it_is_typed(written: str, postcode: str) -> None:
    assert read_postcode(written) == postcode


@pytest.mark.parametrize("written", ["", "LS1", "not known", "N/A", "4AP LS1", "75001", "LS1 4AP LS2 8BB"])
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
