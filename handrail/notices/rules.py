"""The packs' rules about notices, worked out for one day as plain dates that a query can compare."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from psycopg.types.json import Jsonb

from handrail.cases.packs import packs_in_use
from handrail.notices.kinds import Kind
from handrail.organisations.capabilities import Capability
from handrail.organisations.roles import roles_that_may
from handrail.policy.clock import add_working_days, last_day_before
from handrail.policy.schema.form import Meaning
from handrail.policy.schema.obligations import Limit
from handrail.policy.schema.pack import Pack
from handrail.policy.schema.step import StageKind, Step
from handrail.policy.step_kinds.opening import openings

OF_COUNCILS = roles_that_may(Capability.WORK_COUNCIL_CASES)


@dataclass(frozen=True, slots=True)
class Rule:
    """The days up to which a limit has to be due for each notice, with the properties of its step."""

    pack: str
    limit: str
    before: str
    soon: str
    late: str
    very_late: str
    stops: bool
    beside: bool
    signs: bool
    chairs: bool


@dataclass(frozen=True, slots=True)
class Day:
    """The rules of one round: the moment, every used pack's rules, and the steps that cause notices."""

    at: datetime
    day: date
    rules: tuple[Rule, ...]
    packs: tuple[dict[str, str], ...]
    giving: tuple[str, ...]
    sending: tuple[str, ...]
    opening: tuple[str, ...]

    @property
    def horizon(self) -> date:
        """The last due day that causes a notice now."""
        return max((date.fromisoformat(rule.soon) for rule in self.rules), default=self.day)

    def parameters(self, **more: Any) -> dict[str, Any]:
        """Return the parameters that the queries of this room share, with `more`."""
        rules = {"rules": Jsonb([asdict(rule) for rule in self.rules]), "packs": Jsonb(list(self.packs))}
        steps = {name: list(getattr(self, name)) for name in ("giving", "sending", "opening")}
        chairing = {"of_councils": sorted(OF_COUNCILS)}
        return {"at": self.at, "day": self.day, **rules, **steps, **chairing, **more}


def day_of(at: datetime) -> Day:
    """Return the rules at a moment, from the packs that open cases follow."""
    day = timezone.localdate(at)
    packs = packs_in_use()
    return Day(
        at=at,
        day=day,
        rules=tuple(_rule(pack, limit, day) for pack in packs for limit in pack.limits),
        packs=tuple({"pack": pack.id} | _days(pack, day) for pack in packs),
        giving=_steps(packs, Meaning.OWNER),
        sending=_steps(packs, Meaning.COUNCIL),
        opening=tuple({step.id for pack in packs for step in openings(pack)}),
    )


def _rule(pack: Pack, limit: Limit, day: date) -> Rule:
    """Return the rule of one limit on a day."""
    times, step = pack.notices, pack.step_by_id[limit.step]
    review = any(pack.stage_by_id[stage].kind is StageKind.WATCHED for stage in step.stages)
    before = times.review_soon_working_days if review else times.due_soon_working_days
    return Rule(
        pack=pack.id,
        limit=limit.id,
        before=Kind.REVIEW if review else Kind.DUE_SOON,
        **_days(pack, day) | {"soon": add_working_days(day, before, pack.calendar).isoformat()},
        stops=limit.stops,
        beside=step.beside or step.signs is not None,
        signs=step.signs is not None,
        chairs=not OF_COUNCILS.isdisjoint(step.by),
    )


def _days(pack: Pack, day: date) -> dict[str, str]:
    """Return the latest due days for a notice that something is due soon, late and very late.

    Working days are counted; the first day counts on which the given number of working days has passed.
    """
    times = pack.notices
    late, very_late = (
        last_day_before(day, days - 1, pack.calendar)
        for days in (times.escalate_after_working_days, times.escalate_again_after_working_days)
    )
    soon = add_working_days(day, times.due_soon_working_days, pack.calendar)
    return {"soon": soon.isoformat(), "late": late.isoformat(), "very_late": very_late.isoformat()}


def _steps(packs: Iterable[Pack], meaning: Meaning) -> tuple[str, ...]:
    """Return the steps that set a case's owner or council, and the steps that sign such decisions off."""
    found = {step.id for pack in packs for step in pack.steps if _asks(pack, step, meaning)}
    found |= {step.id for pack in packs for step in pack.steps if step.signs in found}
    return tuple(sorted(found))


def _asks(pack: Pack, step: Step, meaning: Meaning) -> bool:
    form = pack.form_of(step)
    return form is not None and form.meaning(meaning) is not None
