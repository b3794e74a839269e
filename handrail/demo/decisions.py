"""The answers that a route fixes: outcomes by published shares or judgement, owner, council, consent."""

from handrail.demo import asking, shares
from handrail.demo.drawing import Decision, drawn
from handrail.demo.history import History
from handrail.demo.telling import given_at_opening
from handrail.policy.schema.step import Step


def decide(history: History, step: Step) -> dict[str, list[str]]:
    """Return the answers of a step that the route fixes: the outcome, the owner, the council."""
    given = asking.given(history, step)
    if step.id in DECISIONS:
        given["outcome"] = [DECISIONS[step.id](history)]
    if step.id == "allocate":
        given["owner"] = [_owner(history)]
    if step.id in {"gateway-assessment", "council-referral"}:
        given["council"] = [_council(history)]
    if step.id == "consent":
        given["consent-state"] = ["given"]
    if step.id == "further-referral":
        given |= given_at_opening(history.about, history.cast, history.pack, step, history.words)
    return given


def _owner(history: History) -> str:
    stage = history.record.position.stage
    role = "channel-practitioner" if stage in {"channel-referred", "channel"} else "prevent-officer"
    return str(history.random.choice(history.cast.members[role]).actor.id)


def _council(history: History) -> str:
    named = (c for c in history.cast.councils if c.name == history.facts["council"])
    council = next(named, None)
    return str(council.id) if council else ""


def _gateway(history: History) -> str:
    first = history.count["gateway-assessment"] == 0
    return "more-information" if first and history.chance(0.03) else history.destination


def _panel(history: History) -> str:
    draw = history.random.random()
    adopted = shares.adopted_share()
    if draw < adopted:
        return "adopted"
    if draw < adopted + 0.06:
        return "withdrawn"
    return "wrong-route" if draw < adopted + 0.12 else "not-adopted"


def _further_gateway(history: History) -> str:
    """Return the outcome after further information: an earlier gateway assessment mostly stands."""
    made = "gateway-assessment" in history.record.position.taken
    return "standing-holds" if made and history.chance(0.6) else "route-stands"


def _exit(history: History) -> str:
    if history.chance(0.02):
        return "not-ready"
    if {"support-plan", "police-led-plan"} & history.record.position.taken:
        return "supported"
    return str(_NOT_SUPPORTED.draw(history.random))


_NOT_SUPPORTED = shares.Choice.of({"no-further-action": 27.0, "signposted": 50.0})

DECISIONS: dict[str, Decision] = {
    "information-assessment": drawn(
        relevant_information=0.36, no_relevant_information=0.58, other_policing_interest=0.06
    ),
    "gateway-assessment": _gateway,
    "gateway-sign-off": drawn(agreed=0.95, sent_back=0.05),
    "channel-decision": _panel,
    "channel-close": drawn(no_further_concerns=0.84, moved_away=0.05, police_should_lead=0.03, other=0.08),
    "further-assessment": drawn(assess_again=0.5, police_should_lead=0.1, leave=0.4),
    "police-led-review": drawn(stays=0.97, channel=0.03),
    "police-led-close": drawn(no_further_concerns=0.85, moved_away=0.06, other=0.09),
    "exit-checklist": _exit,
    "exit-sign-off": drawn(agreed=0.96, sent_back=0.04),
    "further-information": drawn(could_change=0.15, changes_nothing=0.85),
    "threat-lowered": drawn(dealt_with=0.8, no_threat=0.2),
    "further-gateway": _further_gateway,
    "six-month-review": drawn(no_concerns=0.96, reopen=0.04),
    "twelve-month-review": drawn(no_concerns=0.98, reopen=0.02),
    **asking.DECISIONS,
}
