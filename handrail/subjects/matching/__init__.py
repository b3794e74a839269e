"""Whether two records may be of one person: what agrees, what differs, and how much each counts.

It proposes and a person disposes. Nothing here knows of risk, and nothing here knows Django: the same
functions serve a referral that is being taken, a search, a file and a nation's back records.

    known.py      what is known of a person, as written
    words.py      a name in words: scripts, titles, connecting words, naming orders
    placeholders.py what is written where something is not known, and is no evidence
    online.py     names online, whatever stands around them
    sounds.py     how a word sounds, whatever its spelling
    outline.py    what is known, made ready to compare
    hashing.py    what agrees or not, as numbers
    keys.py       under which keys somebody is kept, and by which one asks
    comparing.py  two outlines, fact by fact: names.py, births.py, places.py, contacts.py
    pointing.py   what the keys alone say, of a record that may not be read
    likeness.py   what came of it: parts that add up to a weight
    commonness.py how much less a common name says than a rare one
    index.py      keys and outlines in memory, for files.py
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
