"""Guards: what cannot stand together in an entry, its decision and what stood on the case before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from handrail.policy.diff import differences
from handrail.policy.guard_words import lines
from handrail.policy.guards import Earlier, Entered, Guard, is_broken
from handrail.policy.load import PackError, load_pack
from handrail.policy.schema.pack import Pack
from handrail.policy.show import show
from handrail.policy.tests.small_pack import altered, write

DAY = date(2026, 5, 4)


@dataclass(frozen=True)
class Before:
    """What stood on a case, as a test wants it."""

    stage: str = "work"
    since: date | None = date(2026, 1, 31)
    opened: date | None = date(2026, 1, 5)
    here: frozenset[str] = frozenset()
    born: date | None = date(2009, 3, 27)
    entries: Sequence[Earlier] = ()

    def age(self, on: date) -> int | None:
        return on.year - self.born.year if self.born else None


def guard(**said: Any) -> Guard:
    given = {"id": "g", "statement": "S.", "refusal": "R.", "steps": ["decide"], "source": "law"}
    return Guard.model_validate(given | said)


def earlier(stage: str = "work", step: str = "ask", /, **answers: Any) -> Earlier:
    return Earlier(step, stage, answers)


ROOMS = {"rooms": {"red": {"seen": "no"}, "blue": {"seen": "yes"}}}


@pytest.mark.parametrize(
    ("said", "answers", "before", "breaks"),
    [
        ({"outcomes": ["end"]}, {}, Before(), True),
        ({"outcomes": ["go-on"]}, {}, Before(), False),
        ({"stages": ["done"]}, {}, Before(), False),
        ({"answers": [{"question": "colour", "is": ["red"]}]}, {"colour": "red"}, Before(), True),
        ({"answers": [{"question": "colour", "is": ["red"]}]}, {"colour": ["blue", "red"]}, Before(), True),
        ({"answers": [{"question": "colour", "is": ["red"]}]}, {}, Before(), False),
        ({"answers": [{"question": "colour", "is_not": ["red"]}]}, {}, Before(), True),
        ({"answers": [{"question": "colour"}]}, {"colour": "blue"}, Before(), True),
        ({"answers": [{"question": "rooms", "ask": "seen", "is": ["no"]}]}, ROOMS, Before(), True),
        ({"answers": [{"question": "rooms", "ask": "seen", "item": "blue", "is": ["no"]}]},
         ROOMS, Before(), False),
        ({"answers": [{"question": "rooms", "ask": "seen", "is_not": ["yes"]}]}, ROOMS, Before(), False),
        ({"outcomes": ["end"], "unless": "why"}, {"why": "Because."}, Before(), False),
        ({"outcomes": ["end"], "unless": "why"}, {"why": ""}, Before(), True),
        ({"dates": [{"question": "day", "before": "opened"}]}, {"day": "2026-01-04"}, Before(), True),
        ({"dates": [{"question": "day", "before": "opened"}]}, {"day": "2026-01-05"}, Before(), False),
        ({"dates": [{"question": "day", "after": "other"}]}, {"day": "2026-02-02", "other": "2026-02-01"},
         Before(), True),
        ({"dates": [{"question": "day", "before": "born"}]}, {"day": "2009-03-26"}, Before(born=None), False),
        # 4 May is the day before three months after 31 January have passed twice over: 30 April has come.
        ({"sooner_than_months": 3}, {}, Before(), False),
        ({"sooner_than_months": 4}, {}, Before(), True),
        ({"sooner_than_months": 4}, {}, Before(since=None), False),
        ({"under_age": 18}, {}, Before(), True),
        ({"under_age": 18}, {}, Before(born=None), False),
        ({"from_age": 18}, {}, Before(born=None), False),
        ({"from_age": 17}, {}, Before(), True),
        ({"taken": ["ask"]}, {}, Before(entries=(earlier(),)), True),
        ({"taken": ["ask"]}, {}, Before(), False),
        ({"not_taken": ["ask"]}, {}, Before(), True),
        ({"not_taken_here": ["ask"]}, {}, Before(here=frozenset({"ask"})), False),
        ({"reached": ["done"]}, {}, Before(entries=(earlier("done"),)), True),
        ({"not_reached": ["done"]}, {}, Before(entries=(earlier("done"),)), False),
        ({"last": [{"questions": ["c", "d"], "is": ["no"]}]}, {},
         Before(entries=(earlier(c="yes"), earlier(d="no"), earlier())), True),
        ({"last": [{"questions": ["c"], "is": ["no"]}]}, {},
         Before(entries=(earlier(c="no"), earlier(c="yes"))), False),
        ({"last": [{"questions": ["c"], "is_not": ["yes"]}]}, {}, Before(), True),
        ({"ever": [{"question": "c", "is": ["no"]}]}, {},
         Before(entries=(earlier(c="no"), earlier(c="yes"))), True),
    ],
)  # fmt: skip
def test_a_guard_is_broken_where_all_that_it_says_holds(
    said: dict[str, Any], answers: dict[str, Any], before: Before, breaks: bool
) -> None:
    assert is_broken(guard(**said), Entered("decide", "end", answers, DAY), before) is breaks


def test_a_guard_is_for_its_steps_alone() -> None:
    assert not is_broken(guard(), Entered("ask", None, {}, DAY), Before())


GUARD = '[[guards]]\nid = "g"\nstatement = "S."\nrefusal = "R."\nsteps = ["decide"]\nsource = "law"\n'
UNCHECKED = GUARD + 'unchecked = "Small."\n'
RED = 'answers = [{ question = "colour", is = ["red"] }]\n'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (UNCHECKED.replace('"decide"', '"decode"') + RED, "Step “decode” does not exist"),
        (UNCHECKED + 'outcomes = ["finish"]', "Outcome “finish” is none of its steps; it can never hold"),
        (UNCHECKED + 'stages = ["done"]', "None of its steps is taken at “done”; it can never hold"),
        (UNCHECKED + 'reached = ["don"]', "Stage “don” does not exist"),
        (UNCHECKED + RED.replace("colour", "color"), "The form of “decide” does not ask “color”"),
        (UNCHECKED + RED.replace("red", "green"), "“colour” being “green” can never be"),
        (UNCHECKED + 'answers = [{ question = "rooms", is = ["red"] }]', "“ask” goes with kind “each”"),
        (UNCHECKED + 'answers = [{ question = "rooms", ask = "seen", item = "green", is = ["no"] }]',
         "“green” is none of the items of “rooms”"),
        (UNCHECKED + RED.strip().removesuffix("]") + ', { question = "colour", is = ["blue"] }]',
         "“colour” cannot be answered in two ways at once"),
        (UNCHECKED + 'dates = [{ question = "shade", before = "act" }]', "asks no date “shade”"),
        (UNCHECKED + 'last = [{ questions = ["hue"], is = ["red"] }]', "No form asks “hue”"),
        (UNCHECKED + 'last = [{ questions = ["colour"], is = ["green"] }]',
         "“green” is no answer to “colour”"),
        (UNCHECKED + 'ever = [{ question = "colour", is = ["green"] }]', "it can never hold"),
        (UNCHECKED + 'under_age = 18\nfrom_age = 18', "Nobody is of this age; it can never hold"),
        (UNCHECKED + RED + 'unless = "sha"', "The form of “decide” does not ask “sha”"),
        (UNCHECKED + RED + 'unless = "shade"', "say “required = false”"),
        (UNCHECKED, "It refuses “decide” always, so that nobody could take it"),
        (UNCHECKED + 'outcomes = ["end", "go-on"]', "It refuses “decide” always"),
        (UNCHECKED + 'answers = [{ question = "colour", is = ["red", "blue"] }]',
         "It refuses “decide” always"),
        (GUARD + RED, "“unchecked” says why none does"),
    ],
)  # fmt: skip
def test_an_unsound_guard_is_refused_with_the_reason(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(PackError) as error:
        load_pack(write(tmp_path, "guards.toml", "", text))
    assert message in str(error.value)
    assert "guards[g]" in str(error.value)


def test_a_sound_guard_is_taken(tmp_path: Path) -> None:
    pack = load_pack(write(tmp_path, "guards.toml", "", UNCHECKED + RED))
    assert [guard.id for guard in pack.guards_of(pack.step_by_id["decide"])] == ["g"]


@pytest.mark.parametrize("name", ["limits.toml"])
def test_a_limit_without_a_check_is_refused_unless_it_says_why(tmp_path: Path, name: str) -> None:
    with pytest.raises(PackError, match="limits\\[decide\\]: A check of kind “within-limit”"):
        load_pack(write(tmp_path, name, 'unchecked = "Too small."\n', ""))


def test_every_limit_of_the_packs_has_a_check() -> None:
    packs = Path(__file__).parents[3] / "packs"
    for folder in ("england-wales-2018", "england-wales-2025"):
        pack = load_pack(packs / folder)
        assert pack.limits
        assert [limit.id for limit in pack.limits if limit.unchecked] == []


def test_guards_are_shown_in_words_and_told_when_they_change(first_pack: Pack) -> None:
    page = show(first_pack)
    for guard in first_pack.guards:
        assert f'id="guard-{guard.id}"' in page
        assert list(lines(first_pack, guard))
    assert "less than 5 months before" in page
    [first, *others] = first_pack.guards
    newer = altered(first_pack, guards=(first.model_copy(update={"refusal": "Not so."}), *others))
    assert [change.group for change in differences(first_pack, newer)] == ["Guards"]
