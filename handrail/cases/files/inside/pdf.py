"""Inspection of PDF files: those that can do more than be read are refused.

Names in a PDF's objects say what it can do. They stand in the file as they are, or in packed object streams,
which are unpacked here. The whole file is searched and not only what its tables refer to, because a reader
that repairs a broken file finds the rest too. Pages and pictures are not unpacked.
"""

import logging
import re
import zlib
from collections.abc import Iterator
from io import BytesIO

from pypdf import PdfReader, apply_configuration
from pypdf.errors import PyPdfError

from handrail.cases.files.inside.refusing import MEGABYTE, Limits, NotTaken, refuse_hidden_archive

AGAIN = "Print it to PDF again, which leaves that out, and add the new file."
SCRIPT = f"The PDF holds a script. {AGAIN}"
FILES = f"The PDF holds other files. Save those and add each by itself. {AGAIN}"
FORM = f"The PDF holds an active form, which can send what is typed. {AGAIN}"
LOCKED = "The PDF is locked by a password. Save a copy without one and add that."
DAMAGED = f"The PDF is damaged. {AGAIN}"
# Long enough not to occur in packed data by chance; the shortest match only with what follows them.
REFUSED: tuple[tuple[bytes, str], ...] = (
    (rb"/JavaScript", SCRIPT),
    (rb"/Launch", f"The PDF starts a program. {AGAIN}"),
    (rb"/EmbeddedFiles?", FILES),
    (rb"/FileAttachment", FILES),
    (rb"/EF\s*(<<|\d+\s+\d+\s+R)", FILES),
    (rb"/GoToE", FILES),
    (rb"/GoToR", f"The PDF leads to another file. {AGAIN}"),
    (rb"/RichMedia", f"The PDF holds a film or a sound. {AGAIN}"),
    (rb"/XFA\s*(\[|\d+\s+\d+\s+R)", FORM),
    (rb"/SubmitForm", FORM),
    (rb"/ImportData", FORM),
    (rb"/Encrypt", LOCKED),
)
NAMES = [(re.compile(name + rb"(?![A-Za-z0-9])"), message) for name, message in REFUSED]
ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
LIST = b"/ObjStm"
LARGEST = 16 * MEGABYTE  # bytes of one unpacked object stream
AFTER = b" \t\r\n\f\0"


def look(content: bytes, limits: Limits) -> None:
    """Raise NotTaken where the PDF is encrypted, damaged, too long, or active."""
    refuse_hidden_archive(content)
    if content.rstrip(AFTER)[-5:] != b"%%EOF":
        raise NotTaken(f"The PDF does not end where it should, or something follows it. {AGAIN}")
    for part in (content, *_packed(content)):
        _refuse_names(ESCAPED.sub(_unescaped, part))
    pages = _pages(content)
    if pages > limits.pages:
        raise NotTaken(f"The PDF has {pages:,} pages; at most {limits.pages:,} are taken. Add it in parts.")


def _unescaped(found: re.Match[bytes]) -> bytes:
    return bytes([int(found[1], 16)])


def _refuse_names(part: bytes) -> None:
    for name, message in NAMES:
        if name.search(part):
            raise NotTaken(message)


def _packed(content: bytes) -> Iterator[bytes]:
    """Yield the unpacked object streams. Raises NotTaken for one with an unusual filter."""
    if ESCAPED.sub(_unescaped, content).count(LIST) != content.count(LIST):
        raise NotTaken(DAMAGED)
    for found in re.finditer(LIST, content):
        begin = content.rfind(b"obj", 0, found.start())
        stream = content.find(b"stream", found.end())
        said = ESCAPED.sub(_unescaped, content[max(begin, 0) : max(stream, 0)])
        start = re.compile(rb"stream\r?\n").match(content, max(stream, 0))
        if not start or said.count(b"/Filter") != said.count(b"/FlateDecode") or b"/DecodeParms" in said:
            raise NotTaken(DAMAGED)
        if b"/FlateDecode" in said:
            yield _unpacked(content[start.end() :])


def _unpacked(data: bytes) -> bytes:
    try:
        unpacked = zlib.decompressobj().decompress(data, LARGEST + 1)
    except zlib.error:
        raise NotTaken(DAMAGED) from None
    if len(unpacked) > LARGEST:
        raise NotTaken(DAMAGED)
    return unpacked


def _pages(content: bytes) -> int:
    """Return the number of pages. Raises NotTaken where the PDF cannot be opened, or has none."""
    logging.disable()
    try:
        with apply_configuration(zlib_maximum_output_length=LARGEST):
            reader = PdfReader(BytesIO(content), strict=False)
            if reader.is_encrypted:
                raise NotTaken(LOCKED)
            pages = len(reader.pages)
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError):
        raise NotTaken(DAMAGED) from None
    if not pages:
        raise NotTaken(DAMAGED)
    return pages
