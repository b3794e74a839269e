"""Fixtures of the tests of documents."""

import pytest

from handrail.cases.files import inspecting
from handrail.cases.models import Case
from handrail.cases.tests.cast import Cast, refer


@pytest.fixture(autouse=True)
def a_busy_machine_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the process that inspects a file wait longer for a processor; its seconds of work stay limited."""
    monkeypatch.setattr(inspecting, "WAITING", 120)


@pytest.fixture
def case(cast: Cast) -> Case:
    case = refer(cast)
    Case.objects.filter(pk=case.pk).update(owner=cast.officer, allocated=True)
    case.refresh_from_db()
    return case
