"""What a sealed file says, for the screen: a picture and the words of a page, or the words alone.

The file itself never reaches the browser. A page of a PDF is drawn by PDFium, without its forms and scripts,
into a picture that is packed here. Of office files and messages only the words are shown.
"""

import base64
import re
import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from xml.parsers import expat
from zipfile import ZipFile

import olefile
import pypdfium2

WIDTH = 1000  # dots of a picture
MOST_DOTS = 4_000_000
LINES = 60  # of words on a page
LONGEST = 200_000  # characters that are shown of a file
TEXTS = {
    "docx": re.compile(r"word/(document|header\d*|footer\d*|footnotes|endnotes|comments)\.xml"),
    "xlsx": re.compile(r"xl/(worksheets/[^/]+|(comments/)?comment\w*)\.xml"),
    "odt": re.compile(r"content\.xml"),
}
SHARED = "xl/sharedStrings.xml"
# Elements that hold words, and those that end a line, by their names without a prefix.
WORDS, ENDS = {"t", "v", "f"}, {"p", "h", "row", "si", "br"}
# Streams of a message of Outlook: its head and its body, as property numbers.
OF_A_MESSAGE = {"From": "0C1A", "To": "0E04", "Copy": "0E03", "Subject": "0037", "": "1000"}


@dataclass(frozen=True, slots=True)
class Shown:
    """A page of a file: how many there are, its words, and a PNG in Base64 if it was drawn."""

    pages: int
    text: str
    picture: str = ""


def show(content: bytes, kind: str, number: int) -> Shown:
    """Return page `number` of a file, the first being 1; the last one where there are fewer."""
    return _drawn(content, number) if kind == "pdf" else _told(content, kind, number)


def _drawn(content: bytes, number: int) -> Shown:
    document = pypdfium2.PdfDocument(content)
    page = document[min(number, len(document)) - 1]
    width, height = page.get_size()
    scale = min(WIDTH / width, (MOST_DOTS / (width * height)) ** 0.5)
    drawn = page.render(scale=scale, may_draw_forms=False, rev_byteorder=True)
    picture = _png(drawn.width, drawn.height, drawn.stride, drawn.n_channels, bytes(drawn.buffer))
    words = page.get_textpage().get_text_range()[:LONGEST]
    return Shown(len(document), _plain(words), base64.b64encode(picture).decode())


def _png(width: int, height: int, stride: int, channels: int, dots: bytes) -> bytes:
    """Return a picture of dots in red, green and blue (and one to spare, with four channels) as PNG."""
    rows = b"".join(b"\0" + dots[at : at + width * channels] for at in range(0, stride * height, stride))
    header = struct.pack(">IIBBBBB", width, height, 8, {1: 0, 3: 2, 4: 6}[channels], 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in parts
    )


def _told(content: bytes, kind: str, number: int) -> Shown:
    said = _of_message(content) if kind == "msg" else _of_office(content, TEXTS[kind])
    lines = _plain("\n".join(said))[:LONGEST].splitlines()
    pages = max(1, -(-len(lines) // LINES))
    at = (min(number, pages) - 1) * LINES
    return Shown(pages, "\n".join(lines[at : at + LINES]))


def _of_office(content: bytes, parts: re.Pattern[str]) -> Iterator[str]:
    """Yield the words of the parts of an office file that a reader would see."""
    with ZipFile(BytesIO(content)) as archive:
        names = archive.namelist()
        shared = list(_Words().of(archive.read(SHARED))) if SHARED in names else []
        for name in filter(parts.fullmatch, names):
            yield from _Words(shared, all_of_it=name == "content.xml").of(archive.read(name))


class _Words:
    """A reader of the words of one part. A cell of a sheet may name its text by a number in `shared`."""

    def __init__(self, shared: Sequence[str] = (), *, all_of_it: bool = False) -> None:
        self.shared, self.lines = shared, [""]
        self.within, self.all_of_it, self.by_number = [all_of_it], all_of_it, False

    def of(self, data: bytes) -> Iterator[str]:
        """Return the lines of a part that are not empty."""
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler, parser.EndElementHandler = self._begin, self._end
        parser.CharacterDataHandler = self._text
        parser.Parse(data, True)  # noqa: FBT003 it takes no name
        return (line for line in self.lines if line.strip())

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        self.within.append(self.all_of_it or local in WORDS)
        if local == "c":
            self.by_number = attributes.get("t") == "s"

    def _text(self, said: str) -> None:
        if self.within[-1]:
            found = self.by_number and said.isdecimal() and int(said) < len(self.shared)
            self.lines[-1] += self.shared[int(said)] if found else said

    def _end(self, name: str) -> None:
        self.within.pop()
        local = name.rpartition(":")[2]
        if local in ENDS:
            self.lines.append("")
        elif local in {"tab", "c"}:
            self.lines[-1] += "\t"


def _of_message(content: bytes) -> Iterator[str]:
    """Yield the head and the body of a message of Outlook, and the names of what is attached to it."""
    with olefile.OleFileIO(BytesIO(content)) as message:
        for title, number in OF_A_MESSAGE.items():
            if said := _property(message, number):
                yield f"{title}: {said}" if title else f"\n{said}"
        for folder in sorted({path[0] for path in message.listdir() if path[0].startswith("__attach")}):
            yield f"Attached: {_property(message, '3707', folder) or _property(message, '3704', folder)}"


def _property(message: olefile.OleFileIO, number: str, folder: str = "") -> str:
    """Return a text of a message, in UTF-16 or the older encoding; "" if it has none."""
    for ending, encoding in (("001F", "utf-16le"), ("001E", "windows-1252")):
        path = [*([folder] if folder else []), f"__substg1.0_{number}{ending}"]
        if message.exists(path):
            return str(message.openstream(path).read().decode(encoding, "replace")).rstrip("\0")
    return ""


def _plain(said: str) -> str:
    """Return a text without signs that no page shows."""
    return "".join(sign for sign in said if sign in "\n\t" or sign.isprintable())
