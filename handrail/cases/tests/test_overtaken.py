"""An act that was overtaken is refused in words: its case is out of reach or restricted by now."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from handrail.access import context
from handrail.access.errors import NotAllowed, Refused
from handrail.access.models import Grant
from handrail.cases.case_access import emergency_access, restrictions
from handrail.cases.case_access.who_may_work import grants_of
from handrail.cases.disclosure import share_actions, summary_actions
from handrail.cases.documents.adding import add_document
from handrail.cases.errors import NotNow
from handrail.cases.models import Case
from handrail.cases.models.restriction import Category
from handrail.cases.tests.cast import Cast, organisation, person, refer
from handrail.cases.tests.staff import again
from handrail.cases.timeline import marking_actions
from handrail.ledger.models import Entry
from handrail.organisations.models import Kind, Organisation, Person
from handrail.organisations.roles import Role
from handrail.records.drafts import Draft, submit
from handrail.records.packs import current_pack

Act = Callable[[Case, Person], object]


def restrict(case: Case, by: Person, *named: Person) -> None:
    restrictions.restrict(
        case.pk, by=by, category=Category.POLICE_STAFF, reason="A colleague", named=named, concerned=[]
    )


def restrict_to_user(case: Case, by: Person) -> None:
    restrict(case, by, by)


ACTS: dict[str, Act] = {
    "mark": lambda case, by: marking_actions.raise_marking(case, 1, "secret", by=by, reason="Why"),
    "summarise": lambda case, by: summary_actions.summarise(case.pk, by=by, title="Sum", numbers=[1]),
    "add a document": lambda case, by: add_document(case, {}, b"Text", by=by, seen_version=1),
    "restrict": restrict_to_user,
    "name": lambda case, by: restrictions.name(case.pk, by, by=by, reason="Why"),
    "keep out": lambda case, by: restrictions.keep_from(case.pk, by, by=by, reason="Why"),
    "let back": lambda case, by: restrictions.not_them(case.pk, by, by=by, reason="Why"),
}


@pytest.mark.parametrize("act", ACTS)
def test_whoever_lost_the_case_meanwhile_is_refused(cast: Cast, act: str) -> None:
    case, by = refer(cast), again(cast.stranger)
    entries = Entry.objects.count()
    with context.asking(by), pytest.raises(NotAllowed, match="no longer"):
        ACTS[act](case, by)
    assert Entry.objects.count() == entries


def test_a_name_that_was_ended_meanwhile_is_said_to_be(cast: Cast) -> None:
    case, by, other = refer(cast), again(cast.supervisor), again(cast.fimu)
    with context.asking(by):
        restrict(case, by, by, other)
    grant = grants_of(case).get(person=other)
    for turn in range(2):
        with context.asking(by):
            if turn:
                with pytest.raises(NotNow, match="no longer named"):
                    restrictions.unname(grant.pk, by=by, reason="Twice")
            else:
                restrictions.unname(grant.pk, by=by, reason="Once")


def terms() -> share_actions.Terms:
    return share_actions.Terms((), "They help", timezone.localdate() + timedelta(days=3))


def share(case: Case, by: Person) -> object:
    basis = next(iter(case.pack.codes_by_id[case.pack.access.bases].labels))
    body = Organisation.objects.get(name="Helping Hands")
    return share_actions.share(case, body, terms(), by=by, basis=basis, controller="joint")


GIVING: dict[str, Act] = {
    "invite": lambda case, by: share_actions.invite(
        case, Person.objects.get(name="Ivy Page"), terms(), by=by
    ),
    "share": share,
    "open": lambda case, by: emergency_access.open_with_reason(case, by=by, purpose="", reason="Curious"),
}


@pytest.mark.parametrize("giving", GIVING)
def test_access_is_not_given_to_a_case_that_was_restricted_meanwhile(cast: Cast, giving: str) -> None:
    case, supervisor = refer(cast), again(cast.supervisor)
    person("Ivy Page", Role.INTERVENTION_PROVIDER, organisation(Kind.PARTNER, "Helping Hands", cast.force))
    shown = Case.objects.select_related("subject", "force").get(pk=case.pk)
    with context.asking(supervisor):
        restrict(case, supervisor, supervisor, again(cast.fimu))
    assert not shown.restricted, "the act begins with the case as its page showed it"
    by = again(cast.lead if giving == "open" else cast.supervisor)
    with context.asking(by), pytest.raises(NotAllowed):
        GIVING[giving](shown, by)
    assert not Grant.objects.filter(record=case.pk).exclude(kind="named").exists()


def test_a_form_that_was_discarded_meanwhile_is_not_sent(cast: Cast) -> None:
    draft = Draft.objects.create(
        id=uuid4(), pack_id=current_pack().id, step_id="police-referral", person=cast.officer
    )
    gone = draft.pk
    draft.delete()
    with pytest.raises(Refused, match="discarded"):
        submit(gone, by=cast.officer)
