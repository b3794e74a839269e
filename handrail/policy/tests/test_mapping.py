"""Every stage and every code of two packs is accounted for."""

from pathlib import Path

import pytest

from handrail.policy.load import load_pack
from handrail.policy.mapping import in_newer, stage_in_newer
from handrail.policy.tests.test_overlay import HEAD, newer, trouble

RENAMED = (
    '[[code_lists]]\nid = "colours"\nreplace = true\ntitle = "Colours"\nsource = "law"\n'
    'codes = [{ id = "red", label = "Red" }, { id = "green", label = "Green" }]\n'
)


def mapping(pairs: str, to: str = "") -> str:
    target = f'to = "{to}"\n' if to else ""
    head = '[[mappings]]\nid = "colours"\ntitle = "Colours"\nlist = "colours"\nsource = "law"\n'
    return f"{RENAMED}{head}{target}codes = [{pairs}]\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (RENAMED, "code_lists[colours]: Code “blue” of the extended pack is in no mapping"),
        (RENAMED, "Code “green” of this pack is in no mapping"),
        (mapping('{ older = "blue", note = "Gone." }'), "Code “green” of this pack is in no mapping"),
        (mapping('{ older = "blue" }'), "“blue” is mapped to nothing; a note says why"),
        (
            mapping('{ older = "blue", newer = "pink" }'),
            "List “colours” of the newer pack has no code “pink”",
        ),
        (mapping('{ older = "pink", newer = "green" }'), "of the extended pack has no code “pink”"),
        (mapping('{ older = "blue", newer = "green" }', to="shades"), "the newer pack has no code “green”"),
        (mapping("{}"), "A pair without codes"),
        ('[[code_lists]]\nid = "colours"\nremove = true\n', "needs a code list"),
    ],
)
def test_a_code_that_is_not_accounted_for_is_named(tmp_path: Path, text: str, said: str) -> None:
    assert said in trouble(tmp_path, text)


def test_a_code_may_map_to_one_to_several_and_to_nothing(tmp_path: Path) -> None:
    text = mapping('{ older = "blue", newer = "green" }')
    pack = load_pack(newer(tmp_path, text))
    assert in_newer(pack, "colours", "blue") == "green"
    assert in_newer(pack, "colours", "red") == "red"
    assert in_newer(pack, "colours", "black") is None


def test_a_stage_that_is_gone_says_where_its_cases_stand(tmp_path: Path) -> None:
    moved = """
[[stages]]
id = "work"
remove = true
[[stages]]
id = "labour"
title = "Labour"
description = "Being worked on."
kind = "open"
source = "law"
WAS
"""
    steps = "".join(
        f'[[steps]]\nid = "{id_}"\nstages = ["labour"]\n' for id_ in ("decide", "sign", "ask", "answer")
    )
    text = moved + steps + '[[limits]]\nid = "decide"\non_stages = ["labour"]\n'
    assert "say where its cases stand, by “was”" in trouble(
        tmp_path / "without", text.replace("WAS", ""), HEAD
    )
    pack = load_pack(newer(tmp_path / "with", text.replace("WAS", 'was = ["work"]')))
    stage = stage_in_newer(pack, "work")
    assert stage
    assert stage.id == "labour"
