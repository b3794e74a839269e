"""A text comes back readable, whatever program wrote it, and byte for byte as it came."""

import re
from hashlib import sha256

import pytest

from handrail.cases.documents.tests.adding import add
from handrail.cases.documents.tests.test_pages import download_address
from handrail.cases.files.inside.recognising import kind_of
from handrail.cases.files.inside.refusing import EICAR, Limits, NotTaken
from handrail.cases.files.inside.text import encoding_of
from handrail.cases.models import Case
from handrail.cases.tests.cast import Cast
from handrail.cases.tests.staff import client_of
from handrail.ledger.models import Content

SAYS = "Zoë’s mother – “she’s afraid” – paid £5.\r\n"
LIMITS = Limits(pages=1, megapixels=1, unpacked=1, parts=1)
WRITTEN = {
    "Windows-1252": (SAYS.encode("cp1252"), "windows-1252"),
    "UTF-8": (SAYS.encode(), "utf-8"),
    "UTF-8 with a mark": (SAYS.encode("utf-8-sig"), "utf-8"),
    "UTF-16": (SAYS.encode("utf-16"), "utf-16le"),
    "UTF-16 the other way": (b"\xfe\xff" + SAYS.encode("utf-16-be"), "utf-16be"),
    "UTF-16 without a mark": (SAYS.encode("utf-16-le"), "utf-16le"),
    "plain": (b"They met on the 3rd.\n", "utf-8"),
}


@pytest.mark.parametrize(("content", "encoding"), WRITTEN.values(), ids=WRITTEN)
def test_a_text_leaves_in_the_encoding_in_which_it_came(
    case: Case, cast: Cast, content: bytes, encoding: str
) -> None:
    document = add(case, cast.officer, content)
    assert document.kind == "text"
    said = Content.objects.get(entry__chain=case.pk, entry__number=document.number).content["document"]
    assert said["encoding"] == encoding
    answer = client_of(cast.officer).get(download_address(document))
    assert answer.content == content
    assert said["sha256"] == sha256(content).hexdigest()
    told = re.fullmatch(r"text/plain; charset=([a-z0-9-]+)", answer.headers["Content-Type"])
    assert told
    read = answer.content.decode(told[1]).removeprefix("\ufeff")
    assert read == (SAYS if len(content) != 21 else "They met on the 3rd.\n")


def test_a_text_that_was_added_before_says_it_too(
    case: Case, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handrail.cases.documents.adding.encoding_of", lambda content: "")
    document = add(case, cast.officer, SAYS.encode("cp1252"))
    answer = client_of(cast.officer).get(download_address(document))
    assert answer.headers["Content-Type"] == "text/plain; charset=windows-1252"


def test_a_table_says_it_as_well(case: Case, cast: Cast) -> None:
    document = add(case, cast.officer, "name,town\nZoë,Ely\nChloë,York\n".encode("cp1252"))
    answer = client_of(cast.officer).get(download_address(document))
    assert answer.headers["Content-Type"] == "text/csv; charset=windows-1252"


def test_one_damaged_byte_does_not_make_other_letters_of_the_rest() -> None:
    assert encoding_of("Wiśniewski, Łukasz".encode() + b" caf\xe9") == "utf-8"
    assert encoding_of(b"caf\xe9 na\xefve") == "windows-1252"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("text", ["<html><script>x</script></html>", EICAR.decode(), "#!/bin/sh\necho x\n"])
def test_what_is_not_taken_hides_in_no_encoding(encoding: str, text: str) -> None:
    with pytest.raises(NotTaken):
        kind_of(text.encode(encoding), LIMITS)


def test_bytes_that_are_no_text_are_not_taken() -> None:
    for content in (b"\x00\x01\x02\x03" * 9, b"\xff\xfe\x00\x01\x05\x00", b"caf\x81\x8d"):
        with pytest.raises(NotTaken):
            kind_of(content, LIMITS)


def test_a_table_with_a_full_width_formula_is_no_table() -> None:
    assert kind_of(b"name,town\nA,Ely\n", LIMITS).kind == "csv"
    assert kind_of("name,town\n＝1+1,Ely\n".encode(), LIMITS).kind == "text"
