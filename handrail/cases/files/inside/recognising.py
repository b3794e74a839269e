"""Recognising the kind of a file by its content alone. Its name and the declared type are ignored."""

import re

from handrail.cases.files.inside import office, pdf, pictures, text
from handrail.cases.files.inside.refusing import Found, Limits, NotTaken, refuse_test_virus

PDF = "Save it as PDF and add that."
PICTURE = "Save it as JPEG or PNG and add that."
# Common kinds that are refused: the offset and the bytes that show them, and what to do instead.
OTHERS: tuple[tuple[int, bytes, str], ...] = (
    (0, b"MZ", "This is a program. Programs are not taken."),
    (0, b"\x7fELF", "This is a program. Programs are not taken."),
    (0, b"\xca\xfe\xba\xbe", "This is a program. Programs are not taken."),
    (0, b"#!", "This is a script. Scripts are not taken."),
    (0, b"\xd0\xcf\x11\xe0", f"This is a file of an old Office program. {PDF}"),
    (0, b"{\\rtf", f"This is a rich text file, which can hide others. {PDF}"),
    (0, b"GIF8", f"This is a GIF picture. {PICTURE}"),
    (0, b"RIFF", f"This is a picture, sound or film that is not taken. {PICTURE}"),
    (0, b"II*\x00", f"This is a TIFF picture. {PICTURE}"),
    (0, b"MM\x00*", f"This is a TIFF picture. {PICTURE}"),
    (4, b"ftyp", f"This is a film, or a picture in the format of some phones. {PICTURE}"),
    (0, b"Rar!", "This is an archive. Unpack it and add each file by itself."),
    (0, b"7z\xbc\xaf", "This is an archive. Unpack it and add each file by itself."),
    (0, b"\x1f\x8b", "This is an archive. Unpack it and add each file by itself."),
    (0, b"BZh", "This is an archive. Unpack it and add each file by itself."),
    (257, b"ustar", "This is an archive. Unpack it and add each file by itself."),
)
WEB_PAGE = re.compile(
    rb"<(!doctype|!--|\?xml|\?php|html|head|body|script|svg|iframe|img|a\s|div|table)", re.IGNORECASE
)
BEGINS = 1024
# A file in the format of old Office programs, and what a message of Outlook keeps its properties under in it.
COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MESSAGE = "__properties_version1.0".encode("utf-16le")


def kind_of(content: bytes, limits: Limits) -> Found:
    """Return what a file is. Raises NotTaken for other kinds, and for a file that is not sound."""
    if not content:
        raise NotTaken("The file is empty. Choose another one.")
    refuse_test_virus(content)
    if content.startswith(b"%PDF-"):
        return pdf.look(content, limits)
    if content.startswith((b"\x89PNG", b"\xff\xd8\xff")):
        return pictures.look(content, limits)
    if content.startswith(b"PK\x03\x04"):
        return office.look(content, limits)
    if content.startswith(COMPOUND) and MESSAGE in content:
        return Found("msg", "A message of Outlook can hold other files, which are not looked through.")
    refuse_others(content)
    # Check again in UTF-8: in UTF-16 the bytes between letters hide what is searched for.
    plain = text.decoded(content).encode("utf-8", "replace")
    refuse_test_virus(plain)
    refuse_others(plain)
    return text.look(content)


def refuse_others(content: bytes) -> None:
    """Raise NotTaken for known kinds that are refused, with what to do instead."""
    for start, bytes_, message in OTHERS:
        if content.startswith(bytes_, start):
            raise NotTaken(message)
    if WEB_PAGE.match(content[:BEGINS].removeprefix(b"\xef\xbb\xbf").lstrip()):
        raise NotTaken(f"This is a web page or a drawing, which can run scripts. {PDF}")
    if b"%PDF-" in content[:BEGINS]:
        raise NotTaken("Something stands before the PDF in this file. Print it to PDF again and add that.")
