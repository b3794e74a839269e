"""Forms about accounts and posts."""

from collections.abc import Sequence
from datetime import date

from django.utils import timezone

from handrail.accounts.appointments import Appointment
from handrail.forms.sheet import Sheet, choice, entered, reason
from handrail.organisations.models import Kind, Organisation, Post
from handrail.organisations.roles import Role
from handrail.organisations.vetting import Vetting
from handrail.policy.schema.codes import Code
from handrail.policy.schema.form import Condition, Question
from handrail.policy.schema.form import Kind as Asked

LONGEST_REASON = 500
VETTINGS = [choice(level.value, str(level.label)) for level in Vetting]
HOME_HINT = (
    "We do not keep the postcode, only a fingerprint of it that nobody can read back. It is only used to "
    "show whether somebody opened the case of a person at their own address."
)

NAME = Question(
    id="name",
    kind=Asked.TEXT,
    label="Name",
    hint="Their given name first, as colleagues know them.",
    missing="Enter the person’s name",
    max_length=120,
    autocomplete="off",
)
EMAIL = Question(
    id="email",
    kind=Asked.TEXT,
    label="Email address at work",
    missing="Enter their email address at work",
    max_length=254,
    input="email",
    autocomplete="off",
)
POSTCODE = Question(
    id="postcode",
    kind=Asked.TEXT,
    label="Postcode at home",
    hint=HOME_HINT,
    required=False,
    max_length=10,
    input="postcode",
    autocomplete="off",
)
ORGANISATION = Question(
    id="organisation", kind=Asked.ORGANISATION, label="Organisation", missing="Select the organisation"
)
ROLE = Question(
    id="role",
    kind=Asked.CHOICE,
    label="Role",
    hint="“What each role may do” shows where each role can be held.",
    missing="Select the role",
)
UNTIL = Question(
    id="until",
    kind=Asked.DATE,
    label="End date",
    hint="An inspector’s post always has one.",
    required=False,
    future=True,
)
VETTING = Question(id="vetting", kind=Asked.CHOICE, label="Vetting", missing="Select their level of vetting")
LAST_DAY = Question(
    id="last-day",
    kind=Asked.DATE,
    label="End date",
    hint="They still hold the post on this date.",
    missing="Enter the end date of the post",
    future=True,
    when=Condition.model_validate({"question": "when", "is": ["later"]}),
)
WHEN = Question(id="when", kind=Asked.CHOICE, label="When does it end?", missing="Select when the post ends")
WHENS = (
    Code(
        id="now",
        label="At once",
        hint="They are signed out. They can no longer see or do anything with this post.",
    ),
    Code(id="later", label="After a day"),
)
WHY = Question(
    id="reason",
    kind=Asked.LONG_TEXT,
    label="Why",
    hint="This is kept on the record of the account.",
    required=False,
    max_length=LONGEST_REASON,
)


def _first_day() -> Question:
    return Question(
        id="since",
        kind=Asked.DATE,
        label="Start date",
        hint=f"For example, {timezone.localdate():%-d %-m %Y}",
        missing="Enter the start date of the post",
        future=True,
    )


def _vetted_until(hint: str) -> Question:
    return Question(
        id="vetted-until", kind=Asked.DATE, label="Vetted until", hint=hint, required=False, future=True
    )


def give_post(organisations: Sequence[Organisation]) -> Sheet:
    """Return the form of a new post: role, organisation, period, vetting."""
    kinds = {Kind(organisation.kind) for organisation in organisations}
    roles = [role for role in Role if not role.places.isdisjoint(kinds)]
    hint = "You need this unless they were not vetted. After this date, the post shows no cases."
    return Sheet(
        (ORGANISATION, ROLE, _first_day(), UNTIL, VETTING, _vetted_until(hint), WHY),
        choices={
            "organisation": [choice(one.pk, str(one)) for one in organisations],
            "role": [choice(role, role.label) for role in roles],
            "vetting": VETTINGS,
        },
        typed=entered(since=timezone.localdate()),
    )


def open_account(organisations: Sequence[Organisation]) -> Sheet:
    """Return the form of a new account: the person's details, then their first post."""
    sheet = give_post(organisations)
    sheet.questions = (NAME, EMAIL, POSTCODE, *sheet.questions)
    return sheet


def appointment(sheet: Sheet, organisations: Sequence[Organisation]) -> Appointment:
    """Return the post that a valid form describes."""
    by_id = {str(organisation.pk): organisation for organisation in organisations}
    since = sheet.day("since")
    assert since  # noqa: S101 the form is right
    return Appointment(
        role=Role(sheet.answer("role")),
        organisation=by_id[sheet.answer("organisation")],
        since=since,
        until=sheet.day("until"),
        vetting=vetting(sheet),
        vetted_until=sheet.day("vetted-until"),
    )


def vetting(sheet: Sheet) -> Vetting:
    """Return the vetting that a valid form states."""
    return Vetting(int(sheet.answer("vetting")))


def end_post() -> Sheet:
    """Return the form that ends a post."""
    why = reason("Why does it end?", "Enter why the post ends", most=LONGEST_REASON)
    return Sheet((WHEN, LAST_DAY, why), choices={"when": WHENS})


def last_day(sheet: Sheet) -> date | None:
    """Return the last day of the post by this form; None if it ends at once."""
    return sheet.day("last-day") if sheet.answer("when") == "later" else None


def renew_vetting(post: Post) -> Sheet:
    """Return the form that renews the vetting of a post's holder, filled with their vetting now."""
    until = _vetted_until("After this date, the post shows no cases.")
    now = entered(vetting=post.vetting, **{"vetted-until": post.vetted_until})
    return Sheet((VETTING, until, WHY), choices={"vetting": VETTINGS}, typed=now)


def close_account() -> Sheet:
    """Return the form that asks why an account is closed."""
    return Sheet((reason("Why is it closed?", "Enter why the account is closed", most=LONGEST_REASON),))
