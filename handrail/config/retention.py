"""Retention of each table: the period, the event it counts from, the source, and the function that erases.

A table that is not declared fails a test, as one without row security does. `make docs` writes
`docs/retention.md` from this module. Where no source gives a period, it is UNKNOWN; none is invented.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from fnmatch import fnmatchcase
from typing import Any

from procrastinate.manager import JobManager
from procrastinate.tasks import Task

from handrail.cases.case_access.access_reviews import TOLD_FOR
from handrail.cases.intake.models import REMEMBERED
from handrail.cases.intake.tasks import forget_passages
from handrail.cases.tasks import forget_drafts
from handrail.ledger.seal import seal
from handrail.notices import settling
from handrail.records.form_links.tasks import forget_link_drafts
from handrail.sign_in.actions import forget_factors
from handrail.sign_in.tasks import forget_tries
from handrail.subjects.match_record_actions import index_subjects
from handrail.web import tasks as web

UNKNOWN = "UNKNOWN"


@dataclass(frozen=True, slots=True)
class Kept:
    """The retention of one table: `erased_by` erases rows; `not_yet` says what nothing erases, and why."""

    period: str | timedelta
    since: str
    source: str
    erased_by: "Callable[..., Any] | Task[..., Any, Any] | None" = None
    not_yet: str = ""

    @property
    def cells(self) -> list[str]:
        """Return the table's cells on the page: period, starting event, source, and what erases."""
        days = self.period.days if isinstance(self.period, timedelta) else 0
        period = f"{days} day{'s' * (days > 1)}" if days else str(self.period)
        return [period, self.since, self.source, self._eraser]

    @property
    def _eraser(self) -> str:
        erasing = self.erased_by.func if isinstance(self.erased_by, Task) else self.erased_by
        return f"`{erasing.__module__}.{erasing.__qualname__}`" if erasing else "nothing yet"


OURS = "Choice of the application"
NO_LONGER_THAN_NEEDED = (
    "Data Protection Act 2018, s.39: no longer than needed, with limits for review; names no period"
)
LOGGING = "Data Protection Act 2018, s.62: asks for the log; names no period"
OF_CASE = Kept(
    UNKNOWN,
    "the end of the case",
    NO_LONGER_THAN_NEEDED,
    not_yet="No policy says a period, nobody is asked to review, and no act erases a case.",
)
OF_RECORD = Kept(
    UNKNOWN,
    "the end of the record, of whatever kind it is",
    NO_LONGER_THAN_NEEDED,
    not_yet="No policy says a period, nobody is asked to review, and no act erases a record.",
)
OF_REGISTER = Kept(
    UNKNOWN,
    "the last change of the register entry",
    NO_LONGER_THAN_NEEDED,
    not_yet="No policy says a period, and no act erases a register entry.",
)
OF_HISTORY = Kept(
    "as long as the row that it copies",
    "the change",
    NO_LONGER_THAN_NEEDED,
    not_yet="Rows of history hold what their table held, and go with nothing.",
)
OF_ACCOUNT = Kept(
    UNKNOWN,
    "the end of the last post",
    NO_LONGER_THAN_NEEDED,
    not_yet="Accounts and posts end and stay, since entries and the log name them.",
)
PROOF = "Who did what when, hashes and signatures: the proof that nothing was removed but what was erased."

# A key may be a pattern; the first that fits counts. A string is the reason why rows are kept for good.
TABLES: Mapping[str, Kept | str] = {
    "*event": OF_HISTORY,
    **dict.fromkeys(
        (
            "cases_case",
            "cases_deadline",
            "cases_followup",
            "cases_receipt",
            "cases_redacted",
            "cases_redaction",
            "cases_referral",
            "cases_restriction",
            "cases_summary",
            "outside_contact",
            "subjects_subject",
            "subjects_detail",
            "subjects_outline",
            "subjects_proposal",
            "subjects_link",
            "access_grant",
            "access_exclusion",
        ),
        OF_CASE,
    ),
    **dict.fromkeys(
        ("cases_raisedmarking", "documents_document", "form_links_formlink", "ledger_content"), OF_RECORD
    ),
    "subjects_key": replace(
        OF_CASE,
        erased_by=index_subjects,
        not_yet="A key goes when the record says no longer what it was made of; no key goes with its case.",
    ),
    "subjects_sought": Kept(TOLD_FOR, "the search", OURS, settling.pass_day),
    "subjects_counted": "Counts of names, towns and addresses over everybody, of nobody.",
    **dict.fromkeys(("cases_matter", "records_recorddeadline"), OF_REGISTER),
    **dict.fromkeys(
        ("cases_draft", "outside_confirmation"),
        Kept("`draft_days` of the policy", "the last change of the draft", "The policy pack", forget_drafts),
    ),
    "form_links_linkdraft": Kept(
        "until the answer is sent, or the link takes none any more",
        "the making of the link",
        OURS,
        forget_link_drafts,
    ),
    "outside_passage": Kept(REMEMBERED, "the minute that it counts", OURS, forget_passages),
    "question_sets_year": Kept(
        UNKNOWN,
        "the end of the year",
        NO_LONGER_THAN_NEEDED,
        not_yet="Answers of a force about itself stay; no policy says a period.",
    ),
    "access_sample": Kept(
        UNKNOWN, "the end of the sample", NO_LONGER_THAN_NEEDED, not_yet="Samples end and stay."
    ),
    "access_reading": Kept(UNKNOWN, "the look", LOGGING, not_yet="Nothing shortens the log of reads."),
    **dict.fromkeys(
        ("organisations_person", "organisations_post", "organisations_duty", "notices_mailchoice"),
        OF_ACCOUNT,
    ),
    "organisations_organisation": "Bodies, no people.",
    **dict.fromkeys(
        ("sign_in_outsideidentity", "mfa_authenticator"),
        replace(
            OF_ACCOUNT,
            erased_by=forget_factors,
            not_yet="They go when somebody takes them away; closing an account leaves them.",
        ),
    ),
    "sign_in_session": Kept(web.KNOWN_FOR, "the end of the session", OURS, web.forget_ended_sessions),
    "sign_in_allowance": Kept("until it limits nothing", "the last try", OURS, forget_tries),
    "sign_in_link": Kept(
        UNKNOWN,
        "the use or the end of the link",
        NO_LONGER_THAN_NEEDED,
        not_yet="Links that open nothing any more stay, without their secrets.",
    ),
    **dict.fromkeys(
        ("notices_notice", "notices_letter"),
        Kept(settling.KEPT, "the day on which it was over", OURS, settling.pass_day),
    ),
    "notices_round": "Days and numbers of entries, of nobody.",
    "ledger_unsealed": Kept("until it is sealed", "the entry", OURS, seal),
    **dict.fromkeys(("ledger_entry", "ledger_chain", "ledger_leaf", "ledger_head"), PROOF),
    **dict.fromkeys(
        ("procrastinate_jobs", "procrastinate_events"),
        Kept(timedelta(hours=web.KEPT), "the end of the job", OURS, web.tidy_up),
    ),
    "procrastinate_workers": Kept(
        "while it runs", "its last sign of life", "The library", JobManager.prune_stalled_workers
    ),
    "procrastinate_periodic_defers": Kept(
        "until the next time", "the time of the task", "The library", JobManager.defer_periodic_job
    ),
    "django_*": "Names of migrations and tables.",
    **dict.fromkeys(("auth_*", "account_*", "pghistory_context"), "Not used, and empty."),
}


# Tables that `handrail ledger rebuild --check` does not compare with the ledger, each with the reason. A room
# registers what it compares (`handrail.ledger.rebuild`). A key may be a pattern; the first that fits counts.
NOT_COMPARED: Mapping[str, str] = {
    "*event": "Triggers of the database write it with each change of a row.",
    "ledger_*": "The entries themselves: `handrail ledger verify` examines them.",
    **dict.fromkeys(
        ("cases_summary", "cases_redacted", "cases_redaction", "documents_document"),
        "Its entry holds a digest, with which `handrail ledger verify --everything` compares it.",
    ),
    **dict.fromkeys(
        ("subjects_outline", "subjects_key"),
        "Made of the details, which are compared, by code that may change.",
    ),
    "subjects_counted": "Counts over everybody.",
    "subjects_sought": "A search is no act on a record.",
    "access_reading": "A look is no act on a record; each line is compared with the digest that was sealed.",
    **dict.fromkeys(
        ("cases_draft", "outside_confirmation", "form_links_linkdraft"), "What nobody has sent yet."
    ),
    **dict.fromkeys(("outside_passage", "sign_in_allowance"), "Counts of requests, for limits."),
    "outside_contact": "A digest of an answer under a key outside the record; no role may change it.",
    **dict.fromkeys(
        ("organisations_organisation", "organisations_person", "organisations_post"),
        "Loaded from files and given by hand as well; acts of administrators leave entries, loading none.",
    ),
    **dict.fromkeys(("sign_in_*", "mfa_authenticator"), "How a user proves who they are."),
    "notices_*": "What users are told; the worker settles it again each round.",
    "procrastinate_*": "The queue.",
    **dict.fromkeys(("django_*", "auth_*", "account_*", "pghistory_context"), "Of the libraries."),
}


def of_table(name: str) -> Kept | str | None:
    """Return the retention of a table, the reason it is kept for good, or None where it is not declared."""
    return next((kept for pattern, kept in TABLES.items() if fnmatchcase(name, pattern)), None)


PAGE = """# How long things are kept, and what erases them

Written by `make docs` from [retention.py](../handrail/config/retention.py); change it there. A table that is
not here fails a test. UNKNOWN: no source names a period, and Handrail makes none up.

## What is erased

| tables | kept for | since | source | erased by |
|---|---|---|---|---|
{erased}

## What is not erased yet, or not all of it

{count} declarations, each of a table or of a pattern of tables.

| tables | kept for | since | source | erased by | what is missing |
|---|---|---|---|---|---|
{not_yet}

## What is kept for good

| tables | why |
|---|---|
{for_good}

The content of documents lies outside the database, encrypted with a key that stands in the row of the
document alone: once the row is gone nobody can read it, and `documents.sweep`, a nightly task, removes it.
"""


def page() -> str:
    """Return `docs/retention.md`."""
    said = _tables_by_declaration()
    kept = [(tables, one) for one, tables in said.items() if isinstance(one, Kept)]
    return PAGE.format(
        erased=_rows([tables, *one.cells] for tables, one in kept if not one.not_yet),
        count=sum(isinstance(one, Kept) and bool(one.not_yet) for one in TABLES.values()),
        not_yet=_rows([tables, *one.cells, one.not_yet] for tables, one in kept if one.not_yet),
        for_good=_rows([tables, one] for one, tables in said.items() if isinstance(one, str)),
    )


def _tables_by_declaration() -> dict[Kept | str, str]:
    """Map each declaration to the names of its tables, in the order in which they are declared."""
    tables: dict[Kept | str, list[str]] = {}
    for name, said in TABLES.items():
        tables.setdefault(said, []).append(f"`{name}`")
    return {said: ", ".join(names) for said, names in tables.items()}


def _rows(rows: Iterable[list[str]]) -> str:
    return "\n".join(f"| {' | '.join(cells)} |" for cells in rows)
