"""Each change that somebody who owns the database could make is named, or `docs/ledger.md` says it is not."""

import re
import tomllib
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import LazySettings
from django.db import connection, transaction
from django.utils import timezone

from handrail.access import actions as access
from handrail.access import context, sealing
from handrail.access.grant_kinds import GrantKind
from handrail.access.models import Exclusion, Reading, Verb
from handrail.accounts import appointments
from handrail.accounts.appointments import Appointment
from handrail.cases.case_access import restrictions
from handrail.cases.disclosure import summary_actions
from handrail.cases.documents.tests.adding import add
from handrail.cases.files import keeping
from handrail.cases.models import Case
from handrail.cases.models.restriction import Category
from handrail.cases.registers.tests.telling import advise
from handrail.cases.tests.cast import Cast, make_cast, refer, take
from handrail.cases.tests.staff import Staff, again, make_staff
from handrail.commands.everything import Everything, verified
from handrail.ledger.seal import seal
from handrail.organisations.roles import Role
from handrail.organisations.vetting import Vetting

DOCS = Path(__file__).parents[1] / "docs" / "ledger.md"


@dataclass(frozen=True, slots=True)
class Attack:
    """One change of `attacks.toml`; `finding` is empty where nothing names it.

    `loaded_posts` is how many posts more the output then counts as given by no entry.
    """

    number: int
    change: str
    sql: str
    finding: str
    loaded_posts: int = 0

    def __str__(self) -> str:
        return f"{self.number}, {self.change}"


ATTACKS = [
    Attack(**one) for one in tomllib.loads(Path(__file__).with_name("attacks.toml").read_text())["attack"]
]
LEDGER = ("entry", "content", "chain", "leaf", "head", "unsealed")


@dataclass(frozen=True, slots=True)
class Victims:
    """A record that is sealed, with heads outside, and the values by which attacks name its rows."""

    heads: Path
    values: dict[str, Any]


@pytest.fixture
def victims(db: None, tmp_path: Path, settings: LazySettings) -> Victims:
    settings.DOCUMENTS = str(tmp_path / "documents")
    cast = make_cast()
    staff = make_staff(cast)
    case, hidden = refer(cast, **ABOUT), refer(cast)
    take(case, "allocate", cast.supervisor, owner=str(cast.officer.pk))
    take(case, "identity-detail", cast.officer, what="telephone", phone="07700 900111")
    values = {
        "case": case.pk,
        "hidden": hidden.pk,
        "threatened": _threatened(cast).pk,
        "closed": _closed(cast).pk,
        "subject": case.subject_id,
        "other": cast.second_officer.pk,
        "body": staff.elsewhere.posts.get().organisation_id,
        "post": _appointed(cast, staff),
        "document": add(case, cast.officer).pk,
        "register_entry": advise(cast.supervisor).pk,
        "grant": _granted(case, cast).pk,
        "exclusion": _hidden(hidden, cast, staff).pk,
        "line": [_line(case) for _ in range(3)][1].pk,
        **_forgery(),
    }
    _summarised(case, cast)
    sealing.seal(timezone.now())
    seal(timezone.now(), tmp_path)
    unsealed = refer(cast)
    take(unsealed, "allocate", cast.supervisor, owner=str(cast.officer.pk))
    values["unsealed"] = unsealed.pk
    return Victims(tmp_path / "heads", values)


ABOUT = {"given-name": "Perpetua", "family-name": "Windlestraw"}


def _threatened(cast: Cast) -> Case:
    case = refer(cast, "referral", **{"harm": "yes", "harm-described": "He will stab somebody tomorrow."})
    assert case.threat_at
    return case


def _closed(cast: Cast) -> Case:
    case = refer(cast)
    take(case, "information-assessment", cast.fimu)
    take(case, "gateway-assessment", cast.officer, outcome="exit")
    take(case, "exit-checklist", cast.officer, outcome="no-further-action")
    take(case, "exit-sign-off", cast.supervisor, outcome="agreed")
    case.refresh_from_db()
    assert case.closed_on
    return case


def _appointed(cast: Cast, staff: Staff) -> int:
    """Open accounts, as an administrator does; renew a post, end one, and close one account."""
    today = timezone.localdate()
    first = Appointment(Role.PREVENT_OFFICER, cast.force, today, None, Vetting.POLICE, today + WEEK)
    by = again(staff.administrator)
    opened = appointments.open_account("Olga Pine", "olga@example.org", first, by=by)
    further = Appointment(Role.PREVENT_SUPERVISOR, cast.force, today, None, Vetting.POLICE, today + WEEK)
    ended = appointments.give_post(opened, further, by=by)
    appointments.end_post(ended, today + WEEK, by=by, reason="For a week")
    closed = appointments.open_account("Otto Larch", "otto@example.org", first, by=by)
    appointments.close_account(closed, by=by, reason="Left")
    post = opened.posts.get(role=Role.PREVENT_OFFICER)
    appointments.renew_vetting(post, Vetting.MANAGEMENT, today + WEEK, by=by)
    return post.pk


WEEK = timedelta(days=7)


def _granted(case: Case, cast: Cast) -> Any:
    return access.give(
        case.pk,
        cast.fimu,
        GrantKind.INVITED,
        by=cast.officer,
        post=cast.officer.posts.get(),
        reason="To advise",
        until=timezone.now() + timedelta(days=3),
    )


def _hidden(case: Case, cast: Cast, staff: Staff) -> Exclusion:
    """Restrict a case, and exclude somebody whom it is about from it."""
    by = again(cast.supervisor)
    with context.asking(by):
        restrictions.restrict(
            case.pk,
            category=Category.POLICE_STAFF,
            named=[cast.supervisor, staff.standards],
            concerned=[cast.fimu],
            by=by,
            reason="About a colleague",
        )
    return Exclusion.objects.get(record=case.pk, person=cast.fimu)


def _line(case: Case) -> Reading:
    return Reading.objects.create(
        at=timezone.now(), person=uuid4(), verb=Verb.CONSULTED, records=[case.pk], page="cases:case"
    )


def _summarised(case: Case, cast: Cast) -> None:
    by = again(cast.officer)
    with context.asking(by):
        summary = summary_actions.summarise(case.pk, by=by, title="So far", numbers=[1, 2])
        marking = summary_actions.markings_for(summary, by)[0]
        summary_actions.make_redacted(summary, by=by, title="So far", out=[], words=[], marking=marking)


def _forgery() -> dict[str, Any]:
    """Put another file into the store, sealed as Handrail seals."""
    key, name = keeping.new_key(), keeping.new_name()
    keeping.store().put(name, keeping.lock(b"forged", key, name))
    return {"forged_key": key, "forged_name": name}


def found_after(attack: Attack, victims: Victims) -> Everything:
    """Return what is found after an attack, and undo it."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET LOCAL session_replication_role = replica")
            for table in LEDGER:
                cursor.execute(f"ALTER TABLE ledger_{table} DISABLE TRIGGER USER")
            changed = 0
            for statement in attack.sql.split(";"):
                cursor.execute(statement, victims.values)
                changed += cursor.rowcount
            assert changed, f"{attack}: it changes nothing"
            found = verified(victims.heads)
            raise _Undone
    except _Undone:
        return found


class _Undone(Exception):
    """The attack is taken back."""


def not_named(attacks: list[Attack], victims: Victims) -> dict[str, str]:
    """Return the attacks that are not named as they should be, with what was found instead."""
    clean = verified(victims.heads)
    assert clean.is_clean, "\n".join(clean.lines())
    assert clean.records > 5
    wrong: dict[str, str] = {}
    for attack in attacks:
        found = found_after(attack, victims)
        said = " ".join([*(str(one) for one in found.ledger.findings), *map(str, found.differences)])
        counted = found.loaded_posts - clean.loaded_posts
        if attack.finding not in said or (not attack.finding and said) or counted != attack.loaded_posts:
            wrong[str(attack)] = f"{counted} more loaded posts: {said}"
    return wrong


def test_a_sample_of_attacks_is_named(victims: Victims) -> None:
    wrong = not_named(ATTACKS[::5], victims)
    assert not wrong, "\n".join(f"{attack}: {said}" for attack, said in wrong.items())


@pytest.mark.whole
def test_every_attack_is_named_or_said_to_be_unseen(victims: Victims) -> None:
    assert len(ATTACKS) >= 45
    wrong = not_named(ATTACKS, victims)
    assert not wrong, "\n".join(f"{attack}: {said}" for attack, said in wrong.items())


def test_the_documentation_lists_exactly_the_attacks_that_nothing_names() -> None:
    listed = {int(number) for number in re.findall(r"^\| (\d+) \|", DOCS.read_text(), re.MULTILINE)}
    assert listed == {attack.number for attack in ATTACKS if not attack.finding}
