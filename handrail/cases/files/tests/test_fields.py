"""Fields of Word documents: those that fetch are refused, those that nobody knows are sealed."""

from collections.abc import Iterable

import pytest

from handrail.cases.files.inspecting import NotTaken, inspect
from handrail.cases.files.tests.sound import WORD, archive, word
from handrail.records.packs import current_pack

POLICY = current_pack().documents
BEGIN, SEPARATE, END = (
    f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end")
)


def piece(said: str) -> str:
    return f"<w:r><w:instrText>{said}</w:instrText></w:r>"


def field(*said: str) -> str:
    """Return a field whose instruction lies in these pieces, with a result."""
    return f"{BEGIN}{''.join(map(piece, said))}{SEPARATE}<w:r><w:t>12</w:t></w:r>{END}"


def simple(said: str) -> str:
    return f'<w:fldSimple w:instr="{said}"><w:r><w:t>12</w:t></w:r></w:fldSimple>'


def doubt(*body: str) -> str:
    """Return the doubt about a document with these parts of a paragraph; nothing where there is none."""
    return inspect(archive(word(f"<w:p>{''.join(body)}</w:p>")), POLICY).doubt


HARMLESS = {
    "a page number": [field(" PAGE ")],
    "a list of contents with its links": [field(' TOC \\o "1-3" ', "\\h "), field(" PAGEREF _Toc1 \\h ")],
    "a link": [field(' HYPERLINK "https://example.org/a?b" \\t "_blank" ')],
    "a link within the document": [field(' HYPERLINK \\l "_Toc1" ')],
    "a field in one attribute": [simple(" NUMPAGES ")],
    "a sum": [field(" =SUM(ABOVE) ")],
    "a field within the words of another": [
        BEGIN,
        piece(" IF "),
        field(" PAGE "),
        piece(' = 1 "a" "b" '),
        END,
    ],
    "a field without an instruction": [BEGIN, END],
}
FETCHES = {
    **{
        f"by {name}": [field(f' {name} "https://x.example/a.docx"')]
        for name in ("link", "IMPORT", "DATABASE", "RD")
    },
    "by an attribute": [simple(" INCLUDETEXT C:/a.docx ")],
    "by an attribute of another element": ['<w:other w:instr="DDEAUTO cmd"/>'],
    "with its name in two pieces": [field("LI", "NK Word.Document a")],
    "and never ends": [BEGIN, piece("LINK a")],
    "within another": [BEGIN, piece(" IF "), field("INCLUDEPICTURE a"), END],
    "in the result of another": [BEGIN, piece(" PAGE "), SEPARATE, field("DDE cmd"), END],
    "by a link to the network": [field(r' HYPERLINK "\\x.example\a" ')],
    "by a link to a file": [simple("HYPERLINK file:///C:/a")],
}
UNKNOWN = {
    "with a name that nobody knows": [field(" MACROBUTTON Run ")],
    "with a name put together by another": [BEGIN, piece("LI"), field(" QUOTE NK "), piece(" a "), END],
    "with a name in two fields": [piece("LI"), piece("NK a")],
    "with a piece within a piece": ["<w:r><w:instrText>LI<w:instrText/>NK a</w:instrText></w:r>"],
    "without a name": [field(' "LINK" a ')],
}


@pytest.mark.parametrize("name", HARMLESS)
def test_what_documents_usually_hold_is_taken(name: str) -> None:
    assert doubt(*HARMLESS[name]) == ""


@pytest.mark.parametrize("name", FETCHES)
def test_a_field_that_fetches_is_refused(name: str) -> None:
    refused(FETCHES[name])


def refused(body: Iterable[str]) -> None:
    with pytest.raises(NotTaken, match="another place"):
        doubt(*body)


@pytest.mark.parametrize("name", UNKNOWN)
def test_a_field_that_nobody_can_judge_is_sealed(name: str) -> None:
    assert "field" in doubt(*UNKNOWN[name])


def test_a_field_is_found_in_an_encoding_of_two_bytes() -> None:
    document = f'<w:document xmlns:w="{WORD}"><w:body><w:p>{field("LINK a")}</w:p></w:body></w:document>'
    with pytest.raises(NotTaken):
        inspect(archive(word() | {"word/document.xml": document.encode("utf-16")}), POLICY)
