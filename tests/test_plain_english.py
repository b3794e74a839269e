"""The check of `make lint` that finds words not to use in what users read."""

from pathlib import Path

import pytest

from audit import plain_english
from audit.plain_english import Avoided

TURN = Avoided("whoever", "the role", "It hides who is meant.")
ENDINGS = Avoided("utilis*", "“use”", "The short word is enough.")


def found(root: Path, name: str, text: str) -> list[str]:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return plain_english.troubles(root, [TURN, ENDINGS])


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("handrail/web/jinja2/web/page.html", "<p>\n  Ask\n  Whoever manages it.\n</p>\n", 3),
        ("handrail/web/jinja2/web/page.html", "{{ empty('Ask whoever manages it') }}\n", 1),
        ("handrail/web/jinja2/web/page.html", '<nav aria-label="Utilised pages"></nav>\n', 1),
        ("packs/small/steps.toml", '[[steps]]\nhint = "Ask whoever knows."\n', 2),
        ("packs/small/steps.toml", 'intro = """\nAsk \\\nwhoever knows."""\n', 3),
        ("packs/small/codes.toml", '{ id = "one", note = "Of old.", hint = "Ask whoever knows." }\n', 1),
        ("handrail/web/errors.py", 'SAID = (\n    "Ask "\n    f"whoever manages {1}."\n)\n', 2),
    ],
)
def test_a_planted_word_is_found_with_its_line(tmp_path: Path, name: str, text: str, line: int) -> None:
    [sentence] = found(tmp_path, name, text)
    assert sentence.startswith(f"{name}:{line} ")
    assert ("whoever" in sentence.lower()) != ("utilised" in sentence.lower())


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("handrail/web/jinja2/web/page.html", '{# Whoever reads this. #}<p class="whoever">Ask them.</p>\n'),
        ("handrail/web/jinja2/web/page.html", "<p>{{ whoever }} or whoevers</p>\n"),
        ("packs/small/steps.toml", '# Whoever\n[[steps]]\nhint = "Ask them."\nnote = "Whoever asks."\n'),
        ("packs/small/steps.toml", 'note = """\nWhoever\nasks."""\n'),
        ("handrail/web/errors.py", '"""Text for whoever."""\n\n# whoever\nSAID = "Ask them."\n'),
        ("handrail/web/tests/test_errors.py", 'SAID = "whoever"\n'),
    ],
)
def test_what_users_do_not_read_is_left_alone(tmp_path: Path, name: str, text: str) -> None:
    assert found(tmp_path, "packs/other/pack.toml", 'title = "Whoever"\n')
    (tmp_path / "packs/other/pack.toml").unlink()
    assert found(tmp_path, name, text) == []


def test_each_turn_says_what_to_write_and_why_once() -> None:
    turns = plain_english.avoided()
    assert len(turns) > 40
    assert len({turn.turn for turn in turns}) == len(turns)
    assert all(turn.write and turn.why.endswith(".") for turn in turns)


def test_nothing_that_users_read_has_a_word_not_to_use() -> None:
    assert len(list(plain_english.texts())) > 1_000
    assert plain_english.troubles() == []
