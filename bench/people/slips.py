"""Slips of hand, eye and ear in a text."""

from random import Random

LETTERS = "abcdefghijklmnopqrstuvwxyz"
ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
BESIDE = {
    letter: (row[max(0, place - 1) : place] + row[place + 1 : place + 2]) or "e"
    for row in ROWS
    for place, letter in enumerate(row)
}


def _pairs(text: str) -> tuple[tuple[str, str], ...]:
    """Return replacements parsed from `old:new`, separated by blanks."""
    return tuple((old, new) for old, _, new in (token.partition(":") for token in text.split()))


SEEN = _pairs("""
m:rn rn:m l:1 i:l l:i o:0 s:5 b:8 cl:d d:cl g:q e:c c:e h:b u:v v:u n:u w:vv t:f a:o
""")
SEEN_DIGITS = _pairs("""
1:7 7:1 0:6 6:0 3:8 8:3 5:6 2:7 4:9
""")
HEARD = _pairs("""
ph:f f:ph ck:k k:c c:k ee:ea ea:ee ie:y y:ie ou:ow gh: z:s s:z wr:r kn:n th:t t:th ai:ay ay:ai er:a or:er
i:e e:i o:u u:o a:e sh:ch ch:sh d:t b:p v:w w:v j:y g:j x:ks q:k kh:h dh:d aa:a oo:u u:oo
""")


def typed(random: Random, text: str, times: int = 1) -> str:
    """Add typing slips: an extra letter, a missing one, a neighbouring key, or two letters swapped."""
    for _ in range(times):
        text = _slip(random, text)
    return text


def _slip(random: Random, text: str) -> str:
    if not text:
        return text
    at = random.randrange(1, len(text)) if len(text) > 1 and random.random() < 0.9 else 0
    letter = text[at].casefold()
    other = random.choice("0123456789") if letter.isdigit() else random.choice(BESIDE.get(letter, LETTERS))
    swapped = text[: max(0, at - 1)] + text[max(0, at - 1) : at + 1][::-1] + text[at + 1 :]
    new = (
        text[:at] + other + text[at:],
        text[:at] + text[at + 1 :],
        text[:at] + other + text[at + 1 :],
        swapped,
    )
    return random.choices(new, (25, 25, 30, 20))[0] or text


def misread(random: Random, text: str) -> str:
    """Misread a letter or digit as a scanner would."""
    return _changed(random, text, (*SEEN, *SEEN_DIGITS), first=True)


def misheard(random: Random, text: str) -> str:
    """Respell by sound."""
    return _changed(random, text, HEARD)


def _changed(random: Random, text: str, pairs: tuple[tuple[str, str], ...], *, first: bool = False) -> str:
    """Apply one replacement at one place; the first letter stays unless `first`."""
    low, start = text.casefold(), 0 if first else 1
    if len(low) != len(text):
        return text
    places = [
        (at, old, new) for old, new in pairs for at in range(start, len(low)) if low.startswith(old, at)
    ]
    if not places:
        return text
    at, old, new = random.choice(places)
    new = new.capitalize() if text[at].isupper() else new
    return text[:at] + new + text[at + len(old) :]
