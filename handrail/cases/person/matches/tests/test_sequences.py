"""Random sequences of linking and taking back widen nobody's access, and can be undone completely.

What each person could see is asked of the database as the web role, before and after. Links left at the end
are taken back; then nothing but the entries of the acts may differ.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handrail.access import context
from handrail.cases.models import Case
from handrail.cases.person.matches.links import linked
from handrail.cases.person.matches.tests.two import about, between, elsewhere, say, take_back
from handrail.cases.tests.cast import Cast, refer
from handrail.organisations.models import Person
from handrail.subjects.models import Link, PossibleMatch, Subject

LONGEST = 4
SPELLINGS = ("Quillfeather", "Quilfether", "Quillfether")
SEEN = """
SELECT md5(string_agg(line, ',' ORDER BY line)) FROM (
    SELECT 'case ' || id FROM cases_case UNION ALL SELECT 'referral ' || id FROM cases_referral
    UNION ALL SELECT 'subject ' || s::text FROM subjects_subject s
    UNION ALL SELECT 'outline ' || o::text FROM subjects_outline o
    UNION ALL SELECT 'entry ' || id FROM ledger_entry WHERE id <= %(upto)s
    UNION ALL SELECT 'content ' || entry_id FROM ledger_content WHERE entry_id <= %(upto)s
) AS seen (line)
"""
LAST = "SELECT max(id) FROM ledger_entry"


@dataclass(frozen=True)
class World:
    """Three records of one person, one in another force, and the users who look at them."""

    cases: tuple[Case, ...]
    pairs: tuple[tuple[PossibleMatch, Case, Case], ...]
    people: tuple[Person, ...]
    upto: int

    @classmethod
    def made(cls, cast: Cast) -> "World":
        names = [{"given-name": "Zerlinda", "family-name": spelling} for spelling in SPELLINGS]
        cases = (elsewhere(cast, **names[0]), refer(cast, **names[1]), refer(cast, **names[2]))
        couples = ((1, 0), (2, 0), (2, 1))
        pairs = tuple((between(cases[a], cases[b]), cases[a], cases[b]) for a, b in couples)
        with connection.cursor() as cursor:
            cursor.execute(LAST)
            (upto,) = cursor.fetchone() or (0,)
        return cls(cases, pairs, (cast.officer, cast.stranger, cast.lead), upto)

    def seen(self) -> list[str]:
        """Return a digest, for each user, of all rows that they can see."""
        found: list[str] = []
        for person in self.people:
            with context.asking(person), connection.cursor() as cursor:
                cursor.execute(SEEN, {"upto": self.upto})
                found += cursor.fetchone() or ()
        return found

    def chronologies(self) -> list[list[set[UUID]]]:
        """Return, for each user and case, the subjects that the user sees as linked."""
        found = []
        for person in self.people:
            with context.asking(person):
                found.append([set(linked({about(case)})) for case in self.cases])
        return found


Acts = list[tuple[int, str, bool]]
ACTS = st.lists(
    st.tuples(st.integers(0, 2), st.sampled_from(["same", "same", "not-same", "cannot-tell"]), st.booleans()),
    min_size=1,
    max_size=LONGEST,
)


@contextmanager
def forgotten() -> Iterator[None]:
    """Roll back whatever the block writes."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def do(world: World, which: int, answer: str, cast: Cast, *, from_other: bool) -> None:
    """Answer an open match question, or take the answer back, from either record."""
    match, case, other = world.pairs[which]
    match.refresh_from_db()
    side, person = (
        (other, cast.stranger if which != 2 else cast.supervisor) if from_other else (case, cast.officer)
    )
    if match.answer:
        take_back(side, match, person)
    else:
        say(case, match, answer, cast.officer)


def test_nobody_sees_more_or_less_and_undone_is_as_it_was(cast: Cast) -> None:
    world = World.made(cast)
    before, alone = world.seen(), world.chronologies()
    subjects = list(Subject.objects.order_by("pk").values())

    @settings(suppress_health_check=list(HealthCheck))
    @given(ACTS)
    def run(acts: Acts) -> None:
        with forgotten():
            for which, answer, from_other in acts:
                do(world, which, answer, cast, from_other=from_other)
            assert world.seen() == before
            live = {(link.subject_id, link.other_id) for link in Link.objects.live()}
            same = PossibleMatch.objects.filter(answer="same")
            assert live == {(said.subject_id, said.other_id) for said in same}
            for which, (match, _, _) in enumerate(world.pairs):
                if PossibleMatch.objects.exclude(answer="").filter(pk=match.pk).exists():
                    do(world, which, "same", cast, from_other=False)
            assert world.chronologies() == alone
            assert world.seen() == before
            assert list(Subject.objects.order_by("pk").values()) == subjects
            assert not PossibleMatch.objects.exclude(answer="").exists()

    run()


def test_what_is_linked_is_one_chronology_for_whoever_sees_the_links(cast: Cast) -> None:
    world = World.made(cast)
    for match, case, _ in world.pairs[:2]:
        say(case, match, "same", cast.officer)
    everybody = {case.subject_id for case in world.cases}
    officers, strangers, leads = world.chronologies()
    assert officers == [everybody] * 3
    assert strangers[0] == everybody
    assert leads == [{case.subject_id} for case in world.cases]
