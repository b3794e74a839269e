from handrail.cases.models import Case, RegisterEntry
from handrail.cases.models.kinds import CASE, REGISTER_ENTRY
from handrail.records.kinds import Recorded, kind_named, kind_of


def states(record: Recorded) -> tuple[str, int, int]:
    """Return attributes that every record has; the parameter's type checks both kinds."""
    return record.stage_id, record.version, record.level


def test_a_case_and_a_register_entry_are_registered() -> None:
    assert kind_named("case") is kind_of(Case()) is CASE
    assert kind_named("register-entry") is kind_of(RegisterEntry()) is REGISTER_ENTRY


def test_a_case_and_a_register_entry_say_what_every_record_says() -> None:
    assert states(RegisterEntry()) == ("register", 0, 0)
    assert states(Case(stage_id="screening")) == ("screening", 0, 0)
