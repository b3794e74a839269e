"""Fold of the rows that acts write beside a case, to compare them with the entries of those acts.

These are markings, receipts of referrers, answers to possible matches with the links that follow, and
restrictions.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Model, Q
from django.utils import timezone

from handrail.access.actions import KIND as ACCESS
from handrail.cases.engine.record import IMPORTED
from handrail.cases.intake.dialogue import tell, turn_of
from handrail.cases.models import Case, Receipt, Restriction
from handrail.cases.models.kinds import CASE
from handrail.cases.models.marking import RaisedMarking
from handrail.ledger.models import Entry
from handrail.ledger.rebuild import (
    Difference,
    NotFolded,
    Projection,
    Table,
    differing,
    entries_by_chain,
    folding,
    paired,
    rows_by_chain,
    rows_of_chains,
)
from handrail.policy.built_in import BUILT_IN
from handrail.policy.schema.step import PUBLIC
from handrail.policy.step_kinds.kind import kind_of
from handrail.policy.step_kinds.matching import MATCH_ANSWER, MATCH_UNDONE
from handrail.policy.step_kinds.merging import Merging
from handrail.records.form_links.models import FormLink
from handrail.records.packs import policy_of
from handrail.subjects.models import Answer, Link, PossibleMatch

DRAWN = "Drawn by chance when the row is made."
BEGAN = "The moment at which the transaction of its entry began."
ASKED = "Of the entry that asked, and never changed."
REACHED = "How the form is reached, which is no part of the record."
FOUND = "Set when the match was found, which no entry says until somebody is asked."
SIDE = "The subject of the case, or a referral of it, of which the own columns are compared."

BESIDE: Mapping[type[Model], Table] = {
    RaisedMarking: Table("record", {"id": DRAWN, "reason": "It is in an entry on access."}, ("at",)),
    Receipt: Table("referral__case", {"id": DRAWN, "referral_id": SIDE, "reference": SIDE}),
    PossibleMatch: Table(
        "record",
        {"id": DRAWN, "subject_id": SIDE}
        | dict.fromkeys(("weight", "strong", "because", "found_at", "found_by_id", "asked_number"), FOUND),
        near=("answered_at",),
        rows=~Q(answer=""),
    ),
    Link: Table("record", {"id": DRAWN, "subject_id": SIDE, "undone_at": BEGAN}, ("at",)),
    FormLink: Table(
        "record",
        dict.fromkeys(("by_id", "answerer_id", "email", "words", "made_at", "until"), ASKED)
        | dict.fromkeys(("digest", "code", "tries", "sent_at", "revoked_at"), REACHED),
        near=("answered_at",),
        rows=~Q(receipt=""),
    ),
}
RESTRICTIONS: Mapping[type[Model], Table] = {Restriction: Table(near=("since", "lift_asked_at", "lifted_at"))}


class Beside:
    """The rows that the entries of one case make beside it, while the entries are folded."""

    def __init__(self) -> None:
        self.markings: list[RaisedMarking] = []
        self.receipts: list[Receipt] = []
        self.answers: dict[str, PossibleMatch] = {}
        self.links: list[Link] = []
        self.forms: list[FormLink] = []
        self.merged = False

    def fold(self, entry: Entry) -> None:
        """Apply one more entry of the case."""
        said = entry.content.content
        self.markings += RaisedMarking.said_by(entry)
        if by_link := said.get("by_link"):
            named = {"id": UUID(by_link["link"]), "to": by_link["to"], "receipt": by_link["receipt"]}
            self.forms.append(
                FormLink(
                    kind=CASE.name,
                    record=entry.chain,
                    number=said["about"],
                    answered_at=entry.recorded_at,
                    **named,
                )
            )
        if entry.act not in BUILT_IN:
            pack, step = policy_of(entry)
            kind = kind_of(step)
            self.merged |= isinstance(kind, Merging)
            if kind is MATCH_ANSWER or kind is MATCH_UNDONE:
                self._match(entry, said)
            if kind.brings_referral or (kind.opens_case and not kind.in_confidence):
                self._give_receipt(entry, said)
            if turn := turn_of(pack, step, said, timezone.localdate(entry.recorded_at)):
                tell(self.receipts, turn)

    def _match(self, entry: Entry, said: Mapping[str, Any]) -> None:
        other = said.get("candidate", {}).get("subject")
        if other is None:  # of a record out of sight, so nothing is written on it
            return
        if entry.outcome is None:
            self.answers.pop(other, None)
            for link in self.links:
                if link.other_id == UUID(other) and link.undone_number is None:
                    link.undone_by_id, link.undone_number = entry.actor, entry.number
            return
        named = {"record": entry.chain, "other_id": UUID(other), "number": entry.number}
        self.answers[other] = PossibleMatch(
            answer=entry.outcome, answered_by_id=entry.actor, answered_at=entry.recorded_at, **named
        )
        if entry.outcome == Answer.SAME:
            self.links.append(Link(by_id=entry.actor, at=entry.recorded_at, **named))

    def _give_receipt(self, entry: Entry, said: Mapping[str, Any]) -> None:
        if entry.role != PUBLIC and IMPORTED not in said:
            on = timezone.localdate(entry.happened_at)
            self.receipts.append(Receipt(person_id=entry.actor, received_on=on))


def of_cases(chains: Sequence[UUID]) -> Iterator[Difference]:
    """Yield every difference between these cases' entries and the rows beside the cases."""
    references = dict(Case.objects.filter(pk__in=chains).values_list("pk", "reference"))
    stored = {model: rows_by_chain(model, chains) for model in BESIDE}
    for chain, entries in entries_by_chain(chains):
        beside = Beside()
        try:
            for number, entry in enumerate(entries, start=1):
                with folding(entry, number):
                    beside.fold(entry)
        except NotFolded:
            continue  # the fold of the case names it
        for model, keys, expected in (
            (RaisedMarking, ("number", "marking"), beside.markings),
            (PossibleMatch, ("number",), beside.answers.values()),
            (Link, ("number",), beside.links),
            (FormLink, ("id",), beside.forms),
            # A merge moves referrals to another case, whose feedback their receipts tell from then on.
            *([] if beside.merged else [(Receipt, ("person_id", "received_on"), beside.receipts)]),
        ):
            for pair in paired(expected, stored[model].get(chain, ()), *keys):
                name = references.get(chain, f"chain {chain}")
                yield from (Difference(name, *one) for one in differing(*pair))


def restriction(row: Restriction | None, entry: Entry) -> Restriction | None:
    """Return the restriction that a chain makes after one more entry; None for another chain."""
    said = entry.content.content
    if entry.act == "access-restricted":
        by = None if entry.role == PUBLIC else entry.actor
        case, category = UUID(said["record"]), said["category"]
        return Restriction(
            id=entry.chain,
            case_id=case,
            category=category,
            reason=said["reason"],
            by_id=by,
            since=entry.recorded_at,
        )
    if row is None:
        return None
    if entry.act == "access-lift-asked":
        row.lift_asked_by_id, row.lift_asked_at = entry.actor, entry.recorded_at
        row.lift_reason = said["reason"]
    elif entry.act == "access-lift-refused":
        row.lift_asked_by_id, row.lift_asked_at, row.lift_reason = None, None, ""
    elif entry.act == "access-lifted":
        row.lifted_by_id, row.lifted_at = entry.actor, entry.recorded_at
    return row


PROJECTIONS = (
    Projection(CASE.name, BESIDE, of_cases),
    Projection(ACCESS, RESTRICTIONS, lambda chains: rows_of_chains(chains, RESTRICTIONS, restriction)),
)
