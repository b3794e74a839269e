"""Forms to make a summary, redact it and share the redacted version."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from django.http import HttpRequest

from handrail.cases.disclosure.paper.blocks import moment
from handrail.cases.disclosure.redaction import LEAST, Part, letters, parts_of
from handrail.cases.disclosure.summary_actions import identifying_words, markings_for
from handrail.cases.models.summary import Summary
from handrail.cases.timeline.entries import Event
from handrail.forms.sheet import Sheet, choice, entered, reason
from handrail.govuk.fields import Field
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
        hint="The words below are taken out of it too.",
        missing="Enter a title that the recipient may read",
    ),
    Question(
        id="words",
        kind=Kind.LONG_TEXT,
        label="Words to take out everywhere",
        hint="One word or phrase on each line, such as a name. Capitals and accents make no difference.",
        required=False,
        max_length=LENGTH,
    ),
    Question(
        id="marking",
        kind=Kind.CHOICE,
        label="Marking of the redacted version",
        missing="Select how the redacted version is marked",
    ),
)
STATE = (
    Question(id="at", kind=Kind.CHOICE, label="Page", required=False),
    Question(id="go", kind=Kind.CHOICE, label="Next page", required=False),
    Question(id="choice", kind=Kind.CHOICE, label="What is shared of this entry?", required=False),
    Question(id="shared", kind=Kind.CHOICES, label="Entries to share", required=False),
    Question(id="left", kind=Kind.CHOICES, label="Entries to leave out", required=False),
    Question(id="out", kind=Kind.CHOICES, label="Passages to take out", required=False),
)
SHARE, LEAVE = "share", "leave"
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
        label="What is the lawful basis?",
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
        label="End date",
        hint="The last date they can see it.",
        missing="Enter the end date",
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
    """Form that redacts a summary, a page for each part of its text.

    Page 0 asks for title, words and marking, the pages from 1 on show a part each, and the last shows what
    leaves. What was said on other pages comes with each request. Only what somebody decided to share leaves.
    """

    parts: Sequence[Part] = ()

    def check(self) -> None:
        """Report words too short to be found."""
        for word in self.words:
            if len(letters(word)) < LEAST:
                self.wrong("words", f"“{word}” is too short to be found. Enter at least {LEAST} letters")

    @property
    def at(self) -> int:
        """Number of the page that was sent."""
        return int(self.answer("at") or 0)

    @property
    def last(self) -> int:
        """Number of the page that shows what leaves."""
        return len(self.parts) + 1

    @cached_property
    def page(self) -> int:
        """Number of the page to show: the one asked for, unless another is to be mended first."""
        wanted = int(self.answer("go") or self.at)
        if self.is_sent and (self.at == 0 or wanted == self.last) and not self.is_right():
            return 0
        if wanted == self.at + 1 and self.at in self.unseen:
            self.wrong("choice", "Select whether this entry is shared")
            return self.at
        return wanted

    @property
    def choice_field(self) -> Field:
        """The question whether the part on the page to show is shared, with what was decided before."""
        decided = SHARE if self.page in self.shared else LEAVE if self.page in self.left else ""
        return replace(self.field("choice"), values={"choice": [decided]}, optional=False)

    @property
    def part(self) -> Part | None:
        """The part on the page to show; None on the first page and the last."""
        return self.parts[self.page - 1] if 0 < self.page < self.last else None

    @cached_property
    def shared(self) -> set[int]:
        """Numbers of the parts to share, without the passages to take out of them."""
        return self._decided("shared", SHARE)

    @cached_property
    def left(self) -> set[int]:
        """Numbers of the parts that somebody looked at and left out."""
        return self._decided("left", LEAVE)

    def _decided(self, before: str, choice: str) -> set[int]:
        others = set(map(int, self.answers(before))) - {self.at}
        return others | {self.at} if self.answer("choice") == choice else others

    @property
    def unseen(self) -> set[int]:
        """Numbers of the parts about which nothing was decided; they are not shared."""
        return set(range(1, self.last)) - self.shared - self.left

    def entries(self, parts: Iterable[int]) -> set[int]:
        """Return the numbers of the entries to which parts belong. A long entry has several."""
        return {self.parts[number - 1].entry for number in parts}

    @property
    def entries_unseen(self) -> set[int]:
        """Numbers of the entries of which a part was not looked at."""
        return self.entries(self.unseen)

    @property
    def entries_shared(self) -> set[int]:
        """Numbers of the entries of which a part is shared."""
        return self.entries(self.shared)

    @property
    def entries_left(self) -> set[int]:
        """Numbers of the entries that somebody looked at and left out as a whole."""
        return self.entries(self.left) - self.entries_unseen - self.entries_shared

    @property
    def pieces(self) -> list[int]:
        """Numbers of the parts of the entry on the page to show."""
        entry = self.part.entry if self.part else None
        return [number for number, one in enumerate(self.parts, 1) if one.entry == entry]

    @property
    def words(self) -> list[str]:
        """Words and phrases to take out, one a line."""
        return [line.strip() for line in self.answer("words").splitlines() if line.strip()]

    @property
    def ticked(self) -> set[int]:
        """Numbers of the passages that were ticked to be taken out."""
        return set(map(int, self.answers("out")))

    @property
    def out(self) -> set[int]:
        """Numbers of the passages that do not leave: those ticked, and all of parts that are not shared."""
        kept = [part.numbers for place, part in enumerate(self.parts, 1) if place in self.shared]
        every = set().union(*(part.numbers for part in self.parts))
        return every - set().union(*kept) | self.ticked


def redacting(request: HttpRequest, summary: Summary, by: Person) -> Redacting:
    """Return the form that redacts a summary; the words to take out begin with the subject's names."""
    markings = {one.id: one for one in markings_for(summary, by)}
    parts = parts_of(summary.text)
    places = [choice(place, part.heading) for place, part in enumerate(parts, 1)]
    pages = [choice(page, f"Page {page}") for page in range(len(parts) + 2)]
    choices = {
        "marking": [choice(one.id, one.title, one.handling) for one in markings.values()],
        "at": pages,
        "go": pages,
        "choice": [
            choice(SHARE, "Share it, without the passages ticked below"),
            choice(LEAVE, "Share nothing of it"),
        ],
        "shared": places,
        "left": places,
        "out": [choice(number, f"Passage {number}") for part in parts for number in sorted(part.numbers)],
    }
    marking = LEAST_MARKING if LEAST_MARKING in markings else list(markings)[-1]
    begun = entered(words="\n".join(identifying_words(summary)), marking=marking)
    return Redacting((*REDACTING, *STATE), choices=choices, typed=begun, parts=parts).sent(request)


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
