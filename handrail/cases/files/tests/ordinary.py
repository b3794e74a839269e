"""Ordinary files as they come to a Prevent team, each made on demand, with the kind that each is taken as."""

import zlib
from collections.abc import Callable
from io import BytesIO
from struct import pack
from typing import Literal

import typst
from openpyxl import Workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.worksheet.table import Table
from pypdf import PdfReader, PdfWriter
from pypdf.annotations import FreeText, Highlight, Text
from pypdf.generic import ArrayObject, FloatObject

from handrail.cases.files.tests.sound import PACKAGE, archive, jpeg, link, pdf, png, word, writer, written
from handrail.cases.files.tests.spelt_otherwise import (
    book,
    checked,
    coloured,
    formula,
    in_a_photograph,
    mark,
    packed,
)
from handrail.cases.files.tests.spelt_otherwise import pdf as bare

LETTER = """
#set document(title: "Minutes of the panel")
#outline()
= What was said
He said “no”, see #link("https://example.org/a?b=c")[the page] or #link("mailto:a@example.org")[write].
#table(columns: 2, [Day], [Said], [3 May], [=1+1 and <script> as he wrote it])
#pagebreak()
= Plan
#lorem(300)
"""
EMAIL = """From: A. O'Brien <a@example.org>
To: "Team" <b@example.org>
Subject: =?utf-8?q?Said_at_school?=
MIME-Version: 1.0
Content-Type: multipart/alternative; boundary="=_x"

--=_x
Content-Type: text/plain

=> see https://example.org/a|b!
-call (0113) 496 0000
- or |this!

--=_x
Content-Type: text/html

<html><body><p>Said at school</p></body></html>
--=_x--
"""


def letter(standard: Literal["1.4", "1.7", "a-2b", "ua-1"] = "1.7") -> bytes:
    return bytes(typst.compile(LETTER.encode(), pdf_standards=[standard]))


def noted() -> bytes:
    """Return a PDF to which a reader added notes, behind its end."""
    made = PdfWriter(BytesIO(pdf()), incremental=True)
    where = (1, 1, 9, 9)
    made.add_annotation(0, Text(text="Why?", rect=where))
    made.add_annotation(0, FreeText(text="Ask him", rect=where))
    corners = ArrayObject(map(FloatObject, (1, 1, 9, 1, 1, 9, 9, 9)))
    made.add_annotation(0, Highlight(rect=where, quad_points=corners))
    return written(made)


def joined() -> bytes:
    made = PdfWriter()
    for each in (letter(), pdf()):
        made.append(PdfReader(BytesIO(each)))
    return written(made)


def with_bookmarks() -> bytes:
    made = writer(3)
    parent = made.add_outline_item(title="First", page_number=0)
    made.add_outline_item(title="Second", page_number=1, parent=parent)
    made.add_metadata({"/Title": "Scan (2 of 3)", "/Producer": "A copier"})
    return written(made)


def full_sheet(made: Workbook) -> None:
    sheet = made.active
    for row in (["Day", "Hours"], ["Mon", 3], ["Tue", -5], ["All", "=SUM(B2:B3)"]):
        sheet.append(row)
    sheet["A1"].comment = Comment("Who wrote this?", "A. O'Brien")
    sheet["D1"].hyperlink = "https://example.org/"
    sheet["D2"] = '=HYPERLINK("https://example.org/guidance","Guidance")'
    sheet["D3"] = '=IF(B2>1,"a|b! [c]",VLOOKUP("Mon",A2:B3,2,FALSE))'
    sheet["D4"] = "=Sheet2!A1&'Other notes'!A1"
    made.create_sheet("Sheet2")
    made.create_sheet("Other notes")
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=2, min_row=1, max_row=3), titles_from_data=True)
    sheet.add_chart(chart, "F2")


def tabled(made: Workbook) -> None:
    sheet = made.active
    for row in (["Amount", "Twice"], [2, "=hours[[#This Row],[Amount]]*2"]):
        sheet.append(row)
    sheet.add_table(Table(displayName="hours", ref="A1:B2"))


def long_document() -> bytes:
    """Return a Word document with a head, notes, comments and a picture."""
    said = {"header1": "header", "footnotes": "footnotes", "comments": "comments", "settings": "settings"}
    more: dict[str, bytes | str] = {f"word/{name}.xml": "<w/>" for name in said}
    more |= {"word/media/image1.png": png(), "docProps/core.xml": "<c/>", "docProps/thumbnail.jpeg": jpeg()}
    parts = word(
        '<w:p><w:r><w:instrText> HYPERLINK "https://example.org" </w:instrText></w:r></w:p>'
        "<w:p><w:r><w:instrText> PAGE </w:instrText></w:r></w:p>",
        links=link("hyperlink", "https://example.org/a?b=c#d"),
        more=more,
    )
    office = "application/vnd.openxmlformats-officedocument.wordprocessingml"
    types = "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{office}.{kind}+xml"/>'
        for name, kind in said.items()
    )
    core = PACKAGE.replace("relationships", "core-properties")
    types += f'<Override PartName="/docProps/core.xml" ContentType="{core}"/>'
    types += '<Default Extension="jpeg" ContentType="image/jpeg"/></Types>'
    parts["[Content_Types].xml"] = str(parts["[Content_Types].xml"]).replace("</Types>", types)
    return archive(parts)


def open_document() -> bytes:
    text = '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"/>'
    return archive(
        {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "content.xml": text,
            "styles.xml": text,
            "meta.xml": text,
            "settings.xml": text,
            "manifest.rdf": "<a/>",
            "META-INF/manifest.xml": "<a/>",
            "Thumbnails/thumbnail.png": png(),
            "Pictures/100002.jpg": jpeg(),
            "Configurations2/accelerator/current.xml": "",
        }
    )


def picture(colour: int, dots: bytes, *, passes: int = 0) -> bytes:
    header = pack(">IIBBBBB", 2, 2, 8, colour, 0, 0, passes)
    made = b"\x89PNG\r\n\x1a\n"
    for kind, data in (
        (b"IHDR", header),
        (b"iDOT", bytes(28)),
        (b"IDAT", zlib.compress(dots)),
        (b"IEND", b""),
    ):
        made += pack(">I", len(data)) + kind + data + pack(">I", zlib.crc32(kind + data))
    return made


ORDINARY: dict[str, tuple[Callable[[], bytes], str]] = {
    "a letter": (letter, "pdf"),
    "a letter for the archive": (lambda: letter("a-2b"), "pdf"),
    "a letter for screen readers": (lambda: letter("ua-1"), "pdf"),
    "an older letter": (lambda: letter("1.4"), "pdf"),
    "a plain PDF": (pdf, "pdf"),
    "a PDF that packs its parts": (lambda: bare(packed(b"9 0 <</A 1>>")), "pdf"),
    "a PDF with notes behind its end": (noted, "pdf"),
    "two PDFs in one": (joined, "pdf"),
    "a scan with bookmarks": (with_bookmarks, "pdf"),
    "a form that runs nothing": (lambda: mark(b"/Subtype/Widget/FT/Tx/T(name)/V(O'Brien)"), "pdf"),
    "a page with a link": (lambda: mark(b"/Subtype/Link/A<</S/URI/URI(www.example.org/a\\(b\\))>>"), "pdf"),
    "a page with a link in every kind of escape": (
        lambda: mark(b"/Subtype/Link/A<</S/URI/URI(h\\164tps://example.org/\\8\\q\\1\\\r\n\\()>>"),
        "pdf",
    ),
    "a form with events": (
        lambda: mark(b"/Subtype/Widget/AA 5 0 R", b"<</U 6 0 R/D[7 0 R]>>", b"7 0 R", b"<</S/ResetForm>>"),
        "pdf",
    ),
    "a document that opens at a page": (lambda: bare(b"[3 0 R/Fit]", document=b"/OpenAction 4 0 R"), "pdf"),
    "a document whose list of pages stands by itself": (
        lambda: bare(b"[3 0 R]").replace(b"/Kids[3 0 R]", b"/Kids 4 0 R"),
        "pdf",
    ),
    "a document": (long_document, "docx"),
    "a short document": (lambda: archive(word()), "docx"),
    "an open document": (open_document, "odt"),
    "a workbook with a chart": (lambda: book(full_sheet), "xlsx"),
    "a workbook with a table": (lambda: book(tabled), "xlsx"),
    "a workbook of a newer program": (lambda: formula("=_xlfn.XLOOKUP(A2,B:B,C:C)"), "xlsx"),
    "a workbook with rules": (lambda: checked('OR(A1="yes",A1="no")'), "xlsx"),
    "a workbook with colours": (lambda: coloured("AND(A1<TODAY(),$B1<>1)"), "xlsx"),
    "a picture": (png, "png"),
    "a picture of a screen": (lambda: picture(6, b"\0" + bytes(8) + b"\0" + bytes(8)), "png"),
    "a grey picture in passes": (lambda: picture(0, b"\0a\0a\0a\0a\0aa", passes=1), "png"),
    "a picture with a remark": (lambda: png(3, 2, (b"tEXt", b"Software\0A phone")), "png"),
    "a picture with a packed remark and its colours": (
        lambda: png(
            3,
            2,
            (b"iCCP", b"sRGB\0\0" + zlib.compress(bytes(3000))),
            (b"zTXt", b"Comment\0\0" + zlib.compress(b"A phone")),
            (b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0<x:xmpmeta/>"),
            (b"iTXt", b"Title\0\1\0en-GB\0Title\0" + zlib.compress(b"A yard", 1)),
            (b"pHYs", bytes(9)),
        ),
        "png",
    ),
    "a photograph": (jpeg, "jpeg"),
    "a photograph with what a phone adds": (
        lambda: in_a_photograph(0xE1, b"http://ns.adobe.com/xap/1.0/\0<?xpacket?><x:xmpmeta/>"),
        "jpeg",
    ),
    "a photograph with its colours": (
        lambda: in_a_photograph(0xE2, b"ICC_PROFILE\0\x01\x01" + bytes(300)),
        "jpeg",
    ),
    "a photograph of an older program": (lambda: in_a_photograph(0xED, b"Photoshop 3.0\0"), "jpeg"),
    "a photograph with a smaller one behind it": (lambda: jpeg() + jpeg(4, 4) + bytes(16), "jpeg"),
    "a photograph with a remark": (lambda: in_a_photograph(0xFE, b"Made by a phone <3"), "jpeg"),
    "an email": (EMAIL.encode, "text"),
    "an email of another system": (lambda: EMAIL.replace("\n", "\r\n").encode("cp1252"), "text"),
    "a list of names": (lambda: b"name,born\nO'Brien,1990-01-02\n\"D'Arcy, J\",1991-02-03\n", "csv"),
    "a list of numbers": (lambda: b"day,change\nMon,-5\nTue,+3\nWed,-0.5\n", "csv"),
    "a list of telephones": (lambda: b"name;phone\nA;+44 20 7946 0000\nB;0113-496-0000\n", "csv"),
    "a list of emails and times": (
        lambda: b"who\twhen\na@example.org\t10:30\nb@example.org\t2024-01-02\n",
        "csv",
    ),
    "a list in UTF-16": (lambda: "name\tsaid\nÉ. O'Brien\tno\nB\tyes\n".encode("utf-16"), "csv"),
    "a list in Windows-1252": (lambda: "name;said\nÉ. O'Brien;no\nB;yes\n".encode("cp1252"), "csv"),
    "a list with remarks": (lambda: b'name,said\nA,"- a, then b & c"\nB,"x = y | z!"\n', "csv"),
    "a note": ("Said at the café:\n- no\n-call (0113)\n== Plan ==\n@school: ask!".encode, "text"),
}  # fmt: skip
