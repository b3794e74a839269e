"""Forms to make a summary, redact it and share the redacted version."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django.http import HttpRequest

from handrail.cases.disclosure.paper.blocks import moment
from handrail.cases.disclosure.redaction import LEAST, letters, passages
from handrail.cases.disclosure.summary_actions import markings_for
from handrail.cases.models.summary import Summary
from handrail.cases.timeline.entries import Event
from handrail.forms.sheet import Sheet, choice, entered, reason
from handrail.organisations.models import Kind as Body
from handrail.organisations.models import Organisation, Person
from handrail.policy.schema.form import Kind, Question
from handrail.records.packs import current_pack

LENGTH = 1000
TO_BODIES = (Body.COUNCIL, Body.PARTNER)
LEAST_MARKING = "official-sensitive"  # marking preselected for a redacted version

TITLE = Question(id="title", kind=Kind.TEXT, label="Title", missing="Enter a title")
ENTRY = Question(id="entry", kind=Kind.CHOICES, label="Entries", missing="Select at least one entry")
REDACTING = (
    Question(
        id="title",
        kind=Kind.TEXT,
        label="Title",
        hint="It is blacked out like the text.",
        missing="Enter a title that the recipient may read",
    ),
    Question(
        id="words",
        kind=Kind.LONG_TEXT,
        label="Words to black out everywhere",
        hint="One word or phrase a line. Any word that holds it goes, whatever its capitals.",
        required=False,
        max_length=LENGTH,
    ),
    Question(id="out", kind=Kind.CHOICES, label="Passages to take out", required=False),
    Question(
        id="marking",
        kind=Kind.CHOICE,
        label="Marking of the redacted version",
        missing="Select how the redacted version is marked",
    ),
)
SHARING = (
    Question(id="to", kind=Kind.ORGANISATION, label="Body", required=False),
    Question(
        id="email",
        kind=Kind.TEXT,
        label="Or one person, by their email address here",
        required=False,
        input="email",
    ),
    Question(
        id="basis",
        kind=Kind.TEXT,
        label="On which lawful basis?",
        missing="Enter the lawful basis",
        max_length=LENGTH,
    ),
    Question(
        id="controller",
        kind=Kind.TEXT,
        label="Who answers for it afterwards?",
        missing="Enter who answers for it afterwards",
    ),
    reason("What do they need it for?", "Say what they need it for"),
    Question(
        id="until",
        kind=Kind.DATE,
        label="Until when?",
        missing="Enter the last day on which they see it",
        future=True,
    ),
)
NOBODY = "Select a body, or enter the email address of an account here"


def summarising(request: HttpRequest, events: Sequence[Event]) -> Sheet:
    """Return the form that makes a summary of some of these entries."""
    entries = [
        choice(e.number, f"{': '.join(filter(None, (e.title, e.outcome)))}, {moment(e.happened)}")
        for e in events
    ]
    return Sheet((TITLE, ENTRY), choices={"entry": entries}).sent(request)


@dataclass
class Redacting(Sheet):
    """Form that redacts a summary."""

    def check(self) -> None:
        """Report words too short to be found."""
        for word in self.words:
            if len(letters(word)) < LEAST:
                self.wrong("words", f"“{word}” is too short to be found. Enter at least {LEAST} letters")

    @property
    def words(self) -> list[str]:
        """Words and phrases to black out, one a line."""
        return [line.strip() for line in self.answer("words").splitlines() if line.strip()]

    @property
    def out(self) -> set[int]:
        """Numbers of the passages to take out."""
        return set(map(int, self.answers("out")))


def redacting(request: HttpRequest, summary: Summary, by: Person) -> Redacting:
    """Return the form that redacts a summary; the words to black out begin with the subject's names."""
    markings = {one.id: one for one in markings_for(summary, by)}
    last = sum(map(len, passages(summary.text)))
    choices = {
        "marking": [choice(one.id, one.title, one.handling) for one in markings.values()],
        "out": [choice(number, f"Passage {number}") for number in range(1, last + 1)],
    }
    marking = LEAST_MARKING if LEAST_MARKING in markings else list(markings)[-1]
    begun = entered(words=names_in(summary), marking=marking)
    return Redacting(REDACTING, choices=choices, typed=begun).sent(request)


def names_in(summary: Summary) -> str:
    """Return the subject's names, address and postcode, one a line."""
    subject = summary.case.subject
    facts = (subject.given_name, subject.family_name, subject.address, subject.postcode) if subject else ()
    return "\n".join(fact for fact in facts if len(letters(fact)) >= LEAST)


@dataclass
class Sharing(Sheet):
    """Form that shares a redacted version: recipient, lawful basis, last day."""

    def check(self) -> None:
        """Report a missing or unknown recipient, and a last day too far ahead."""
        if self.to is None and "email" not in self.errors:
            self.wrong("to", NOBODY)
        self.expect_day_within("until", current_pack().access.shared_days)

    @cached_property
    def to(self) -> Person | Organisation | None:
        """Recipient; None where no body is chosen and the email address has no active account."""
        if email := self.answer("email").lower():
            return Person.objects.filter(email=email, is_active=True).first()
        body = self.answer("to")
        return Organisation.objects.get(pk=body) if body else None


def sharing(request: HttpRequest) -> Sharing:
    """Return the form that shares a redacted version with a body or a person."""
    bodies = Organisation.objects.filter(kind__in=TO_BODIES).order_by("name")
    return Sharing(SHARING, choices={"to": [choice(one.pk, one.name) for one in bodies]}).sent(request)
