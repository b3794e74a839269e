"""A strict reader of the syntax of PDF: every object that stands in a file, one after the other.

Programs that show a PDF repair what is broken, each in its own way, and may find objects that another one
does not. So this reader repairs nothing: it goes through the file from its first byte to its last, and raises
NotJudged for whatever is not plainly an object, a table or a trailer, and for text elsewhere in the file that
a repairing program could take for one.
"""

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias, Union

from handrail.cases.files.inside.refusing import MEGABYTE, NotJudged

Value: TypeAlias = Union["Name", "Ref", bytes, float, bool, list["Value"], "Dictionary", None]
Dictionary: TypeAlias = dict[str, "Value"]


class Name(str):
    """A name of PDF without its slash, escapes resolved."""

    __slots__ = ()


class Ref(int):
    """A reference: the number of an object."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Part:
    """An object or trailer of a file. `number` is 0 for a trailer; `stream` is its packed data, if any."""

    number: int
    value: Value
    stream: bytes | None = None


SPACE = rb"\0\t\n\f\r "
END = rb"(?![^" + SPACE + rb"()<>\[\]{}/%])"
GAP = re.compile(rb"(?:[" + SPACE + rb"]+|%[^\r\n]*)*")
TOKEN = re.compile(
    rb"(?P<open><<|\[)|(?P<close>>>|\])|/(?P<name>[^" + SPACE + rb"()<>\[\]{}/%]*)"
    rb"|(?P<ref>\d+)[" + SPACE + rb"]+\d+[" + SPACE + rb"]+R" + END
    + rb"|(?P<number>[+-]*\d*\.?\d+|[+-]*\d+\.)" + END
    + rb"|<(?P<hex>[0-9A-Fa-f" + SPACE + rb"]*)>|(?P<string>\()|(?P<word>true|false|null)" + END
)  # fmt: skip
OBJECT = re.compile(rb"(\d{1,10})[" + SPACE + rb"]+\d{1,5}[" + SPACE + rb"]+obj" + END)
# Wherever a repairing program may look for an object or a trailer.
LIKE_AN_OBJECT = re.compile(rb"(?<=[\d" + SPACE + rb"])obj" + END)
STREAM = re.compile(rb"stream\r?\n")
END_OF_STREAM = re.compile(rb"[" + SPACE + rb"]*endstream" + END)
AFTER_STREAM = re.compile(rb"endstream[" + SPACE + rb"]+endobj" + END)
TABLE = re.compile(rb"xref[0-9nf" + SPACE + rb"]*")
START = re.compile(rb"startxref[" + SPACE + rb"]+\d+" + END)
IN_STRING = re.compile(rb"[^()\\]+|\\.|[()]", re.DOTALL)
OCTAL = tuple(b"%d" % digit for digit in range(8))
IN_TEXT = re.compile(rb"\\([0-7]{1,3}|\r\n|.)", re.DOTALL)
ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
WORDS = {b"true": True, b"false": False, b"null": None}
SIGNS = bytes.maketrans(b"nrtbf", b"\n\r\t\b\f")
DEEPEST = 60
LARGEST = 16 * MEGABYTE  # bytes of one unpacked object stream
UNPLAIN = NotJudged("The PDF is not written as the standard says.")


def objects_of(content: bytes) -> Iterator[Part]:
    """Yield every object and trailer of a file, those of object streams too."""
    at = headers = trailers = 0
    while (at := _after_gap(content, at)) < len(content):
        if header := OBJECT.match(content, at):
            headers += 1
            found, at = _object(content, int(header[1]), header.end())
            yield found
            yield from _packed(found)
        elif content.startswith(b"trailer", at):
            trailers += 1
            reader = Reader(content, at + len(b"trailer"))
            yield Part(0, reader.value())
            at = reader.at
        elif found_table := TABLE.match(content, at) or START.match(content, at):
            at = found_table.end()
        else:
            raise UNPLAIN
    if headers != len(LIKE_AN_OBJECT.findall(content)) or trailers != content.count(b"trailer"):
        raise NotJudged("The PDF holds text that some programs take for a part of it.")


def _object(content: bytes, number: int, at: int) -> tuple[Part, int]:
    """Return the object whose header ends at `at`, and where it ends."""
    reader = Reader(content, at)
    value, data = reader.value(), None
    at = _after_gap(content, reader.at)
    if begin := STREAM.match(content, at):
        if not isinstance(value, dict):
            raise UNPLAIN
        data, at = _stream(content, begin.end(), value.get("Length"))
    if not content.startswith(b"endobj", at):
        raise UNPLAIN
    return Part(number, value, data), at + len(b"endobj")


def _stream(content: bytes, at: int, length: Value) -> tuple[bytes, int]:
    """Return the data of a stream, and where its object ends."""
    if isinstance(length, float) and (end := END_OF_STREAM.match(content, at + int(length))):
        return content[at : at + int(length)], _after_gap(content, end.end())
    if not (after := AFTER_STREAM.search(content, at)):
        raise UNPLAIN
    return content[at : after.start()], after.end() - len(b"endobj")


def _packed(found: Part) -> Iterator[Part]:
    """Yield the objects of an object stream; a stream of another sort has none.

    Not every program asks for the type of a stream before it looks for objects in it.
    """
    if found.stream is None or not isinstance(found.value, dict) or not {"N", "First"} <= found.value.keys():
        return
    data, first = _unpacked(found.value, found.stream), found.value["First"]
    if not isinstance(first, float) or not 0 < first <= len(data):
        raise UNPLAIN
    places = data[: int(first)]
    if places.translate(None, b"\0\t\n\f\r 0123456789") or len(numbers := places.split()) % 2:
        raise UNPLAIN
    reader = Reader(data, int(first))
    for number, place in zip(numbers[::2], numbers[1::2], strict=True):
        reader.at = _after_gap(data, reader.at)
        if int(place) + int(first) != reader.at:
            raise NotJudged("The PDF packs its parts in a way that programs read differently.")
        yield Part(int(number), reader.value())
    if _after_gap(data, reader.at) < len(data):
        raise UNPLAIN


def _unpacked(said: Dictionary, data: bytes) -> bytes:
    names = said.get("Filter")
    if "DecodeParms" in said or names not in (None, "FlateDecode", ["FlateDecode"]):
        raise NotJudged("The PDF packs its parts in an unusual way.")
    if names is None:
        return data
    packing = zlib.decompressobj()
    try:
        unpacked = packing.decompress(data, LARGEST)
    except zlib.error:
        raise UNPLAIN from None
    if not packing.eof or packing.unused_data.strip():
        raise NotJudged("The PDF packs its parts in an unusual way.")
    return unpacked


def _after_gap(data: bytes, at: int) -> int:
    found = GAP.match(data, at)
    return found.end() if found else at


class Reader:
    """A reader of the values of a file, from the place `at` on."""

    __slots__ = ("at", "data")

    def __init__(self, data: bytes, at: int) -> None:
        self.data, self.at = data, at

    def value(self, depth: int = 0) -> Value:
        """Return the next value. Raises NotJudged for anything else."""
        token = self._next()
        if token.lastgroup == "close" or depth > DEEPEST:
            raise UNPLAIN
        return self._value(token, depth)

    def _next(self) -> re.Match[bytes]:
        token = TOKEN.match(self.data, _after_gap(self.data, self.at))
        if token is None:
            raise UNPLAIN
        self.at = token.end()
        return token

    def _value(self, token: re.Match[bytes], depth: int) -> Value:
        said = token[0]
        match token.lastgroup:
            case "name":
                return Name(ESCAPED.sub(_unescaped, token["name"]).decode("latin-1"))
            case "number":
                return float(said.lstrip(b"+-"))
            case "ref":
                return Ref(token["ref"])
            case "open":
                return self._dictionary(depth) if said == b"<<" else self._all(b"]", depth)
            case "hex":
                digits = token["hex"].translate(None, b"\0\t\n\f\r ")
                return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode())
            case "string":
                return self._string()
        return WORDS[said]

    def _all(self, close: bytes, depth: int) -> list[Value]:
        """Return the values up to a closing bracket."""
        found: list[Value] = []
        while (token := self._next())[0] != close or token.lastgroup != "close":
            if token.lastgroup == "close" or depth > DEEPEST:
                raise UNPLAIN
            found.append(self._value(token, depth + 1))
        return found

    def _dictionary(self, depth: int) -> Dictionary:
        """Return a dictionary. A key that stands twice is read differently by different programs."""
        each = self._all(b">>", depth)
        keys, values = each[::2], each[1::2]
        if len(keys) != len(values) or not all(isinstance(key, Name) for key in keys):
            raise UNPLAIN
        made = {str(key): value for key, value in zip(keys, values, strict=True)}
        if len(made) != len(keys):
            raise UNPLAIN
        return made

    def _string(self) -> bytes:
        """Return a text in brackets, which may hold pairs of brackets, with its escapes resolved."""
        begin, deep = self.at, 1
        for part in IN_STRING.finditer(self.data, self.at):
            deep += {b"(": 1, b")": -1}.get(part[0], 0)
            if not deep:
                self.at = part.end()
                return IN_TEXT.sub(_in_text, self.data[begin : part.start()])
        raise UNPLAIN


def _unescaped(found: re.Match[bytes]) -> bytes:
    return bytes.fromhex(found[1].decode())


def _in_text(found: re.Match[bytes]) -> bytes:
    """Return the sign of an escape. A backslash before any that the standard does not name is ignored."""
    said = found[1]
    if said[:1] in OCTAL:
        return bytes([int(said, 8) % 256])
    return b"" if said in {b"\n", b"\r", b"\r\n"} else said.translate(SIGNS)
