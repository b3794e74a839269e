"""Fields of a Word document: each is known by the name that its instruction begins with.

A field is in one attribute, or between characters that begin, separate and end it; its instruction may lie
there in pieces, and fields may lie within one another.
"""

import re
from collections.abc import Mapping

HARMLESS_LINK = re.compile(r"(https?|mailto|tel):|#", re.IGNORECASE)
NAME = re.compile(r"\s*(=|[A-Za-z]+(?![^\s\\\"]))")
# Fields that count, name, refer or lay out, and fetch nothing.
PLAIN = """
= ADVANCE AUTHOR AUTONUM AUTONUMLGL AUTONUMOUT BIBLIOGRAPHY CITATION COMMENTS COMPARE CREATEDATE DATE
DOCPROPERTY DOCVARIABLE EDITTIME EQ FILENAME FILESIZE FORMCHECKBOX FORMDROPDOWN FORMTEXT HYPERLINK IF INDEX
INFO KEYWORDS LASTSAVEDBY LISTNUM MERGEFIELD NOTEREF NUMCHARS NUMPAGES NUMWORDS PAGE PAGEREF PRINTDATE QUOTE
REF REVNUM SAVEDATE SECTION SECTIONPAGES SEQ SET STYLEREF SUBJECT SYMBOL TA TC TEMPLATE TIME TITLE TOA TOC
USERADDRESS USERINITIALS USERNAME XE
"""
# Fields that fetch or start something when the document is opened or its fields are brought up to date.
FETCHING = "DATABASE DDE DDEAUTO IMPORT INCLUDE INCLUDEPICTURE INCLUDETEXT LINK RD"
HARMLESS, ACTING = frozenset(PLAIN.split()), frozenset(FETCHING.split())
PIECES = {"instrText", "delInstrText"}
MARK = "fldChar"
LINK_TARGET = re.compile(
    r'\s*HYPERLINK\s+(?P<within>\\l)?\s*(?:"(?P<quoted>[^"]*)|(?P<plain>[^\s\\]*))', re.IGNORECASE
)


class Fields:
    """What the fields of one part of a document do, element by element.

    `acts` once a field fetches or starts something, `is_odd` once the name of one is not known.
    """

    def __init__(self) -> None:
        self.acts = self.is_odd = False
        self._open: list[str | None] = []  # instructions of open fields; None once one was read
        self._piece: str | None = None

    def begin(self, name: str, attributes: Mapping[str, str]) -> None:
        """Take in the start of an element; names are without their namespace."""
        self._judge(attributes.get("instr", ""))
        if name == MARK:
            self._mark(attributes.get("fldCharType", ""))
        elif name in PIECES and self._piece is None:
            self._piece = ""
        elif name in PIECES:
            self.is_odd = True

    def text(self, said: str) -> None:
        """Take in text, of whatever element."""
        if self._piece is not None:
            self._piece += said

    def end(self, name: str) -> None:
        """Take in the end of an element."""
        if name not in PIECES or self._piece is None:
            return
        piece, self._piece = self._piece, None
        if self._open and (so_far := self._open[-1]) is not None:
            self._open[-1] = so_far + piece
        else:
            self._judge(piece)

    def finish(self) -> None:
        """Judge what was begun and never ended."""
        for instruction in self._open:
            self._judge(instruction or "")

    def _mark(self, kind: str) -> None:
        if kind == "begin":
            # The name of the outer field must be there by now: what this one says could become part of it.
            if self._open and self._open[-1] is not None and not NAME.match(self._open[-1] + " "):
                self.is_odd = True
            self._open.append("")
        elif self._open:
            if (instruction := self._open[-1]) is not None:
                self._judge(instruction)
            self._open[-1] = None
            if kind == "end":
                self._open.pop()

    def _judge(self, instruction: str) -> None:
        found = NAME.match(instruction)
        name = found[1].upper() if found else ""
        self.acts = self.acts or name in ACTING or not _stays_harmless(instruction)
        self.is_odd = self.is_odd or (name not in HARMLESS and bool(instruction.strip()))


def _stays_harmless(instruction: str) -> bool:
    """Whether a link leads to the web, to an address or within the document; True for any other field."""
    link = LINK_TARGET.match(instruction)
    target = (link["quoted"] or link["plain"] or "") if link and not link["within"] else ""
    return not target or bool(HARMLESS_LINK.match(target))
