"""What an administrator enters about accounts and posts."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone

from handrail.access.drawn import Drawn, text
from handrail.accounts.appointments import Appointment
from handrail.govuk.dates import DayField
from handrail.govuk.fields import Field, Option
from handrail.organisations.models import Kind, Organisation
from handrail.organisations.places import PLACES
from handrail.organisations.roles import TITLES, Role
from handrail.organisations.vetting import Vetting

LONGEST_REASON = 500
HOME_HINT = (
    "It is not kept, only a fingerprint of it that nobody can read back. It shows one thing: whether "
    "somebody opened the case of a person at their own address."
)


VETTINGS = [Option(str(level.value), str(level.label)) for level in Vetting]


class GivePost(Drawn):
    """A post: role, organisation, period, vetting."""

    field_order = [  # noqa: RUF012 Django's own, no field of a model
        *("name", "email", "postcode"),
        *("organisation", "role", "since", "until", "vetting", "vetted-until", "reason"),
    ]
    role = forms.ChoiceField(
        choices=list(TITLES.items()),
        error_messages={"required": "Select the role", "invalid_choice": "Select the role"},
    )
    organisation = forms.ChoiceField(
        error_messages={"required": "Select the organisation", "invalid_choice": "Select the organisation"}
    )
    since = DayField("the first day of the post")
    until = DayField("the last day of the post", required=False)
    vetting = forms.TypedChoiceField(
        choices=Vetting.choices,
        coerce=lambda value: Vetting(int(value)),
        error_messages={
            "required": "Select how far they were vetted",
            "invalid_choice": "Select how far they were vetted",
        },
    )
    reason = text("why", LONGEST_REASON, required=False)

    def __init__(self, organisations: Sequence[Organisation], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by_id = {str(organisation.pk): organisation for organisation in organisations}
        choice = self.fields["organisation"]
        assert isinstance(choice, forms.ChoiceField)  # noqa: S101 it is declared above
        choice.choices = [(key, str(organisation)) for key, organisation in self.by_id.items()]
        self.fields["vetted-until"] = DayField("until when the vetting stands", required=False)
        self.order_fields(self.field_order)

    @property
    def appointment(self) -> Appointment:
        """What was entered, once it is valid."""
        given = self.cleaned_data
        return Appointment(
            role=Role(given["role"]),
            organisation=self.by_id[given["organisation"]],
            since=given["since"],
            until=given["until"],
            vetting=given["vetting"],
            vetted_until=given["vetted-until"],
        )

    @property
    def drawing(self) -> list[Field]:
        """The fields in the order of the page."""
        return [
            self.drawn(
                "organisation",
                "select",
                "Organisation",
                options=[Option(key, str(body)) for key, body in self.by_id.items()],
            ),
            self.drawn(
                "role",
                "select",
                "Role",
                hint="“What each role may do” says where each can be held.",
                options=self._roles(),
            ),
            self.drawn("since", "date", "First day", hint=f"For example, {timezone.localdate():%-d %-m %Y}"),
            self.drawn(
                "until", "date", "Last day", optional=True, hint="An inspector’s post always has one."
            ),
            self.drawn("vetting", "select", "Vetting", options=VETTINGS),
            self.drawn(
                "vetted-until",
                "date",
                "Vetted until",
                optional=True,
                hint="Needed unless they were not vetted. From the day after, the post shows no case.",
            ),
            self.drawn(
                "reason",
                "text",
                "Why",
                optional=True,
                hint="It stays on the record of the account.",
                max_length=LONGEST_REASON,
            ),
        ]

    def _roles(self) -> list[Option]:
        """The roles that can be held in one of the organisations offered."""
        kinds = {organisation.kind for organisation in self.by_id.values()}
        return [
            Option(role, title)
            for role, title in TITLES.items()
            if not PLACES[role].isdisjoint(map(Kind, kinds))
        ]


class OpenAccount(GivePost):
    """A new account with its first post."""

    name = text("the person’s name", 120)
    email = forms.EmailField(
        max_length=254,
        error_messages={
            "required": "Enter their email address at work",
            "invalid": "Enter an email address in the correct format, like name@example.org",
        },
    )
    postcode = text("a postcode", 10, required=False)

    @property
    def drawing(self) -> list[Field]:
        """The person first, then the post."""
        person = [
            self.drawn(
                "name", "text", "Name", hint="As colleagues know it, given name first.", autocomplete="off"
            ),
            self.drawn("email", "text", "Email address at work", input="email", autocomplete="off"),
            self.drawn(
                "postcode",
                "text",
                "Postcode at home",
                optional=True,
                width=10,
                autocomplete="off",
                hint=HOME_HINT,
            ),
        ]
        return person + super().drawing


class EndPost(Drawn):
    """How a post ends."""

    when = forms.ChoiceField(
        choices=[("now", "At once"), ("later", "After a day")],
        error_messages={"required": "Select when the post ends"},
    )
    reason = text("why the post ends", LONGEST_REASON)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["last-day"] = DayField(
            "the last day of the post", required=self.data.get("when") == "later"
        )

    @property
    def last_day(self) -> date | None:
        """The last day, or None where it ends at once."""
        found: date | None = self.cleaned_data["last-day"] if self.cleaned_data["when"] == "later" else None
        return found

    @property
    def drawing(self) -> list[Field]:
        """The fields in the order of the page."""
        day = self.drawn("last-day", "date", "Last day", hint="On this day the post is still held.")
        options = [
            Option("now", "At once", "They are signed out, and this post lets them see and do nothing more."),
            Option("later", "After a day", follows=[day]),
        ]
        return [
            self.drawn("when", "radios", "When does it end?", options=options),
            self.drawn("reason", "text", "Why does it end?", max_length=LONGEST_REASON),
        ]


class RenewVetting(Drawn):
    """How far somebody was vetted anew."""

    vetting = forms.TypedChoiceField(
        choices=Vetting.choices,
        coerce=lambda value: Vetting(int(value)),
        error_messages={
            "required": "Select how far they were vetted",
            "invalid_choice": "Select how far they were vetted",
        },
    )
    reason = text("why", LONGEST_REASON, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["vetted-until"] = DayField("until when the vetting stands", required=False)

    @property
    def drawing(self) -> list[Field]:
        """The fields in the order of the page."""
        return [
            self.drawn("vetting", "select", "Vetting", options=VETTINGS),
            self.drawn(
                "vetted-until", "date", "Vetted until", hint="From the day after, the post shows no case."
            ),
            self.drawn("reason", "text", "Why", optional=True, max_length=LONGEST_REASON),
        ]


class CloseAccount(Drawn):
    """Why an account is closed."""

    reason = text("why the account is closed", LONGEST_REASON)

    @property
    def drawing(self) -> list[Field]:
        """The one field."""
        return [self.drawn("reason", "text", "Why is it closed?", max_length=LONGEST_REASON)]
