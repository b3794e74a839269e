"""Follow-ups and notes of made-up cases: the request, the assignee, and the end.

Most are answered in time, some late, some never. Only people who see the case by their post are asked, so
that no access has to be given.
"""

from handrail.demo.drawing import Consequence, Decision, drawn
from handrail.demo.history import History
from handrail.policy.follow_ups import Asked, asked_by
from handrail.policy.schema.step import Step

ENQUIRIES, UNANSWERED = 0.25, 0.08
SIGNPOSTINGS, UNCONFIRMED, SESSIONS = 0.7, 0.12, 0.3
ACTIONS = 1 / 6
ACTION_REFUSED, ACTION_NOT_TAKEN_ON, ACTION_NOT_DONE = 0.09, 0.04, 0.06
HANDOVERS, HANDOVER_REFUSED, HANDOVER_WITHDRAWN = 0.4, 0.12, 0.12
MOVES, MOVE_UNCONFIRMED, OLD_ENOUGH = 0.1, 0.2, 15
NOTES, CORRECTIONS = 0.08, 0.12


# Follow-ups begun on the way


def enquire(history: History) -> None:
    """Plan an enquiry to a partner organisation."""
    if history.chance(ENQUIRIES):
        history.plan("enquiry", history.after_days(0, 2))


def set_action(history: History) -> None:
    """Plan an action for an assignee in the MASH or the intelligence unit."""
    if history.chance(ACTIONS):
        history.plan("action", history.after_days(0, 2))


def signpost(history: History) -> None:
    """Plan a question to the service that a case was signposted to, about the result."""
    decided = (act.outcome for act in reversed(history.record.acts) if act.act == "exit-checklist")
    if next(decided, None) == "signposted" and history.chance(SIGNPOSTINGS):
        history.plan("signposting", history.after_days(0, 3))


def hand_over(history: History) -> None:
    """Plan an offer of the case by its owner to a Channel practitioner."""
    if history.chance(HANDOVERS):
        history.plan("handover", history.after_days(1, 6))


def move_in_custody(history: History) -> None:
    """Plan that the subject enters or leaves custody while supported."""
    if history.about.age >= OLD_ENOUGH and history.chance(MOVES):
        history.plan("custody", history.after_days(5, 90))


def note(history: History) -> None:
    """Plan a note."""
    if history.chance(NOTES):
        history.plan("note", history.after_days(0, 60))


# Assignees


def given(history: History, step: Step) -> dict[str, list[str]]:
    """Return the typed assignee, for a step that asks a person with an account."""
    if step.id in {"action", "action-pass-on"}:
        return {"owner": [_drawn_from(history, "mash-officer", "fimu-officer")]}
    return {"to": [_drawn_from(history, "channel-practitioner")]} if step.id == "handover" else {}


def _drawn_from(history: History, *roles: str) -> str:
    """Return the id of a member with one of these roles who has not refused."""
    refused = {asked.of for asked in history.record.position.asked if asked.refused}
    ids = [str(member.actor.id) for role in roles for member in history.cast.members[role]]
    return history.random.choice([id_ for id_ in ids if id_ not in refused])


# Consequences


def last_asked(history: History) -> Asked:
    """Return the follow-up that the last step opened, passed on or answered."""
    number = history.record.acts[-1].content.get("about") or history.record.case.version
    asked = asked_by(number, history.record.position.asked)
    if asked is None:
        raise LookupError(f"Entry {number} asks for nothing that is open.")
    return asked


def _told_by(step: str, never: float) -> Consequence:
    """Return a consequence: the officer records the result by `step` around the due day, or never."""

    def plan(history: History) -> None:
        asked = last_asked(history)
        if asked.due and not history.chance(never):
            history.plan(step, history.around(asked.due), about=asked.number)

    return plan


def after_signposting(history: History) -> None:
    """Plan a report of the service on a session, or its final result, or nothing."""
    asked = last_asked(history)
    if asked.due and not asked.missed and history.chance(SESSIONS):
        history.plan("signposting-session", history.around(asked.due), about=asked.number)
    elif asked.due and not history.chance(UNCONFIRMED):
        history.plan("signposting-outcome", history.around(asked.due), about=asked.number)


def after_action(history: History) -> None:
    """Plan that the action is accepted or refused, or nothing."""
    asked, draw = last_asked(history), history.random.random()
    if draw < ACTION_REFUSED:
        history.plan("action-refuse", history.after_days(0, 3), about=asked.number, by=asked.of)
    elif draw > ACTION_REFUSED + ACTION_NOT_TAKEN_ON and asked.answer_due:
        at = history.around(asked.answer_due)
        history.plan("action-accept", at, about=asked.number, by=asked.of)


def after_action_taken_on(history: History) -> None:
    """Plan that the action is done around its due day, or nothing."""
    asked = last_asked(history)
    if asked.due and not history.chance(ACTION_NOT_DONE):
        history.plan("action-done", history.around(asked.due), about=asked.number, by=asked.of)


def after_action_refused(history: History) -> None:
    """Plan that the refused action is passed on or withdrawn, or nothing."""
    draw, number = history.random.random(), last_asked(history).number
    if draw < 0.8:
        step = "action-pass-on" if draw < 0.45 else "action-withdraw"
        history.plan(step, history.after_days(1, 8), about=number)


def after_handover(history: History) -> None:
    """Plan that the offer is withdrawn, accepted or refused."""
    asked, draw = last_asked(history), history.random.random()
    if draw < HANDOVER_WITHDRAWN:
        history.plan("handover-withdraw", history.after_days(0, 2), about=asked.number)
    elif asked.answer_due:
        step = "handover-refuse" if draw < HANDOVER_WITHDRAWN + HANDOVER_REFUSED else "handover-accept"
        history.plan(step, history.around(asked.answer_due), about=asked.number, by=asked.of)


def after_note(history: History) -> None:
    """Plan, now and then, a correction of the note."""
    if history.chance(CORRECTIONS):
        history.plan("note-correction", history.after_days(0, 10), about=history.record.case.version)


AFTER: dict[str, Consequence] = {
    "enquiry": _told_by("enquiry-answer", UNANSWERED),
    "signposting": after_signposting,
    "signposting-session": after_signposting,
    "custody": _told_by("custody-confirmed", MOVE_UNCONFIRMED),
    "action": after_action,
    "action-accept": after_action_taken_on,
    "action-refuse": after_action_refused,
    "action-pass-on": after_action,
    "handover": after_handover,
    "note": after_note,
}

DECISIONS: dict[str, Decision] = {
    "enquiry-answer": drawn(answered=0.7, knows_nothing=0.16, refused=0.06, no_answer=0.08),
    "signposting-outcome": drawn(taken_up=0.5, waiting=0.2, not_suitable=0.08, declined=0.14, no_answer=0.08),
    "custody-confirmed": drawn(confirmed=0.8, not_theirs=0.1, no_answer=0.1),
    "action-done": drawn(done=0.8, done_in_part=0.13, not_possible=0.07),
}

# Steps of these routes that nothing follows.
LAST = ("action-withdraw", "handover-accept", "handover-refuse", "handover-withdraw", "note-correction")
