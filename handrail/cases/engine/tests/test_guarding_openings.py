"""A guard by age holds for steps that open a case, by the answers of the step itself."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse

from handrail.cases.engine import guards
from handrail.cases.errors import InvalidAnswers
from handrail.cases.models import Case
from handrail.cases.tests.cast import Cast, refer, typed_for
from handrail.cases.timeline import checks
from handrail.policy.guards import Guard
from handrail.policy.load import load_pack
from handrail.policy.schema.obligations import Check, CheckKind
from handrail.policy.schema.pack import Pack
from handrail.policy.soundness.guards import guard_faults
from handrail.policy.tests.small_pack import altered
from handrail.records import packs
from handrail.records.drafts import Draft

REFUSAL = "A school is said to refer a grown person. Correct the sector or the age."
STEPS = ("referral", "referral-on-behalf", "police-referral")
BORN = {"knows-date-of-birth": "yes", "date-of-birth-day": "", "date-of-birth-month": ""}
GROWN = [
    BORN | {"date-of-birth-year": "1990"},
    BORN | {"date-of-birth-year": "1990", "date-of-birth-day": "3", "date-of-birth-month": "2"},
    {"knows-date-of-birth": "no", "approximate-age": "30"},
]


def a_guard(**said: object) -> Guard:
    given = {"id": "grown-at-school", "statement": "S.", "refusal": REFUSAL, "steps": STEPS, "from_age": 18}
    asked = {"answers": [{"question": "sector", "is": ["education"]}], "source": "local-choice"}
    return Guard.model_validate(given | asked | said)


def with_guard(pack: Pack, guard: Guard) -> Pack:
    check = Check(
        id="schools-agree", statement="S.", out_of_line="O.", kind=CheckKind.GUARDED, guards=(guard.id,),
        source="local-choice",
    )  # fmt: skip
    return altered(pack, guards=(*pack.guards, guard), checks=(*pack.checks, check))


@pytest.fixture
def pack(monkeypatch: pytest.MonkeyPatch) -> Iterator[Pack]:
    """The pack for new cases, with a guard by age on its opening steps."""
    own = packs.current_pack()
    more = with_guard(own, a_guard())
    packs.pack.cache_clear()
    monkeypatch.setattr(
        packs, "load_pack", lambda path, names: more if path.name == own.id else load_pack(path)
    )
    yield more
    packs.pack.cache_clear()


def given(answers: dict[str, str]) -> dict[str, str]:
    return {"given-name": "Ottoline", "family-name": "Quarmby", "sector": "education", **answers}


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("answers", GROWN)
def test_it_is_refused_when_it_is_sent(cast: Cast, pack: Pack, step: str, answers: dict[str, str]) -> None:
    with pytest.raises(InvalidAnswers) as refused:
        refer(cast, step, cast.supervisor, **given(answers))
    assert refused.value.errors == {"sector": REFUSAL}
    assert not Case.objects.exists()


@pytest.mark.parametrize(
    "answers",
    [
        {"knows-date-of-birth": "no", "approximate-age": ""},
        {"knows-date-of-birth": "no", "approximate-age": "17"},
        BORN | {"date-of-birth-year": "2015"},
        GROWN[0] | {"sector": "health"},
    ],
)
def test_who_is_young_or_of_an_age_that_nobody_knows_is_taken(
    cast: Cast, pack: Pack, answers: dict[str, str]
) -> None:
    assert refer(cast, "referral", **given(answers)).reference


@pytest.mark.parametrize("answers", GROWN)
def test_the_check_finds_it_on_record(
    cast: Cast, pack: Pack, monkeypatch: pytest.MonkeyPatch, answers: dict[str, str]
) -> None:
    with monkeypatch.context() as before:
        before.setattr(guards, "guard", lambda *_: None)
        case = refer(cast, "police-referral", cast.officer, **given(answers))
    assert "schools-agree" in {check.id for check in checks.out_of_line(case)}
    young = refer(cast, "police-referral", cast.officer, **given(BORN | {"date-of-birth-year": "2015"}))
    assert "schools-agree" not in {check.id for check in checks.out_of_line(young)}


def test_the_public_form_says_it_at_its_question_until_it_is_mended(cast: Cast, pack: Pack) -> None:
    client = Client()
    client.post(reverse("cases:refer"))
    draft = Draft.objects.get()
    step = draft.pack.step_by_id["referral"]
    draft.typed = typed_for(draft.pack, step, cast.force, **given(GROWN[0]), force=str(cast.force.pk))
    del draft.typed["came-to-light-year"]  # a later page is not filled in yet
    draft.save()
    address = reverse("cases:refer-section", args=[draft.pk, "referrer"])
    page = client.post(address, {**draft.typed, "sector": "education"})
    assert (page.status_code, REFUSAL in page.text) == (422, True)
    assert 'href="#sector"' in page.text
    assert client.post(address, {**draft.typed, "sector": "health"}).status_code == 302


def test_a_pack_may_not_block_the_public_form_by_what_nobody_there_can_mend(pack: Pack) -> None:
    assert not list(guard_faults(pack, pack.guard_by_id["grown-at-school"]))
    blocking = a_guard(id="blocking", answers=[])
    [fault] = guard_faults(with_guard(packs.current_pack(), blocking), blocking)
    assert "“referral” is for anybody, who could not mend" in fault
