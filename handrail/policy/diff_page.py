"""The changes between two packs, as text for a terminal and as an HTML page like the page of a pack."""

from collections.abc import Sequence

from handrail.policy.diff import grouped
from handrail.policy.diff_words import Change, counted
from handrail.policy.schema.pack import Pack
from handrail.policy.show import templates


def diff_text(older: Pack, newer: Pack, changes: Sequence[Change]) -> str:
    """Return the changes under their headings, as lines of text."""
    if not changes:
        return f"“{older.title}” and “{newer.title}” say the same."
    lines = [f"From “{older.title}” to “{newer.title}”: {counted(len(changes), 'change')}."]
    for group, parts in grouped(changes):
        lines += ["", group.upper()]
        for about, own in parts:
            lines += [] if about == group else [f"  {about}"]
            lines += [line for change in own for line in _lines(change)]
    return "\n".join(lines)


def _lines(change: Change) -> list[str]:
    texts = [f"        {name}: {text}" for name, text in (("was", change.was), ("now", change.now)) if text]
    return [f"    - {change.says}", *texts]


def diff_page(older: Pack, newer: Pack, changes: Sequence[Change]) -> str:
    """Return the changes as one self-contained HTML page."""
    page = templates().get_template("diff.html")
    return page.render(older=older, newer=newer, changes=changes, groups=grouped(changes))
