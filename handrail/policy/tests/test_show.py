import re
from html.parser import HTMLParser

import pytest
from markupsafe import escape

from handrail.policy.base import LOCAL_CHOICE
from handrail.policy.diagram import draw
from handrail.policy.schema.obligations import Obligation
from handrail.policy.schema.pack import Pack
from handrail.policy.show import Words, local_choices, show
from handrail.policy.tests.small_pack import altered

VOID = {"meta", "link", "br", "img", "input", "hr"}


class Outline(HTMLParser):
    """The ids, links and nesting of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.open: list[str] = []
        self.headings: list[int] = []
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.add(tag)
        self.ids += [given["id"] or ""] if "id" in given else []
        self.links += [given["href"] or ""] if "href" in given else []
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.fixture(scope="module")
def page(first_pack: Pack) -> str:
    return show(first_pack)


@pytest.fixture(scope="module")
def outline(page: str) -> Outline:
    found = Outline()
    found.feed(page)
    return found


def test_a_step_of_every_role_says_so_and_any_other_names_its_roles(first_pack: Pack) -> None:
    words, steps = Words(first_pack), first_pack.step_by_id
    assert words.roles(steps["staff-concern"]) == "Every role"
    assert words.roles(steps["safeguarding"]) == "MASH officer and Prevent officer"
    assert words.roles(steps["referral"]) == "Anybody"


def test_it_mentions_every_part(first_pack: Pack, page: str) -> None:
    words = [stage.title for stage in first_pack.stages] + [step.title for step in first_pack.steps]
    words += [form.title for form in first_pack.forms] + [codes.title for codes in first_pack.code_lists]
    words += [limit.statement for limit in first_pack.limits]
    words += [word for check in first_pack.checks for word in (check.statement, check.out_of_line)]
    words += [code.label for codes in first_pack.code_lists for code in codes.codes]
    words += [outcome.title for step in first_pack.steps for outcome in step.outcomes]
    words += [
        q.label for form in first_pack.forms for outer in form.questions.values() for q in (outer, *outer.ask)
    ]
    words += [word for register in first_pack.registers for word in (register.title, register.statement)]
    words += [role.label for role in first_pack.roles] + [source.title for source in first_pack.sources]
    missing = [word for word in words if str(escape(word)) not in page]
    assert missing == []


def test_every_local_choice_is_listed_with_its_note(first_pack: Pack, page: str) -> None:
    choices = list(local_choices(first_pack))
    parts = (
        *first_pack.stages, *first_pack.steps, *first_pack.forms, *first_pack.limits, *first_pack.checks,
        *first_pack.guards, *first_pack.follow_ups, *first_pack.code_lists, *first_pack.markings,
        first_pack.access, *first_pack.registers, first_pack.paper, first_pack.documents,
        first_pack.chronology, first_pack.short_steps, *first_pack.question_sets,
        first_pack.notices, *first_pack.overview,
        *filter(None, [first_pack.factors]),
        *(outcome for step in first_pack.steps for outcome in step.outcomes),
    )  # fmt: skip
    assert sum(choice.whole for choice in choices) == sum(part.source == LOCAL_CHOICE for part in parts)
    gathered = page.split('id="local"')[1]
    assert all(choice.note and str(escape(choice.note)) in gathered for choice in choices)


def test_it_stands_alone(page: str, outline: Outline) -> None:
    assert "script" not in outline.tags
    assert "link" not in outline.tags
    assert all(link.startswith("#") for link in outline.links)
    assert "@import" not in page
    assert not re.search(r"url\((?!#)", page)


def test_every_link_leads_somewhere_and_every_id_is_its_own(outline: Outline) -> None:
    assert len(outline.ids) == len(set(outline.ids))
    assert {link[1:] for link in outline.links} <= set(outline.ids)


def test_its_headings_go_down_one_at_a_time(outline: Outline) -> None:
    assert outline.open == []
    assert outline.headings.count(1) == 1
    steps = zip(outline.headings, outline.headings[1:], strict=False)
    assert all(after - before <= 1 for before, after in steps)


def test_what_a_pack_says_cannot_become_markup(first_pack: Pack) -> None:
    hostile = first_pack.model_copy(update={"title": "<script>alert(1)</script>"})
    assert "<script>" not in show(hostile)


def test_the_small_pack_shows_too(small_pack: Pack) -> None:
    assert "Beginning" in show(small_pack)


def test_the_picture_has_a_line_for_every_move(first_pack: Pack) -> None:
    picture = draw(first_pack)
    moves = {(box.id, row.to) for box in picture.boxes for row in box.rows if row.to}
    assert ("gateway", "channel-referred") in moves
    assert ("closed", "gateway") in moves
    assert {lane.to for lane in picture.lanes} == {to for _, to in moves}
    ports = sum(lane.path.count("M") - 1 for lane in picture.lanes)
    assert ports == sum(1 for box in picture.boxes for row in box.rows if row.to)


def test_lanes_on_one_side_never_lie_on_each_other(first_pack: Pack) -> None:
    trunks = []
    for lane in draw(first_pack).lanes:
        found = re.search(r"M(\d+),(\d+) V(\d+)", lane.path)
        assert found
        x, start, end = map(int, found.groups())
        trunks.append((x, min(start, end), max(start, end)))
    for index, (x, start, end) in enumerate(trunks):
        for other_x, other_start, other_end in trunks[index + 1 :]:
            assert x != other_x or end < other_start or other_end < start


def test_a_part_that_is_local_in_part_is_gathered_too(first_pack: Pack) -> None:
    partly = [choice.title for choice in local_choices(first_pack) if not choice.whole]
    assert "Gateway assessment: Refer to Channel" in partly
    assert "Referral inside the police" not in partly


def test_what_organisations_do_again_and_again_is_shown_with_its_source(first_pack: Pack) -> None:
    said = {"id": "panel-meets", "title": "Panel", "statement": "A panel meets often.", "event": "panel-met"}
    more = Obligation.model_validate(said | {"days": 60, "source": LOCAL_CHOICE, "unchecked": "Not yet."})
    assert "panel meets often" not in show(first_pack)
    pack = altered(first_pack, obligations=(more,))
    page = show(pack)
    for words in ("A panel meets often.", "60 days from one to the next", "No check: Not yet."):
        assert words in page
    assert "obligation-panel-meets" in {choice.anchor for choice in local_choices(pack)}
