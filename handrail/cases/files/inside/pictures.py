"""Inspection of PNG and JPEG files: of parts that pictures are known to have, with nothing else in or behind.

The data of a PNG are unpacked and counted, since something may follow the picture in them. Those of a JPEG
are not decoded; there can only be as many as a picture of its size may take.
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
MOST_TEXT = 8 * MEGABYTE
# The chunks of a picture that does not move, and how many bytes each may hold.
CHUNKS = {
    b"IHDR": 13, b"PLTE": 768, b"IEND": 0, b"tRNS": 256, b"cHRM": 32, b"gAMA": 4, b"sBIT": 4, b"sRGB": 1,
    b"cICP": 4, b"mDCV": 24, b"cLLI": 8, b"bKGD": 6, b"hIST": 512, b"pHYs": 9, b"tIME": 7, b"oFFs": 9,
    b"sTER": 1, b"iDOT": 256, b"sPLT": MEGABYTE, b"iCCP": MOST_TEXT, b"tEXt": MOST_TEXT, b"zTXt": MOST_TEXT,
    b"iTXt": MOST_TEXT, b"eXIf": MOST_TEXT,
}  # fmt: skip
SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # in a dot, by the type of its colour
# Chunks with packed data, and what stands before them; an international text may be plain as well.
PACKED = {
    b"zTXt": re.compile(rb"\A[^\0]*\0\0"),
    b"iCCP": re.compile(rb"\A[^\0]*\0\0"),
    b"iTXt": re.compile(rb"\A[^\0]*\0\x01\0[^\0]*\0[^\0]*\0"),
}
PLAIN_TEXT = re.compile(rb"[^\0]*\0\0")
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
# Tables, data, intervals and remarks; and what programs are known to add, by how it begins.
TABLES = {0xC4, 0xCC, DATA, 0xDB, 0xDD, 0xFE}
ADDED = {
    0xE0: (b"JFIF\0", b"JFXX\0", b"AVI1"),
    0xE1: (b"Exif\0", b"http://ns.adobe.com/", b"FLIR\0", b"QVCI\0"),
    0xE2: (b"ICC_PROFILE\0", b"MPF\0", b"FPXR\0", b"urn:iso:std:iso:ts:21496:"),
    0xEB: (b"JP", b"HDR_RI"),
    0xEC: (b"Ducky", b"Picture Info"),
    0xED: (b"Photoshop 3.0\0", b"Adobe_CM"),
    0xEE: (b"Adobe",),
}
# Bytes that a dot takes at most, and dots at the edges that are in the data but not in the picture.
FOR_A_DOT, EDGE = 16, 64


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
        if kind == b"IDAT":
            room -= _unpacked(packing, data, room)
        elif len(data) > CHUNKS.get(kind, -1):
            raise MORE
        else:
            _refuse_other_kinds(data)
        if kind in PACKED and not (kind == b"iTXt" and PLAIN_TEXT.match(data)):
            _refuse_packed(PACKED[kind].sub(b"", data, count=1))
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


def _refuse_packed(data: bytes) -> None:
    """Raise NotTaken where packed text in a picture is far larger than any text, or something else."""
    packing = zlib.decompressobj()
    try:
        unpacked = packing.decompress(data, MOST_TEXT + 1)
    except zlib.error:
        raise DAMAGED from None
    if len(unpacked) > MOST_TEXT:
        raise NotTaken(
            "The picture holds packed data far larger than itself. Save a clean copy and add that."
        )
    if packing.unused_data or not packing.eof:
        raise MORE
    _refuse_other_kinds(unpacked)


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
    room = 0
    while at + 4 <= len(content):
        marker, length = content[at + 1], int.from_bytes(content[at + 2 : at + 4])
        if content[at] != 0xFF:
            raise DAMAGED
        if marker == 0xFF or marker in ALONE:
            at += 1 if marker == 0xFF else 2
            continue
        data = content[at + 4 : at + 2 + length]
        _refuse_segment(marker, data)
        if marker in SIZES:
            room = _room_of_jpeg(data, limits)
        at += 2 + max(length, 2)
        if marker == DATA:
            end = _end_of_data(content, at, room)
            room -= end - at
            at = end
            if content[at + 1] == END:
                return at + 2
    raise DAMAGED


def _end_of_data(content: bytes, at: int, room: int) -> int:
    """Return where the data end that begin at `at`, of a picture that has so much room."""
    found = NEXT_MARKER.search(content, at)
    if not found or not room:
        raise DAMAGED
    if found.start() - at > room:
        raise MORE
    return found.start()


def _refuse_segment(marker: int, data: bytes) -> None:
    """Raise NotTaken for a segment that no picture needs, or that holds something else."""
    if marker not in SIZES | TABLES and not data.startswith(ADDED.get(marker, ())):
        raise MORE
    _refuse_other_kinds(data)


def _room_of_jpeg(data: bytes, limits: Limits) -> int:
    """Return how many bytes the data of a picture with this header may take."""
    height, width = struct.unpack(">HH", data[1:5].ljust(4, b"\0"))
    _refuse_large(width, height, limits)
    return FOR_A_DOT * (int(width) + EDGE) * (int(height) + EDGE)
