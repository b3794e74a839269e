"""What a sealed file says, for the screen: a picture and the words of a page, or the words alone.

The file itself never reaches the browser. A page of a PDF is drawn by PDFium, without its forms and scripts,
into a picture that is packed here. Of office files and messages only the words are shown.
"""

import base64
import re
import struct
import zlib
from collections.abc import Callable, Iterator, Sequence
from io import BytesIO
from xml.parsers import expat
from zipfile import ZipFile

import olefile
import pypdfium2

from handrail.cases.files.inside.page_shown import LONGEST, Shown

WIDTH = 1000  # dots of a picture
MOST_DOTS = 4_000_000
LINES = 60  # of words on a page
WIDEST_GAP = 20  # empty columns of a sheet that stay between two cells
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
    words = _plain(page.get_textpage().get_text_range())
    packed = base64.b64encode(picture).decode()
    return Shown(len(document), words[:LONGEST], packed, cut=len(words) > LONGEST)


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
    words = _plain("\n".join(said))
    lines = words[:LONGEST].splitlines()
    pages = max(1, -(-len(lines) // LINES))
    at = (min(number, pages) - 1) * LINES
    return Shown(pages, "\n".join(lines[at : at + LINES]), cut=len(words) > LONGEST)


def _of_office(content: bytes, parts: re.Pattern[str]) -> Iterator[str]:
    """Yield the words of the parts of an office file that a reader would see."""
    with ZipFile(BytesIO(content)) as archive:
        names = archive.namelist()
        shared = _shared(archive.read(SHARED)) if SHARED in names else []
        for name in filter(parts.fullmatch, names):
            yield from _Words(shared, all_of_it=name == "content.xml").of(archive.read(name))


def _shared(data: bytes) -> list[str]:
    """Return the texts that cells of a workbook name by their number: one for each `si`, be it empty."""
    texts: list[str] = []
    within = [""]

    def begin(name: str, attributes: dict[str, str]) -> None:
        within.append(name.rpartition(":")[2])
        texts.extend([""] * (within[-1] == "si"))

    def text(said: str) -> None:
        if within[-1] == "t" and texts:
            texts[-1] += said

    _parse(data, begin, text, lambda name: within.pop())
    return texts


def _parse(
    data: bytes,
    begin: Callable[[str, dict[str, str]], object],
    text: Callable[[str], object],
    end: Callable[[str], object],
) -> None:
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler, parser.CharacterDataHandler, parser.EndElementHandler = begin, text, end
    parser.Parse(data, True)  # noqa: FBT003 it takes no name


class _Words:
    """A reader of the words of one part. A cell of a sheet may name its text by a number in `shared`."""

    def __init__(self, shared: Sequence[str] = (), *, all_of_it: bool = False) -> None:
        self.shared, self.lines = shared, [""]
        self.within, self.all_of_it = ["whole" if all_of_it else ""], all_of_it
        self.column = self.written = 0  # the column of the cell that is read, and of the last written one
        self.by_number = self.has_formula = False
        self.number = ""

    def of(self, data: bytes) -> Iterator[str]:
        """Return the lines of a part that are not empty."""
        _parse(data, self._begin, self._text, self._end)
        return (line for line in self.lines if line.strip())

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        self.within.append(local if self.all_of_it or local in WORDS else "")
        if local == "row":
            self.column, self.written = 0, 1
        elif local == "c":
            self.column = _column(attributes.get("r", "")) or self.column + 1
            self.by_number, self.has_formula = attributes.get("t") == "s", False
        elif local == "v" and self.has_formula:
            self._add(" = ")

    def _text(self, said: str) -> None:
        if self.within[-1] == "v" and self.by_number:
            self.number += said
        elif self.within[-1]:
            self._add(said)

    def _add(self, said: str) -> None:
        """Add words to the line, each cell of a row in its own column."""
        self.lines[-1] += "\t" * min(self.column - self.written, WIDEST_GAP + 1) + said
        self.written = self.column

    def _end(self, name: str) -> None:
        self.within.pop()
        local = name.rpartition(":")[2]
        if local in ENDS:
            self.lines.append("")
        elif local == "tab":
            self.lines[-1] += "\t"
        elif local == "f":
            self.has_formula = True
        elif local == "v" and self.number:
            self._add(self._named(self.number.strip()))
            self.number = ""

    def _named(self, number: str) -> str:
        """Return the text of this number, or the number where there is none."""
        known = number.isdecimal() and len(number) < 10 and int(number) < len(self.shared)
        return self.shared[int(number)] if known else number


def _column(cell: str) -> int:
    """Return the number of the column of a cell by its name such as C7, the first being 1; 0 without one."""
    number = 0
    for letter in cell.rstrip("0123456789"):
        number = number * 26 + ord(letter) - ord("A") + 1
    return number if re.fullmatch(r"[A-Z]{1,3}\d+", cell) else 0


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
