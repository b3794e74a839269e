"""Adding a question to a form, or a step to a pack, takes one file, and officers get it at once."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse

from handrail.cases.tests.cast import Cast, refer, take
from handrail.records import packs

QUESTION = """
[[forms.sections.questions]]
id = "who-was-there"
kind = "text"
label = "Who else was there?"
required = false
max_length = 200
"""
STEP = """
[[steps]]
id = "home-visit"
title = "Home visit"
act = "Record a home visit"
kind = "note"
by = ["prevent-officer"]
stages = ["information"]
form = "home-visit"
beside = true
source = "local-choice"
note = "Made up for a test."

[[forms]]
id = "home-visit"
title = "Home visit"
source = "local-choice"
note = "Made up for a test."

[[forms.sections]]
id = "visit"
title = "The visit"

[[forms.sections.questions]]
id = "seen"
kind = "text"
label = "Who was seen?"
missing = "Enter who was seen"
max_length = 200
"""


@pytest.fixture
def folder(tmp_path: Path, settings: LazySettings) -> Iterator[Path]:
    """Copy the packs, and configure Handrail to use the copies."""
    shutil.copytree(settings.PACKS, tmp_path / "packs")
    settings.PACKS = str(tmp_path / "packs")
    _forget()
    yield tmp_path / "packs" / settings.PACK
    _forget()


def _forget() -> None:
    packs.pack.cache_clear()
    packs.known_packs.cache_clear()


def test_a_step_is_one_file(folder: Path, cast: Cast, client: Client) -> None:
    (folder / "home-visit.toml").write_text(STEP, encoding="utf-8")
    case = refer(cast)
    client.force_login(cast.officer)
    assert "Record a home visit" in client.get(reverse("cases:case", args=[case.pk])).text
    entry = take(case, "home-visit", cast.officer, seen="Mother and son")
    assert entry.content.content["answers"] == {"seen": "Mother and son"}
    assert "Mother and son" in client.get(reverse("cases:documents", args=[case.pk])).text


def test_a_question_is_one_file(folder: Path, cast: Cast) -> None:
    path = folder / "forms" / "beside.toml"
    forms = path.read_text(encoding="utf-8").split("[[forms]]\n")
    forms = [form + QUESTION if form.startswith('id = "note"\n') else form for form in forms]
    path.write_text("[[forms]]\n".join(forms), encoding="utf-8")
    entry = take(refer(cast), "note", cast.officer, **{"who-was-there": "A neighbour"})
    assert entry.content.content["answers"]["who-was-there"] == "A neighbour"


def test_neither_is_there_without_its_file(folder: Path, settings: LazySettings) -> None:
    pack = packs.pack(settings.PACK)
    assert "home-visit" not in pack.step_by_id
    assert "who-was-there" not in pack.form_by_id["note"].questions
