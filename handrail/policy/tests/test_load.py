from pathlib import Path

import pytest

from handrail.policy.load import PackError, load_pack
from handrail.policy.tests.small_pack import write


def trouble(folder: Path) -> str:
    with pytest.raises(PackError) as error:
        load_pack(folder)
    return str(error.value)


def test_a_sound_pack_loads(tmp_path: Path) -> None:
    pack = load_pack(write(tmp_path))
    assert pack.id == "small"
    assert [stage.id for stage in pack.stages] == ["work", "done"]
    assert pack.form_by_id["decide"].questions["rooms"].ask[0].id == "seen"


@pytest.mark.parametrize(
    ("file", "old", "new", "where", "remedy"),
    [
        (
            "stages.toml",
            'kind = "open"',
            'kind = "opne"',
            "stages.toml: stages[work].kind",
            "'open', 'watched'",
        ),
        ("stages.toml", 'title = "Work"', "", "stages.toml: stages[work].title", "is missing; add it"),
        ("stages.toml", 'title = "Work"', 'titel = "Work"', "stages[work].titel", "correct its spelling"),
        ("stages.toml", 'id = "work"', 'id = "The Work"', "stages[The Work].id", "small letters, digits"),
        ("stages.toml", 'title = "Work"', 'title = " "', "stages[work].title", "at least 1 character"),
        ("stages.toml", "[[stages]]", "[[stage]]", "stages.toml: stage", "Use one of [[stages]]"),
        ("stages.toml", 'id = "work"', "id = work", "stages.toml", "is not valid TOML"),
        ("steps.toml", 'clock = "stops"', 'clock = "halts"', "steps[ask].clock", "'stops' or 'restarts'"),
        ("steps.toml", 'to = "done"', "to = 3", "steps[decide].outcomes.0.to", "valid string"),
        ("limits.toml", "= 5", "= 0", "limits[decide].working_days", "greater than 0"),
        ("forms/begin.toml", '"text"', '"txt"', "forms[begin].sections.0.questions.0.kind", "'long-text'"),
        (
            "codes.toml",
            'codes = [{ id = "red"',
            'codes = [{ name = "red"',
            "code_lists[colours]",
            "is missing",
        ),
        ("pack.toml", "draft_days = 7", "", "pack.toml: draft_days", "is missing; add it"),
        ("pack.toml", "2024-01-01", '"soon"', "pack.toml: in_force_from", "valid date"),
        ("pack.toml", 'id = "small"', 'id = "small"\nlimits = []', "pack.toml: limits", "another file"),
        ("pack.toml", 'id = "small"', 'id = "small"\ncolour = "red"', "pack.toml: colour", "not a key"),
    ],
)
def test_an_error_names_file_key_and_remedy(
    tmp_path: Path, file: str, old: str, new: str, where: str, remedy: str
) -> None:
    said = trouble(write(tmp_path, file, old, new))
    assert where in said
    assert remedy in said
    assert said.startswith(file)


def test_a_folder_without_a_pack_says_so(tmp_path: Path) -> None:
    assert "no file pack.toml" in trouble(tmp_path)


def test_a_file_that_is_not_utf8_says_so(tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / "stages.toml").write_bytes("# Größe".encode("cp1252"))
    assert trouble(tmp_path).startswith("stages.toml: is not UTF-8 text; save it as UTF-8.")


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    write(tmp_path, "stages.toml", 'title = "Work"', "")
    (tmp_path / "codes.toml").write_text("[[colours]]\n")
    with pytest.raises(PackError) as error:
        load_pack(tmp_path)
    assert {problem.file for problem in error.value.problems} == {"stages.toml", "codes.toml"}


def test_parts_without_a_title_or_with_an_unknown_key_are_checked_further(tmp_path: Path) -> None:
    write(tmp_path, "steps.toml", 'title = "Question"\nact = "Ask"\nby = ["officer"]', 'asks = "x"')
    said = trouble(tmp_path)
    for fault in (
        "steps[ask].title: is missing",
        "steps[ask].act: is missing",
        "steps[ask].asks: is not a key",
    ):
        assert fault in said
    assert "steps[ask]: Nobody may take this step" in said


def test_nothing_is_said_of_the_whole_while_a_part_cannot_be_read(tmp_path: Path) -> None:
    write(tmp_path, "steps.toml", 'title = "Sign-off"', "title = 3")
    assert trouble(tmp_path).startswith("steps.toml: steps[sign].title: Input should be a valid string")
    assert "signs" not in trouble(tmp_path)


def test_a_fault_of_a_form_and_a_stage_without_a_way_out_are_told_at_once(tmp_path: Path) -> None:
    write(tmp_path, "forms/decide.toml", 'codes = "colours"', 'codes = "colors"')
    (tmp_path / "z-island.toml").write_text(
        '[[stages]]\nid = "island"\ntitle = "I"\ndescription = "D"\nkind = "open"\nsource = "law"\n'
    )
    said = trouble(tmp_path)
    assert "“colour” needs a code list" in said
    assert "stages[island]: No case can get here" in said


def test_a_step_may_be_for_every_role(tmp_path: Path) -> None:
    write(tmp_path, "steps.toml", 'by = ["supervisor"]', 'by = "every role"')
    assert load_pack(tmp_path).step_by_id["sign"].by == ("officer", "supervisor")
    write(tmp_path, "steps.toml", 'by = ["supervisor"]', 'by = "everyone"')
    assert trouble(tmp_path) == (
        "steps.toml: steps[sign].by: is 'everyone'; it is a list of roles, or 'every role'."
    )


def test_an_unsound_part_is_named_with_its_file(tmp_path: Path) -> None:
    write(tmp_path, "forms/decide.toml", 'codes = "colours"', 'codes = "colors"')
    said = trouble(tmp_path)
    assert said.startswith(
        "forms/decide.toml: forms[decide]: “colour” needs a code list. There are: colours, why."
    )
