"""What somebody enters who keeps a duty list."""

from collections.abc import Sequence
from datetime import datetime, time
from typing import Any

from django import forms
from django.utils import timezone

from handrail.access.drawn import Drawn, text
from handrail.govuk.dates import DayField
from handrail.govuk.fields import Field, Option
from handrail.organisations.models import Person

LONGEST_TELEPHONE = 40
LONGEST_CONTACT = 200


class TimeField(forms.TimeField):
    """A time of day, such as 18:00; `words` says in its messages what it is."""

    def __init__(self, words: str) -> None:
        said = f"Enter {words}, like 18:00"
        super().__init__(input_formats=["%H:%M", "%H.%M"], error_messages={"required": said, "invalid": said})


class PutOnDuty(Drawn):
    """Who is on duty, from when until when, and by which telephone."""

    person = forms.ChoiceField(
        error_messages={"required": "Select who is on duty", "invalid_choice": "Select who is on duty"}
    )
    telephone = text("the telephone number", LONGEST_TELEPHONE)
    since = DayField("the first day of the duty")
    until = DayField("the last day of the duty")

    def __init__(self, people: Sequence[Person], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by_id = {str(person.pk): person for person in people}
        choice = self.fields["person"]
        assert isinstance(choice, forms.ChoiceField)  # noqa: S101 it is declared above
        choice.choices = [(key, person.name) for key, person in self.by_id.items()]
        self.fields["since-time"] = TimeField("the time at which the duty begins")
        self.fields["until-time"] = TimeField("the time at which the duty ends")
        self.order_fields(["person", "telephone", "since", "since-time", "until", "until-time"])

    @property
    def chosen(self) -> Person:
        """Who was chosen, once the form is valid."""
        return self.by_id[self.cleaned_data["person"]]

    def moment(self, name: str) -> datetime:
        """The moment that a day and a time of the form name, once it is valid."""
        at: time = self.cleaned_data[f"{name}-time"]
        return timezone.make_aware(datetime.combine(self.cleaned_data[name], at))

    @property
    def drawing(self) -> list[Field]:
        """The fields in the order of the page."""
        people = [Option(key, person.name) for key, person in self.by_id.items()]
        example = f"For example, {timezone.localdate():%-d %-m %Y}"
        return [
            self.drawn("person", "select", "Who is on duty?", options=people),
            self.drawn(
                "telephone", "text", "Telephone", hint="A number that they answer at any hour.", input="tel"
            ),
            self.drawn("since", "date", "First day", hint=example),
            self.drawn("since-time", "text", "From", hint="For example, 18:00", width=5),
            self.drawn("until", "date", "Last day", hint=example),
            self.drawn("until-time", "text", "Until", hint="For example, 08:00", width=5),
        ]


class SayContact(Drawn):
    """Whom to ring where nobody is on duty."""

    contact = text("whom to ring, and the number", LONGEST_CONTACT)

    @property
    def drawing(self) -> list[Field]:
        """The one field of the page."""
        hint = "A name or a room, and a telephone number that is answered at any hour."
        return [self.drawn("contact", "text", "Whom to ring", hint=hint)]
