"""A role has its line in the table of roles and its title in the pack; each test names the file to open."""

from handrail.organisations.roles import Role
from handrail.records.packs import current_pack


def test_every_role_has_a_title_in_the_pack() -> None:
    pack = current_pack()
    assert [role.value for role in Role if role not in pack.role_titles] == [], (
        f"Add a [[roles]] with this id to packs/{pack.id}/pack.toml."
    )


def test_every_role_of_the_pack_can_be_held() -> None:
    pack = current_pack()
    assert [role for role in pack.role_titles if role not in set(Role)] == [], (
        f"Add a line to handrail/organisations/roles.py, or correct [[roles]] in packs/{pack.id}/pack.toml."
    )


def test_every_role_may_raise_a_concern_about_a_colleague() -> None:
    pack = current_pack()
    by = pack.step_by_id["staff-concern"].by
    assert [role for role in pack.role_titles if role not in by] == [], (
        f'Say by = "every role" in the step staff-concern of packs/{pack.id}/steps.toml.'
    )
