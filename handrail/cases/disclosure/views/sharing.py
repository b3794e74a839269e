"""The forms by which a text is redacted and shared: what was typed, and what has to be mended."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from django.http import QueryDict
from django.utils import timezone

from handrail.cases.disclosure.redaction import LEAST, letters, passages
from handrail.cases.disclosure.summarising import markings_for
from handrail.cases.models.summary import Summary
from handrail.cases.packs import current_pack
from handrail.govuk.fields import Field, Option
from handrail.organisations.models import Kind, Organisation, Person
from handrail.policy.schema.access import Marking
from handrail.written.days import real_day

LENGTH = 1000
TITLE_LENGTH = 200
TO_BODIES = (Kind.COUNCIL, Kind.PARTNER)


def typed(posted: QueryDict, name: str) -> str:
    """What was typed into one input."""
    return posted.get(name, "").replace("\x00", "").strip()[:LENGTH]


@dataclass
class Redacting:
    """What is to be taken out of a summary."""

    title: str
    out: set[int]
    said: str
    marking: Marking | None
    markings: list[Marking]
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, summary: Summary, by: Person, posted: QueryDict) -> "Redacting":
        """What was posted; before that, nothing but the names of whom the case is about."""
        markings = markings_for(summary, by)
        least = next((m for m in markings if m.id == (posted.get("marking") or "official-sensitive")), None)
        if not posted:
            return cls("", set(), names_in(summary), least or markings[-1], markings)
        last = sum(map(len, passages(summary.text)))
        out = {int(n) for n in posted.getlist("out") if n.isdecimal() and 0 < int(n) <= last}
        form = cls(typed(posted, "title")[:TITLE_LENGTH], out, typed(posted, "words"), least, markings)
        form._check()
        return form

    def _check(self) -> None:
        if not self.title:
            self.errors["title"] = "Enter a title that whoever gets it may read"
        for word in self.words:
            if len(letters(word)) < LEAST:
                self.errors["words"] = f"“{word}” is too short to be found. Enter at least {LEAST} letters"
        if self.marking is None:
            self.errors["marking"] = "Select how the redacted version is marked"

    @property
    def words(self) -> list[str]:
        """The words and phrases to black out, one a line."""
        return [line.strip() for line in self.said.splitlines() if line.strip()]

    @property
    def fields(self) -> dict[str, Field]:
        """Every field but the passages, by name."""
        chosen = self.marking.id if self.marking else ""
        values = {"title": [self.title], "words": [self.said], "marking": [chosen]}
        return {
            "title": Field(
                "text",
                "title",
                "Title",
                hint="It is blacked out like the text.",
                values=values,
                errors=self.errors,
                max_length=TITLE_LENGTH,
            ),
            "words": Field(
                "long-text",
                "words",
                "Words to black out everywhere",
                hint="One word or phrase a line. Any word that holds it goes, whatever its capitals.",
                values=values,
                errors=self.errors,
                optional=True,
                max_length=LENGTH,
            ),
            "marking": Field(
                "radios",
                "marking",
                "Marking of the redacted version",
                options=[Option(m.id, m.title, hint=m.handling) for m in self.markings],
                values=values,
                errors=self.errors,
            ),
        }


def names_in(summary: Summary) -> str:
    """The names and the address of whom the case is about, one a line, as a beginning."""
    subject = summary.case.subject
    facts = (subject.given_name, subject.family_name, subject.address, subject.postcode) if subject else ()
    return "\n".join(fact for fact in facts if len(letters(fact)) >= LEAST)


@dataclass
class Sharing:
    """With whom a redacted version is shared, on which basis, and until when."""

    posted: QueryDict
    errors: dict[str, str] = field(default_factory=dict)
    found: Person | Organisation | None = None
    day: date | None = None

    @classmethod
    def of(cls, posted: QueryDict) -> "Sharing":
        """What was posted, not looked at yet."""
        return cls(posted)

    def read(self) -> dict[str, str]:
        """What has to be mended."""
        self.found = self._receiver()
        missing = {
            "basis": "Enter the lawful basis",
            "controller": "Enter who answers for it afterwards",
            "reason": "Say what they need it for",
        }
        for name, message in missing.items():
            if not typed(self.posted, name):
                self.errors[name] = message
        if self.found is None:
            self.errors["to"] = "Select a body, or enter the email address of an account here"
        self.day, today = self._day(), timezone.localdate()
        latest = today + timedelta(days=current_pack().access.shared_days)
        if self.day is None or not today <= self.day <= latest:
            self.errors["until-day"] = f"Enter a day from today to {latest:%-d %B %Y}"
        return self.errors

    def _receiver(self) -> Person | Organisation | None:
        email, body = typed(self.posted, "email").lower(), typed(self.posted, "to")
        if email:
            return Person.objects.filter(email=email, is_active=True).first()
        bodies = {str(one.pk): one for one in bodies_to_share_with()}
        return bodies.get(body)

    def _day(self) -> date | None:
        try:
            return real_day(*(typed(self.posted, f"until-{part}") for part in ("day", "month", "year")))
        except ValueError:
            return None

    @property
    def to(self) -> Person | Organisation:
        """Who gets it; known once it was read without errors."""
        if self.found is None:
            raise LookupError("Nobody was named.")
        return self.found

    @property
    def until(self) -> date:
        """The last day of it; known once it was read without errors."""
        if self.day is None:
            raise LookupError("No day was given.")
        return self.day

    @property
    def reason(self) -> str:
        return typed(self.posted, "reason")

    @property
    def basis(self) -> str:
        return typed(self.posted, "basis")

    @property
    def controller(self) -> str:
        return typed(self.posted, "controller")[:TITLE_LENGTH]

    @property
    def fields(self) -> list[Field]:
        """The fields of the form, in order."""
        values = {name: self.posted.getlist(name) for name in self.posted}
        options = [Option("", "Nobody chosen"), *(Option(str(o.pk), o.name) for o in bodies_to_share_with())]
        long = {"values": values, "errors": self.errors, "max_length": LENGTH}
        return [
            Field("select", "to", "Body", options=options, optional=True, values=values, errors=self.errors),
            Field(
                "text",
                "email",
                "Or one person, by their email address here",
                optional=True,
                input="email",
                values=values,
                errors=self.errors,
            ),
            Field("text", "basis", "On which lawful basis?", **long),  # type: ignore[arg-type]
            Field("text", "controller", "Who answers for it afterwards?", **long),  # type: ignore[arg-type]
            Field("long-text", "reason", "What do they need it for?", **long),  # type: ignore[arg-type]
            Field("date", "until", "Until when?", values=values, errors=self.errors),
        ]


def bodies_to_share_with() -> list[Organisation]:
    """The councils and partner bodies, by name."""
    return list(Organisation.objects.filter(kind__in=TO_BODIES).order_by("name"))
