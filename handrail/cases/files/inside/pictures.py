"""Inspection of PNG and JPEG files: of parts that pictures are known to have, with nothing else in or behind.

The data of a PNG are unpacked and counted, since something may follow the picture in them. Those of a JPEG
are not decoded.
"""

import re
import struct
import zlib
from collections.abc import Iterator

from handrail.cases.files.inside.refusing import (
    MEGABYTE,
    OTHER_KINDS,
    Found,
    Limits,
    NotTaken,
    refuse_hidden_archive,
)

SIGNATURE = b"\x89PNG\r\n\x1a\n"
CHUNKS = {
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB", b"cICP",
    b"mDCV", b"cLLI", b"bKGD", b"hIST", b"pHYs", b"sPLT", b"tIME", b"tEXt", b"zTXt", b"iTXt", b"eXIf",
    b"oFFs", b"sTER", b"iDOT", b"acTL", b"fcTL", b"fdAT",
}  # fmt: skip
SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # in a dot, by the type of its colour
COMPRESSED_TEXT = {b"zTXt", b"iTXt", b"iCCP"}
MOST_TEXT = 8 * MEGABYTE
DAMAGED = NotTaken("The picture is damaged. Open it, save a copy as JPEG or PNG, and add that.")
MORE = NotTaken(
    "There is more in the file than the picture; some phones add a film or other data. "
    "Save a copy of the picture and add that."
)
# The first marker that cannot occur within JPEG image data, and so ends it.
NEXT_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
SIZES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
ALONE = {0x01, *range(0xD0, 0xD8)}
END, DATA = 0xD9, 0xDA


def look(content: bytes, limits: Limits) -> Found:
    """Return the kind of picture. Raises NotTaken where it is too large, damaged or has hidden content."""
    refuse_hidden_archive(content)
    if content.startswith(SIGNATURE):
        _png(content, limits)
        return Found("png")
    _jpeg(content, limits)
    return Found("jpeg")


def _refuse_large(width: int, height: int, limits: Limits) -> None:
    if not width or not height:
        raise DAMAGED
    if width * height > limits.megapixels * 1_000_000:
        raise NotTaken(
            f"The picture is {width:,} by {height:,} dots; at most {limits.megapixels} million are taken. "
            "Save a smaller copy and add that."
        )


def _png(content: bytes, limits: Limits) -> None:
    kinds: list[bytes] = []
    packing, room = zlib.decompressobj(), 0
    for kind, data in _chunks(content):
        if not kinds:
            room = _room(kind, data, limits)
        if kind not in CHUNKS:
            raise MORE
        if kind == b"IDAT":
            room -= _unpacked(packing, data, room)
        else:
            _refuse_other_kinds(data)
        if kind in COMPRESSED_TEXT:
            _refuse_bomb(data)
        kinds.append(kind)
    if not kinds or kinds[-1] != b"IEND" or b"IDAT" not in kinds:
        raise DAMAGED


def _room(kind: bytes, data: bytes, limits: Limits) -> int:
    """Return how many bytes the picture of this header may unpack to."""
    if kind != b"IHDR" or len(data) != 13:
        raise DAMAGED
    width, height, depth, colour = (int(one) for one in struct.unpack(">IIBB", data[:10]))
    _refuse_large(width, height, limits)
    in_a_row = (width * depth * SAMPLES.get(colour, 4) + 7) // 8 + 1
    # In seven passes, as some pictures are kept, rows are shorter and more.
    return in_a_row * height + 8 * (height + 8) * bool(data[12])


def _unpacked(packing: "zlib._Decompress", data: bytes, room: int) -> int:
    """Return how many bytes more of the picture these data hold. Raises NotTaken where there are too many."""
    before, left = 0, data
    while left and not packing.eof:
        try:
            before += len(packing.decompress(left, MEGABYTE))
        except zlib.error:
            raise DAMAGED from None
        left = packing.unconsumed_tail
        if before > room:
            raise MORE
    if packing.unused_data or (packing.eof and left):
        raise MORE
    return before


def _refuse_other_kinds(data: bytes) -> None:
    """Raise NotTaken where what a picture says of itself holds a file of another kind, or a script."""
    if OTHER_KINDS.search(data):
        raise MORE


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the chunks of a PNG, checksums verified. Raises NotTaken where data follows the last one."""
    at = len(SIGNATURE)
    while at < len(content):
        length, kind = struct.unpack(">I4s", content[at : at + 8].ljust(8, b"\0"))
        data = content[at + 8 : at + 8 + length]
        check = content[at + 8 + length : at + 12 + length]
        if len(check) != 4 or zlib.crc32(kind + data) != int.from_bytes(check):
            raise DAMAGED
        yield kind, data
        at += 12 + length
        if kind == b"IEND" and at < len(content):
            raise MORE


def _refuse_bomb(data: bytes) -> None:
    """Raise NotTaken where packed text in a picture is far larger than any text."""
    start = data.find(b"x", data.find(b"\0"))
    if start < 0:
        return
    try:
        unpacked = zlib.decompressobj().decompress(data[start:], MOST_TEXT + 1)
    except zlib.error:
        return
    if len(unpacked) > MOST_TEXT:
        raise NotTaken(
            "The picture holds packed data far larger than itself. Save a clean copy and add that."
        )


def _jpeg(content: bytes, limits: Limits) -> None:
    """Check a JPEG, or several in one file, as some phones put a smaller picture behind the first."""
    at = 0
    while at < len(content):
        if content[at : at + 2] != b"\xff\xd8":
            if content[at:].strip(b"\0"):
                raise MORE
            return
        at = _end_of_jpeg(content, at, limits)


def _end_of_jpeg(content: bytes, at: int, limits: Limits) -> int:
    """Return where the picture that begins at `at` ends. Raises NotTaken where it is damaged or too large."""
    at += 2
    sized = False
    while at + 4 <= len(content):
        if content[at] != 0xFF:
            raise DAMAGED
        marker = content[at + 1]
        if marker == 0xFF:
            at += 1
        elif marker in ALONE:
            at += 2
        else:
            length = int.from_bytes(content[at + 2 : at + 4])
            if marker in SIZES:
                height, width = struct.unpack(">HH", content[at + 5 : at + 9].ljust(4, b"\0"))
                _refuse_large(width, height, limits)
                sized = True
            _refuse_other_kinds(content[at + 4 : at + 2 + length])
            at += 2 + length
            if marker == DATA:
                found = NEXT_MARKER.search(content, at)
                if not found or not sized:
                    raise DAMAGED
                at = found.start()
                if content[at + 1] == END:
                    return at + 2
    raise DAMAGED
