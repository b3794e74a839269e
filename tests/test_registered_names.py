"""Names that rooms register: one that is bad, or too long for what keeps it, is refused at once."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, cast
from uuid import UUID

import pytest
from django.db.models import Model
from django.urls import resolve

from handrail.access import actions as access
from handrail.access import grant_kinds, sealing
from handrail.access.grant_kinds import Ends, Gives, Rule
from handrail.access.models import Grant, Reading
from handrail.access.pages import pages
from handrail.cases.tests.cast import make_cast
from handrail.cases.timeline import check_queries
from handrail.ledger.models import Chain, Entry
from handrail.notices import kinds as notice_kinds
from handrail.notices.kinds import NoticeKind
from handrail.notices.models import Notice
from handrail.organisations.capabilities import Capability
from handrail.organisations.models import Kind
from handrail.policy.step_kinds import kind as step_kinds
from handrail.policy.step_kinds.kind import StepKind
from handrail.question_sets import counts
from handrail.question_sets.models import Year
from handrail.records import deadlines, drafts, kinds, members, obligations
from handrail.records.deadlines import ORGANISATION, RecordDeadline
from handrail.records.drafts import Draft, DraftsOf
from handrail.records.form_links import receivers
from handrail.records.form_links.models import FormLink
from handrail.records.kinds import RecordKind

RULE = Rule("R", Gives.READING, Ends.EVENT)


def nothing(*_: Any) -> Any:
    """Stand for a function that is never called."""


def step_kind(word: str) -> StepKind:
    return cast(StepKind, type("Made", (StepKind,), {"word": word})())


def record_kind(name: str) -> RecordKind[Any]:
    return RecordKind(name, "Made", Draft, nothing, nothing, nothing, nothing)


def news(at: datetime) -> list[Any]:
    return []


def holds(model: type[Model], column: str) -> int:
    """Return how many characters a column holds."""
    return getattr(model._meta.get_field(column), "max_length") or 0  # noqa: B009


# Each registry of names, with the most characters that a name may have.
REGISTRIES: dict[str, tuple[Callable[[str], object], int]] = {
    "kinds of record": (lambda name: kinds.register(record_kind(name)), 20),
    "kinds of grant": (lambda name: grant_kinds.register(name, RULE), 10),
    "kinds of notice": (
        lambda name: notice_kinds.register(name, NoticeKind("N", Capability.READ_CHECKS, news)),
        40,
    ),
    "kinds of check": (lambda name: check_queries.register(name, "SELECT", ORGANISATION), 56),
    "kinds of step": (lambda word: step_kinds.register(step_kind(word)), 60),
    "members": (lambda name: members.register(name, nothing), 60),
    "counts": (lambda name: counts.register(name, nothing), 60),
    "events": (
        lambda name: obligations.register(name, obligations.Event(Kind.COUNCIL, Capability.READ_CHECKS)),
        60,
    ),
}
# Registries of what a kind of record has besides.
OF_KINDS: dict[str, Callable[[str], object]] = {
    "drafts": lambda name: drafts.register_drafts(type("Made", (DraftsOf,), {"kind": name})()),
    "deadlines": lambda name: deadlines.register(name, deadlines.Keeping(nothing, nothing)),
    "receivers": lambda name: receivers.register(name, nothing()),
    "kinds of check": lambda name: check_queries.register("made", "SELECT", name),
}


@pytest.mark.parametrize("registry", REGISTRIES)
def test_a_name_that_does_not_fit_is_refused_when_it_is_registered(registry: str) -> None:
    register, longest = REGISTRIES[registry]
    for name in ("n" * (longest + 1), "a_b", "a'b", ""):
        with pytest.raises(ValueError, match="cannot be a name"):
            register(name)


@pytest.mark.parametrize("registry", OF_KINDS)
def test_what_a_kind_of_record_has_is_refused_where_nobody_registered_the_kind(registry: str) -> None:
    with pytest.raises(KeyError, match="No room has registered a kind of record “misspelt”"):
        OF_KINDS[registry]("misspelt")


def test_no_kind_of_record_is_named_as_what_is_none() -> None:
    assert {access.KIND, sealing.KIND, ORGANISATION} == kinds.RESERVED
    for name in kinds.RESERVED:
        with pytest.raises(ValueError, match="no kind of record"):
            kinds.register(record_kind(name))


@pytest.mark.parametrize(
    ("name", "again"),
    [
        ("case-colleagues", lambda name: members.register(name, nothing)),
        ("cases-opened", lambda name: counts.register(name, nothing)),
        ("case", OF_KINDS["drafts"]),
        ("case", OF_KINDS["receivers"]),
    ],
)
def test_nothing_is_registered_twice(name: str, again: Callable[[str], object]) -> None:
    with pytest.raises(ValueError, match="already"):
        again(name)


def test_every_column_holds_the_longest_name_that_may_be_registered() -> None:
    columns: dict[str, list[tuple[type[Model], str]]] = {
        "kinds of record": [
            (Entry, "kind"),
            (Chain, "kind"),
            (Draft, "target_kind"),
            (Draft, "origin_kind"),
            (FormLink, "kind"),
            (RecordDeadline, "record_kind"),
            (Notice, "record_kind"),
        ],
        "kinds of grant": [(Grant, "kind")],
        "kinds of notice": [(Notice, "kind")],
    }
    for registry, held in columns.items():
        for model, column in held:
            assert holds(model, column) >= REGISTRIES[registry][1], (model, column)
    assert holds(Entry, "act") >= len("access-") + REGISTRIES["kinds of grant"][1]


def test_the_log_of_reads_holds_the_name_of_every_page() -> None:
    assert [page.name for page in pages() if len(page.name) > holds(Reading, "page")] == []


RECORD = UUID(int=1)


@pytest.mark.django_db
def test_the_address_of_every_kind_of_record_leads_to_a_page() -> None:
    force = make_cast().force
    Year.objects.create(pk=RECORD, set_id="any", force=force, year=2020, pack_id="any")
    for kind in kinds.kinds():
        assert resolve(kind.address(RECORD)).view_name, kind.name  # Resolver404 where none is there
