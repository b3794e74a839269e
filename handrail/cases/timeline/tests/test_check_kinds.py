"""A kind of check that a room registers, about another kind of record, with a query of its own."""

from collections.abc import Iterator

import pytest
from django.db import connection

from handrail.cases.models.kinds import REGISTER_ENTRY
from handrail.cases.registers.tests.telling import add, advise
from handrail.cases.tests.cast import Cast, organisation, refer
from handrail.cases.timeline import check_queries, checks
from handrail.organisations.models import Kind
from handrail.policy.names import REGISTERED
from handrail.policy.schema.obligations import Check
from handrail.policy.schema.pack import Pack
from handrail.policy.soundness.whole import problems
from handrail.policy.tests.small_pack import altered
from handrail.records.packs import current_pack

SETTLED = "entry-settled"
QUERY = "SELECT id AS chain, ended_on IS NULL AS bad FROM cases_matter WHERE pack_id = %(pack)s"


@pytest.fixture
def pack() -> Pack:
    """The test policy with a check of the registered kind."""
    said = {"statement": "Every entry is settled", "out_of_line": "Not settled.", "source": "local-choice"}
    check = Check.model_validate(said | {"id": "settled", "kind": SETTLED, "note": "For the tests."})
    own = current_pack()
    return altered(own, checks=(*own.checks, check))


@pytest.fixture
def settled(db: None) -> Iterator[None]:
    """The registered kind of check, with its function created as by `handrail up`."""
    check_queries.register(SETTLED, QUERY, REGISTER_ENTRY.name)
    with connection.cursor() as cursor:
        cursor.execute(check_queries.functions()[-1])
    yield
    del check_queries.SQL[SETTLED], check_queries.ABOUT[SETTLED], REGISTERED.checks[SETTLED]


@pytest.mark.usefixtures("settled")
def test_it_counts_and_names_what_it_is_about_and_nothing_else(cast: Cast, pack: Pack) -> None:
    case = refer(cast)
    open_, done = advise(cast.officer), advise(cast.officer)
    add(done, "advice-second-look", cast.supervisor, outcome="agreed")
    [found] = [one for one in checks.report(pack) if one.check.id == "settled"]
    assert (found.applies, found.others, found.cases) == (2, (open_.reference,), 0)
    assert found.check not in checks.out_of_line(case)
    elsewhere = organisation(Kind.FORCE, "Elsewhere Police", cast.force.parent)
    [found] = [one for one in checks.report(pack, forces=[elsewhere.pk]) if one.check.id == "settled"]
    assert (found.applies, found.others) == (0, ())


@pytest.mark.usefixtures("settled")
def test_a_policy_may_name_it_and_no_kind_that_nobody_registered(pack: Pack) -> None:
    assert not problems(pack, REGISTERED)
    unheard = [check.model_copy(update={"kind": "unheard-of"}) for check in pack.checks[-1:]]
    [fault] = problems(altered(pack, checks=(*pack.checks[:-1], *unheard)), REGISTERED)
    assert "There is no kind of check “unheard-of”." in fault.message
    assert SETTLED in fault.message


@pytest.mark.usefixtures("settled")
def test_a_kind_is_registered_once() -> None:
    with pytest.raises(ValueError, match="already"):
        check_queries.register(SETTLED, QUERY + " ", REGISTER_ENTRY.name)
