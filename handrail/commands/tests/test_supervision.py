"""What dies is started again, later each time, until it has died too often."""

import pytest

from handrail.commands import supervision
from handrail.commands.supervision import LONGEST, MOST, SETTLED, Part
from handrail.config.environment import Misconfigured


class Clock:
    """A clock that a test turns."""

    now = 1000.0

    def monotonic(self) -> float:
        return self.now


class Kept:
    """A part that counts its starts, and dies when it is told to."""

    def __init__(self) -> None:
        self.starts, self.how = 0, ""
        self.excused = False
        self.part = Part("web", self.start, lambda: self.how, lambda: self.excused)
        self.part.begin()

    def start(self) -> None:
        self.starts, self.how = self.starts + 1, ""


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(supervision, "time", clock)
    return clock


def die(kept: Kept) -> None:
    kept.how = "signal 9"
    kept.part.tend()


def test_each_death_in_a_row_is_followed_by_a_longer_pause(
    clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = Kept()
    for pause in (1, 2, 4, 8, 16):
        die(kept)
        assert (
            f"The web stopped by itself (signal 9). It starts again in {pause} s." in capsys.readouterr().err
        )
        starts = kept.starts
        clock.now += pause - 0.1
        kept.part.tend()
        assert kept.starts == starts
        clock.now += 0.1
        kept.part.tend()
        assert kept.starts == starts + 1
        assert "The web was started again." in capsys.readouterr().out


def test_it_gives_up_after_too_many_and_says_what_died(clock: Clock) -> None:
    kept = Kept()
    for _ in range(MOST):
        die(kept)
        clock.now += LONGEST
        kept.part.tend()
    with pytest.raises(Misconfigured, match=r"The web stopped 6 times.*signal 9"):
        die(kept)


def test_a_death_long_after_the_start_counts_as_the_first(clock: Clock) -> None:
    kept = Kept()
    for _ in range(3 * MOST):
        clock.now += SETTLED + 1
        die(kept)
        clock.now += 1
        kept.part.tend()
    assert kept.starts == 3 * MOST + 1


def test_it_waits_on_while_something_else_keeps_the_part_from_running(clock: Clock) -> None:
    kept = Kept()
    kept.excused = True
    for _ in range(1_100):  # nine hours
        die(kept)
        clock.now += LONGEST
        kept.part.tend()
    assert kept.starts == 1_100 + 1


def test_a_start_that_fails_is_a_death_too(clock: Clock) -> None:
    def refuse() -> None:
        raise Misconfigured("The database did not start.")

    part = Part("database", refuse, lambda: "signal 9")
    for _ in range(MOST):
        part.tend()
        clock.now += LONGEST
    with pytest.raises(Misconfigured, match=r"The database stopped 6 times.*did not start"):
        part.tend()
