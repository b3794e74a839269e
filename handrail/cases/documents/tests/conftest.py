"""Fixtures of the tests of documents."""

import pytest

from handrail.cases.files import inspecting
from handrail.cases.models import Case
from handrail.cases.tests.cast import Cast, refer


@pytest.fixture(autouse=True)
def a_busy_machine_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """The process that looks into a file has its seconds of work, and may wait long for a processor."""
    monkeypatch.setattr(inspecting, "WAITING", 120)


@pytest.fixture
def case(cast: Cast) -> Case:
    case = refer(cast)
    Case.objects.filter(pk=case.pk).update(owner=cast.officer, allocated=True)
    case.refresh_from_db()
    return case
