"""Forms of the log of reads: the purpose of opening the log, and the search."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from itertools import islice
from uuid import UUID

from handrail.access.log import EVERY_VERB, PURPOSES, Search, people_called, record_of
from handrail.access.models import Verb
from handrail.forms.sheet import Sheet, choice, entered
from handrail.organisations.folding import reference_of
from handrail.policy.schema.form import Kind, Question

LONGEST_REASON = 500
MOST_PEOPLE = 20
MONTH = timedelta(days=31)
NO_SUCH_REFERENCE = "No case or referral has this reference: enter all of it, like P-7K3M-Q9XW"
NOBODY = "No account has this name or email address: try part of the name"
TOO_MANY = f"More than {MOST_PEOPLE} accounts have this name: enter the email address"

PURPOSE = Question(
    id="purpose",
    kind=Kind.CHOICE,
    label="Why are you opening the log?",
    hint="The law only allows these purposes. The log records that you opened it, and why.",
    missing="Select why you are opening the log",
)
WHY = Question(
    id="why",
    kind=Kind.TEXT,
    label="What is it about?",
    hint="For example, the reference of a complaint. No names.",
    missing="Enter what it is about",
    max_length=LONGEST_REASON,
)
REFERENCE = Question(
    id="reference",
    kind=Kind.TEXT,
    label="Reference of a case or referral",
    hint="Who looked at it?",
    required=False,
    max_length=20,
    autocomplete="off",
)
PERSON = Question(
    id="person",
    kind=Kind.TEXT,
    label="Name or email address of somebody with an account",
    hint="What did they look at?",
    required=False,
    max_length=200,
    autocomplete="off",
)
WORDS = Question(
    id="words",
    kind=Kind.TEXT,
    label="Words that were searched for",
    hint="Did anybody look for this? Enter all the words of the search, in any order. The log does not hold "
    "the words themselves.",
    required=False,
    max_length=200,
    autocomplete="off",
)
SINCE = Question(id="since", kind=Kind.DATE, label="Start date", missing="Enter the start date", future=True)
UNTIL = Question(id="until", kind=Kind.DATE, label="End date", missing="Enter the end date", future=True)
VERBS = Question(
    id="verbs",
    kind=Kind.CHOICES,
    label="What was done",
    hint="Leave all blank to include everything.",
    required=False,
)
CHOICES = {
    "purpose": [choice(key, title) for key, title in PURPOSES.items()],
    "verbs": [choice(value, str(label)) for value, label in Verb.choices],
}


@dataclass
class OpenLog(Sheet):
    """The form that opens the log: for what purpose, and for which days."""

    def check(self) -> None:
        """Note an error if the last day is before the first."""
        if self.until < self.since:
            self.wrong("until", "The end date must be the same as or after the start date")

    @property
    def since(self) -> date:
        """Return the first day, or `date.min` if none is given."""
        return self.day("since") or date.min

    @property
    def until(self) -> date:
        """Return the last day, or `date.max` if none is given."""
        return self.day("until") or date.max

    @property
    def reason(self) -> str:
        """Return the reason for the log's own line about this reading."""
        return f"{PURPOSES[self.answer('purpose')]}: {self.answer('why')}"


@dataclass
class LookForPatterns(OpenLog):
    """The form that looks for patterns over at most 31 days."""

    def check(self) -> None:
        """Note an error if the days span more than 31 days."""
        super().check()
        if self.day("since") and self.day("until") and self.until - self.since > MONTH:
            self.wrong("since", "Choose at most 31 days")


@dataclass
class SearchLog(OpenLog):
    """The form that searches the log, with the purpose of the search."""

    def check(self) -> None:
        """Note an error for a reference of no record, and for a name of no account or of too many."""
        super().check()
        if self.answer("reference") and self.record is None:
            self.wrong("reference", NO_SUCH_REFERENCE)
        if self.people is not None and not self.people:
            self.wrong("person", NOBODY)
        if len(self.people or []) > MOST_PEOPLE:
            self.wrong("person", TOO_MANY)

    @cached_property
    def record(self) -> UUID | None:
        """The id of the record whose reference was entered; None if none was entered or no record has it."""
        asked = self.answer("reference")
        return record_of(reference_of(asked)) if asked else None

    @cached_property
    def people(self) -> Sequence[UUID] | None:
        """The accounts that match the entered name, at most MOST_PEOPLE + 1; None if no name was entered."""
        words = self.answer("person")
        return list(islice(people_called(words), MOST_PEOPLE + 1)) if words else None

    @property
    def search(self) -> Search:
        """Return the search that a valid form describes."""
        verbs = self.answers("verbs") or list(EVERY_VERB)
        people = None if self.people is None else list(self.people)
        return Search(self.since, self.until, verbs, people, self.record, self.answer("words"))

    @property
    def reason(self) -> str:
        """Return the reason for the log's own line about this search; the filters' values are left out."""
        about = [f"lines of {len(self.people)} people"] if self.people else []
        about += ["lines about one record"] if self.record else []
        about += ["searches for certain words"] if self.answer("words") else []
        return f"{super().reason} ({', '.join(about) or 'all lines'})"


def search_log(since: date, until: date) -> SearchLog:
    """Return the form that searches the log, filled with these days until the user sends it."""
    questions = (PURPOSE, WHY, REFERENCE, PERSON, WORDS, SINCE, UNTIL, VERBS)
    return SearchLog(questions, choices=CHOICES, typed=entered(since=since, until=until))


def look_for_patterns(since: date, until: date) -> LookForPatterns:
    """Return the form that looks for patterns, filled with these days until the user sends it."""
    days = entered(since=since, until=until)
    return LookForPatterns((PURPOSE, WHY, SINCE, UNTIL), choices=CHOICES, typed=days)
