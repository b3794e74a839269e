from dataclasses import replace

import pytest

from handrail.organisations.models import Organisation, Person
from handrail.records import kinds
from handrail.records.kinds import RecordKind, kind_named, kind_of, register

BOARD = RecordKind(
    name="board",
    label="Board",
    model=Organisation,
    visible_to=lambda _person: Organisation.objects.all(),
    read_by=lambda _person: Organisation.objects.all(),
    changed_by=lambda _person: Organisation.objects.none(),
    address=lambda id_: f"/boards/{id_}/",
)


@pytest.fixture(autouse=True)
def registry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the test a copy of the registry, which it may change."""
    monkeypatch.setattr(kinds, "_kinds", dict(kinds._kinds))


def test_a_room_adds_a_kind_that_is_found_by_name_and_by_model() -> None:
    register(BOARD)
    assert kind_named("board") is BOARD
    assert kind_of(Organisation()) is BOARD  # type: ignore[arg-type] # any model will do
    assert BOARD in kinds.kinds()


def test_what_no_room_registered_is_no_record() -> None:
    with pytest.raises(LookupError, match="Person"):
        kind_of(Person())  # type: ignore[arg-type]
    with pytest.raises(KeyError):
        kind_named("board")


def test_two_kinds_share_neither_name_nor_model() -> None:
    register(BOARD)
    register(BOARD)  # once more: Django may start a room twice in one process
    with pytest.raises(ValueError, match="board"):
        register(replace(BOARD, model=Person))  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="board"):
        register(replace(BOARD, name="another"))
