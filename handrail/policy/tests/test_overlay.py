"""A pack that extends another one says only what is different."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handrail.policy.diff import differences
from handrail.policy.load import PackError, load_pack
from handrail.policy.overlay import CannotLay, lay, lay_parts
from handrail.policy.schema.pack import Pack
from handrail.policy.tests.small_pack import write

HEAD = """
id = "newer"
title = "Newer"
summary = "What is different."
in_force_from = 2025-01-01
extends = "small"
"""


def newer(folder: Path, text: str = "", head: str = HEAD) -> Path:
    """The small pack and one that extends it, whose second file says `text`."""
    write(folder / "small")
    (folder / "newer").mkdir()
    (folder / "newer" / "pack.toml").write_text(head, encoding="utf-8")
    (folder / "newer" / "changes.toml").write_text(text, encoding="utf-8")
    return folder / "newer"


def load(folder: Path, text: str = "", head: str = HEAD) -> Pack:
    return load_pack(newer(folder, text, head))


def trouble(folder: Path, text: str = "", head: str = HEAD) -> str:
    with pytest.raises(PackError) as error:
        load(folder, text, head)
    return str(error.value)


def test_what_is_not_said_is_as_in_the_pack_that_is_extended(tmp_path: Path) -> None:
    pack, small = load(tmp_path), load_pack(tmp_path / "small")
    own = {"id", "title", "summary", "in_force_from", "extends"}
    assert pack.title == "Newer"
    assert pack.model_dump(exclude=own) == small.model_dump(exclude=own)


def test_a_part_changes_in_what_is_said_of_it_alone(tmp_path: Path) -> None:
    pack = load(tmp_path, '[[limits]]\nid = "decide"\nworking_days = 9\n')
    limit = pack.limit_by_id["decide"]
    assert (limit.working_days, limit.step, limit.note) == (9, "decide", "Five.")
    assert list(pack.limit_by_id) == ["decide", "sign"]


def test_every_role_is_every_role_of_the_newer_pack(tmp_path: Path) -> None:
    clerk = f'{HEAD}[[roles]]\nid = "clerk"\nlabel = "Clerk"\n'
    pack = load(tmp_path, '[[steps]]\nid = "begin"\nby = "every role"\n', clerk)
    assert pack.step_by_id["begin"].by == ("officer", "supervisor", "clerk")
    assert pack.step_by_id["decide"].by == ("officer", "supervisor")
    changes = [change.says for change in differences(load_pack(tmp_path / "small"), pack)]
    assert "Who may take it: now also “Supervisor” and “Clerk”." in changes


def test_a_question_stands_after_the_one_that_is_named_before_it(tmp_path: Path) -> None:
    text = """
[[forms]]
id = "decide"
[[forms.sections]]
id = "what"
[[forms.sections.questions]]
id = "colour"
[[forms.sections.questions]]
id = "hue"
kind = "text"
label = "Hue"
missing = "Enter an answer"
"""
    assert list(load(tmp_path, text).form_by_id["decide"].questions)[:3] == ["colour", "hue", "shade"]


def test_a_part_is_removed_by_name_and_replaced_whole(tmp_path: Path) -> None:
    pack = load(
        tmp_path,
        '[[checks]]\nid = "answered"\nremove = true\n'
        '[[limits]]\nid = "sign"\nreplace = true\ntitle = "Other"\nstatement = "Other."\n'
        'after_steps = ["decide"]\nstep = "sign"\nmonths = 1\nunchecked = "No."\nsource = "law"\n',
    )
    assert pack.checks == ()
    assert pack.limit_by_id["sign"].working_days is None


def test_an_empty_list_empties_what_is_extended_and_keeps_what_the_pack_adds(tmp_path: Path) -> None:
    unchecked = "".join(
        f'[[limits]]\nid = "{id_}"\nunchecked = "For the test."\n' for id_ in ("decide", "sign")
    )
    pack = load(tmp_path, f"checks = []\n{unchecked}")
    assert load_pack(tmp_path / "small").checks
    assert pack.checks == ()
    own = '[[checks]]\nid = "owned"\nstatement = "S"\nout_of_line = "O"\nkind = "owner-set"\nsource = "law"\n'
    for name in ("added.toml", "zadded.toml"):  # read before and after the file that empties the list
        (tmp_path / "newer" / name).write_text(own, encoding="utf-8")
        assert [check.id for check in load_pack(tmp_path / "newer").checks] == ["owned"]
        (tmp_path / "newer" / name).unlink()


def test_words_and_roles_are_added_to(tmp_path: Path) -> None:
    head = f'{HEAD}[words]\nvulnerable = "susceptible"\n[[roles]]\nid = "chair"\nlabel = "Chair"\n'
    pack = load(tmp_path, head=head)
    assert pack.words == {"vulnerable": "susceptible"}
    assert list(pack.role_titles) == ["officer", "supervisor", "chair"]


@pytest.mark.parametrize(
    ("text", "head", "said"),
    [
        ("", HEAD.replace('"small"', '"smal"'), "pack.toml: extends: is “smal”; it names another pack"),
        ("", HEAD.replace('"small"', '"newer"'), "pack.toml: extends: is “newer”"),
        ("", HEAD.replace('"small"', "3"), "pack.toml: extends: is “3”"),
        ("", HEAD.replace('"small"', '"../newer"'), "pack.toml: extends: is “../newer”"),
        ("", HEAD.replace('title = "Newer"', ""), "pack.toml: title: is missing"),
        (
            '[[limits]]\nid = "decid"\nworking_days = 9\n',
            HEAD,
            "changes.toml: limits[decid].title: is missing",
        ),
        ('[[limits]]\nid = "decide"\nworking_days = 0\n', HEAD, "changes.toml: limits[decide].working_days"),
        ('[[limits]]\nid = "gone"\nremove = true\n', HEAD, "changes.toml: limits: “gone” cannot be removed"),
        (
            '[[limits]]\nid = "sign"\n[[limits]]\nid = "sign"\n',
            HEAD,
            "limits: “sign” is there more than once",
        ),
        ('[[steps]]\nid = "sign"\nremove = true\n', HEAD, "does not exist"),
        ('[[stages]]\nid = "work"\nremove = true\n', HEAD, "Stage “work” does not exist"),
    ],
)
def test_what_cannot_be_laid_is_named_with_its_file(tmp_path: Path, text: str, head: str, said: str) -> None:
    assert said in trouble(tmp_path, text, head)


def test_two_packs_that_extend_each_other_are_refused(tmp_path: Path) -> None:
    folder = newer(tmp_path)
    head = tmp_path / "small" / "pack.toml"
    head.write_text('extends = "newer"\n' + head.read_text(encoding="utf-8"), encoding="utf-8")
    with pytest.raises(PackError, match="does not extend this one"):
        load_pack(folder)


def test_a_fault_in_what_is_extended_is_named_with_its_folder(tmp_path: Path) -> None:
    folder = newer(tmp_path)
    (tmp_path / "small" / "stages.toml").write_text("[[stages]]\nid = 3\n", encoding="utf-8")
    with pytest.raises(PackError, match=r"^small/stages\.toml"):
        load_pack(folder)


ids = st.sampled_from(["a", "b", "c", "d"])
lists = st.lists(st.fixed_dictionaries({"id": ids, "says": st.integers()}), unique_by=lambda part: part["id"])


@given(older=lists, newer=lists)
def test_laying_keeps_the_older_order_and_says_what_the_newer_says(
    older: list[dict[str, Any]], newer: list[dict[str, Any]]
) -> None:
    laid = lay_parts(newer, older)
    names = [part["id"] for part in laid]
    assert sorted(names) == sorted({part["id"] for part in older + newer})
    assert [name for name in names if name in {p["id"] for p in older}] == [p["id"] for p in older]
    assert all(part in laid for part in newer)
    assert lay_parts(newer, laid) == laid


def test_a_part_that_is_named_twice_is_refused() -> None:
    with pytest.raises(CannotLay, match="more than once"):
        lay({"outcomes": [{"id": "a"}, {"id": "a"}]}, {"outcomes": [{"id": "a"}]})
