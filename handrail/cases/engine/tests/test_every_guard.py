"""Every guard of every pack: the act is refused, and a recorded entry that breaks the guard is found.

A guard new in a pack fails here until a Trial says how it is broken.
"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, NamedTuple

import pytest
from django.conf import settings as own
from django.utils import timezone

from handrail.cases.case_access.tests.test_staff_route import raise_concern
from handrail.cases.engine.tests import test_guarding as told
from handrail.cases.engine.tests.test_guarding import (
    at_gateway,
    at_panel,
    in_channel,
    left,
    on,
    out_of_line_under,
)
from handrail.cases.errors import InvalidAnswers, NotNow
from handrail.cases.models import Case
from handrail.cases.tests.cast import Cast, refer, take
from handrail.cases.tests.staff import make_staff
from handrail.cases.timeline import checks
from handrail.organisations.models import Person
from handrail.records.packs import known_packs, pack

DAY = ("day", "month", "year")
OLDER, NEWER = "england-wales-2018", "england-wales-2025"


class Trial(NamedTuple):
    """How a guard is broken: a case, a step, its author, and answers computed when the test runs.

    A step that opens a case has no case before it.
    """

    make: Callable[[Cast], Case] | None
    step: str
    who: str
    given: Callable[[Cast], dict[str, str]]


def trial(make: Callable[[Cast], Case] | None, step: str, who: str, **given: str) -> Trial:
    return Trial(make, step, who, lambda _: given)


def asked_and_planned(cast: Cast) -> Case:
    case = in_channel(cast)
    take(case, "support-plan", cast.practitioner, **{"consent-state": "asked"})
    return case


def withdrawn(cast: Cast) -> Case:
    case = told.supported(cast)
    take(case, "consent-withdrawn", cast.practitioner, **{"consent-end": "withdrawn"})
    return case


def at_panel_again(cast: Cast) -> Case:
    case = withdrawn(cast)
    take(case, "gateway-assessment", cast.officer, outcome="channel", council=str(cast.council.pk))
    take(case, "gateway-sign-off", cast.supervisor, outcome="agreed")
    return case


def adopted_again(cast: Cast) -> Case:
    case = at_panel_again(cast)
    take(case, "channel-decision", cast.practitioner, outcome="adopted")
    return case


def at_panel_with(consent: str) -> Callable[[Cast], Case]:
    def make(cast: Cast) -> Case:
        case = at_panel(cast)
        take(case, "consent", cast.practitioner, **{"consent-state": consent})
        return case

    return make


def supported_unwilling(cast: Cast) -> Case:
    """A case from before there were guards: supported without consent."""
    case = told.supported(cast)
    with pytest.MonkeyPatch.context() as before:
        told.lift_guards(before)
        take(case, "consent", cast.practitioner, **{"consent-state": "refused"})
    return case


def worse(cast: Cast) -> Case:
    case = told.supported(cast)
    take(case, "plan-review", cast.practitioner, progress="worse")
    return case


def extended(cast: Cast, *reviews: str, months: int) -> Case:
    case = left(cast, months)
    for review in reviews:
        take(case, review, cast.officer, outcome="extended")
    return case


def staff_concern(cast: Cast) -> Case:
    make_staff(cast)
    raise_concern(cast.second_officer, cast.force)
    return Case.objects.get()


def nothing_used(cast: Cast) -> dict[str, str]:
    form = pack(own.PACK).form_by_id["staff-assessment"]
    options = form.questions["options"]
    codes = pack(own.PACK).codes_by_id
    use = next(asked for asked in options.ask if asked.id == "use")
    other = next(code.id for code in codes[str(use.codes)].codes if code.id != "used")
    each = {f"options.{option.id}.use": other for option in codes[str(options.codes)].codes}
    return {"outcome": "staff-options", "threshold": "vulnerable", **each}


def threatened(cast: Cast) -> Case:
    case = refer(cast)
    take(case, "threat-stated", cast.officer, **{"threat-stated": "yes"})
    return case


def referred_again_with_a_threat(cast: Cast) -> Case:
    case = at_panel(cast)
    take(case, "further-referral", cast.officer, harm="yes")
    return case


def worse_and_unwilling(cast: Cast) -> Case:
    case = worse(cast)
    take(case, "consent-withdrawn", cast.practitioner, **{"consent-end": "withdrawn"})
    return case


def searched_late(_: Cast) -> dict[str, str]:
    today = timezone.localdate()
    searched = {f"searched-otherwise.pnd.searched-on-{part}": str(getattr(today, part)) for part in DAY}
    return on(today - timedelta(days=3)) | {"searched-by-me-today": "no"} | searched


def noticed_too_soon(_: Cast) -> dict[str, str]:
    return told.a_child() | {
        f"came-to-light-{part}": said for part, said in zip(DAY, ("1", "2", "2009"), strict=True)
    }


def days_ago(_: Cast) -> dict[str, str]:
    return on(timezone.localdate() - timedelta(days=9))


NOTHING_NEEDED = {"needed": "no", "children": "no", "harm-considered": ""}
TRIALS = {name: trial(make, step, who, **given) for name, (make, step, who, given) in told.CASES.items()} | {
    "noticed-after-referral": Trial(None, "police-referral", "officer", lambda _: on(date(2009, 3, 26))),
    "done-before-opening": Trial(refer, "information-assessment", "fimu", days_ago),
    "harm-without-need": trial(
        lambda c: refer(c, "referral-on-behalf", harm="yes"), "safeguarding", "mash", **NOTHING_NEEDED
    ),
    "stands-and-never-made": trial(at_gateway, "further-gateway", "officer", outcome="standing-holds"),
    "review-after-withdrawal": trial(adopted_again, "plan-review", "practitioner"),
    "adopted-after-withdrawal": trial(
        at_panel_again, "channel-decision", "practitioner", **{"outcome": "adopted", "consent-since": ""}
    ),
    "withdrawn-and-never-given": trial(
        asked_and_planned, "consent-withdrawn", "practitioner", **{"consent-end": "withdrawn"}
    ),
    "closed-while-worse": trial(
        worse, "channel-close", "practitioner", **{"outcome": "no-further-concerns", "changed-since": ""}
    ),
    "six-month-review-too-soon": trial(
        lambda c: left(c, 2), "six-month-review", "officer", outcome="no-concerns"
    ),
    "twelve-month-review-too-soon": trial(
        lambda c: left(c, 2), "twelve-month-review", "officer", outcome="no-concerns"
    ),
    "noticed-before-birth": Trial(None, "police-referral", "officer", noticed_too_soon),
    "further-noticed-before-birth": trial(
        lambda c: refer(c, **told.a_child()), "further-referral", "officer"
    ),
    "searched-after-assessment": Trial(
        lambda c: refer(c, **on(timezone.localdate() - timedelta(days=9))),
        "information-assessment",
        "fimu",
        searched_late,
    ),
    "threat-without-need": trial(threatened, "safeguarding", "mash", **NOTHING_NEEDED),
    "threat-and-standing-holds": trial(
        referred_again_with_a_threat, "further-gateway", "officer", outcome="standing-holds"
    ),
    "vetting-and-unfounded": trial(
        staff_concern,
        "staff-assessment",
        "Ida Quill",
        outcome="no-further-action",
        threshold="unfounded",
        **{"vetting-shows": "yes"},
    ),
    "referral-and-none-made": trial(
        staff_concern,
        "staff-assessment",
        "Ida Quill",
        outcome="prevent-referral",
        threshold="influenced",
        **{"vetting-shows": "yes", "referral-considered": "considered"},
    ),
    "staff-threshold-and-nothing": trial(
        staff_concern,
        "staff-assessment",
        "Ida Quill",
        outcome="no-further-action",
        threshold="vulnerable",
        **{"nothing-although": ""},
    ),
    "staff-options-and-none": Trial(staff_concern, "staff-assessment", "Ida Quill", nothing_used),
    "staff-unfounded-and-done": trial(
        staff_concern, "staff-assessment", "Ida Quill", outcome="staff-options", threshold="unfounded"
    ),
}
# Where the policy of 2025 goes another way.
NEWER_TRIALS = {
    "left-while-worse": trial(
        worse_and_unwilling,
        "further-assessment",
        "practitioner",
        **{"outcome": "leave", "changed-since": ""},
    ),
    "review-after-withdrawal": trial(supported_unwilling, "plan-review", "practitioner"),
    "adopted-after-withdrawal": trial(
        at_panel_with("refused"),
        "channel-decision",
        "practitioner",
        **{"outcome": "adopted", "consent-since": ""},
    ),
    "plan-refused": trial(in_channel, "support-plan", "practitioner", **{"consent-state": "refused"}),
    "refused-and-supported": trial(
        told.supported, "consent", "practitioner", **{"consent-state": "refused", "consent-from": "person"}
    ),
    "review-before-answer": trial(asked_and_planned, "plan-review", "practitioner"),
    "given-by-nobody": trial(withdrawn, "further-assessment", "practitioner", outcome="consent-given"),
    "refused-while-given": trial(
        at_panel_with("given"), "channel-decision", "practitioner", outcome="withdrawn"
    ),
    "eighteen-month-review-too-soon": trial(
        lambda c: extended(c, "twelve-month-review", months=13),
        "eighteen-month-review",
        "officer",
        outcome="no-concerns",
    ),
    "twenty-four-month-review-too-soon": trial(
        lambda c: extended(c, "twelve-month-review", "eighteen-month-review", months=20),
        "twenty-four-month-review",
        "officer",
        outcome="no-concerns",
    ),
}
EVERY = [(each.id, guard.id) for each in known_packs() for guard in each.guards]


def trial_of(pack_id: str, guard_id: str) -> Trial:
    trials = TRIALS | NEWER_TRIALS if pack_id == NEWER else TRIALS
    assert guard_id in trials, f"Say in this file how “{guard_id}” of {pack_id} is broken."
    return trials[guard_id]


def test_there_is_a_guard_of_each_pack_to_try() -> None:
    assert {pack_id for pack_id, _ in EVERY} >= {OLDER, NEWER}
    assert {guard_id for _, guard_id in EVERY} >= {"staff-unfounded-and-done", "refused-while-given"}


@pytest.mark.parametrize(("pack_id", "guard_id"), EVERY)
def test_it_is_refused_by_the_act_and_found_on_record(
    pack_id: str, guard_id: str, cast: Cast, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.PACK = pack_id
    tried, guard = trial_of(pack_id, guard_id), pack(pack_id).guard_by_id[guard_id]
    case = tried.make(cast) if tried.make else None
    if case:
        Case.objects.filter(pk=case.pk, restricted=False).update(owner=cast.officer, allocated=True)
        case.refresh_from_db()
        assert case.pack_id == pack_id
        assert not found(case, guard_id)
    with pytest.raises((InvalidAnswers, NotNow)) as refused:
        break_it(case, tried, cast)
    said = (
        refused.value.errors.values() if isinstance(refused.value, InvalidAnswers) else [str(refused.value)]
    )
    assert any(message.startswith(guard.refusal) for message in said), [*said]

    told.lift_guards(monkeypatch)
    assert found(break_it(case, tried, cast), guard_id)


def break_it(case: Case | None, tried: Trial, cast: Cast) -> Case:
    by = getattr(cast, tried.who, None) or Person.objects.get(name=tried.who)
    given = tried.given(cast)
    if case is None:
        return refer(cast, tried.step, by, **given)
    more: dict[str, Any] = (
        {"care-considered": ["health", "neither"]} if given.get("outcome") == "not-adopted" else {}
    )
    told.record_as_it_was(case, tried.step, by, told.typed(case, tried.step, given) | more)
    return case


def found(case: Case, guard_id: str) -> bool:
    """Return whether the check of past entries finds the case by this guard; restricted cases don't count."""
    if case.restricted:
        return any(guard_id in check.guards for check in checks.out_of_line(case))
    guard = case.pack.guard_by_id[guard_id].model_copy(update={"id": "g"})
    return bool(out_of_line_under(case, guard))
