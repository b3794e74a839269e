"""Tables of cases, referrals, register entries and all that belongs to them, with their querysets."""

from handrail.cases.models.case import NAME_WITHHELD, Case, CaseQuerySet
from handrail.cases.models.deadline import Deadline
from handrail.cases.models.follow_up import FollowUp
from handrail.cases.models.marking import RaisedMarking
from handrail.cases.models.receipt import Receipt
from handrail.cases.models.reference import new_reference
from handrail.cases.models.referral import Referral
from handrail.cases.models.register_entry import RegisterDeadline, RegisterEntry
from handrail.cases.models.restriction import Restriction
from handrail.cases.models.summary import Redacted, Redaction, Summary
from handrail.records.drafts import Draft

__all__ = [
    "NAME_WITHHELD",
    "Case",
    "CaseQuerySet",
    "Deadline",
    "Draft",
    "FollowUp",
    "RaisedMarking",
    "Receipt",
    "Redacted",
    "Redaction",
    "Referral",
    "RegisterDeadline",
    "RegisterEntry",
    "Restriction",
    "Summary",
    "new_reference",
]
