"""Insert the page that follows a stated threat into every form that asks about threats.

A pack declares the page once, in `[threat]`. This works on the plain content of TOML files.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from handrail.policy.schema.form import Meaning


def ask_at_once(threat: Any, forms: list[Any], code_lists: Sequence[Any]) -> None:
    """Insert the page of `threat` after each section about threats; it is asked if one is stated."""
    if not isinstance(threat, Mapping) or not isinstance(threat.get("page"), Mapping):
        return
    codes = {
        one.get("id"): [code.get("id") for code in one.get("codes", ()) if isinstance(code, Mapping)]
        for one in code_lists
        if isinstance(one, Mapping)
    }
    for place, form in enumerate(forms):
        if isinstance(form, Mapping) and isinstance(form.get("sections"), list):
            sections = [page for section in form["sections"] for page in _with_page(section, threat, codes)]
            forms[place] = {**form, "sections": sections}


def _with_page(section: Any, threat: Mapping[str, Any], codes: Mapping[Any, Sequence[Any]]) -> list[Any]:
    """Return a section, followed by the threat page where one of its questions asks about a threat."""
    questions = section.get("questions", ()) if isinstance(section, Mapping) else ()
    asks = [q for q in questions if isinstance(q, Mapping) and q.get("means") == Meaning.THREAT]
    if not asks:
        return [section]
    offered = ("yes", "no") if asks[0].get("kind") == "yes-no" else codes.get(asks[0].get("codes"), ())
    raising = [answer for answer in threat.get("stated", ()) if answer in offered]
    page = {**threat["page"], "when": {"question": asks[0].get("id"), "is": raising}}
    return [section, page | ({"part": section["part"]} if section.get("part") else {})]
