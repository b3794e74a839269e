"""What a request holds is read as a number, an id or an address of this site, or as nothing of the kind."""

from uuid import UUID

import pytest
from django.test import RequestFactory

from handrail.access import inputs


@pytest.mark.parametrize(("text", "said"), [("0", 0), ("7", 7), ("007", 7), ("2147483647", 2147483647)])
def test_a_whole_number_is_read(text: str, said: int) -> None:
    assert inputs.number(text) == said


@pytest.mark.parametrize("text", ["", "-1", " 7", "7\n", "1.0", "1e3", "\u0663", "2147483648", "9" * 5000])
def test_any_other_text_is_no_number(text: str) -> None:
    assert inputs.number(text) is None


def test_a_larger_column_takes_larger_numbers() -> None:
    assert inputs.number("2147483648", inputs.BIG_INTEGER) == 2**31
    assert inputs.number(str(2**63), inputs.BIG_INTEGER) is None


def test_an_id_is_read_and_any_other_text_is_none() -> None:
    assert inputs.identifier(str(UUID(int=7))) == UUID(int=7)
    assert [inputs.identifier(text) for text in ("", "7", "x" * 5000, "a\x00b")] == [None] * 4


@pytest.mark.parametrize(
    ("wanted", "address"),
    [
        ("/cases/?order=late", "/cases/?order=late"),
        ("http://testserver/cases/?order=late", "/cases/?order=late"),
        ("foo", ""),
        ("", ""),
        ("cases:list", ""),
        ("//elsewhere.example/", ""),
        ("///elsewhere.example/", ""),
        ("/\\elsewhere.example/", ""),
        ("http://testserver//elsewhere.example/", ""),
        ("http://testserver/\\elsewhere.example/", ""),
        ("http://testserver/\\/elsewhere.example/", ""),
        ("http://testserver\\elsewhere.example/", ""),
        ("http://testserver/\t/elsewhere.example/", ""),
        ("http://elsewhere.example/", ""),
        ("http://[", ""),
        ("javascript:alert(1)", ""),
    ],
)
def test_only_a_path_of_this_site_is_an_address_to_return_to(wanted: str, address: str) -> None:
    for request in (
        RequestFactory().get("/", {"next": wanted}),
        RequestFactory().post("/", {"next": wanted}),
    ):
        assert inputs.return_address(request) == address
