"""SQL conditions by which row security decides: parts of the policies that `rows` declares.

They read the settings that `access_enter` leaves for the transaction: the user's capabilities, bodies and
vetting. Functions of the database that see every row use them too.
"""

from handrail.cases.models.rows import (
    NATION,
    PERSON,
    WRITING,
    among,
    any_of,
    changed,
    in_part,
    setting,
    worked,
)
from handrail.organisations.capabilities import Capability
from handrail.organisations.vetting import Vetting

PUBLIC_FORM = "5f0c2b0e-6d0a-5c7e-9f3b-7a1d1c9a4e10"  # equals cases.record.PUBLIC_FORM; a test compares them


def may(capability: Capability) -> str:
    """Return the condition that the user has a capability by a post with vetting."""
    return f"(SELECT position(' {capability.name} ' IN current_setting('handrail.may', true)) > 0)"


def vetted_for(level: str) -> str:
    """Return the condition that the user's highest vetting reaches the level in this column."""
    return f"{level} <= coalesce({setting('vetting', 'int')}, 0)"


def granted(record: str, by_post: str, how: str = "granted") -> str:
    """Return the condition that the user reaches a record of any kind without stages.

    They reach it by a post (`by_post`), or by a grant of the whole record; `how` is `working` for one that
    also gives changing. An exclusion outweighs both. `record` is the column of its id. `records.granted` says
    the same in Django.
    """
    return f"(({by_post}) OR {record} {among(how)}) AND NOT {record} {among('excluded')}"


# OFFSET 0 keeps the subquery correlated. Without it PostgreSQL may first gather the ids of every case, and
# a page of twenty rows costs as much as all cases.
ROW_BY_ROW = "OFFSET 0"


def of_case(case: str, condition: str = "true") -> str:
    """Return the condition that the user sees the case of this id, and that it fulfils `condition`."""
    return f"EXISTS (SELECT FROM cases_case c WHERE c.id = {case} AND {condition} {ROW_BY_ROW})"


def of_subject(condition: str, subject: str = "subjects_subject.id") -> str:
    """Return the condition that the user sees a case about this subject that fulfils `condition`."""
    return f"EXISTS (SELECT FROM cases_case c WHERE c.subject_id = {subject} AND {condition} {ROW_BY_ROW})"


def of_pair(table: str, condition: str) -> str:
    """Return the condition for a row about two subjects: a case about one of them fulfils `condition`.

    The user must also be allowed to know of the other subject. That is a question over every case, so the
    function `subjects_told` answers it.
    """
    one, other = f"{table}.subject_id", f"{table}.other_id"
    return (
        f"({of_subject(condition, one)} AND subjects_told({other})"
        f" OR {of_subject(condition, other)} AND subjects_told({one}))"
    )


def of_register_entry(register_entry: str, condition: str = "true") -> str:
    """Return the condition that the user sees this register entry, and that it fulfils `condition`."""
    return f"EXISTS (SELECT FROM cases_matter m WHERE m.id = {register_entry} AND {condition} {ROW_BY_ROW})"


def register_entry_read(m: str, how: str = "granted") -> str:
    """Return the condition that the user reads a register entry, by a post or a grant.

    `how` is `working` for the condition that they may add to it.
    """
    return f"({granted(f'{m}.id', register_entry_by_post(m), how)})"


def register_entry_by_post(m: str) -> str:
    """Return the condition that a register entry is one of the user's force, or one they recorded."""
    keeps = f"({may(Capability.READ_REGISTERS)} OR {may(Capability.READ_OWN_REGISTER_ENTRIES)})"
    return f"({m}.force_id {any_of('registers')} OR {m}.begun_by_id = {PERSON} AND {keeps})"


TODAY = "(now() AT TIME ZONE 'Europe/London')::date"


def held_today(post: str) -> str:
    """Return the condition that a post is held today, with vetting that is valid today."""
    return (
        f"{post}.since <= {TODAY} AND ({post}.until IS NULL OR {post}.until >= {TODAY})"
        f" AND {post}.vetting > {Vetting.NONE.value} AND {post}.vetted_until >= {TODAY}"
    )


# A post of the author of a new register entry acts for its force: in it, under it, or in its region.
ACTS_FOR_ITS_FORCE = (
    "EXISTS (SELECT FROM organisations_post p JOIN organisations_organisation b ON b.id = p.organisation_id"
    " JOIN organisations_organisation f ON f.id = cases_matter.force_id"
    f" WHERE p.person_id = {PERSON} AND {held_today('p')}"
    " AND (f.id IN (b.id, b.parent_id) OR f.parent_id = b.id))"
)


def of_year(row: str) -> str:
    """Return the condition that the user reads the yearly answers with the id `row`."""
    return f"EXISTS (SELECT FROM question_sets_year y WHERE y.id = {row} AND {year_read('y')} {ROW_BY_ROW})"


def year_read(y: str) -> str:
    """Return the condition that the user reads a force's yearly answers; the policy says who may answer."""
    forces = f"{y}.force_id {any_of('works')} OR {y}.force_id {any_of('oversees')} OR {NATION}"
    return f"({may(Capability.READ_CHECKS)} AND ({forces}))"


BY_LINK = f"digest = {setting('form_link', 'text')}"
OF_LINK = f"EXISTS (SELECT FROM form_links_formlink l WHERE l.id = link_id AND l.{BY_LINK} {ROW_BY_ROW})"
READABLE_IN_PART = f"{in_part('c', 'e')} AND {vetted_for('c.level')}"
NOT_RAISED = (
    "NOT EXISTS (SELECT FROM cases_raisedmarking m WHERE m.record = e.chain AND m.number = e.number"
    f" AND NOT {vetted_for('m.level')})"
)
READABLE = f"{worked('c')} AND {vetted_for('c.level')}"
CHANGEABLE = f"{changed('c')} AND {vetted_for('c.level')}"
OF_REDACTION = "EXISTS (SELECT FROM cases_redaction made WHERE made.redacted_id = {})"
REDACTED = "EXISTS (SELECT FROM cases_redacted r WHERE r.id = record)"
# A notice about a redacted version; its recipient reads that version by a rule of its own.
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
# The grant's person, or the team of their force, has an open follow-up on the case. Access ends with it.
IS_ASKED = (
    "EXISTS (SELECT FROM cases_followup f WHERE f.case_id = record AND f.ended_on IS NULL"
    " AND (f.to_person_id = person_id OR f.to_organisation_id IN (SELECT unnest(ARRAY[b.id, b.parent_id])"
    " FROM organisations_organisation b WHERE b.id = organisation_id)))"
)
# The grant's person or organisation is the one that the register entry `m` asks.
IS_ASKED_IN_REGISTER = "(m.asked_person_id = person_id OR m.asked_organisation_id = organisation_id)"
GIVEN_REDACTED = f"kind = 'shared' AND {may(Capability.SHARE)} AND {OF_REDACTION.format('record')}"
IN_REACH = f"({OVERSEEN} OR {in_part('c', 'ledger_entry')})"
ON_ACCESS = "ledger_entry.kind = 'access'"  # an act on access lies on the chain of the row that it made
OF_ACCOUNT = (
    f"({may(Capability.MANAGE_ACCOUNTS)} AND EXISTS (SELECT FROM organisations_person p WHERE p.id = chain))"
)
APPOINTS = f"{may(Capability.MANAGE_ACCOUNTS)} AND person_id <> {PERSON}"
KEEPS_DUTY = f"{may(Capability.KEEP_DUTY_LIST)} AND force_id {any_of('oversees')}"
# Acts by which a concern about a colleague closes a case. Their author may not read them back.
CLOSING = "('access-named', 'access-excluded', 'access-restricted')"
# An author may read back their own acts, so that INSERT ... RETURNING works. Acts on access only while the
# case is being written.
OWN_ACT = (
    f"(actor = {PERSON} AND act NOT IN {CLOSING}"
    f" OR actor = coalesce({PERSON}, '{PUBLIC_FORM}') AND {WRITING} IS NOT NULL"
    " AND access_on_written(chain))"
)
GIVEN_OR_TAKEN = f"person_id = {PERSON} OR by_id = {PERSON} OR organisation_id {any_of('bodies')}"
KEPT_FROM = f"coalesce({setting('excluded', 'uuid[]')}, '{{}}')"
# Requests from the public form have no user. The form may exclude people, and name professional standards
# where nobody else is left.
BY_ASKER = f"by_id IS NOT DISTINCT FROM {PERSON}"
AUTHOR = f"coalesce({PERSON}, '{PUBLIC_FORM}')"
