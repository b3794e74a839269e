"""The roles of the pack and those of the code are equal."""

from handrail.organisations.roles import Role
from handrail.records.packs import current_pack


def test_every_role_that_the_pack_names_can_be_held() -> None:
    assert set(current_pack().role_titles) <= set(Role)
