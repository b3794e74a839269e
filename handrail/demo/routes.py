"""The routes of made-up cases: the decision at each step, and what is planned after it.

Shares follow published figures; the rest is judgement. Some cases are late, some are recorded late, and
some miss what the policy asks for, as far as the engine allows it. So the checks have something to find.
"""

from datetime import timedelta

from handrail.demo import asking, shares
from handrail.demo.decisions import DECISIONS, decide
from handrail.demo.drawing import Consequence
from handrail.demo.history import History
from handrail.demo.unrouted import plan_unrouted

POLICE_LED = 0.04
THREATS_ONE_IN = 50  # chosen by the case's id, so that no other random draw changes
THREAT_LATE = 0.1


def begin(history: History) -> None:
    """Open the case, and choose its route."""
    about = history.about
    if about.sector == "police":
        opening = "police-referral"
    elif about.sector in {"friends-family", "community"} or history.chance(0.4):
        opening = "referral"
    else:
        opening = "referral-on-behalf"
    if history.chance(shares.panel_share(about.concern)) and history.cast.councils:
        history.destination = "channel"
    elif history.chance(POLICE_LED):
        history.destination = "police-led"
    history.open(opening)
    after_opening(history)


def run(history: History) -> None:
    """Take all steps on the agenda and the steps that follow from them."""
    begin(history)
    stage = plan_unrouted(history, ROUTED)
    while step := history.next(decide):
        if consequence := AFTER.get(step.id):
            consequence(history)
        stage = plan_unrouted(history, ROUTED, stage)


# Consequences


def after_opening(history: History) -> None:
    """Plan the first steps of three teams."""
    if history.chance(0.97):
        history.plan("safeguarding", history.by("safeguarding"))
    # Without a team lead nobody allocates the case.
    if history.chance(0.985 if history.cast.lead else 0.6):
        history.plan("allocate", history.by("allocation"))
    history.plan("information-assessment", history.by("information-assessment"))
    if history.chance(0.1):
        history.plan("further-information", history.after_days(2, 90))
    if history.chance(0.03):
        history.plan("further-referral", history.after_days(3, 120))
    asking.note(history)
    if history.record.case.id.int % THREATS_ONE_IN == 0:
        history.plan("threat-stated", history.after_days(2, 40))


def after_threat(history: History) -> None:
    """Plan the response to a threat, mostly within the hour, and the lowering of the flag days later."""
    within = history.now + timedelta(minutes=history.random.randint(10, 50))
    history.plan("threat-acted", history.after_days(1, 2) if history.chance(THREAT_LATE) else within)
    history.plan("threat-lowered", history.after_days(2, 9))


def is_due(history: History, limit: str) -> bool:
    """Return whether a limit runs."""
    return any(deadline.limit == limit for deadline in history.record.position.deadlines)


def after_news(history: History) -> None:
    """Plan the steps due after news: the unit's and, during support, the vulnerability assessment."""
    if history.record.further and history.record.acts[-1].act == "further-referral":
        history.name_further()
    if is_due(history, "information-after-news") and history.chance(0.9):
        history.plan("information-reassessment", history.by("information-after-news"))
    if is_due(history, "vulnerability-after-news") and history.chance(0.85):
        history.plan("vulnerability-assessment", history.by("vulnerability-after-news"))


def after_information_assessment(history: History) -> None:
    """Plan the gateway assessment, or first a request to somebody outside; plan follow-ups beside it."""
    asking.enquire(history)
    asking.set_action(history)
    if history.count["ask-for-information"] == 0 and history.chance(0.12):
        history.plan("ask-for-information", history.after_days(0, 1))
    else:
        history.plan("gateway-assessment", history.by("gateway-assessment"))


def after_request(history: History) -> None:
    """Plan the answer that restarts the paused clock, sometimes late."""
    history.plan("information-received", history.by("information-received"))


def after_answer(history: History) -> None:
    """Plan the gateway assessment."""
    history.plan("gateway-assessment", history.by("gateway-assessment"))


def after_gateway(history: History) -> None:
    """Plan the sign-off, the exit checklist, or another look by the unit."""
    if history.outcome == "more-information":
        history.plan("information-assessment", history.by("information-assessment"))
    elif history.outcome == "exit":
        _plan_feedback(history, "feedback-after-gateway")
        plan_exit(history)
    else:
        history.plan("gateway-sign-off", history.by("gateway-sign-off"))


def after_gateway_sign_off(history: History) -> None:
    """Plan Channel, a police-led plan, or the assessment again."""
    stage = history.record.position.stage
    if stage != "gateway":
        _plan_feedback(history, "feedback-after-gateway")
    if stage == "gateway":
        history.plan("gateway-assessment", history.by("gateway-assessment"))
    elif stage == "police-led":
        _begin_police_led(history)
    else:
        if history.chance(0.9):
            history.plan("vulnerability-assessment", history.by("vulnerability-assessment"))
        if history.chance(0.6):
            history.plan("allocate", history.after_days(0, 4))
        else:
            asking.hand_over(history)
        history.plan("channel-decision", history.by("channel-decision", near=True))


def after_channel_decision(history: History) -> None:
    """Plan support, the exit, or a return to the gateway with a reason."""
    if history.outcome == "adopted":
        _begin_channel(history)
    elif history.outcome == "not-adopted":
        plan_exit(history)
    else:
        without_consent(history)


def _begin_channel(history: History) -> None:
    if history.chance(0.94):
        history.plan("support-plan", history.by("support-plan"))
    else:
        history.plan("channel-close", history.after_days(60, 200))
    asking.move_in_custody(history)
    if history.count["vulnerability-assessment"] == 0 and history.chance(0.6):
        history.plan("vulnerability-assessment", history.after_days(1, 20))
    if history.chance(0.75):
        history.plan("information-reassessment", history.by("information-reassessment", near=True))


def after_support_plan(history: History) -> None:
    """Plan the panel's monthly review, as long as the person consents.

    Where the policy has a step for it, consent that was asked for is given before the review.
    """
    given = history.record.acts[-1].content["answers"]["consent-state"] == "given"
    if given or "consent" not in history.pack.step_by_id:
        _plan_panel_review(history)
    else:
        history.plan("consent", history.after_days(1, 12))
    if history.chance(0.12):
        history.plan("consent-withdrawn", history.after_days(5, 150))


def _plan_panel_review(history: History) -> None:
    history.plan("plan-review", history.by("plan-review", near=True))


def after_plan_review(history: History) -> None:
    """Plan the next monthly review, or the end."""
    if history.count["plan-review"] >= 3 and history.chance(0.3):
        history.plan("channel-close", history.after_days(1, 20))
    else:
        _plan_panel_review(history)


def without_consent(history: History) -> None:
    """Plan the further assessment of today's policy, or the gateway's of the older one."""
    if history.record.position.stage == "without-consent":
        history.plan("further-assessment", history.by("further-assessment", near=True))
    else:
        _back_to_gateway(history)


def after_further_assessment(history: History) -> None:
    """Plan the next assessment, the exit, or a return to the gateway."""
    if history.outcome == "leave":
        plan_exit(history)
    else:
        without_consent(history)


def after_vulnerability_assessment(history: History) -> None:
    """Plan the next vulnerability assessment while the case is supported."""
    if is_due(history, "vulnerability-reassessment") and history.chance(0.75):
        history.plan("vulnerability-assessment", history.by("vulnerability-reassessment", near=True))


def after_information_reassessment(history: History) -> None:
    """Plan the next information assessment."""
    if is_due(history, "information-reassessment") and history.chance(0.7):
        history.plan("information-reassessment", history.by("information-reassessment", near=True))


def after_channel_close(history: History) -> None:
    """Plan the exit, or a police-led plan."""
    if history.record.position.stage == "gateway":
        history.destination = "police-led"
        history.plan("gateway-assessment", history.by("gateway-assessment"))
    else:
        plan_exit(history)


def _back_to_gateway(history: History) -> None:
    history.destination = "police-led" if history.chance(0.3) else "exit"
    history.plan("gateway-assessment", history.by("gateway-assessment"))


def _begin_police_led(history: History) -> None:
    if history.chance(0.94):
        history.plan("police-led-plan", history.by("police-led-plan"))
    else:
        history.plan("police-led-close", history.after_days(40, 150))
    asking.move_in_custody(history)
    if history.chance(0.5):
        history.plan("vulnerability-assessment", history.after_days(2, 30))
    if history.chance(0.75):
        history.plan("information-reassessment", history.by("information-reassessment", near=True))


def after_police_led_plan(history: History) -> None:
    """Plan the plan's first action, mostly in time, and a monthly review."""
    if history.chance(0.96):
        history.plan("action", history.after_days(0, 1 if history.chance(0.8) else 6))
    history.plan("police-led-review", history.by("police-led-review", near=True))


def after_police_led_review(history: History) -> None:
    """Plan another review, the end, or what follows a return to the gateway."""
    if history.outcome == "channel":
        after_reroute(history)
    elif history.count["police-led-review"] < 2 or history.chance(0.6):
        history.plan("police-led-review", history.by("police-led-review", near=True))
    elif history.chance(0.15) and history.cast.councils:
        history.plan("police-led-reroute", history.after_days(1, 10))
    else:
        history.plan("police-led-close", history.after_days(1, 15))


def after_reroute(history: History) -> None:
    """Plan the decision of Channel."""
    history.destination = "channel"
    history.plan("gateway-assessment", history.by("gateway-assessment"))


def plan_exit(history: History) -> None:
    """Plan the exit checklist."""
    history.plan("exit-checklist", history.by("exit-checklist"))


def after_exit_checklist(history: History) -> None:
    """Plan the sign-off, unless the checklist says that the case is not ready."""
    if history.outcome == "not-ready":
        _back_to_gateway(history)
    else:
        history.plan("exit-sign-off", history.by("exit-sign-off"))


def after_exit_sign_off(history: History) -> None:
    """Plan reviews, feedback to the referrer, and now and then a new referral."""
    stage = history.record.position.stage
    if stage == "exit":
        plan_exit(history)
        return
    _plan_feedback(history, "feedback-after-exit")
    asking.signpost(history)
    if stage == "closed" and history.chance(0.015):
        history.plan("reopen", history.after_days(20, 250))
    elif stage == "reviews":
        if history.chance(0.92):
            history.plan("six-month-review", history.by("six-month-review", near=True))
        if history.chance(0.95):
            history.plan("twelve-month-review", history.by("twelve-month-review", near=True))


def _plan_feedback(history: History, limit: str) -> None:
    if history.chance(0.93):
        history.plan("feedback", history.by(limit))


def after_review(history: History) -> None:
    """Plan nothing, unless the concern is back."""
    if history.record.position.stage == "gateway":
        _reopened(history)


def after_further_referral(history: History) -> None:
    """Plan an assessment of the referral, or a note that it changes nothing, and what follows from news."""
    after_news(history)
    if is_due(history, "further-gateway") and history.chance(0.93):
        overlooked = history.chance(0.3)
        when = history.after_days(7, 21) if overlooked else history.by("further-gateway")
        history.plan("further-gateway", when)


def _reopened(history: History) -> None:
    if history.chance(0.9):
        history.plan("allocate", history.by("allocation"))
    history.destination = "channel" if history.cast.councils and history.chance(0.4) else "exit"
    history.plan("gateway-assessment", history.by("gateway-assessment"))


AFTER: dict[str, Consequence] = {
    "threat-stated": after_threat,
    "information-assessment": after_information_assessment,
    "ask-for-information": after_request,
    "further-information": after_news,
    "further-referral": after_further_referral,
    "information-received": after_answer,
    "gateway-assessment": after_gateway,
    "gateway-sign-off": after_gateway_sign_off,
    "channel-decision": after_channel_decision,
    "vulnerability-assessment": after_vulnerability_assessment,
    "support-plan": after_support_plan,
    "plan-review": after_plan_review,
    "consent": _plan_panel_review,
    "consent-withdrawn": without_consent,
    "further-assessment": after_further_assessment,
    "channel-close": after_channel_close,
    "information-reassessment": after_information_reassessment,
    "police-led-plan": after_police_led_plan,
    "police-led-review": after_police_led_review,
    "police-led-reroute": after_reroute,
    "police-led-close": plan_exit,
    "exit-checklist": after_exit_checklist,
    "exit-sign-off": after_exit_sign_off,
    "six-month-review": after_review,
    "twelve-month-review": after_review,
    "reopen": _reopened,
    **asking.AFTER,
}
ROUTED = frozenset({*AFTER, *DECISIONS, *asking.LAST, "safeguarding", "allocate", "feedback", "threat-acted"})
