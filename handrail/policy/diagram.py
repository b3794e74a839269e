"""The geometry of a pack's process diagram: a box for each stage, and lanes from step to stage.

Each box lists the steps taken at its stage. A step that moves the case has a port at the side of its row.
All rows that lead to one stage join one lane: forwards on the right, back on the left.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import count

from handrail.policy.schema.pack import Pack
from handrail.policy.schema.step import Stage, Step
from handrail.policy.step_kinds.opening import openings

ROW = 22
HEAD = 34
GAP = 30
LANE = 18
MARGIN = 12
LETTER = 6.9
COLOURS = ("#1d70b8", "#00703c", "#942514", "#4c2c92", "#b58840", "#0b0c0c", "#28a197", "#912b88")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a box: a step and, where the step moves the case, its outcome and target stage."""

    text: str
    to: str | None
    target: str
    y: int


@dataclass(frozen=True, slots=True)
class Box:
    """A stage, or the entry point: the top and height of its box, and the rows in it."""

    id: str
    title: str
    kind: str
    y: int
    height: int
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Lane:
    """The line to one stage: SVG path data, and its colour."""

    to: str
    path: str
    colour: str


@dataclass(frozen=True, slots=True)
class Diagram:
    """Everything to draw, in pixels."""

    width: int
    height: int
    left: int
    box_width: int
    boxes: tuple[Box, ...]
    lanes: tuple[Lane, ...]


@dataclass(frozen=True, slots=True)
class _Bundle:
    """All ports on one side that lead to one stage."""

    to: str
    forwards: bool
    enters: int
    ports: tuple[int, ...]

    @property
    def span(self) -> range:
        return range(min(self.enters, *self.ports), max(self.enters, *self.ports) + 1)


def draw(pack: Pack) -> Diagram:
    """Return the diagram of a pack's process, for a template to write as SVG."""
    boxes = tuple(_boxes(pack))
    bundles = list(_bundles(boxes))
    back = _in_lanes(b for b in bundles if not b.forwards)
    forwards = _in_lanes(b for b in bundles if b.forwards)
    widest = max(len(row.text) + len(row.target) for box in boxes for row in box.rows)
    left = MARGIN + LANE * (1 + max(back.values(), default=0))
    box_width = round(LETTER * widest) + 4 * MARGIN
    right = left + box_width
    lanes = [_lane(b, left - LANE * back[b.to], left, n) for n, b in enumerate(bundles) if not b.forwards]
    lanes += [_lane(b, right + LANE * forwards[b.to], right, n) for n, b in enumerate(bundles) if b.forwards]
    width = right + LANE * (1 + max(forwards.values(), default=0)) + MARGIN
    height = boxes[-1].y + boxes[-1].height + MARGIN
    return Diagram(width, height, left, box_width, boxes, tuple(lanes))


def _boxes(pack: Pack) -> Iterator[Box]:
    y = MARGIN
    for id_, title, kind, moves_made in _contents(pack):
        rows = tuple(
            Row(text, to, f"→ {pack.stage_by_id[to].title}" if to else "", y + HEAD + ROW * n + ROW // 2)
            for n, (text, to) in enumerate(moves_made)
        )
        height = HEAD + ROW * len(rows) + MARGIN // 2
        yield Box(id_, title, kind, y, height, rows)
        y += height + GAP


def _contents(pack: Pack) -> Iterator[tuple[str, str, str, list[tuple[str, str | None]]]]:
    """Yield the entry point and then every stage: id, title, kind, and its steps."""
    opening = [(step.title, step.to or pack.stages[0].id) for step in openings(pack)]
    yield "", "A concern comes in", "opening", [(title, to) for title, to in opening]
    for stage in pack.stages:
        yield stage.id, stage.title, stage.kind, list(_done_at(pack, stage))


def _done_at(pack: Pack, stage: Stage) -> Iterator[tuple[str, str | None]]:
    """Yield each step taken at a stage, in the pack's order, with the other stage it leads to, if any."""
    for step in pack.steps:
        if stage.id in step.stages and (moves(step) or not step.beside):
            yield from ((text, to if to != stage.id else None) for text, to in _ways(step))


def _ways(step: Step) -> Iterator[tuple[str, str | None]]:
    if not step.outcomes:
        yield step.title, step.to
    for outcome in step.outcomes:
        signed = " (signed off)" if outcome.signed_off else ""
        yield f"{step.title}: {outcome.title}{signed}", outcome.to


def moves(step: Step) -> bool:
    """Return whether a step can move a case to another stage."""
    return bool(step.to or any(outcome.to for outcome in step.outcomes))


def _bundles(boxes: tuple[Box, ...]) -> Iterator[_Bundle]:
    for target in boxes:
        ports = [row.y for box in boxes for row in box.rows if row.to == target.id]
        for forwards in (True, False):
            own = tuple(y for y in ports if (y < target.y) is forwards)
            if own:
                shift = HEAD // 3 if forwards else 2 * HEAD // 3
                yield _Bundle(target.id, forwards, target.y + shift, own)


def _in_lanes(bundles: Iterable[_Bundle]) -> dict[str, int]:
    """Return a lane number for each bundle, counted from the box outwards: no overlap, short lanes inside."""
    lanes: dict[str, int] = {}
    taken: dict[int, list[range]] = {}
    for bundle in sorted(bundles, key=lambda b: len(b.span)):
        lane = next(n for n in count(1) if not any(_touch(bundle.span, r) for r in taken.get(n, ())))
        taken.setdefault(lane, []).append(bundle.span)
        lanes[bundle.to] = lane
    return lanes


def _touch(one: range, other: range) -> bool:
    return one.start <= other.stop + ROW and other.start <= one.stop + ROW


def _lane(bundle: _Bundle, x: int, edge: int, number: int) -> Lane:
    stubs = " ".join(f"M{edge},{y} H{x}" for y in bundle.ports)
    farthest = max(bundle.ports, key=lambda y: abs(y - bundle.enters))
    trunk = f"M{x},{farthest} V{bundle.enters} H{edge}"
    return Lane(bundle.to, f"{stubs} {trunk}", COLOURS[number % len(COLOURS)])
