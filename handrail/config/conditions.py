"""The conditions by which row security decides, in SQL: pieces of the policies that `rows` declares.

They read what `access_enter` left for a transaction. Functions of the database that see every row use them.
"""

from handrail.cases.models.rows import NATION, PERSON, WRITING, any_of, changed, in_part, setting, worked
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


def of_year(row: str) -> str:
    """The condition that a column leads to answers of a year of a force that somebody answers for."""
    return f"EXISTS (SELECT FROM question_sets_year y WHERE y.id = {row} AND {year_read('y')} {ROW_BY_ROW})"


def year_read(y: str) -> str:
    """The answers of a year that somebody reads; who may answer is a matter of the policy."""
    forces = f"{y}.force_id {any_of('works')} OR {y}.force_id {any_of('oversees')} OR {NATION}"
    return f"({may(Capability.READ_CHECKS)} AND ({forces}))"


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
