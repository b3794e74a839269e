"""Parse postcodes as people write them: with extra blanks, a full stop, in small letters, or foreign."""

import re
import unicodedata

LONGEST = 40
NO_CODE = re.compile(r"[^A-Z0-9]+")
# The outward part of every area, such as LS1 or EC1A, and the inward part of every postcode.
OUTWARD = r"[A-Z]{1,2}[0-9][A-Z0-9]?"
INWARD = r"[0-9][A-Z]{2}"
UK = re.compile(rf"({OUTWARD})({INWARD})")
OUTWARD_ALONE = re.compile(OUTWARD)
GIRO = "GIR0AA"
FORCES = re.compile(r"BFPO(?:C/?O)?([0-9]{1,4})")
# Ascension, British Antarctic and Indian Ocean Territories, Falklands, Pitcairn, South Georgia, St Helena,
# Tristan da Cunha, Turks and Caicos.
OVERSEAS = re.compile(r"(ASCN|BBND|BIQQ|FIQQ|PCRN|SIQQ|STHL|TDCU|TKCA)(1ZZ)")
IRISH = re.compile(r"([A-Z][0-9][0-9W])([0-9A-Z]{4})")
ISLANDS = re.compile(r"(KY[1-3]|MSR|VG|AI)([0-9]{4})")
SHORTEST, MOST = 4, 10
# Letters typed for digits: LSl 4AP, SW1A OAA.
LOOKS_LIKE = str.maketrans("OIL", "011")


def read_postcode(text: str) -> str:
    """Return the postcode in its standard form, such as LS1 4AP; "" where the text is none."""
    code = _compact(text)
    if code == GIRO:
        return "GIR 0AA"
    if forces := FORCES.fullmatch(code):
        return f"BFPO {forces[1]}"
    for pattern in (UK, OVERSEAS, IRISH, ISLANDS):
        if found := pattern.fullmatch(code):
            return f"{found[1]} {found[2]}"
    return _with_digits(code)


def _with_digits(code: str) -> str:
    """Return a postcode with digits for look-alike letters; "" if no valid postcode results, or two."""
    outward, inward = code[:-3], code[-3:-2].translate(LOOKS_LIKE) + code[-2:]
    tried = {outward, *(outward[:area] + outward[area:].translate(LOOKS_LIKE) for area in (1, 2))}
    found = [each for each in tried if UK.fullmatch(each + inward)]
    told = any(map(str.isdigit, code)) and len(found) == 1
    return f"{found[0]} {inward}" if told else ""


def comparable_postcode(text: str) -> str:
    """Return a postcode for comparison: small letters, no blanks; also a mistyped or foreign one.

    Returns "" for words such as “not known”, and for an outward part alone, which thousands share.
    """
    code = _compact(read_postcode(text) or text)
    like_one = SHORTEST <= len(code) <= MOST and any(letter.isdigit() for letter in code)
    return code.lower() if like_one and not OUTWARD_ALONE.fullmatch(code) else ""


def outward_of(text: str) -> str:
    """Return the outward part of a UK postcode, such as LS1; "" for any other text."""
    found = UK.fullmatch(_compact(read_postcode(text)))
    return found[1] if found else ""


def _compact(text: str) -> str:
    return NO_CODE.sub("", unicodedata.normalize("NFKC", text[:LONGEST]).upper())
