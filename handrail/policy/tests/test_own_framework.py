"""A force drops a framework of its own into a pack, as docs/own-framework.md shows: that page is tried."""

import re
import shutil
from datetime import date
from pathlib import Path

import pytest

from handrail.policy.answers import Reader, options_of
from handrail.policy.diff import differences
from handrail.policy.load import load_pack
from handrail.policy.questions import sections_of
from handrail.policy.schema.pack import Pack
from handrail.policy.tests.conftest import PACKS
from handrail.policy.tests.test_first_pack import TO_CHANNEL, walk

PAGE = PACKS.parent / "docs" / "own-framework.md"


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    """The pack of the page, beside copies of the national ones."""
    folder = tmp_path_factory.mktemp("packs")
    shutil.copytree(PACKS, folder, dirs_exist_ok=True)
    shown = re.findall(
        r"`packs/([^`]+\.toml)`.*?```toml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL
    )
    assert len(shown) == 2
    for name, text in shown:
        write(folder / name, text)
    return load_pack(folder / "northshire-2025")


def write(path: Path, text: str) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")


def test_the_invented_framework_is_asked_and_the_national_one_is_not(own: Pack) -> None:
    form = own.form_by_id["vulnerability-assessment"]
    assert list(form.questions) == ["spokes"]
    assert form.intro == ""
    assert own.codes_by_id["wheel-spokes"].labels == {"belonging": "Belonging", "anger": "Anger"}


def test_its_answers_are_read(own: Pack) -> None:
    typed = {
        "spokes.belonging.finding": ["present"],
        "spokes.belonging.evidence": ["Says that nobody wants them."],
        "spokes.anger.finding": ["not-known"],
    }
    sections = sections_of(own, own.step_by_id["vulnerability-assessment"])
    reading = Reader(options_of(own), date(2025, 11, 3)).read(sections, typed)
    assert not reading.errors
    assert reading.answers["spokes"]["belonging"]["evidence"] == "Says that nobody wants them."
    left_out = Reader(options_of(own), date(2025, 11, 3)).read(sections, {})
    assert "Anger: Select whether it is present" in left_out.errors.values()


def test_limits_and_what_comes_after_go_on(own: Pack) -> None:
    story = walk(own, TO_CHANNEL[:-1])
    assert story.due("vulnerability-assessment")
    story.take("vulnerability-assessment", on=date(2024, 6, 10))
    assert story.due("vulnerability-reassessment")
    assert story.refusal("channel-decision", "adopted") is None


def test_the_difference_names_the_framework_and_nothing_else(own: Pack, second_pack: Pack) -> None:
    about = {
        change.about for change in differences(second_pack, own) if change.group in {"Questions", "Steps"}
    }
    assert about == {"Northshire wheel", "Assessment of susceptibility"}
