"""Row security: which rows of each table the web may see and change. All of it is declared here.

This is the second wall. It holds when a view forgets its filter. It does not hold against somebody who can
run SQL in the web's role, because they could set another user. `access_enter` works out once a transaction,
from current posts and grants, what the user may see; the conditions here read that.

The owner and the worker see every row. The owner migrates, and answers narrow questions in its own
functions. The worker serves no user.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from operator import attrgetter

from handrail.access.grant_kinds import GrantKind
from handrail.cases.models.rows import (
    DRAFT,
    NATION,
    PERSON,
    WRITING,
    any_of,
    changed,
    named,
    seen,
    worked,
)
from handrail.cases.registers import asking
from handrail.config.conditions import (
    ACTS_FOR_ITS_FORCE,
    APPOINTS,
    AUTHOR,
    BY_ASKER,
    BY_LINK,
    CHANGEABLE,
    GIVEN_OR_TAKEN,
    GIVEN_REDACTED,
    IN_REACH,
    IS_ASKED,
    IS_ASKED_IN_REGISTER,
    KEEPS_DUTY,
    KEPT_FROM,
    NOT_RAISED,
    OF_ACCOUNT,
    OF_LINK,
    OF_RECEIPT,
    OF_REDACTION,
    OF_UNATTENDED,
    OF_VERSION,
    ON_ACCESS,
    OWN_ACT,
    READABLE,
    READABLE_IN_PART,
    REDACTED,
    REVIEWED,
    SAMPLED,
    granted,
    may,
    of_case,
    of_pair,
    of_register_entry,
    of_subject,
    of_year,
    register_entry_by_post,
    register_entry_read,
    vetted_for,
    year_read,
)
from handrail.organisations.capabilities import Capability


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a table that the web sees, adds, changes and removes, as conditions; None means no row."""

    see: str | None = None
    add: str | None = None
    change: str | None = None
    remove: str | None = None


@dataclass(frozen=True, slots=True)
class RowsOfKind:
    """The records of one kind that the web sees, reads and changes, and the entries of their chains.

    `seen`, `read` and `changed` take the column that holds a record's id. `entries` is a condition on
    `ledger_entry`, `contents` one on the entry `e` whose content is read. Markings raised on single entries
    hold for every kind and are added elsewhere.
    """

    seen: Callable[[str], str]
    read: Callable[[str], str]
    changed: Callable[[str], str]
    entries: str
    contents: str


BODY = "organisation"  # stands for a kind in tables whose row may belong to an organisation

# One line for each kind of record (`handrail.records.kinds`), by its name.
KINDS: Mapping[str, RowsOfKind] = {
    "case": RowsOfKind(
        seen=of_case,
        read=lambda case: of_case(case, worked("c")),
        changed=lambda case: of_case(case, changed("c")),
        entries=of_case("chain", IN_REACH),
        contents=of_case("e.chain", READABLE_IN_PART),
    ),
    "register-entry": RowsOfKind(
        seen=of_register_entry,
        read=lambda register_entry: of_register_entry(register_entry, register_entry_read("m")),
        changed=lambda register_entry: of_register_entry(register_entry, register_entry_read("m", "working")),
        entries=of_register_entry("chain"),
        contents=of_register_entry("e.chain", f"{register_entry_read('m')} AND {vetted_for('m.level')}"),
    ),
    "year-answers": RowsOfKind(
        seen=of_year,
        read=of_year,
        changed=of_year,
        entries=of_year("chain"),
        contents=of_year("e.chain"),
    ),
}


def by_kind(column: str, conditions: Mapping[str, str]) -> str:
    """Return one condition that applies the condition of each kind to rows of that kind, by `column`."""
    return " OR ".join(f"{column} = '{kind}' AND ({condition})" for kind, condition in conditions.items())


def any_kind(conditions: Iterable[str]) -> str:
    """Return the condition that any of the kinds allows a row, for tables that store only a record's id."""
    return " OR ".join(f"({condition})" for condition in conditions)


def entry_read(kinds: Mapping[str, RowsOfKind]) -> str:
    """Return the condition that the user may read the content of the entry `e`."""
    return f"({by_kind('e.kind', {name: kind.contents for name, kind in kinds.items()})}) AND {NOT_RAISED}"


def of_records(kinds: Mapping[str, RowsOfKind]) -> Mapping[str, Rows]:
    """Return the rows the web reaches in tables shared by all kinds of record."""
    entries = {name: kind.entries for name, kind in kinds.items()}
    read = entry_read(kinds)
    of_read_entry = (
        "EXISTS (SELECT FROM ledger_entry e WHERE e.chain = record"
        f" AND e.number = documents_document.number AND {read})"
    )
    adds = {name: kind.changed("chain") for name, kind in kinds.items()}
    targets = {name: kind.seen("target_id") for name, kind in kinds.items()}
    origins = {name: kind.seen("origin_id") for name, kind in kinds.items()}
    return {
        "ledger_entry": Rows(
            see=f"{by_kind('ledger_entry.kind', entries)} OR {ON_ACCESS} AND ({OWN_ACT} OR {OF_ACCOUNT})",
            add=f"actor = {AUTHOR} AND ({by_kind('ledger_entry.kind', adds)} OR {ON_ACCESS})",
        ),
        # A document is seen by users who may read the entry that added it.
        "documents_document": Rows(
            see=f"{vetted_for('level')} AND {of_read_entry}",
            add=f"by_id = {PERSON} AND {of_read_entry}"
            f" AND ({any_kind(kind.changed('record') for kind in kinds.values())})",
        ),
        "cases_raisedmarking": Rows(
            see=any_kind(kind.seen("record") for kind in kinds.values()),
            add=f"by_id = {PERSON} AND ({any_kind(kind.changed('record') for kind in kinds.values())})",
        ),
        "cases_draft": Rows(
            # A draft is hidden once its author loses access to the record: it would show that the record
            # exists.
            f"person_id = {PERSON} AND (target_id IS NULL OR {by_kind('target_kind', targets)})"
            f" AND (origin_id IS NULL OR {by_kind('origin_kind', origins)})"
            f" OR person_id IS NULL AND (id = {DRAFT} OR id {any_of('held')})",
            *[f"person_id = {PERSON} OR person_id IS NULL AND id = {DRAFT}"] * 2,
        ),
        "ledger_content": Rows(
            see=f"{vetted_for('level')} AND EXISTS (SELECT FROM ledger_entry e WHERE e.id = entry_id"
            f" AND ({read} OR e.kind = 'access'))",
            add=f"coalesce({PERSON}, {WRITING}) IS NOT NULL",
        ),
    }


# A body is seen by its post holders, and by users who oversee it or the force above it.
REACHED = (
    f"(record {any_of('bodies')} OR {NATION} OR EXISTS (SELECT FROM organisations_organisation o"
    f" WHERE o.id = record AND (o.id {any_of('oversees')} OR o.parent_id {any_of('oversees')})))"
)


def by_link(kinds: Mapping[str, RowsOfKind]) -> Rows:
    """Return the rows the web reaches of links to forms.

    The secret of the link identifies the row of a person without an account, `answerer` that of a user. Users
    who may change the asking record, and read the entry that asks, create the link and its code.
    """
    changed = by_kind("kind", {name: kind.changed("record") for name, kind in kinds.items()})
    asking = (
        f"({changed}) AND EXISTS (SELECT FROM ledger_entry e WHERE e.chain = record"
        f" AND e.number = form_links_formlink.number AND {entry_read(kinds)})"
    )
    answering = f"{BY_LINK} OR answerer_id = {PERSON} OR {asking}"
    return Rows(answering, f"by_id = {PERSON} AND ({asking})", answering)


def about_records(kinds: Mapping[str, RowsOfKind]) -> Mapping[str, Rows]:
    """Return the rows the web reaches of notices and deadlines, about records and about bodies."""
    read, seen, kept = (
        by_kind("record_kind", {name: said(kind)("record") for name, kind in kinds.items()} | {BODY: REACHED})
        for said in (attrgetter("read"), attrgetter("seen"), attrgetter("changed"))
    )
    told = f"person_id = {PERSON} AND ({of_case('case_id')} OR {OF_VERSION} OR {OF_UNATTENDED} OR {read})"
    return {"notices_notice": Rows(see=told, change=told), "records_recorddeadline": Rows(seen, kept, kept)}


# Which grants may be given, by kind. A person is named for a restricted case only while that case is written.
GIVEN: Mapping[str, str] = {
    GrantKind.OPENED: f"person_id = {PERSON} AND {may(Capability.OPEN_WITH_REASON)} AND {of_case('record')}",
    GrantKind.SAMPLE: f"{may(Capability.CHOOSE_SAMPLE)} AND {of_case('record')}",
    GrantKind.INVITED: f"{may(Capability.INVITE)} AND {of_case('record', changed('c'))}",
    GrantKind.SHARED: f"{may(Capability.SHARE)} AND {of_case('record', changed('c'))}",
    GrantKind.ASKED: f"{of_case('record', changed('c'))} AND {IS_ASKED}",
    GrantKind.NAMED: f"record = {WRITING}",
    asking.KIND: of_register_entry("record", f"{register_entry_by_post('m')} AND {IS_ASKED_IN_REGISTER}"),
}


def on_access(kinds: Mapping[str, RowsOfKind], given: Mapping[str, str]) -> Mapping[str, Rows]:
    """Return the rows the web reaches of grants and exclusions on records of these kinds.

    `given` maps each kind of grant to the condition under which it may be given.
    """
    seen, read, kept = (
        any_kind(said(kind)("record") for kind in kinds.values())
        for said in (attrgetter("seen"), attrgetter("read"), attrgetter("changed"))
    )
    redacted = OF_REDACTION.format("record")
    seen_grant = f"({GIVEN_OR_TAKEN}) AND ({seen} OR {REDACTED}) OR {read} OR {redacted}"
    return {
        "access_grant": Rows(
            see=f"{seen_grant} OR {REVIEWED} OR {SAMPLED}",
            add=f"{BY_ASKER} AND (({seen}) AND ({by_kind('kind', given)}) OR {GIVEN_REDACTED})",
            change=f"by_id = {PERSON} OR {kept} OR {redacted} OR {REVIEWED} OR {SAMPLED}",
        ),
        "access_exclusion": Rows(see=read, add=f"{BY_ASKER} AND ({kept})", change=kept),
    }


# A key may be a pattern; the first that fits counts.
SECURED: Mapping[str, Rows] = {
    "*event": Rows(add="true"),  # the history of rows: added by triggers, read by the owner only
    # Sign-in must find every person. Account managers give posts, never to themselves
    "organisations_person": Rows("true", may(Capability.MANAGE_ACCOUNTS), "true"),
    "organisations_post": Rows("true", APPOINTS, APPOINTS),
    # Every signed-in user sees the emergency contacts; each force maintains its own list.
    "organisations_duty": Rows(f"{PERSON} IS NOT NULL", KEEPS_DUTY, KEEPS_DUTY),
    "cases_case": Rows(seen("cases_case"), changed("cases_case"), changed("cases_case")),
    "cases_matter": Rows(
        see=f"{register_entry_read('cases_matter')} OR force_id {any_of('oversees')} OR {NATION}"
        f" OR id = {WRITING}",
        add=f"begun_by_id = {PERSON} AND {ACTS_FOR_ITS_FORCE}",
        change=register_entry_read("cases_matter", "working"),
    ),
    "cases_referral": Rows(*[of_case("case_id"), *[of_case("case_id", changed("c"))] * 2]),
    "cases_deadline": Rows(*[of_case("case_id"), *[of_case("case_id", changed("c"))] * 2]),
    "cases_followup": Rows(*[of_case("case_id"), *[of_case("case_id", changed("c"))] * 2]),
    "cases_restriction": Rows(
        see=of_case("case_id", worked("c")),
        add=f"{BY_ASKER} AND {of_case('case_id', changed('c'))}",
        change=of_case("case_id", changed("c")),
    ),
    # The referrer sees their feedback; users who work on the case write it.
    "cases_receipt": Rows(
        see=f"person_id = {PERSON} OR {OF_RECEIPT}", add=f"person_id = {PERSON}", change=OF_RECEIPT
    ),
    "outside_confirmation": Rows(*[f"draft_id = {DRAFT}"] * 3),
    "outside_contact": Rows(of_case("case_id"), f"{DRAFT} IS NOT NULL"),
    "cases_summary": Rows(
        see=f"{of_case('case_id', READABLE)} AND {vetted_for('level')}",
        add=f"by_id = {PERSON} AND {of_case('case_id', CHANGEABLE)}",
    ),
    # The row of a redacted version does not lead to its case. The row that links the two is for users who
    # work on the case.
    "cases_redacted": Rows(
        see=f"{vetted_for('level')} AND {granted('id', OF_REDACTION.format('cases_redacted.id'))}",
        add=f"{PERSON} IS NOT NULL",
    ),
    "cases_redaction": Rows(
        see=of_case("case_id", worked("c")), add=f"by_id = {PERSON} AND {of_case('case_id', changed('c'))}"
    ),
    "subjects_subject": Rows(
        of_subject(f"{named('c')} AND {vetted_for('c.level')}"),
        f"{WRITING} IS NOT NULL",
        of_subject(changed("c")),
    ),
    # A detail is seen by users who may read the entry that recorded it.
    "subjects_detail": Rows(
        see=f"{vetted_for('level')} AND EXISTS (SELECT FROM ledger_entry e WHERE e.chain = record"
        f" AND e.number = subjects_detail.number AND {of_case('e.chain', READABLE_IN_PART)}"
        f" AND {NOT_RAISED})",
        add=f"record = {WRITING}",
        change=of_case("record", changed("c")),
    ),
    # Users who read all of a case may compare its subject. A key is read only in the transaction that
    # writes it.
    "subjects_outline": Rows(
        of_subject(READABLE, "subjects_outline.subject_id"),
        f"{WRITING} IS NOT NULL OR {of_subject(changed('c'), 'subjects_outline.subject_id')}",
        of_subject(changed("c"), "subjects_outline.subject_id"),
    ),
    "subjects_key": Rows(
        see=of_subject(changed("c"), "subjects_key.subject_id"),
        add=f"{WRITING} IS NOT NULL OR {of_subject(changed('c'), 'subjects_key.subject_id')}",
        remove=of_subject(changed("c"), "subjects_key.subject_id"),
    ),
    # Seen by users who work on either record. Only database functions write a link.
    # Counts over all subjects; no page shows them.
    "subjects_counted": Rows(see=f"coalesce({PERSON}, {WRITING}) IS NOT NULL"),
    "subjects_proposal": Rows(
        of_pair("subjects_proposal", changed("c")),
        *[of_subject(changed("c"), "subjects_proposal.subject_id")] * 2,
    ),
    "subjects_link": Rows(of_pair("subjects_link", changed("c"))),
    # The worker reports searches; no other role reads them.
    "subjects_sought": Rows(add=f"by_id = {PERSON} AND {may(Capability.FIND_PEOPLE)}"),
    **on_access(KINDS, GIVEN),
    "access_sample": Rows(
        see=f"inspector_id = {PERSON} OR {may(Capability.CHOOSE_SAMPLE)}",
        add=f"by_id = {PERSON} AND {may(Capability.CHOOSE_SAMPLE)}",
        change=may(Capability.CHOOSE_SAMPLE),
    ),
    # A notice about a case disappears with the recipient's access to the case. The worker sends the
    # e-mails.
    **about_records(KINDS),
    "form_links_formlink": by_link(KINDS),
    # The draft of an answer is open to the holder of the link alone, and not to the user who sent the form.
    "form_links_linkdraft": Rows(*[OF_LINK] * 4),
    "question_sets_year": Rows(*[year_read("question_sets_year")] * 3),
    "notices_mailchoice": Rows(*[f"person_id = {PERSON}"] * 3),
    "notices_letter": Rows(),
    "notices_round": Rows(),
    "access_reading": Rows(
        see=f"person = {PERSON} OR {may(Capability.READ_LOG)} AND NOT records && {KEPT_FROM}", add="true"
    ),
    **of_records(KINDS),
}

# Tables whose every row is open to the web, each with the reason.
OPEN: Mapping[str, str] = {
    "django_migrations": "Names of migrations.",
    "django_content_type": "Names of tables.",
    "sign_in_*": "Found by unguessable keys, or by what is their own, before anybody is known.",
    "mfa_authenticator": "Second factors, their secrets encrypted: needed before anybody is known.",
    "account_*": "The library's own tables of addresses; not used, not granted, and empty.",
    "auth_*": "Django's groups and permissions; not used, not granted.",
    "pghistory_context": "Where a change came from; not used, not granted, and empty.",
    "procrastinate_*": "The queue: not granted to the web.",
    "organisations_organisation": "Bodies, no people.",
    "ledger_chain": "Lengths and hashes.",
    "outside_passage": "How often something was let through, under digests that are of no use without a key.",
    "ledger_unsealed": "Numbers of entries.",
    "ledger_leaf": "Ids, numbers and hashes; not granted to the web.",
    "ledger_head": "Hashes and signatures; not granted to the web.",
}


def of_table(name: str) -> Rows | str | None:
    """Return the web's rows of a table, the reason why all are open, or None where it is not declared."""
    secured = next((rows for pattern, rows in SECURED.items() if fnmatchcase(name, pattern)), None)
    return secured or next((why for pattern, why in OPEN.items() if fnmatchcase(name, pattern)), None)
