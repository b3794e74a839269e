"""A second person named in one concern: a record of their own, a relation on both, no access."""

from collections.abc import Callable, Collection, Iterator

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from handrail.access import context
from handrail.access.errors import NotAllowed
from handrail.access.grant_kinds import GrantKind
from handrail.access.models import Grant
from handrail.cases.models import Case
from handrail.cases.steps import also_named
from handrail.cases.tests.cast import Cast, refer, take, typed_for
from handrail.organisations.models import Organisation, Person
from handrail.policy.load import load_pack
from handrail.policy.schema.codes import CodeList
from handrail.policy.tests.small_pack import altered
from handrail.records import packs
from handrail.records.drafts import Draft, submit
from handrail.subjects.models import Detail

SAID = "He showed his brother the same films"


@pytest.fixture
def case(cast: Cast) -> Case:
    made = refer(cast, "police-referral", cast.officer, **{"family-name": "Elder", "what-happened": SAID})
    take(made, "allocate", cast.supervisor, owner=str(cast.officer.pk))
    return made


def begun(case: Case, by: Person, relation: str = "child") -> Draft:
    with context.asking(by):
        return also_named.begin_another(case, "police-referral", relation=relation, by=by)


def sent(draft: Draft, by: Person, force: Organisation, **given: str) -> Case:
    step = draft.pack.step_by_id[draft.step_id]
    draft.typed = typed_for(
        draft.pack, step, force, **{"force": str(force.pk), "family-name": "Younger", **given}
    )
    draft.save()
    with context.asking(by):
        made = submit(draft.pk, by=by)
    return Case.objects.get(pk=made)


def relations(case: Case, reader: Person) -> list[tuple[str, str, object]]:
    with context.asking(reader):
        rows = Detail.objects.filter(record=case.pk, kind="relation")
        return [(row.what["sort"], row.what["name"], row.other_record) for row in rows]


def test_the_form_begins_with_the_concern_and_nothing_of_the_person(case: Case, cast: Cast) -> None:
    draft = begun(case, cast.officer)
    assert draft.typed["what-happened"] == [SAID]
    assert draft.typed["came-to-light-year"] == ["2009"]
    assert not {"family-name", "date-of-birth-day", "address", "vulnerabilities", "threat"} & set(draft.typed)


def test_each_record_says_what_the_other_is(case: Case, cast: Cast) -> None:
    other = sent(begun(case, cast.officer), cast.officer, cast.force)
    case.refresh_from_db()
    assert relations(case, cast.supervisor) == [("child", "Something said Younger", other.pk)]
    assert relations(other, cast.supervisor) == [("parent", "Something said Elder", case.pk)]
    assert case.subject_id != other.subject_id


@pytest.fixture
def newer(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Return a function that puts a newer policy in force, without some of the relations."""
    cached = (packs.pack, packs.known_packs)

    def put_in_force(*missing: str) -> None:
        own = packs.pack("england-wales-2025")
        lists = [without(codes, missing) if codes.id == "relations" else codes for codes in own.code_lists]
        fewer = altered(own, code_lists=tuple(lists))
        for each in cached:
            each.cache_clear()
        monkeypatch.setattr(
            packs, "load_pack", lambda path, names: fewer if path.name == own.id else load_pack(path)
        )
        monkeypatch.setattr(settings, "PACK", own.id)

    yield put_in_force
    for each in cached:
        each.cache_clear()


def without(codes: CodeList, missing: Collection[str]) -> CodeList:
    fields = {name: getattr(codes, name) for name in CodeList.model_fields}
    left = tuple(code for code in codes.codes if code.id not in missing)
    return CodeList.model_validate(fields | {"codes": left})


@pytest.mark.parametrize(
    ("missing", "recorded"), [(["child"], ["parent"]), (["parent"], []), (["child", "parent"], [])]
)
def test_a_relation_that_the_policy_of_the_new_case_lacks_stands_on_the_older_case_alone(
    case: Case, cast: Cast, newer: Callable[..., None], missing: list[str], recorded: list[str]
) -> None:
    newer(*missing)
    other = sent(begun(case, cast.officer), cast.officer, cast.force)
    assert (case.pack_id, other.pack_id) == ("england-wales-2018", "england-wales-2025")
    assert [row[0] for row in relations(case, cast.supervisor)] == ["child"]
    assert [row[0] for row in relations(other, cast.supervisor)] == recorded


def test_it_is_written_into_another_force_too_and_opens_nothing(
    case: Case, cast: Cast, client: Client
) -> None:
    elsewhere = Organisation.objects.get(name="Wessex Police")
    other = sent(begun(case, cast.officer), cast.officer, elsewhere)
    assert [row[0] for row in relations(other, cast.stranger)] == ["parent"]
    client.force_login(cast.stranger)
    page = client.get(reverse("cases:identity", args=[other.pk])).text
    assert "Something said Elder" in page
    assert case.reference not in page
    assert str(case.pk) not in page
    chronology = client.get(reverse("cases:case", args=[other.pk])).text
    assert case.reference not in chronology
    assert client.get(reverse("cases:case", args=[case.pk])).status_code == 404


def test_a_restricted_record_is_named_on_no_other(case: Case, cast: Cast) -> None:
    draft = begun(case, cast.officer)
    other = sent(draft, cast.officer, cast.force, restriction="police-staff")
    assert other.restricted
    assert relations(case, cast.supervisor) == []


def test_of_a_restricted_case_nothing_is_carried_and_the_new_record_names_nobody(
    case: Case, cast: Cast
) -> None:
    Case.objects.filter(pk=case.pk).update(restricted=True)
    name = {"record": case.pk, "kind": GrantKind.NAMED, "by": cast.supervisor, "reason": "Works on it"}
    Grant.objects.create(person=cast.officer, since=timezone.now(), **name)
    draft = begun(Case.objects.get(pk=case.pk), cast.officer)
    assert draft.typed == {}
    other = sent(draft, cast.officer, cast.force)
    assert relations(other, cast.supervisor) == []
    assert relations(case, cast.officer) == [("child", "Something said Younger", other.pk)]


@pytest.mark.parametrize("who", ["stranger", "spoc", "nation"])
def test_who_does_not_work_on_a_case_refers_nobody_beside_it(case: Case, cast: Cast, who: str) -> None:
    with pytest.raises(NotAllowed):
        begun(case, getattr(cast, who))


def test_a_draft_is_hidden_from_an_author_who_lost_the_case(case: Case, cast: Cast) -> None:
    draft = begun(case, cast.officer)
    Case.objects.filter(pk=case.pk).update(restricted=True)
    with context.asking(cast.officer):
        assert not Draft.objects.filter(pk=draft.pk).exists()


def test_the_page_begins_it(case: Case, cast: Cast, client: Client) -> None:
    client.force_login(cast.officer)
    address = reverse("cases:another", args=[case.pk])
    assert client.post(address, {}).status_code == 422
    begun = client.post(address, {"relation": "sibling", "step": "police-referral"})
    draft = Draft.objects.get(origin_id=case.pk)
    assert begun.status_code == 302
    assert str(draft.pk) in begun.headers["Location"]
    assert (draft.relation, draft.typed["what-happened"]) == ("sibling", [SAID])
    assert client.post(address, {"relation": "enemy", "step": "police-referral"}).status_code == 422
    assert client.post(address, {"relation": "sibling", "step": "staff-concern"}).status_code == 422
