"""Inspection of PDF files: what stands in one is compared with what a plain document holds.

Every object of the file is read, also those that no other refers to and those of earlier versions. What is
known to act refuses the file. Whatever else is outside the lists of what is known here, or not written as the
standard says, cannot be judged. Contents of pages, pictures and fonts are not looked into.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator

from handrail.cases.files.inside.pdf_syntax import Dictionary, Name, Part, Ref, Value, objects_of
from handrail.cases.files.inside.refusing import Found, Limits, NotJudged, NotTaken, refuse_hidden_archive

AGAIN = "Print it to PDF again, which leaves that out, and add the new file."
SCRIPT = f"The PDF holds a script. {AGAIN}"
PROGRAM = f"The PDF starts a program. {AGAIN}"
FILES = f"The PDF holds other files. Save those and add each by itself. {AGAIN}"
FORM = f"The PDF holds an active form, which can send what is typed. {AGAIN}"
ELSEWHERE = f"The PDF leads to another file. {AGAIN}"
MEDIA = f"The PDF holds a film, a sound or a model. {AGAIN}"
LOCKED = "The PDF is locked by a password. Save a copy without one and add that."
DAMAGED = f"The PDF is damaged. {AGAIN}"
# Names that are known to act, wherever they stand.
REFUSED = {
    "JavaScript": SCRIPT, "JS": SCRIPT,
    "Launch": PROGRAM, "SpiderInfo": PROGRAM, "ReqHandlers": PROGRAM,
    "EmbeddedFile": FILES, "EmbeddedFiles": FILES, "FileAttachment": FILES, "EF": FILES, "Collection": FILES,
    "GoToE": FILES, "GoToR": ELSEWHERE, "Filespec": ELSEWHERE, "ImportData": FORM,
    "SubmitForm": FORM, "XFA": FORM,
    "RichMedia": MEDIA, "RichMediaExecute": MEDIA, "Rendition": MEDIA, "Renditions": MEDIA, "Movie": MEDIA,
    "Sound": MEDIA, "Screen": MEDIA, "3D": MEDIA, "GoTo3DView": MEDIA, "AlternatePresentations": MEDIA,
    "Encrypt": LOCKED,
}  # fmt: skip
ACTIONS = {"GoTo", "Hide", "Named", "ResetForm", "SetOCGState", "Thread", "Trans", "URI"}
MARKS = {
    "Caret", "Circle", "FreeText", "Highlight", "Ink", "Line", "Link", "PolyLine", "Polygon", "Popup",
    "PrinterMark", "Redact", "Square", "Squiggly", "Stamp", "StrikeOut", "Text", "TrapNet", "Underline",
    "Watermark", "Widget",
}  # fmt: skip
OF_THE_WHOLE = {
    "AA", "AcroForm", "DSS", "Dests", "Extensions", "Lang", "Legal", "MarkInfo", "Metadata", "Names",
    "OCProperties", "OpenAction", "Outlines", "OutputIntents", "PageLabels", "PageLayout", "PageMode",
    "Pages", "Perms", "PieceInfo", "StructTreeRoot", "Threads", "Type", "URI", "Version", "ViewerPreferences",
}  # fmt: skip
FILTERS = {
    "ASCII85Decode", "ASCIIHexDecode", "CCITTFaxDecode", "DCTDecode", "FlateDecode", "JBIG2Decode",
    "JPXDecode", "LZWDecode", "RunLengthDecode",
}  # fmt: skip
FROM_OUTSIDE = {"F", "FFilter", "FDecodeParms", "Ref", "OPI"}
ACTING_KEYS = {"A", "AA", "Next", "OpenAction", "PA"}
# The events of annotations, pages, fields and the document, each of which starts something.
EVENTS = {
    "Bl", "C", "D", "DP", "DS", "E", "F", "Fo", "K", "O", "PC", "PI", "PO", "PV", "U", "V", "WC", "WP", "WS",
    "X",
}  # fmt: skip
HARMLESS_LINK = re.compile(rb"(https?|mailto|tel):|#|(?![/\\]{2})[^:\\]*$", re.IGNORECASE)
ENDING, AFTER = b"%%EOF", b" \t\r\n\f\0"


def look(content: bytes, limits: Limits) -> Found:
    """Return that this is a PDF, and any doubt. Raises NotTaken where it is locked, too long, or active."""
    refuse_hidden_archive(content)
    if content.rstrip(AFTER)[-5:] != ENDING:
        raise NotTaken(f"The PDF does not end where it should, or something follows it. {AGAIN}")
    seen = _Seen()
    try:
        for part in objects_of(content):
            seen.take(part)
        refuse_many(seen.pages(), limits)
    except NotJudged as doubt:
        return Found("pdf", str(doubt))
    return Found("pdf", seen.doubt)


def refuse_many(pages: int, limits: Limits) -> None:
    """Raise NotTaken for a PDF of more pages than the limits allow."""
    if pages > limits.pages:
        raise NotTaken(f"The PDF has {pages:,} pages; at most {limits.pages:,} are taken. Add it in parts.")


class _Seen:
    """What the objects of one file say that has to be compared with other objects."""

    def __init__(self) -> None:
        self.doubt = ""
        self.acts: set[int] = set()
        # Objects that should be tables of events; those that can be; and those that cannot.
        self.events: set[int] = set()
        self.tables: dict[int, list[int]] = defaultdict(list)
        self.no_tables: set[int] = set()
        self.leads: dict[int, list[int]] = defaultdict(list)  # from an object that is a reference or a list
        self.says: dict[int, set[str]] = defaultdict(set)
        self.kids: dict[int, Collection[int]] = {}
        self.catalogs: dict[int, list[int]] = {}
        self.roots: set[int] = set()

    def take(self, part: Part) -> None:
        """Judge an object by itself, and remember what it says of others. Raises NotTaken where it acts."""
        if isinstance(part.value, dict):
            self._remember(part.number, part.value)
        elif held := self._held(part.number, part.value):
            self.leads[part.number] += held
        for one in _dictionaries(part.value):
            self.doubt = self.doubt or _doubt(one)
            self._follow(one)
        if part.stream is not None and isinstance(part.value, dict):
            self.doubt = self.doubt or _doubt_of_stream(part.value)

    def _remember(self, number: int, said: Dictionary) -> None:
        if "S" in said:
            self.says[number].add(_name(said, "S"))
        if _name(said, "Type") in {"Page", "Pages"}:
            kids = said.get("Kids")
            self.kids[number] = _refs(kids if isinstance(kids, list) else [kids])
        if _name(said, "Type") == "Catalog":
            self.catalogs[number] = _refs([said.get("Pages")])
        self.roots |= {*_refs([said.get("Root")])}
        if said.keys() <= EVENTS:
            self.tables[number] += self._held(number, list(said.values()))
        else:
            self.no_tables.add(number)

    def _held(self, number: int, value: Value) -> list[int]:
        """Return the objects to which a value leads, and remember the actions that object `number` holds."""
        refs = list[int]()
        for one in _each(value):
            if isinstance(one, Ref):
                refs.append(int(one))
            elif isinstance(one, dict) and "S" in one:
                self.says[number].add(_name(one, "S"))
        return refs

    def _follow(self, said: Dictionary) -> None:
        """Remember which objects a dictionary starts, and those that it starts and holds itself."""
        for key in said.keys() & ACTING_KEYS:
            self.acts.update(self._held(0, said[key]))
        for table in _each(said.get("AA")):
            if isinstance(table, Ref):
                self.events.add(int(table))
            elif isinstance(table, dict):
                self.acts.update(self._held(0, list(table.values())))

    def _reached(self, begin: Iterable[int]) -> set[int]:
        """Return these objects and those to which they lead as references or lists."""
        left, found = {*begin}, set[int]()
        while left:
            found |= left
            left = {one for number in left for one in self.leads.get(number, ())} - found
        return found

    def _starts_unknown(self) -> bool:
        """Whether anything is started that is no known action, or by no known event."""
        events = self._reached(self.events)
        acts = self._reached(self.acts.union(*(self.tables.get(number, ()) for number in events)))
        known = (self.says.get(number, set()) <= ACTIONS for number in {0} | events | acts)
        return bool(events & self.no_tables) or not all(known)

    def pages(self) -> int:
        """Return the number of pages, once all was taken. Raises NotJudged where they are no tree, or act."""
        if not self.roots or not self.roots <= self.catalogs.keys():
            raise NotJudged("The PDF does not say where it begins.")
        left, passed, pages = [one for root in self.roots for one in self.catalogs[root]], set[int](), 0
        while left:
            number = left.pop()
            kids = self.kids.get(number, self.leads.get(number))
            if number in passed or kids is None:
                raise NotJudged("The pages of the PDF are out of order.")
            passed.add(number)
            left += kids
            pages += not kids
        if not pages:
            raise NotJudged("No pages were found in the PDF.")
        if self._starts_unknown():
            raise NotJudged("The PDF starts something that is not known here.")
        return pages


def _dictionaries(value: Value) -> Iterator[Dictionary]:
    """Yield every dictionary of a value, and refuse names that act."""
    left = [value]
    while left:
        one = left.pop()
        if isinstance(one, dict):
            _refuse_names(one)
            yield one
            left += one.values()
        elif isinstance(one, list):
            left += one
        elif isinstance(one, Name):
            _refuse_names((one,))


def _each(value: Value) -> Iterator[Value]:
    """Yield a value, or all that stands in a list and the lists in it."""
    left = [value]
    while left:
        one = left.pop()
        if isinstance(one, list):
            left += one
        else:
            yield one


def _refuse_names(names: Iterable[str]) -> None:
    for name in names:
        if name in REFUSED:
            raise NotTaken(REFUSED[name])


def _doubt(said: Dictionary) -> str:
    """Return why one dictionary cannot be judged by what it is: the document, a mark on a page, a link."""
    kind, link, base = _name(said, "Type"), said.get("URI"), said.get("Base", b"")
    if isinstance(link, bytes) and not HARMLESS_LINK.match(link):
        raise NotTaken(ELSEWHERE)
    if isinstance(base, bytes) and not HARMLESS_LINK.match(base):
        raise NotTaken(ELSEWHERE)
    if kind == "Catalog" and not said.keys() <= OF_THE_WHOLE:
        return "The PDF says of itself what is not known here."
    if (kind == "Annot" or "Rect" in said) and _name(said, "Subtype") not in MARKS:
        return "A page of the PDF holds something that is not known here."
    if (_name(said, "S") == "URI" and not isinstance(link, bytes)) or isinstance(base, Ref):
        return "A link of the PDF cannot be read."
    return ""


def _doubt_of_stream(said: Dictionary) -> str:
    if not FROM_OUTSIDE.isdisjoint(said):
        raise NotTaken(f"The PDF takes a part of itself from another file. {AGAIN}")
    if "PS" in {_name(said, "Subtype"), _name(said, "Subtype2")}:
        raise NotTaken(PROGRAM)
    if any(key in said and not _name(said, key) for key in ("Subtype", "Subtype2")):
        return "A part of the PDF does not say plainly what it is."
    packed = said.get("Filter", [])
    if any(str(name) not in FILTERS for name in (packed if isinstance(packed, list) else [packed])):
        return "The PDF packs its parts in a way that is not known here."
    return ""


def _name(said: Dictionary, key: str) -> str:
    """Return the name that stands under a key, or no word that is known here."""
    found = said.get(key)
    return found if isinstance(found, Name) else ""


def _refs(value: Value) -> list[int]:
    return [int(one) for one in value if isinstance(one, Ref)] if isinstance(value, list) else []
