"""The live comparison as a Splink model: for each fact its whole steps and the remaining half bits.

Two comparisons with few levels each take the place of one with hundreds, which Spark's planner cannot hold. A
level's m and u are chosen so that their ratio is that weight to the bit: what Splink adds up is what the live
comparison shows. Nothing is trained here.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from math import exp2
from typing import Any

from handrail.subjects.linking.weighing import FACTS, NOT_COMPARED
from handrail.subjects.matching import Fact

STEP = 16  # half bits in a step: a weight is a number of steps and a remainder of half bits
LEAST, MOST = -5, 10  # steps; bounds of the weight of a fact
EVEN = 0.5  # probability that adds nothing to the weight


@contextmanager
def quietly() -> Iterator[None]:
    """Silence Splink's messages while the block runs; the command shows a progress bar instead."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        yield
    finally:
        logging.disable(before)


def settings() -> dict[str, Any]:
    """Return Splink's settings, for any of its backends."""
    return {
        "link_type": "dedupe_only",
        "unique_id_column_name": "number",
        "probability_two_random_records_match": EVEN,
        "retain_matching_columns": False,
        "retain_intermediate_calculation_columns": False,
        "blocking_rules_to_generate_predictions": [{"blocking_rule": "l.number = r.number"}],
        "comparisons": [make(fact) for fact in FACTS for make in (steps, beyond)],
    }


def function(fact: Fact) -> str:
    """Return the name of the SQL function that compares a fact."""
    return f"weigh_{fact.value}"


def steps(fact: Fact) -> dict[str, Any]:
    """Return the comparison for the whole steps of a fact's weight."""
    levels = [
        level(f"{weighed(fact)} BETWEEN {step * STEP} AND {step * STEP + STEP - 1}", step * STEP)
        for step in range(LEAST, MOST + 1)
    ]
    return _comparison(fact, fact.value, levels)


def beyond(fact: Fact) -> dict[str, Any]:
    """Return the comparison for the half bits beyond the whole steps."""
    above = f"({weighed(fact)} - {LEAST * STEP}) % {STEP}"
    levels = [level(f"{above} = {half}", half) for half in range(STEP)]
    return _comparison(fact, f"{fact.value}_beyond", levels)


def weighed(fact: Fact) -> str:
    """Return the SQL expression for the weight of a fact in half bits."""
    return f"{function(fact)}(outline_l, outline_r)"


def _comparison(fact: Fact, name: str, levels: list[dict[str, Any]]) -> dict[str, Any]:
    missing = {
        "sql_condition": f"{weighed(fact)} = {NOT_COMPARED}",
        "label_for_charts": "Not compared",
        "is_null_level": True,
    }
    return {"output_column_name": name, "comparison_levels": [missing, *levels, level("ELSE", 0)]}


def level(condition: str, half: int) -> dict[str, Any]:
    """Return a level with the m and u probabilities that give this weight in half bits."""
    true, other = (EVEN, EVEN * exp2(-half / 2)) if half >= 0 else (EVEN * exp2(half / 2), EVEN)
    return {
        "sql_condition": condition,
        "label_for_charts": f"{half / 2:+g} bits",
        "m_probability": true,
        "u_probability": other,
        "fix_m_probability": True,
        "fix_u_probability": True,
    }
