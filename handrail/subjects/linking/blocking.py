"""The choice of records to compare: those that share rare keys. SQL for both DuckDB and Spark.

A key shared by two of a million records gives twenty bits, one shared by sixty gives fifteen. A pair is
compared if its shared keys together give more bits than identify one record among all, because most pairs
share one key by chance.
"""

from math import log2

MOST = 60  # records under one key; a key shared by more records leads to no comparison
BEYOND = 6.0  # bits required beyond those that identify one record among all
FEWEST = 1_000  # a smaller set counts as this many records: rarity cannot be judged in it

# Keys shared by two to `most` records, with the bits of each; and how many keys were too common.
SHARED = """
SELECT key, log2({count} / count(*)) AS bits FROM keys
GROUP BY key HAVING count(*) > 1 AND count(*) <= {most}
"""
COMMON = """
SELECT count(*) AS keys, coalesce(sum(often), 0) AS records
FROM (SELECT count(*) AS often FROM keys GROUP BY key HAVING count(*) > {most}) common
"""
KEPT = "SELECT k.key, k.number, s.bits FROM keys k JOIN shared s ON s.key = k.key"
# Pairs whose first record is in this part, in Splink's format.
PAIRS = """
SELECT l.number AS join_key_l, r.number AS join_key_r, '0' AS match_key
FROM kept l JOIN kept r ON l.key = r.key
WHERE l.number < r.number AND l.number >= {first} AND l.number < {end}
GROUP BY l.number, r.number HAVING sum(l.bits) >= {enough}
"""
# Splink's results, with both records and the weight in half bits; rounding corrects Splink's sums.
FOUND = """
SELECT f.number_l, f.number_r, l.id, r.id, l.outline, r.outline, round(2 * match_weight) / 2
FROM {found} f JOIN records l ON l.number = f.number_l JOIN records r ON r.number = f.number_r ORDER BY 1, 2
"""
COUNTS = "SELECT what, sum(often) AS often FROM counts GROUP BY what HAVING sum(often) > 1"


def shared(count: int, most: int) -> str:
    """Return the statement for the keys that at most `most` records share, among `count` records."""
    return SHARED.format(count=f"{max(count, FEWEST)}.0", most=most)


def pairs(first: int, end: int, count: int) -> str:
    """Return the statement for the pairs of a part, given the number of records."""
    return PAIRS.format(first=first, end=end, enough=log2(max(count, FEWEST)) + BEYOND)


def common(most: int) -> str:
    """Return the statement that counts the keys shared by more than `most` records."""
    return COMMON.format(most=most)


def found(table: str) -> str:
    """Return the statement for the contents of a Splink table."""
    return FOUND.format(found=table)
