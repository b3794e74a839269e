"""The picture of the rooms, drawn from the import contracts by `make docs`.

A room may import the rows below it and nothing beside it. A second part shows the rooms inside `cases`.
"""

import ast
import re
import sys
import tomllib
from html import escape
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MAP = ROOT / "docs" / "map.md"
PICTURE = ROOT / "docs" / "pictures" / "rooms.svg"
WIDTH, ROW, GAP, MARGIN, TITLE = 1040, 44, 8, 16, 30
LONGEST = 112  # letters of a sentence that a row of one room holds

STYLE = (
    "text{font:14px system-ui,sans-serif;fill:#0b0c0c}.name{font-weight:700}"
    ".room{fill:#fff;stroke:#0b0c0c}.inner{fill:#f3f2f1;stroke:#505a5f}.title{font-size:16px;font-weight:700}"
)


def layers(container: str) -> list[list[str]]:
    """Return the rooms of a container by row, topmost first, from the import contract."""
    said = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = said["tool"]["importlinter"]["contracts"]
    found = next(one for one in contracts if one.get("containers") == [container])
    return [[room.strip() for room in layer.split("|")] for layer in found["layers"]]


def sentence(module: str) -> str:
    """Return the first sentence of the docstring of a room, or of a file that counts as one."""
    place = ROOT / module.replace(".", "/")
    path = place / "__init__.py" if place.is_dir() else place.with_suffix(".py")
    said = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return said.partition("\n")[0]


def row(container: str, rooms: list[str], top: int, style: str) -> str:
    """Return the boxes of one row; a room alone in its row shows its sentence."""
    width = (WIDTH - 2 * MARGIN - GAP * (len(rooms) - 1)) / len(rooms)
    return "".join(
        box(container, room, MARGIN + place * (width + GAP), top, width, style, alone=len(rooms) == 1)
        for place, room in enumerate(rooms)
    )


def box(container: str, room: str, left: float, top: int, width: float, style: str, *, alone: bool) -> str:
    """Return the box of a room with its name, and its sentence as a title or beside the name."""
    said = escape(sentence(f"{container}.{room}"))
    shown = said if len(said) <= LONGEST else f"{said[:LONGEST]}…"
    beside = f'<text x="{left + 150:g}" y="{top + 27}">{shown}</text>' if alone else ""
    frame = f'<rect class="{style}" x="{left:g}" y="{top}" width="{width:g}" height="{ROW}" rx="3"/>'
    name = f'<text class="name" x="{left + 12:g}" y="{top + 27}">{room}</text>'
    return f"<g><title>{said}</title>{frame}{name}{beside}</g>\n"


def rows_of(container: str, title: str, top: int, style: str) -> tuple[str, int]:
    """Return a container's heading and rows, and the y position below them."""
    drawn = f'<text class="title" x="{MARGIN}" y="{top + 20}">{escape(title)}</text>\n'
    top += TITLE
    for rooms in layers(container):
        drawn += row(container, rooms, top, style)
        top += ROW + GAP
    return drawn, top


def picture() -> str:
    """Return the picture of the rooms as SVG."""
    outer, top = rows_of("handrail", "The rooms: each imports only what stands below it", MARGIN, "room")
    inner, top = rows_of("handrail.cases", "Inside cases, in the same way", top + MARGIN, "inner")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {top + MARGIN}" role="img">'
        f"<title>The rooms of Handrail</title><style>{STYLE}</style>\n"
        f'<rect width="{WIDTH}" height="{top + MARGIN}" fill="#fff"/>\n{outer}{inner}</svg>\n'
    )


def troubles() -> list[str]:
    """Return a fault for a picture that is not the drawn one, and for each room that the map leaves out."""
    drawn = PICTURE.read_text(encoding="utf-8") if PICTURE.exists() else ""
    found = [] if drawn == picture() else ["docs/pictures/rooms.svg shows other rooms: run `make docs`."]
    return [*found, *left_out(MAP.read_text(encoding="utf-8"))]


def left_out(text: str) -> list[str]:
    """Return a fault for each room of a contract that stands in no table of the map."""
    told = {
        name for line in text.splitlines() if line.startswith("| `") for name in re.findall(r"`(\w+)`", line)
    }
    rooms = {
        room for container in ("handrail", "handrail.cases") for row in layers(container) for room in row
    }
    return [
        f"docs/map.md leaves out the room {room}: add its line to the tables."
        for room in sorted(rooms - told)
    ]


def main() -> int:
    """Write the picture and return the exit status."""
    PICTURE.write_text(picture(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
