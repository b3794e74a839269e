"""Forms of the duty list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time

from django.utils import timezone

from handrail.forms.sheet import Sheet, choice, entered
from handrail.organisations.models import Person
from handrail.policy.schema.form import Kind, Question

LONGEST_TELEPHONE = 40
LONGEST_CONTACT = 200
TIMES = ("%H:%M", "%H.%M")


@dataclass
class PutOnDuty(Sheet):
    """The form that puts a person on duty: who, from when until when, and their telephone number."""

    def check(self) -> None:
        """Note an error for each answer that is not a time of day."""
        for name, what in BEGINS_AND_ENDS.items():
            if self.answer(name) and self._time(name) is None:
                self.wrong(name, f"Enter the time when the duty {what}, like 18:00")

    def moment(self, name: str) -> datetime:
        """Return an answered day and time as one aware datetime; only call this on a valid form."""
        day, at = self.day(name), self._time(f"{name}-time")
        assert day  # noqa: S101 the form is right
        assert at  # noqa: S101 the form is right
        return timezone.make_aware(datetime.combine(day, at))

    def _time(self, name: str) -> time | None:
        for form in TIMES:
            try:
                return datetime.strptime(self.answer(name), form).time()  # noqa: DTZ007 a time alone
            except ValueError:
                continue
        return None


BEGINS_AND_ENDS = {"since-time": "starts", "until-time": "ends"}


def put_on_duty(people: Sequence[Person]) -> PutOnDuty:
    """Return the form that puts one of these people on duty."""
    example = f"For example, {timezone.localdate():%-d %-m %Y}"
    choices = [choice(person.pk, person.name) for person in people]
    questions = (
        Question(id="person", kind=Kind.PERSON, label="Who is on duty?", missing="Select who is on duty"),
        Question(
            id="telephone",
            kind=Kind.TEXT,
            label="Telephone",
            hint="A number that they answer at any hour.",
            missing="Enter the phone number",
            max_length=LONGEST_TELEPHONE,
            input="tel",
        ),
        _day("since", "Start date", example, "Enter the start date of the duty"),
        _time("since-time", "Start time", "For example, 18:00"),
        _day("until", "End date", example, "Enter the end date of the duty"),
        _time("until-time", "End time", "For example, 08:00"),
    )
    return PutOnDuty(questions, choices={"person": choices})


def _day(name: str, label: str, hint: str, missing: str) -> Question:
    return Question(id=name, kind=Kind.DATE, label=label, hint=hint, missing=missing, future=True)


def _time(name: str, label: str, hint: str) -> Question:
    missing = f"Enter the time when the duty {BEGINS_AND_ENDS[name]}, like 18:00"
    return Question(id=name, kind=Kind.TEXT, label=label, hint=hint, missing=missing, max_length=5)


CONTACT = Question(
    id="contact",
    kind=Kind.TEXT,
    label="Who to call",
    hint="A name or a room, and a phone number that is answered at any hour.",
    missing="Enter who to call, and the number",
    max_length=LONGEST_CONTACT,
)


PUBLIC_CONTACT = Question(
    id="public-contact",
    kind=Kind.TEXT,
    label="Number and hours for people who have referred somebody",
    hint="Shown on every receipt. For example: 01632 960120, Monday to Friday, 9am to 5pm.",
    required=False,
    max_length=LONGEST_CONTACT,
)


def say_public_contact(now: str) -> Sheet:
    """Return the form for the public contact of a force, filled with the one it has now."""
    return Sheet((PUBLIC_CONTACT,), typed=entered(**{"public-contact": now}))


def say_contact(now: str) -> Sheet:
    """Return the form for the contact of a force, filled with the contact it has now."""
    return Sheet((CONTACT,), typed=entered(contact=now))
