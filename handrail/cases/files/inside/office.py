"""Inspection of Word, Excel and OpenDocument files, archives of XML: anything active in them is refused."""

import re
import struct
import zlib
from collections.abc import Callable, Sequence
from io import BytesIO
from stat import S_ISLNK
from xml.etree.ElementTree import Element
from xml.parsers import expat
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from defusedxml.ElementTree import fromstring

from handrail.cases.files.inside import formulas
from handrail.cases.files.inside.fields import HARMLESS_LINK, Fields
from handrail.cases.files.inside.office_types import KNOWN, MAIN, ODT_PARTS
from handrail.cases.files.inside.refusing import (
    MEGABYTE,
    Found,
    Limits,
    NotJudged,
    NotTaken,
    refuse_test_virus,
)

PDF = "Save it as PDF and add that."
DAMAGED = NotTaken(f"The file is damaged. Open it in the program that made it, save a copy, or: {PDF}")
LARGE = NotTaken(f"The file unpacks to far more than its size. {PDF}")
MACROS = NotTaken(f"The file holds macros, which are programs. {PDF}")
OUTSIDE = NotTaken(f"The file takes something from another place when it is opened. {PDF}")
ODD_FIELD = "A field is not among those known here, or its name is put together."
ODD_FORMULA = "A formula is not written as spreadsheets write it."
UNKNOWN = "The file has a part that is not known here."
ODT = b"application/vnd.oasis.opendocument.text"
XML = (".xml", ".rels", ".vml", ".svg", ".rdf")
XML_TYPES = ("xml", "vmlDrawing")
PLAIN = (".png", ".jpg", ".jpeg", ".gif", ".emf", ".wmf", ".tif", ".tiff", ".bmp", ".svm", ".odttf", ".ttf")
SETTINGS = re.compile(r"xl/printerSettings/[^/]+\.bin|layout-cache|mimetype|Thumbnails/thumbnail\.png")
MACRO_NAMES = re.compile(r"vbaproject|vbadata|macrosheets|activex|^basic/|^scripts/|customui", re.IGNORECASE)
OTHER_SOURCES = re.compile(r"^xl/(externallinks|connections|querytables)", re.IGNORECASE)
PROGRAMS = (b"MZ", b"\x7fELF", b"\xd0\xcf\x11\xe0", b"PK\x03\x04", b"Rar!", b"7z\xbc\xaf", b"%PDF-", b"#!")
# OpenDocument elements that fetch or start something by themselves.
ACTING_ELEMENTS = {
    "applet", "auto-reload", "dde-connection", "dde-connection-decl", "dde-source", "event-listener",
    "execute-macro", "object", "object-ole", "plugin", "script",
}  # fmt: skip
FORMULAS = {
    "f",
    "formula",
    "formula1",
    "formula2",
    "definedName",
    "calculatedColumnFormula",
    "totalsRowFormula",
}
CONTENTS = "[Content_Types].xml"
WITHIN = ("Pictures/", "./", "#")
ODT_TEXTS = ("content.xml", "styles.xml", "meta.xml")
ODT_SETTINGS = "Configurations2/"  # of menus and keys: only empty ones are known to start nothing
MOST_READ = 4 * MEGABYTE  # bytes of a part that is parsed into elements
CHUNK = 64 * 1024
LOCAL, CENTRAL_END = 30, 22


def look(content: bytes, limits: Limits) -> Found:
    """Return the kind of an office archive. Raises NotTaken for other archives and for active content."""
    try:
        with ZipFile(BytesIO(content)) as archive:
            members = archive.infolist()
            _refuse_shape(content, archive, members, limits)
            return _look(archive, members)
    except (
        BadZipFile,
        NotImplementedError,
        zlib.error,
        EOFError,
        struct.error,
        UnicodeDecodeError,
        KeyError,
    ):
        raise DAMAGED from None


def _look(archive: ZipFile, members: Sequence[ZipInfo]) -> Found:
    kind = _kind(archive)
    doubts: list[str] = []
    for member in members:
        _refuse_name(member)
    for member in members:
        if not member.is_dir():
            doubts += _doubts(kind, member.filename, archive.read(member))
    doubts += _unknown_parts(kind, archive, members)
    return Found(kind, next(iter(doubts), ""))


def _unknown_parts(kind: str, archive: ZipFile, members: Sequence[ZipInfo]) -> list[str]:
    """Return a doubt where a member is no part of a plain document of this kind, by the type it declares."""
    names = [one.filename for one in members if not one.is_dir()]
    if kind == "odt":
        return [] if all(map(ODT_PARTS.fullmatch, names)) else [UNKNOWN]
    by_name, by_ending = {}, {}
    for one in _declared(archive):
        if name := one.get("PartName"):
            by_name[name.lower()] = one.get("ContentType", "")
        by_ending[one.get("Extension", "").lower()] = one.get("ContentType", "")
    types = {
        name: by_name.get(f"/{name}".lower(), by_ending.get(name.rpartition(".")[2].lower(), ""))
        for name in names
        if name != CONTENTS
    }
    # What is read as XML by its type was looked into only where its name says so, too.
    plain = all(name.lower().endswith(XML) for name, type_ in types.items() if type_.endswith(XML_TYPES))
    return [] if plain and KNOWN[kind].issuperset(types.values()) else [UNKNOWN]


def _kind(archive: ZipFile) -> str:
    """Return the kind that the archive's own list of contents names. Raises NotTaken for others."""
    names = set(archive.namelist())
    if "mimetype" in names and archive.getinfo("mimetype").file_size < CHUNK:
        if archive.read("mimetype").strip() == ODT:
            return "odt"
    elif CONTENTS in names:
        types = [one.get("ContentType", "") for one in _declared(archive)]
        if any("macro" in one.lower() or "activex" in one.lower() for one in types):
            raise MACROS
        found = {MAIN[one] for one in types if one in MAIN}
        if len(found) == 1:
            return found.pop()
    raise NotTaken(
        "This is an archive, or a file of an Office program that is not taken. "
        "Unpack an archive and add each file by itself. Save others as PDF."
    )


def _refuse_shape(content: bytes, archive: ZipFile, members: list[ZipInfo], limits: Limits) -> None:
    """Raise NotTaken for an archive that is a bomb, or that is a file of another kind as well."""
    if len(members) > limits.parts or sum(one.file_size for one in members) > limits.unpacked:
        raise LARGE
    if len({one.filename.lower() for one in members}) != len(members) or archive.comment:
        raise DAMAGED
    if content[-CENTRAL_END : -CENTRAL_END + 4] != b"PK\x05\x06":
        raise NotTaken(f"Something follows the end of the file. {PDF}")
    end = 0
    for one in sorted(members, key=lambda member: member.header_offset):
        if one.header_offset < end or (end == 0 and one.header_offset != 0):
            raise DAMAGED
        end = _end_of(content, one)


def _end_of(content: bytes, member: ZipInfo) -> int:
    """Return where a member ends. Raises NotTaken where its own header differs from the directory."""
    header = content[member.header_offset : member.header_offset + LOCAL]
    flags, method = struct.unpack("<HH", header[6:10])
    name_length, more = (int(length) for length in struct.unpack("<HH", header[26:30]))
    start = member.header_offset + LOCAL
    name = content[start : start + name_length].decode("utf-8" if flags & 0x800 else "cp437")
    if name != member.orig_filename or method != member.compress_type:
        raise DAMAGED
    if flags & 1 or member.flag_bits & 1:
        raise NotTaken("The file is locked by a password. Save a copy without one and add that.")
    if method not in {ZIP_STORED, ZIP_DEFLATED}:
        raise DAMAGED
    return start + name_length + more + member.compress_size


def _refuse_name(member: ZipInfo) -> None:
    """Raise NotTaken for a member whose name shows that it is no part of a plain document."""
    name = member.orig_filename
    parts = name.split("/")
    if name.startswith("/") or "\\" in name or ":" in name or ".." in parts or "\0" in name:
        raise DAMAGED
    if S_ISLNK(member.external_attr >> 16):
        raise DAMAGED
    if MACRO_NAMES.search(name):
        raise MACROS
    if OTHER_SOURCES.match(name):
        raise OUTSIDE
    if not (member.is_dir() or name.lower().endswith(XML + PLAIN) or SETTINGS.fullmatch(name)):
        raise NotTaken(
            f"The file holds another file. Save that and add it by itself, or print this one: {PDF}"
        )


def _doubts(kind: str, name: str, data: bytes) -> list[str]:
    """Return why a part cannot be judged, if so. Raises NotTaken where it is known to act."""
    refuse_test_virus(data)
    if data.startswith(PROGRAMS):
        raise NotTaken(f"The file holds another file under a false name. {PDF}")
    if name.lower().endswith(XML) and data:
        _refuse_xml(data)
    if name.lower().endswith(".rels"):
        _refuse_links(data)
    if kind == "odt":
        if name.endswith(ODT_TEXTS) and data:
            _refuse_elements(data)
        return [UNKNOWN] if name.startswith(ODT_SETTINGS) and data.strip() else []
    if not name.lower().endswith(XML) or not data:
        return []
    if kind == "docx":
        return _doubtful_fields(data)
    return _doubtful_formulas(data) if kind == "xlsx" else []


def _doubtful_formulas(data: bytes) -> list[str]:
    """Return why a formula of a sheet cannot be judged. Raises NotTaken for one that calls out."""
    doubts: list[str] = []
    said = ""
    inside: list[int] = []  # where the text of each open element begins, from the outermost formula on

    def begin(name: str, attributes: dict[str, str]) -> None:
        is_formula = _local(name) in FORMULAS
        if is_formula or inside:
            inside.append(len(said))
        if inside and not is_formula:
            doubts.append(ODD_FORMULA)

    def text(part: str) -> None:
        nonlocal said
        if inside:
            said += part

    def end(name: str) -> None:
        nonlocal said
        if not inside:
            return
        try:
            formulas.look(said[inside.pop() :])
        except NotJudged as doubt:
            doubts.append(str(doubt))
        said = said if inside else ""

    _parse(data, begin, text, end)
    return doubts


def _parse(
    data: bytes,
    begin: Callable[[str, dict[str, str]], None],
    text: Callable[[str], None],
    end: Callable[[str], None],
) -> None:
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler, parser.CharacterDataHandler, parser.EndElementHandler = begin, text, end
    try:
        parser.ParseFile(BytesIO(data))
    except expat.ExpatError:
        raise DAMAGED from None


def _doubtful_fields(data: bytes) -> list[str]:
    """Return why a field of a text cannot be judged. Raises NotTaken for one that acts by itself."""
    fields = Fields()

    def begin(name: str, attributes: dict[str, str]) -> None:
        fields.begin(_local(name), {_local(each): value for each, value in attributes.items()})

    _parse(data, begin, fields.text, lambda name: fields.end(_local(name)))
    fields.finish()
    if fields.acts:
        raise OUTSIDE
    return [ODD_FIELD] if fields.is_odd else []


def _refuse_elements(data: bytes) -> None:
    """Raise NotTaken for elements of an OpenDocument text that act by themselves, under any prefix."""

    def begin(name: str, attributes: dict[str, str]) -> None:
        _refuse_element(_local(name), {_local(each): value for each, value in attributes.items()}.get("href"))

    _parse(data, begin, lambda said: None, lambda name: None)


def _local(name: str) -> str:
    """Return a name without its namespace."""
    return name.rpartition(" ")[2]


def _refuse_element(name: str, leads_to: str | None) -> None:
    if name in ACTING_ELEMENTS:
        raise OUTSIDE
    if not leads_to or name == "template":  # the template of a text is named, and not read again
        return
    within = leads_to.startswith(WITHIN) and ".." not in leads_to.split("/")
    if not (HARMLESS_LINK.match(leads_to) if name == "a" else within):
        raise OUTSIDE


def _refuse_xml(data: bytes) -> None:
    """Raise NotTaken for XML that is malformed or has a DTD, which can expand or fetch files.

    The parser has no other handlers, so that a large sheet takes no longer than reading it.
    """

    def refuse(*given: object) -> None:
        raise NotTaken(f"The file declares what Office programs never declare. {PDF}")

    if b"\0" in data:
        raise DAMAGED  # UTF-16, in which the searches for bytes find nothing
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    try:
        parser.ParseFile(BytesIO(data))
    except expat.ExpatError:
        raise DAMAGED from None


def _refuse_links(data: bytes) -> None:
    """Raise NotTaken for external links, except hyperlinks that a reader has to follow."""
    if len(data) > MOST_READ:
        raise LARGE
    for link in fromstring(data, forbid_dtd=True):
        outside = link.get("TargetMode", "").lower() == "external"
        is_link = link.get("Type", "").endswith("/hyperlink")
        if outside and not (is_link and HARMLESS_LINK.match(link.get("Target", ""))):
            raise OUTSIDE


def _declared(archive: ZipFile) -> list[Element]:
    """Return what the list of contents says of each part, and of each ending of names."""
    if archive.getinfo(CONTENTS).file_size > MOST_READ:
        raise LARGE
    data = archive.read(CONTENTS)
    _refuse_xml(data)
    return list(fromstring(data, forbid_dtd=True))
