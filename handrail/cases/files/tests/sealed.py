"""A file of each kind that can be sealed, with words that its page shows."""

import struct
from collections.abc import Callable

from openpyxl import Workbook

from handrail.cases.files.tests.sound import archive, odt_with, word
from handrail.cases.files.tests.spelt_otherwise import book, mark

SECTOR = 512
FREE, END, TABLE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def document() -> bytes:
    members = word("<w:p><w:r><w:t>Said in the yard</w:t></w:r></w:p>", more={"word/more.xml": "<a/>"})
    said = '<Override PartName="/word/more.xml" ContentType="text/html"/></Types>'
    members["[Content_Types].xml"] = str(members["[Content_Types].xml"]).replace("</Types>", said)
    return archive(members)


def sheet(made: Workbook) -> None:
    made.active["A1"] = "Said in the yard"
    made.active["A2"] = "=FROBNICATE(A1)"


def message() -> bytes:
    """Return a message of Outlook with two properties, as a compound file of one table and one folder."""
    texts = {"0037001F": "Said in the yard", "1000001F": "He said it twice. " * 300}
    streams = [("__properties_version1.0", bytes(4096))]
    streams += [
        (f"__substg1.0_{name}", text.encode("utf-16le").ljust(4096, b"\0")) for name, text in texts.items()
    ]
    table, data, entries = [TABLE, END], b"", [_entry("Root Entry", 5, child=1)]
    for number, (name, content) in enumerate(streams, 1):
        start = len(table)
        sectors = -(-len(content) // SECTOR)
        table += [*range(start + 1, start + sectors), END]
        data += content.ljust(sectors * SECTOR, b"\0")
        entries.append(
            _entry(name, 2, right=number + 1 if number < len(streams) else FREE, at=start, size=len(content))
        )
    folder = b"".join(entries).ljust(SECTOR, b"\0")
    head = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + bytes(16)
        + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
        + bytes(10)
    )
    head += struct.pack("<IIIIIIIII", 1, 1, 0, 4096, END, 0, END, 0, 0) + struct.pack("<108I", *[FREE] * 108)
    return head + struct.pack("<128I", *table, *[FREE] * (128 - len(table))) + folder + data


def _entry(
    name: str, kind: int, *, child: int = FREE, right: int = FREE, at: int = END, size: int = 0
) -> bytes:
    said = name.encode("utf-16le")
    begin = said.ljust(64, b"\0") + struct.pack("<HBBIII", len(said) + 2, kind, 1, FREE, right, child)
    return begin + bytes(36) + struct.pack("<IQ", at, size)


SEALED: dict[str, tuple[Callable[[], bytes], list[str]]] = {
    "pdf": (lambda: mark(b"/Subtype/Unknown"), ["Page 1 of 1", "No words were found on this page"]),
    "docx": (document, ["Said in the yard"]),
    "xlsx": (lambda: book(sheet), ["Said in the yard", "FROBNICATE(A1)"]),
    "odt": (lambda: odt_with("<p>Said in the yard</p>", {"Unknown/more.xml": "<a/>"}), ["Said in the yard"]),
    "msg": (message, ["Subject: Said in the yard", "He said it twice."]),
}
