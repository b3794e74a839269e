"""The words of `world` are where tests look for them, so that their absence elsewhere proves something.

Each word is in the tables of its kind. A user who should see it is shown it, on a page of the case and,
where lists show it, on a list.
"""

from collections.abc import Callable
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from handrail.access.grant_kinds import GrantKind
from handrail.access.models import Exclusion, Grant
from handrail.ledger.models import Entry
from handrail.organisations.models import Post
from handrail.organisations.roles import Role
from tests.walls import text_at
from tests.world import EXPECTED, Planted, Relation, Sees, World

R = Relation
OF_SUBJECT = "(SELECT subject_id FROM cases_case WHERE id = %s)"
OF_ENTRIES = "entry_id IN (SELECT id FROM ledger_entry WHERE chain = %s AND stage {} 'gateway')"
ANSWERS = ("ledger_content", "content::text", OF_ENTRIES.format("<>"))
ANSWERS_IN_PART = ("ledger_content", "content::text", OF_ENTRIES.format("="))
SUMMARY = ("cases_summary", "text", "case_id = %s")
REDACTED = ("cases_redacted", "text", "id IN (SELECT redacted_id FROM cases_redaction WHERE case_id = %s)")
# In which table, in which of its columns and in which rows of its case each word stands.
WHERE = {
    "reference": [("cases_case", "reference", "id = %s"), ("cases_draft", "typed::text", "target_id = %s")],
    "referral": [("cases_referral", "reference", "case_id = %s")],
    "name": [
        ("subjects_subject", "given_name", f"id = {OF_SUBJECT}"),
        ("subjects_subject", "family_name", f"id = {OF_SUBJECT}"),
        ("subjects_outline", "packed::text", f"subject_id = {OF_SUBJECT}"),
        ("subjects_detail", "what::text", "record = %s"),
        ANSWERS,
        SUMMARY,
        REDACTED,
    ],
    "said": [ANSWERS, SUMMARY, REDACTED],
    "said in part": [ANSWERS_IN_PART, SUMMARY, ("documents_document", "title", "record = %s")],
    "lived": [
        ("subjects_subject", "address", f"id = {OF_SUBJECT}"),
        ("subjects_subject", "town", f"id = {OF_SUBJECT}"),
        ANSWERS,
        SUMMARY,
    ],
}


def test_every_planted_word_of_every_case_is_in_the_tables_of_what_it_is(world: World) -> None:
    missing = []
    for relation, planted in world.planted.items():
        for what, word in planted.words.items():
            for table, column, of_case in WHERE[what]:
                with connection.cursor() as cursor:
                    among = f"SELECT FROM {table} WHERE {of_case} AND {column} ILIKE %s"
                    cursor.execute(f"SELECT EXISTS ({among})", [planted.case.pk, f"%{word}%"])
                    if cursor.fetchone() != (True,):
                        missing.append(f"{relation.name}: {what} is not in {table}.{column}")
    assert missing == []


def test_no_word_is_another_or_stands_in_another_case(world: World) -> None:
    """A word is found by looking for it in a text, where a part of a longer one would be found too."""
    words = [word for planted in world.planted.values() for word in planted.words.values()]
    assert [(one, other) for one in words for other in words if one is not other and one in other] == []


LISTS = ("cases:list", "cases:referrals")
OWN_PAGES: dict[str, Callable[[Planted], list[int]]] = {
    "cases:case": lambda planted: [],
    "cases:entry": lambda planted: [1],
    "cases:identity": lambda planted: [],
    "cases:documents": lambda planted: [],
    "cases:document": lambda planted: [planted.document],
}
SHOWN = {
    "cases:case": {"reference", "name", "said in part"},
    "cases:entry": {"reference", "name", "said", "lived"},
    "cases:identity": {"reference", "name", "lived"},
    "cases:documents": {"reference", "name", "said in part"},
    "cases:document": {"name", "said in part"},
    "cases:list": {"reference", "name"},
    "cases:referrals": {"referral", "name"},
}


def test_every_planted_word_is_shown_to_who_is_accountable_for_its_case(world: World) -> None:
    missing = []
    lists: dict[UUID, dict[str, str]] = {}
    for relation, planted in world.planted.items():
        owner = planted.case.owner
        assert owner
        client = Client()
        client.force_login(owner)
        if owner.pk not in lists:
            lists[owner.pk] = {name: text_at(client, reverse(name)) for name in LISTS}
        pages = {
            name: text_at(client, reverse(name, args=[planted.case.pk, *more(planted)]))
            for name, more in OWN_PAGES.items()
        }
        for name, text in (lists[owner.pk] | pages).items():
            shown = {what for what, word in planted.words.items() if word in text}
            missing += [f"{relation.name}: {name} does not show {what}" for what in SHOWN[name] - shown]
    assert missing == []
    assert set().union(*SHOWN.values()) == set(next(iter(world.planted.values())).words)


GIVEN = {
    R.INVITED: GrantKind.INVITED,
    R.PART: GrantKind.INVITED,
    R.EXPIRED: GrantKind.INVITED,
    R.ENDED: GrantKind.INVITED,
    R.OPENED: GrantKind.OPENED,
    R.NAMED: GrantKind.NAMED,
    R.NOT_NAMED: GrantKind.INVITED,
}


@pytest.mark.parametrize("role", Role)
def test_everybody_was_given_by_an_act_what_the_relation_says(world: World, role: Role) -> None:
    someone = world.people[role]
    own = {planted.case.pk: relation for relation, planted in world.planted.items()}
    given = {own[grant.record]: grant for grant in Grant.objects.filter(person=someone)}
    sampled = {R.SAMPLED: GrantKind.SAMPLE} if role is Role.INSPECTOR else {}
    assert {relation: grant.kind for relation, grant in given.items()} == GIVEN | sampled
    live = set(Grant.objects.live().filter(person=someone).values_list("record", flat=True))
    assert {own[record] for record in live} == set(given) - {R.EXPIRED, R.ENDED}
    assert given[R.EXPIRED].ended_at is None
    assert given[R.ENDED].ended_at
    assert {relation for relation, grant in given.items() if grant.stages} == {R.PART}
    assert Entry.objects.filter(chain__in=[grant.pk for grant in given.values()], number=1).count() == len(
        given
    )
    excluded = Exclusion.objects.filter(person=someone, ended_at=None)
    assert {own[exclusion.record] for exclusion in excluded} == {R.EXCLUDED}
    assert Post.objects.get(person=someone).role == role


def test_each_body_was_given_one_case_and_each_case_is_restricted_as_said(world: World) -> None:
    bodies = {someone.posts.get().organisation_id for someone in world.people.values()}
    shared = Grant.objects.live().filter(kind=GrantKind.SHARED)
    assert {grant.organisation_id for grant in shared} == bodies
    assert {grant.record for grant in shared} == {world.planted[R.BODY].case.pk}
    restricted = {relation for relation, planted in world.planted.items() if planted.case.restricted}
    assert restricted == {R.RESTRICTED, R.NAMED, R.NOT_NAMED}
    allocated = {relation for relation, planted in world.planted.items() if planted.case.allocated}
    assert allocated == {R.COLLEAGUE, R.OWN, R.COUNCIL, R.OPENED, *restricted}


def test_of_every_role_it_is_said_what_it_should_see() -> None:
    unsaid = [role.value for role in Role if role not in EXPECTED]
    assert unsaid == [], "Say in EXPECTED of tests/world.py what these roles should see of a case."


def test_every_relation_is_of_a_role_that_sees_something_or_of_none_on_purpose() -> None:
    seen = {relation for declared in EXPECTED.values() for relation, sees in declared.items()}
    assert set(Relation) - seen == {R.RESTRICTED, R.NOT_NAMED, R.EXCLUDED}
    assert Sees.NOTHING not in {sees for declared in EXPECTED.values() for sees in declared.values()}
