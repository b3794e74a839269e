"""The live comparison as a model of Splink: for each fact the steps that it weighs, and the half bits beyond.

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

STEP = 16  # half bits: a fact weighs so many of these steps, and some half bits of the next
LEAST, MOST = -5, 10  # steps; what a fact can weigh lies between
EVEN = 0.5  # as likely as not, which adds nothing to the weight


@contextmanager
def quietly() -> Iterator[None]:
    """Splink tells of every step; here a bar does."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        yield
    finally:
        logging.disable(before)


def settings() -> dict[str, Any]:
    """Splink's settings, for any of its backends."""
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
    """By what name a database calls the comparison of a fact."""
    return f"weigh_{fact.value}"


def steps(fact: Fact) -> dict[str, Any]:
    """How many whole steps a fact weighs."""
    levels = [
        level(f"{weighed(fact)} BETWEEN {step * STEP} AND {step * STEP + STEP - 1}", step * STEP)
        for step in range(LEAST, MOST + 1)
    ]
    return _comparison(fact, fact.value, levels)


def beyond(fact: Fact) -> dict[str, Any]:
    """The half bits beyond the steps."""
    above = f"({weighed(fact)} - {LEAST * STEP}) % {STEP}"
    levels = [level(f"{above} = {half}", half) for half in range(STEP)]
    return _comparison(fact, f"{fact.value}_beyond", levels)


def weighed(fact: Fact) -> str:
    """The weight of a fact in half bits, as a database asks for it."""
    return f"{function(fact)}(outline_l, outline_r)"


def _comparison(fact: Fact, name: str, levels: list[dict[str, Any]]) -> dict[str, Any]:
    missing = {
        "sql_condition": f"{weighed(fact)} = {NOT_COMPARED}",
        "label_for_charts": "Not compared",
        "is_null_level": True,
    }
    return {"output_column_name": name, "comparison_levels": [missing, *levels, level("ELSE", 0)]}


def level(condition: str, half: int) -> dict[str, Any]:
    """A weight in half bits as the shares of true and of other pairs that are so alike."""
    true, other = (EVEN, EVEN * exp2(-half / 2)) if half >= 0 else (EVEN * exp2(half / 2), EVEN)
    return {
        "sql_condition": condition,
        "label_for_charts": f"{half / 2:+g} bits",
        "m_probability": true,
        "u_probability": other,
        "fix_m_probability": True,
        "fix_u_probability": True,
    }
