"""Small sound files of every kind that is taken."""

import zlib
from collections.abc import Callable
from io import BytesIO
from struct import pack
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook
from pypdf import PdfWriter
from pypdf.annotations import Link
from pypdf.generic import Fit

# What becomes of a harmful file that is not refused: nobody can say what it does, or no program runs it.
SEALED, TEXT = "sealed", "text"
UNSHOWN = "nothing can be shown of it"  # what cannot be judged and cannot be read either is refused
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
PACKAGE = "application/vnd.openxmlformats-package.relationships+xml"
MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"


def png(width: int = 3, height: int = 2, *more: tuple[bytes, bytes]) -> bytes:
    rows = zlib.compress((b"\0" + b"\x40" * 3 * min(width, 9)) * min(height, 9))
    header = pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = [(b"IHDR", header), *more, (b"IDAT", rows), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(map(_chunk, parts))


def _chunk(part: tuple[bytes, bytes]) -> bytes:
    kind, data = part
    return pack(">I", len(data)) + kind + data + pack(">I", zlib.crc32(kind + data))


def jpeg(width: int = 8, height: int = 8) -> bytes:
    segments = [
        (0xE1, b"Exif\0\0MM\0*\0\0\0\x08\0\0\0\0\0\0"),
        (0xDB, bytes(65)),
        (0xC0, pack(">BHHB", 8, height, width, 1) + b"\x01\x11\0"),
        (0xC4, bytes(20)),
        (0xDA, b"\x01\x01\0\0\x3f\0"),
    ]
    body = b"".join(pack(">BBH", 0xFF, kind, len(data) + 2) + data for kind, data in segments)
    return b"\xff\xd8" + body + b"\x12\x34\xff\x00\x56" + b"\xff\xd9"


def writer(pages: int = 1) -> PdfWriter:
    made = PdfWriter()
    for _ in range(pages):
        made.add_blank_page(100, 100)
    return made


def written(made: PdfWriter) -> bytes:
    out = BytesIO()
    made.write(out)
    return out.getvalue()


def pdf() -> bytes:
    made = writer(2)
    made.add_annotation(0, Link(rect=(0, 0, 9, 9), target_page_index=1, fit=Fit("/Fit")))
    return written(made)


def archive(members: dict[str, bytes | str], compression: int = ZIP_DEFLATED) -> bytes:
    out = BytesIO()
    with ZipFile(out, "w", compression) as made:
        for name, data in members.items():
            made.writestr(name, data)
    return out.getvalue()


def word(
    body: str = "<w:p/>",
    links: str = "",
    main: str = MAIN,
    declared: str = "",
    more: dict[str, bytes | str] | None = None,
) -> dict[str, bytes | str]:
    """Return the members of a Word document; `links` are the relationships of its main part."""
    members: dict[str, bytes | str] = {
        "[Content_Types].xml": f'<Types xmlns="{TYPES}">'
        f'<Default Extension="rels" ContentType="{PACKAGE}"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        '<Default Extension="png" ContentType="image/png"/>'
        f'<Override PartName="/word/document.xml" ContentType="{main}"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{RELATIONS}">'
        f'<Relationship Id="a" Type="{OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/document.xml": f'{declared}<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>',
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{RELATIONS}">{links}</Relationships>',
    }
    return members | (more or {})


def link(kind: str, target: str) -> str:
    return f'<Relationship Id="b" Type="{OFFICE}/{kind}" Target="{target}" TargetMode="External"/>'


def docx() -> bytes:
    return archive(word(links=link("hyperlink", "https://example.org/")))


def xlsx() -> bytes:
    book = Workbook()
    book.active["A1"] = "Said"
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def odt() -> bytes:
    text = '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"/>'
    return archive({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": text})


def odt_with(body: str, more: dict[str, bytes | str] | None = None) -> bytes:
    members: dict[str, bytes | str] = {
        "mimetype": "application/vnd.oasis.opendocument.text",
        "content.xml": f"<text>{body}</text>",
    }
    return archive(members | (more or {}))


SOUND: dict[str, Callable[[], bytes]] = {
    "pdf": pdf,
    "png": png,
    "jpeg": jpeg,
    "docx": docx,
    "xlsx": xlsx,
    "odt": odt,
    "csv": lambda: b'day,said\n2024-01-02,"first, then"\n2024-01-03,second\n',
    "text": lambda: "Said at the café, on the 3rd.\n".encode("cp1252"),
}
