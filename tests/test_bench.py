"""The bench at its smallest: its cases are whole, and nothing sends more statements than is written."""

from collections.abc import Callable, Collection
from datetime import timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest
from django.db.models import QuerySet
from django.utils import timezone

from bench import queries
from bench.copying import Copier
from bench.goals import missed
from bench.timing import Crowd, Figure, Kind
from bench.volume import UNTIL, write
from handrail.cases.engine.record import Record
from handrail.cases.engine.subject_details import is_kept
from handrail.cases.intake.feedback import receipts_of
from handrail.cases.models import Case, Deadline, FollowUp, Receipt, Referral
from handrail.demo.histories import SEED, unfolded
from handrail.demo.load import load_demonstration
from handrail.ledger.models import Entry
from handrail.ledger.rebuild import check
from handrail.subjects.matching import keys_of, outline_of
from handrail.subjects.models import Detail, Key, Subject

LATER = timedelta(weeks=3)
HAS: dict[str, Callable[[Record], Collection[Any]]] = {
    "details": lambda record: [detail for detail in record.details if is_kept(detail)],
    "further referrals": lambda record: record.further,
    "follow-ups that ended": lambda record: record.settled,
    "open follow-ups": lambda record: record.position.asked,
    "deadlines": lambda record: record.position.deadlines,
}


def made_up_records() -> list[Record]:
    """Cases of the demonstration which between them have everything that can be copied."""
    load_demonstration(0)
    missing, chosen = set(HAS), []
    for history in unfolded(300, SEED, until=UNTIL):
        if found := {name for name in missing if HAS[name](history.record)}:
            chosen.append(history.record)
            missing -= found
        if not missing:
            return chosen
    raise AssertionError(f"No case has {missing}.")


@pytest.mark.django_db
def test_a_copied_case_is_whole_and_its_own() -> None:
    originals, copier = made_up_records(), Copier(Random(1), LATER)
    copies = [(copier.copy(record), copier.copy(record)) for record in originals]
    write([copy for pair in copies for copy in pair])
    for original, pair in zip(originals, copies, strict=True):
        for copy in pair:
            case = Case.objects.get(pk=copy.case.pk)
            is_whole(case, original)
            is_found(case)
            is_moved(case, original)
        assert len({original.case.called, *(copy.case.called for copy in pair)}) == 3
    names_nobody_else({copy.case.pk: copy.case.subject_id for pair in copies for copy in pair})


def is_whole(case: Case, original: Record) -> None:
    """Check that the copy has as many rows of each kind as its history implies."""
    rows: dict[str, tuple[QuerySet[Any], int]] = {
        "referrals": (case.referrals.all(), 1 + len(original.further)),
        "receipts": (
            Receipt.objects.filter(referral__case=case),
            len([*receipts_of(original)]),
        ),
        "deadlines": (case.deadlines.all(), len(original.rows)),
        "follow-ups": (case.follow_ups.all(), len(original.settled) + len(original.position.asked)),
        "entries": (Entry.objects.filter(chain=case.pk), len(original.acts)),
        "details": (
            Detail.objects.filter(record=case.pk, subject=case.subject),
            sum(map(is_kept, original.details)),
        ),
    }
    assert {kind: found.count() for kind, (found, _) in rows.items()} == {
        kind: expected for kind, (_, expected) in rows.items()
    }


def is_found(case: Case) -> None:
    """Its subject is kept under the keys of all that is known of them; the first entry calls them alike."""
    subject = case.subject
    assert subject
    keys = keys_of(outline_of(subject.known()))
    assert (
        set(subject.outline.keys)
        == keys
        == set(Key.objects.filter(subject=subject).values_list("key", flat=True))
    )
    answers = Entry.objects.get(chain=case.pk, number=1).content.content["answers"]
    assert (answers["given-name"], answers["family-name"]) == (subject.given_name, subject.family_name)


def is_moved(case: Case, original: Record) -> None:
    """Check that all days and moments of the copy are moved equally, at the original's time of day."""
    assert case.opened_on == original.case.opened_on + LATER
    began = {deadline.began for deadline in original.rows}
    assert set(case.deadlines.values_list("began", flat=True)) == {day + LATER for day in began}
    for entry, act in zip(Entry.objects.filter(chain=case.pk).order_by("number"), original.acts, strict=True):
        then, now = timezone.localtime(act.happened_at), timezone.localtime(entry.happened_at)
        assert (now.date(), now.time()) == (then.date() + LATER, then.time())


def names_nobody_else(subjects: dict[UUID, UUID | None]) -> None:
    """No row that names a case or a subject names any but these, each its own."""
    for model in (Referral, Deadline, FollowUp):
        assert set(model.objects.values_list("case", flat=True)) <= subjects.keys()
    assert set(Detail.objects.values_list("record", "subject")) <= set(subjects.items())
    assert set(Subject.objects.values_list("pk", flat=True)) == set(subjects.values())


OF_ANOTHER = {"what", "found_under"}  # of another person's detail, stated by the opening entry only


@pytest.mark.django_db
def test_a_copy_stands_where_its_entries_put_it() -> None:
    copier = Copier(Random(1), timedelta(0))
    for record in made_up_records():
        write([copier.copy(record, renamed=False), copier.copy(record)])
    report = check()
    found = report.differences
    assert report.compared
    assert {one.column for one in found if one.table == Detail._meta.db_table} <= OF_ANOTHER
    assert [one for one in found if one.table != Detail._meta.db_table] == []


@pytest.mark.django_db(transaction=True)
def test_nothing_sends_more_or_fewer_statements_than_is_written_down(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("WARNING", "handrail.requests")
    different = queries.differences(queries.found(), queries.written())
    assert not different, "\n".join(different)


@pytest.mark.parametrize(
    ("found", "written", "said"),
    [
        ({"case": 9}, {"case": 9}, None),
        ({"case": 10}, {"case": 9}, "“case” sends 10 statements, 1 more than are written down."),
        ({"case": 8}, {"case": 9}, "“case” sends 8 statements, 1 fewer than are written down."),
        ({"case": 8}, {}, "“case” sends 8 statements and is not in bench/queries.toml."),
        ({}, {"case": 9}, "“case” is written down in bench/queries.toml and not counted any more."),
    ],
)
def test_it_is_said_which_page_is_different(
    found: dict[str, int], written: dict[str, int], said: str | None
) -> None:
    different = queries.differences(found, written)
    assert [sentence.startswith(str(said)) for sentence in different] == ([] if said is None else [True])


def figure(**given: Any) -> Figure:
    """Something that costs as much as it may at most."""
    usual: dict[str, Any] = {"kind": Kind.PAGE, "size": 1_000, "name": "case", "median": 5, "p95": 6}
    return Figure(**{**usual, "processor": 5.0, "floor": 1.0, "queries": 15, **given})


def crowd(**given: Any) -> Crowd:
    """A crowd that is served as quickly as it has to be."""
    return Crowd(
        **{"size": 1_000, "people": 32, "a_second": 250, "errors": 0, "client": 0.1, "pages": {}, **given}
    )


def test_what_reaches_every_goal_is_said_to_miss_none() -> None:
    grants = {"kind": Kind.GRANTED, "name": "case, 1,000 grants", "floor": 5.0, "processor": 6.0}
    figures = [
        figure(),
        figure(kind=Kind.LIST, name="list", floor=5 / 4),
        figure(kind=Kind.SECURED, name="secured", floor=4.0),
        figure(**grants),
        figure(kind=Kind.STEP, name="a step", floor=2.0, queries=99),
        figure(kind=Kind.IMPORT, name="import", queries=99),
        figure(kind=Kind.CHECKS, name="all checks", floor=2.0),
        figure(size=100_000, processor=5.9),
    ]
    assert list(missed(figures, [crowd()])) == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"floor": 0.9}, "costs 5.56 times its floor"),
        ({"kind": Kind.LIST}, "costs 5.00 times its floor at 1,000 cases (goal: 4.00)"),
        ({"kind": Kind.SECURED, "floor": 3.0}, "costs 1.67 times the page without row security"),
        ({"kind": Kind.STEP}, "costs 5.00 times its bare SQL"),
        ({"kind": Kind.IMPORT, "floor": 0.9}, "costs 5.56 times COPY"),
        ({"kind": Kind.CHECKS}, "costs 5.00 times one scan of the entries"),
        ({"queries": 16}, "makes 16 queries"),
    ],
)
def test_a_goal_that_is_missed_is_told(changes: dict[str, Any], said: str) -> None:
    (sentence,) = missed([figure(**changes)])
    assert said in sentence


@pytest.mark.parametrize("kind", [Kind.PAGE, Kind.LIST])
def test_every_page_that_grows_is_told(kind: Kind) -> None:
    figures = [figure(kind=kind, floor=9.0), figure(kind=kind, floor=9.0, size=100_000, processor=6.1)]
    (sentence,) = missed(figures)
    assert "“case” grows by 22%" in sentence


def test_what_a_thousand_grants_cost_too_much_is_told() -> None:
    name = "need to know: home, 1,000 grants"
    dear = figure(kind=Kind.GRANTED, name=name, floor=9.0, processor=7.0)
    plain = figure(kind=Kind.SECURED, name="need to know: home", floor=9.0)
    (sentence,) = missed([plain, dear])
    assert "costs 40% more than without grants" in sentence


@pytest.mark.parametrize(
    ("changes", "said"),
    [({"a_second": 249.0}, "249 requests a second"), ({"errors": 1}, "1 of their requests")],
)
def test_a_crowd_that_is_served_badly_is_told(changes: dict[str, Any], said: str) -> None:
    (sentence,) = missed([figure()], [crowd(**changes)])
    assert said in sentence
