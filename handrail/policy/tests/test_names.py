"""Names that code gives and packs use: a pack that misspells one is refused, and a room may add one."""

from pathlib import Path

import pytest

from handrail.policy.load import PackError, load_pack
from handrail.policy.names import Names, refuse_unfit
from handrail.policy.tests.small_pack import write

FORMS = "forms/year.toml"
YEAR = """
[[forms]]
id = "year"
title = "The year"
source = "law"
  [[forms.sections]]
  id = "numbers"
  title = "Numbers"
    [[forms.sections.questions]]
    id = "received"
    kind = "number"
    label = "How many?"
    missing = "Enter how many"
[[question_sets]]
id = "yearly"
title = "Yearly"
statement = "Once a year."
form = "year"
by = ["supervisor"]
known = { received = "referrals-received" }
source = "law"
"""


def names() -> Names:
    """The names that the small pack with a question set uses."""
    return Names(roles={"officer", "supervisor"}, counts={"referrals-received"}, answering={"supervisor"})


def faults(folder: Path, names: Names) -> list[str]:
    """Return the faults of a pack as sentences."""
    try:
        load_pack(folder, names)
    except PackError as error:
        return [str(problem) for problem in error.problems]
    return []


def with_year(folder: Path, text: str = YEAR) -> Path:
    small = write(folder)
    (small / FORMS).write_text(text, encoding="utf-8")
    return small


def test_a_pack_that_uses_names_as_they_are_given_is_sound(tmp_path: Path) -> None:
    assert faults(with_year(tmp_path), names()) == []


@pytest.mark.parametrize(
    ("missing", "said"),
    [
        (Names(roles={"officer"}), "roles[supervisor]: Handrail has no such role. There are: officer."),
        (
            Names(roles=names().roles, answering={"supervisor"}),
            "“referrals-received”, which nothing here counts.",
        ),
        (
            Names(roles=names().roles, counts=names().counts, answering={"officer"}),
            "Role “supervisor” may not open the page on which it is answered. There are: officer.",
        ),
    ],
)
def test_a_name_that_no_room_gives_is_refused(tmp_path: Path, missing: Names, said: str) -> None:
    assert any(said in fault for fault in faults(with_year(tmp_path), missing))


def test_a_role_that_nobody_holds_any_more_is_no_fault_where_roles_are_not_judged(tmp_path: Path) -> None:
    assert faults(with_year(tmp_path), Names(counts=names().counts)) == []


def test_members_that_no_room_knows_are_refused_and_those_of_a_room_above_are_not(tmp_path: Path) -> None:
    rooms = 'label = "Rooms"\n'
    asks = write(tmp_path, "forms/decide.toml", f'{rooms}codes = "colours"', f'{rooms}members = "panel"')
    [fault] = faults(asks, names())
    assert "“members” of “rooms” names “panel”, which nothing here knows." in fault
    given = names()
    given.members.add("panel")
    assert faults(asks, given) == []


def test_a_kind_of_check_that_no_room_gives_is_refused_and_one_of_a_room_above_is_not(tmp_path: Path) -> None:
    asks = write(tmp_path, "checks.toml", '"answered"\nstep', '"replied"\nstep')
    [fault] = faults(asks, names())
    assert "checks[answered]: There is no kind of check “replied”." in fault
    given = names()
    given.checks["replied"] = ("step", "question")
    assert faults(asks, given) == []
    given.checks["replied"] = ("step",)
    assert any("does not take “question”" in fault for fault in faults(asks, given))


def test_without_names_their_use_is_not_judged(tmp_path: Path) -> None:
    asks = write(tmp_path, "checks.toml", '"answered"\nstep', '"replied"\nstep')
    assert load_pack(asks).check_by_id["answered"].kind == "replied"


@pytest.mark.parametrize("name", ["", "Panel", "a_b", "a'b", "-a", "a--b", "a\n", "n" * 61])
def test_a_name_has_the_form_of_an_id(name: str) -> None:
    with pytest.raises(ValueError, match="cannot be a name"):
        refuse_unfit(name)


def test_a_name_fits_what_keeps_it() -> None:
    refuse_unfit("on-agenda", 9)
    with pytest.raises(ValueError, match="at most 8 characters"):
        refuse_unfit("on-agenda", 8)
