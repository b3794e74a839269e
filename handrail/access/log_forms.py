"""What an auditor enters: what they open the log for, and what they look for in it."""

from datetime import timedelta
from itertools import islice
from typing import Any
from uuid import UUID

from django import forms

from handrail.access.drawn import Drawn, text
from handrail.access.log import EVERY_VERB, PURPOSES, Search, people_called, record_of
from handrail.access.models import Verb
from handrail.govuk.dates import DayField
from handrail.govuk.fields import Field, Option
from handrail.organisations.folding import reference_of

LONGEST_REASON = 500
MOST_PEOPLE = 20
PURPOSE_HINT = (
    "The law allows these purposes only. That you opened the log, and what for, is a line of the log itself."
)
WORDS_HINT = (
    "Did anybody look for this? Enter all the words of the search, in any order. The log does not hold the "
    "words themselves."
)
MONTH = timedelta(days=31)


class OpenLog(Drawn):
    """What somebody opens the log for, and which days of it."""

    purpose = forms.ChoiceField(
        choices=list(PURPOSES.items()),
        error_messages={
            "required": "Select what you open the log for",
            "invalid_choice": "Select what you open the log for",
        },
    )
    why = text("which matter it is about", LONGEST_REASON)
    since = DayField("the first day")
    until = DayField("the last day")

    def clean(self) -> dict[str, Any]:
        """Refuse days that run backwards."""
        given = self.cleaned_data
        if given.get("since") and given.get("until") and given["until"] < given["since"]:
            self.add_error("until", "The last day cannot be before the first")
        return given

    @property
    def reason(self) -> str:
        """What the line about this reading of the log says."""
        return f"{PURPOSES[self.cleaned_data['purpose']]}: {self.cleaned_data['why']}"

    @property
    def asking(self) -> list[Field]:
        """The fields for the purpose."""
        purposes = [Option(key, title) for key, title in PURPOSES.items()]
        return [
            self.drawn(
                "purpose",
                "radios",
                "What do you open the log for?",
                hint=PURPOSE_HINT,
                options=purposes,
            ),
            self.drawn(
                "why",
                "text",
                "Which matter is it about?",
                hint="For example, the reference of a complaint. No names.",
                max_length=LONGEST_REASON,
            ),
        ]

    @property
    def days(self) -> list[Field]:
        """The fields for the days."""
        return [self.drawn("since", "date", "From"), self.drawn("until", "date", "To")]


class LookForPatterns(OpenLog):
    """Patterns of at most a month."""

    def clean(self) -> dict[str, Any]:
        """Refuse a longer span."""
        given = super().clean()
        if given.get("since") and given.get("until") and given["until"] - given["since"] > MONTH:
            self.add_error("since", "Choose at most 31 days")
        return given

    @property
    def drawing(self) -> list[Field]:
        """The fields in the order of the page."""
        return [*self.asking, *self.days]


class SearchLog(OpenLog):
    """What an auditor looks for, and what for."""

    reference = text("a reference", 20, required=False)
    person = text("a name or an email address", 200, required=False)
    words = text("the words", 200, required=False)
    verbs = forms.MultipleChoiceField(
        choices=Verb.choices, required=False, error_messages={"invalid_choice": "Select what was done"}
    )

    def clean(self) -> dict[str, Any]:
        """Find whom and what the words mean."""
        given = super().clean()
        self.record = self._record(given.get("reference", ""))
        self.people = self._people(given.get("person", ""))
        return given

    def _record(self, reference: str) -> UUID | None:
        found = record_of(reference_of(reference)) if reference else None
        if reference and found is None:
            self.add_error(
                "reference", "No case or referral has this reference: enter all of it, like P-7K3M-Q9XW"
            )
        return found

    def _people(self, words: str) -> list[UUID] | None:
        if not words:
            return None
        found = list(islice(people_called(words), MOST_PEOPLE + 1))
        if not found:
            self.add_error("person", "No account has this name or email address: try part of the name")
        if len(found) > MOST_PEOPLE:
            self.add_error(
                "person", f"More than {MOST_PEOPLE} accounts have this name: enter the email address"
            )
        return found

    @property
    def search(self) -> Search:
        """What to look for, once it is valid."""
        given = self.cleaned_data
        verbs = given["verbs"] or list(EVERY_VERB)
        return Search(given["since"], given["until"], verbs, self.people, self.record, given["words"])

    @property
    def reason(self) -> str:
        """What the line about this reading of the log says; of what was looked for nothing that was typed."""
        about = [f"lines of {len(self.people)} people"] if self.people else []
        about += ["lines of one record"] if self.record else []
        about += ["searches for certain words"] if self.cleaned_data["words"] else []
        return f"{super().reason} ({', '.join(about) or 'all lines'})"

    @property
    def drawing(self) -> list[Field]:
        """The fields in the order of the page."""
        verbs = [Option(value, label) for value, label in Verb.choices]
        return [
            *self.asking,
            self.drawn(
                "reference",
                "text",
                "Reference of a case or referral",
                optional=True,
                hint="Who looked at it?",
                width=20,
                autocomplete="off",
            ),
            self.drawn(
                "person",
                "text",
                "Name or email address of somebody with an account",
                optional=True,
                hint="What did they look at?",
                autocomplete="off",
            ),
            self.drawn(
                "words",
                "text",
                "Words that were searched for",
                optional=True,
                hint=WORDS_HINT,
                autocomplete="off",
            ),
            *self.days,
            self.drawn(
                "verbs",
                "checkboxes",
                "What was done",
                optional=True,
                hint="Nothing selected means all of it.",
                options=verbs,
            ),
        ]
