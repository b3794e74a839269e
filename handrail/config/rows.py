"""Which rows of which table the web may see and change: all of it, here.

This is the second wall. It holds when a view forgets its filter; it does not hold against somebody who can
run SQL as the web, who could say of himself that he is somebody else. `access_enter` works out once a
transaction, from the posts and grants as they stand, what who asks may see; the conditions here read that.

The owner and the background worker see every row: the one migrates and answers narrow questions in functions
of its own, the other serves nobody.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from operator import attrgetter

from handrail.access.grant_kinds import GrantKind
from handrail.cases.models.rows import (
    DRAFT,
    NATION,
    PERSON,
    WRITING,
    among,
    any_of,
    changed,
    in_part,
    named,
    seen,
    setting,
    worked,
)
from handrail.organisations.capabilities import Capability

PUBLIC_FORM = "5f0c2b0e-6d0a-5c7e-9f3b-7a1d1c9a4e10"  # cases.record.PUBLIC_FORM; a test holds them together


def may(capability: Capability) -> str:
    """The condition that who asks has a capability by a vetted post."""
    return f"(SELECT position(' {capability.name} ' IN current_setting('handrail.may', true)) > 0)"


def vetted_for(level: str) -> str:
    """The condition that who asks is vetted as far as a column says, by the highest of their posts."""
    return f"{level} <= coalesce({setting('vetting', 'int')}, 0)"


# Asked of each row by itself. Without it PostgreSQL may gather the ids of every case first, to look each row
# up among them, and a page that shows twenty rows would cost as much as there are cases.
ROW_BY_ROW = "OFFSET 0"


def of_case(case: str, condition: str = "true") -> str:
    """The condition that the case of a row, named by a column, is seen and fulfils a condition."""
    return f"EXISTS (SELECT FROM cases_case c WHERE c.id = {case} AND {condition} {ROW_BY_ROW})"


def of_subject(condition: str, subject: str = "subjects_subject.id") -> str:
    """The condition that a case about this subject is one that is seen and fulfils a condition."""
    return f"EXISTS (SELECT FROM cases_case c WHERE c.subject_id = {subject} AND {condition} {ROW_BY_ROW})"


def of_pair(table: str, condition: str) -> str:
    """The condition that a case about either of two subjects fulfils a condition, and the other may be told.

    Whether they may is a question over every case, which a function of the database answers.
    """
    one, other = f"{table}.subject_id", f"{table}.other_id"
    return (
        f"({of_subject(condition, one)} AND subjects_told({other})"
        f" OR {of_subject(condition, other)} AND subjects_told({one}))"
    )


def of_matter(matter: str, condition: str = "true") -> str:
    """The condition that the matter of a row, named by a column, is seen and fulfils a condition."""
    return f"EXISTS (SELECT FROM cases_matter m WHERE m.id = {matter} AND {condition} {ROW_BY_ROW})"


def matter_read(m: str) -> str:
    """The matters of which somebody reads all: those of their force, and those that they recorded."""
    keeps = f"({may(Capability.READ_REGISTERS)} OR {may(Capability.READ_OWN_MATTERS)})"
    return f"({m}.force_id {any_of('registers')} OR {m}.begun_by_id = {PERSON} AND {keeps})"


BY_LINK = f"digest = {setting('form_link', 'text')}"
READABLE_IN_PART = f"{in_part('c', 'e.stage')} AND {vetted_for('c.level')}"
NOT_RAISED = (
    "NOT EXISTS (SELECT FROM cases_raisedmarking m WHERE m.record = e.chain AND m.number = e.number"
    f" AND NOT {vetted_for('m.level')})"
)
READABLE = f"{worked('c')} AND {vetted_for('c.level')}"
CHANGEABLE = f"{changed('c')} AND {vetted_for('c.level')}"
OF_REDACTION = "EXISTS (SELECT FROM cases_redaction made WHERE made.redacted_id = {})"
REDACTED = "EXISTS (SELECT FROM cases_redacted r WHERE r.id = record)"
# Of a redacted version, which its reader sees by row security of its own.
NO_RECORD = "case_id IS NULL AND record IS NULL"
OF_VERSION = f"{NO_RECORD} AND EXISTS (SELECT FROM cases_redacted r WHERE r.id::text = about)"
OF_UNATTENDED = f"({NO_RECORD} AND kind = 'threat' AND {may(Capability.TAKE_STAFF_CONCERNS)})"
OF_RECEIPT = (
    "EXISTS (SELECT FROM cases_referral r JOIN cases_case c ON c.id = r.case_id"
    f" WHERE r.id = referral_id AND {changed('c')})"
)
OVERSEEN = f"(NOT c.restricted AND (c.force_id {any_of('oversees')} OR {NATION}))"
REVIEWED = f"({may(Capability.REVIEW_OPENINGS)} AND {of_case('record')})"
SAMPLED = f"(sample_id IS NOT NULL AND {may(Capability.CHOOSE_SAMPLE)})"
# Whoever was asked to do something on a case sees it until that has ended: a person, or a force's team.
IS_ASKED = (
    "EXISTS (SELECT FROM cases_followup f WHERE f.case_id = record AND f.ended_on IS NULL"
    " AND (f.to_person_id = person_id OR f.to_organisation_id IN (SELECT unnest(ARRAY[b.id, b.parent_id])"
    " FROM organisations_organisation b WHERE b.id = organisation_id)))"
)
# Who may give which kind of grant. Somebody is named for a restricted case by its own acts alone.
GIVEN: Mapping[str, str] = {
    GrantKind.OPENED: f"person_id = {PERSON} AND {may(Capability.OPEN_WITH_REASON)}",
    GrantKind.SAMPLE: may(Capability.CHOOSE_SAMPLE),
    GrantKind.INVITED: f"{may(Capability.INVITE)} AND {of_case('record', changed('c'))}",
    GrantKind.SHARED: f"{may(Capability.SHARE)} AND {of_case('record', changed('c'))}",
    GrantKind.ASKED: f"{of_case('record', changed('c'))} AND {IS_ASKED}",
    GrantKind.NAMED: f"record = {WRITING}",
}
GIVEN_REDACTED = f"kind = 'shared' AND {may(Capability.SHARE)} AND {OF_REDACTION.format('record')}"
IN_REACH = f"({OVERSEEN} OR {in_part('c', 'ledger_entry.stage')})"
ON_ACCESS = "ledger_entry.kind = 'access'"  # an act on access lies on the chain of the row that it made
OF_ACCOUNT = (
    f"({may(Capability.MANAGE_ACCOUNTS)} AND EXISTS (SELECT FROM organisations_person p WHERE p.id = chain))"
)
APPOINTS = f"{may(Capability.MANAGE_ACCOUNTS)} AND person_id <> {PERSON}"
KEEPS_DUTY = f"{may(Capability.KEEP_DUTY_LIST)} AND force_id {any_of('oversees')}"
# Who raises a concern about a colleague is the author of these acts, and is told of none of them afterwards.
CLOSING = "('access-named', 'access-excluded', 'access-restricted')"
# They read back what they add, and that alone: an act on the case that they are writing.
OWN_ACT = (
    f"(actor = {PERSON} AND act NOT IN {CLOSING}"
    f" OR actor = coalesce({PERSON}, '{PUBLIC_FORM}') AND {WRITING} IS NOT NULL"
    " AND access_on_written(chain))"
)
GIVEN_OR_TAKEN = f"person_id = {PERSON} OR by_id = {PERSON} OR organisation_id {any_of('bodies')}"
KEPT_FROM = f"coalesce({setting('excluded', 'uuid[]')}, '{{}}')"
# The public form is nobody: it keeps people out, and names professional standards where nobody else is left.
BY_ASKER = f"by_id IS NOT DISTINCT FROM {PERSON}"
AUTHOR = f"coalesce({PERSON}, '{PUBLIC_FORM}')"


@dataclass(frozen=True, slots=True)
class Rows:
    """Which rows of a table the web sees, adds, changes and removes, as conditions; None is no row at all."""

    see: str | None = None
    add: str | None = None
    change: str | None = None
    remove: str | None = None


@dataclass(frozen=True, slots=True)
class RowsOfKind:
    """Which records of a kind the web sees, reads and changes, by a column that leads to one; its chain too.

    `entries` is a condition on `ledger_entry`, `contents` one on the entry `e` whose content is read.
    """

    seen: Callable[[str], str]
    read: Callable[[str], str]
    changed: Callable[[str], str]
    entries: str
    contents: str


def of_year(row: str) -> str:
    """The condition that a column leads to answers of a year of a force that somebody answers for."""
    return f"EXISTS (SELECT FROM question_sets_year y WHERE y.id = {row} AND {year_read('y')} {ROW_BY_ROW})"


def year_read(y: str) -> str:
    """The answers of a year that somebody reads; who may answer is a matter of the policy."""
    forces = f"{y}.force_id {any_of('works')} OR {y}.force_id {any_of('oversees')} OR {NATION}"
    return f"({may(Capability.READ_CHECKS)} AND ({forces}))"


BODY = "organisation"  # what stands in place of a kind where something is an organisation's, and no record's

# A line for each kind of record (`handrail.records.kinds`), by its name.
KINDS: Mapping[str, RowsOfKind] = {
    "case": RowsOfKind(
        seen=of_case,
        read=lambda case: of_case(case, worked("c")),
        changed=lambda case: of_case(case, changed("c")),
        entries=of_case("chain", IN_REACH),
        contents=f"{of_case('e.chain', READABLE_IN_PART)} AND {NOT_RAISED}",
    ),
    "register-entry": RowsOfKind(
        seen=of_matter,
        read=lambda matter: of_matter(matter, matter_read("m")),
        changed=lambda matter: of_matter(matter, matter_read("m")),
        entries=of_matter("chain"),
        contents=of_matter("e.chain", matter_read("m")),
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
    """Return the condition of each kind for the rows that are of that kind, as `column` says."""
    return " OR ".join(f"{column} = '{kind}' AND ({condition})" for kind, condition in conditions.items())


def of_records(kinds: Mapping[str, RowsOfKind]) -> Mapping[str, Rows]:
    """Return which rows the web sees and adds in the tables that hold something of every kind of record."""
    entries = {name: kind.entries for name, kind in kinds.items()}
    contents = {name: kind.contents for name, kind in kinds.items()}
    adds = {name: kind.changed("chain") for name, kind in kinds.items()}
    return {
        "ledger_entry": Rows(
            see=f"{by_kind('ledger_entry.kind', entries)} OR {ON_ACCESS} AND ({OWN_ACT} OR {OF_ACCOUNT})",
            add=f"actor = {AUTHOR} AND ({by_kind('ledger_entry.kind', adds)} OR {ON_ACCESS})",
        ),
        "ledger_content": Rows(
            see=f"{vetted_for('level')} AND EXISTS (SELECT FROM ledger_entry e WHERE e.id = entry_id"
            f" AND ({by_kind('e.kind', contents)} OR e.kind = 'access'))",
            add=f"coalesce({PERSON}, {WRITING}) IS NOT NULL",
        ),
    }


# A body is seen by those who hold a post there, and by those who oversee it or the force above it.
REACHED = (
    f"(record {any_of('bodies')} OR {NATION} OR EXISTS (SELECT FROM organisations_organisation o"
    f" WHERE o.id = record AND (o.id {any_of('oversees')} OR o.parent_id {any_of('oversees')})))"
)


def by_link(kinds: Mapping[str, RowsOfKind]) -> Rows:
    """Return which links to forms the web reaches.

    Who answers is nobody, and has the secret. Whoever may change the record that asks makes link and code.
    """
    asking = by_kind("kind", {name: kind.changed("record") for name, kind in kinds.items()})
    return Rows(f"{BY_LINK} OR {asking}", f"by_id = {PERSON} AND ({asking})", f"{BY_LINK} OR {asking}")


def about_records(kinds: Mapping[str, RowsOfKind]) -> Mapping[str, Rows]:
    """Return which notices and deadlines about records of each kind, and about bodies, the web reaches."""
    read, seen, kept = (
        by_kind("record_kind", {name: said(kind)("record") for name, kind in kinds.items()} | {BODY: REACHED})
        for said in (attrgetter("read"), attrgetter("seen"), attrgetter("changed"))
    )
    told = f"person_id = {PERSON} AND ({of_case('case_id')} OR {OF_VERSION} OR {OF_UNATTENDED} OR {read})"
    return {"notices_notice": Rows(see=told, change=told), "records_recorddeadline": Rows(seen, kept, kept)}


def grants(given: Mapping[str, str]) -> Rows:
    """Return which grants the web sees, adds and changes; `given` says who may give those of each kind."""
    return Rows(
        see=f"({GIVEN_OR_TAKEN}) AND ({of_case('record')} OR {REDACTED}) OR {of_case('record', worked('c'))}"
        f" OR {OF_REDACTION.format('record')} OR {REVIEWED} OR {SAMPLED}",
        add=f"{BY_ASKER} AND ({of_case('record')} AND ({by_kind('kind', given)}) OR {GIVEN_REDACTED})",
        change=f"by_id = {PERSON} OR {of_case('record', changed('c'))} OR {OF_REDACTION.format('record')}"
        f" OR {REVIEWED} OR {SAMPLED}",
    )


# A name may be a pattern; the first that fits counts.
SECURED: Mapping[str, Rows] = {
    "*event": Rows(add="true"),  # the history of rows: added by triggers, read by the owner alone
    # Everybody is found by who signs in; posts are given by who manages accounts, never to themselves
    "organisations_person": Rows("true", may(Capability.MANAGE_ACCOUNTS), "true"),
    "organisations_post": Rows("true", APPOINTS, APPOINTS),
    # Whom to ring about a threat is for everybody who is signed in; a force keeps its own list.
    "organisations_duty": Rows(f"{PERSON} IS NOT NULL", KEEPS_DUTY, KEEPS_DUTY),
    "cases_case": Rows(seen("cases_case"), changed("cases_case"), changed("cases_case")),
    "cases_matter": Rows(
        see=f"{matter_read('cases_matter')} OR force_id {any_of('oversees')} OR {NATION}",
        add=f"begun_by_id = {PERSON}",
        change=matter_read("cases_matter"),
    ),
    "cases_referral": Rows(*[of_case("case_id"), *[of_case("case_id", changed("c"))] * 2]),
    "cases_deadline": Rows(*[of_case("case_id"), *[of_case("case_id", changed("c"))] * 2]),
    "cases_followup": Rows(*[of_case("case_id"), *[of_case("case_id", changed("c"))] * 2]),
    "cases_restriction": Rows(
        see=of_case("case_id", worked("c")),
        add=f"{BY_ASKER} AND {of_case('case_id', changed('c'))}",
        change=of_case("case_id", changed("c")),
    ),
    "cases_draft": Rows(
        # A draft on a case that was closed to its author since would be a trace of it.
        f"person_id = {PERSON} AND (case_id IS NULL OR {of_case('case_id')})"
        f" AND (beside_id IS NULL OR {of_case('beside_id')})"
        f" OR person_id IS NULL AND (id = {DRAFT} OR id {any_of('held')})",
        *[f"person_id = {PERSON} OR person_id IS NULL AND id = {DRAFT}"] * 2,
    ),
    # Whoever referred sees it; who works on the case writes there what they are told.
    "cases_receipt": Rows(
        see=f"person_id = {PERSON} OR {OF_RECEIPT}", add=f"person_id = {PERSON}", change=OF_RECEIPT
    ),
    "outside_confirmation": Rows(*[f"draft_id = {DRAFT}"] * 3),
    "outside_contact": Rows(of_case("case_id"), f"{DRAFT} IS NOT NULL"),
    "cases_raisedmarking": Rows(of_case("record"), f"by_id = {PERSON} AND {of_case('record', changed('c'))}"),
    "cases_summary": Rows(
        see=f"{of_case('case_id', READABLE)} AND {vetted_for('level')}",
        add=f"by_id = {PERSON} AND {of_case('case_id', CHANGEABLE)}",
    ),
    # A document is seen by who may read the entry that added it.
    "documents_document": Rows(
        see=f"{vetted_for('level')} AND EXISTS (SELECT FROM ledger_entry e WHERE e.chain = case_id"
        f" AND e.number = documents_document.number AND {of_case('e.chain', READABLE_IN_PART)}"
        f" AND {NOT_RAISED})",
        add=f"by_id = {PERSON} AND {of_case('case_id', CHANGEABLE)}",
    ),
    # Nothing in the row of a redacted version leads to its case; what does is seen by who works on that.
    "cases_redacted": Rows(
        see=f"{vetted_for('level')} AND (id {among('granted')} AND NOT id {among('excluded')}"
        f" OR {OF_REDACTION.format('cases_redacted.id')})",
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
    # A detail is seen by who may read the entry that told it.
    "subjects_detail": Rows(
        see=f"{vetted_for('level')} AND EXISTS (SELECT FROM ledger_entry e WHERE e.chain = record"
        f" AND e.number = subjects_detail.number AND {of_case('e.chain', READABLE_IN_PART)}"
        f" AND {NOT_RAISED})",
        add=f"record = {WRITING}",
        change=of_case("record", changed("c")),
    ),
    # Whoever reads all of a case compares whom it is about. A key is read where it is written.
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
    # Seen where either record is worked on. A link is written by functions of the database alone.
    # Counts over everybody, of which no page shows anything.
    "subjects_counted": Rows(see=f"coalesce({PERSON}, {WRITING}) IS NOT NULL"),
    "subjects_proposal": Rows(
        of_pair("subjects_proposal", changed("c")),
        *[of_subject(changed("c"), "subjects_proposal.subject_id")] * 2,
    ),
    "subjects_link": Rows(of_pair("subjects_link", changed("c"))),
    # Who looked for somebody is told by the worker; nobody else reads it.
    "subjects_sought": Rows(add=f"by_id = {PERSON} AND {may(Capability.FIND_PEOPLE)}"),
    "access_grant": grants(GIVEN),
    "access_sample": Rows(
        see=f"inspector_id = {PERSON} OR {may(Capability.CHOOSE_SAMPLE)}",
        add=f"by_id = {PERSON} AND {may(Capability.CHOOSE_SAMPLE)}",
        change=may(Capability.CHOOSE_SAMPLE),
    ),
    "access_exclusion": Rows(
        see=of_case("record", worked("c")),
        add=f"{BY_ASKER} AND {of_case('record', changed('c'))}",
        change=of_case("record", changed("c")),
    ),
    # What was told of a case that its reader may not see any more is gone with it. Letters are the worker's.
    **about_records(KINDS),
    "form_links_formlink": by_link(KINDS),
    "question_sets_year": Rows(*[year_read("question_sets_year")] * 3),
    "notices_mailchoice": Rows(*[f"person_id = {PERSON}"] * 3),
    "notices_letter": Rows(),
    "notices_round": Rows(),
    "access_reading": Rows(
        see=f"person = {PERSON} OR {may(Capability.READ_LOG)} AND NOT records && {KEPT_FROM}", add="true"
    ),
    **of_records(KINDS),
}

# Tables of which every row is open to the web's own queries, each with the reason.
OPEN: Mapping[str, str] = {
    "django_migrations": "Names of migrations.",
    "django_content_type": "Names of tables.",
    "sign_in_*": "Found by unguessable keys, or by what is their own, before anybody is known.",
    "mfa_authenticator": "Second factors, their secrets encrypted: needed before anybody is known.",
    "account_*": "The library's own tables of addresses; not used, not granted, and empty.",
    "auth_*": "Django's groups and permissions, which are not used.",
    "pghistory_context": "Where a change came from; not used, and empty.",
    "procrastinate_*": "The queue: ids and times, no names.",
    "organisations_organisation": "Bodies, no people.",
    "ledger_chain": "Lengths and hashes.",
    "outside_passage": "How often something was let through, under digests that are of no use without a key.",
    "ledger_unsealed": "Numbers of entries.",
    "ledger_leaf": "Ids, numbers and hashes.",
    "ledger_head": "Hashes and signatures.",
}


def of_table(name: str) -> Rows | str | None:
    """What the web may do with the rows of a table, why all of them are open, or None where nobody said."""
    secured = next((rows for pattern, rows in SECURED.items() if fnmatchcase(name, pattern)), None)
    return secured or next((why for pattern, why in OPEN.items() if fnmatchcase(name, pattern)), None)
