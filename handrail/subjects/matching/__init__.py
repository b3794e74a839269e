"""Whether two records may be of one person: what agrees, what differs, and how much each counts.

Matching only proposes; a person decides. Risk plays no part in it. It does not use Django, so that these
functions serve intake, search, files and the back records of a nation alike.

    known.py         what is known of a person, as typed
    words.py         a name as words: scripts, titles, connecting words, naming orders
    placeholders.py  text typed for an unknown value, which is no evidence
    online.py        names online, taken out of the text around them
    sounds.py        the sound of a word, independent of spelling
    outline.py       a person in comparable form
    hashing.py       hashes of values that are compared for equality
    keys.py          the keys under which a person is stored and searched for
    comparing.py     two outlines, fact by fact: names.py, births.py, places.py, contacts.py
    pointing.py      the evidence of shared keys alone, for a record that may not be read
    likeness.py      the result: parts whose weights add up
    commonness.py    frequencies: a common name is weaker evidence than a rare one
    index.py         keys and outlines in memory, for files.py
"""

from handrail.subjects.matching.commonness import Commonness
from handrail.subjects.matching.comparing import compare, weight
from handrail.subjects.matching.keys import keys_of, rungs_of
from handrail.subjects.matching.known import Known, Name, Place
from handrail.subjects.matching.likeness import Fact, Likeness, Part, Strength, strength_of
from handrail.subjects.matching.outline import Outline, outline_of
from handrail.subjects.matching.pointing import pointed

__all__ = [
    "Commonness",
    "Fact",
    "Known",
    "Likeness",
    "Name",
    "Outline",
    "Part",
    "Place",
    "Strength",
    "compare",
    "keys_of",
    "outline_of",
    "pointed",
    "rungs_of",
    "strength_of",
    "weight",
]
