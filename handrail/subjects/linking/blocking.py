"""Which records are compared: those that share keys that few share. Statements for DuckDB and Spark alike.

A key that two of a million share says twenty bits, and one that sixty share fifteen. Pairs are compared whose
keys together say more than it takes to tell one record from all the others: most pairs share one by chance.
"""

from math import log2

MOST = 60  # records under one key; those of a key that more share are not compared because of it
BEYOND = 6.0  # bits beyond what tells one record from all the others
FEWEST = 1_000  # among fewer records nothing is known to be rare: they count as so many

# The keys that more than one and at most so many share, with what each says; how many were too common.
SHARED = """
SELECT key, log2({count} / count(*)) AS bits FROM keys
GROUP BY key HAVING count(*) > 1 AND count(*) <= {most}
"""
COMMON = """
SELECT count(*) AS keys, coalesce(sum(often), 0) AS records
FROM (SELECT count(*) AS often FROM keys GROUP BY key HAVING count(*) > {most}) common
"""
KEPT = "SELECT k.key, k.number, s.bits FROM keys k JOIN shared s ON s.key = k.key"
# Pairs of which the first record is of this part, in the form in which Splink takes them.
PAIRS = """
SELECT l.number AS join_key_l, r.number AS join_key_r, '0' AS match_key
FROM kept l JOIN kept r ON l.key = r.key
WHERE l.number < r.number AND l.number >= {first} AND l.number < {end}
GROUP BY l.number, r.number HAVING sum(l.bits) >= {enough}
"""
# What Splink found, with both records and the weight in half bits, which its sums miss by a hair.
FOUND = """
SELECT f.number_l, f.number_r, l.id, r.id, l.outline, r.outline, round(2 * match_weight) / 2
FROM {found} f JOIN records l ON l.number = f.number_l JOIN records r ON r.number = f.number_r ORDER BY 1, 2
"""
COUNTS = "SELECT what, sum(often) AS often FROM counts GROUP BY what HAVING sum(often) > 1"


def shared(count: int, most: int) -> str:
    """The statement for the keys that few share, of so many records."""
    return SHARED.format(count=f"{max(count, FEWEST)}.0", most=most)


def pairs(first: int, end: int, count: int) -> str:
    """The statement for the pairs of a part, of so many records."""
    return PAIRS.format(first=first, end=end, enough=log2(max(count, FEWEST)) + BEYOND)


def common(most: int) -> str:
    """The statement for how many keys too many share."""
    return COMMON.format(most=most)


def found(table: str) -> str:
    """The statement for what stands in a table of Splink."""
    return FOUND.format(found=table)
