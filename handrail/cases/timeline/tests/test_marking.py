"""A marked entry is read by people vetted for it and by nobody else, on pages and in the database."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from handrail.access import context
from handrail.access.errors import NotAllowed
from handrail.cases.errors import InvalidAnswers
from handrail.cases.models import Case
from handrail.cases.models.marking import RaisedMarking
from handrail.cases.steps import actions
from handrail.cases.tests.cast import Cast, refer, take, typed_for
from handrail.cases.tests.staff import again, client_of
from handrail.cases.timeline import marking_actions
from handrail.cases.timeline.entries import chronology
from handrail.ledger.models import Content, Entry
from handrail.organisations.models import Person
from handrail.organisations.vetting import Vetting
from handrail.records.marking import WHOLE, level_of
from handrail.records.packs import current_pack
from handrail.subjects.models import Subject

SECRET = "Zirconium"
DAY = timedelta(days=1)
LEVELS = {m.id: level_of(m) for m in current_pack().markings}


def vet(someone: Person, level: Vetting, until: date | None) -> Person:
    someone.posts.update(vetting=level, vetted_until=until)
    return again(someone)


def with_secret(cast: Cast) -> Case:
    case = refer(cast, **{"what-happened": SECRET})
    Case.objects.filter(pk=case.pk).update(owner=cast.officer)
    take(
        case,
        "information-assessment",
        cast.fimu,
        **{"earlier-contacts": SECRET, "outcome": "relevant-information"},
    )
    return case


def mark(case: Case, number: int, marking_id: str, by: Person) -> RaisedMarking:
    by = again(by)
    with context.asking(by):
        return marking_actions.raise_marking(case, number, marking_id, by=by, reason="Shows how it is known")


def fields_seen(someone: Person, case: Case, number: int) -> int:
    """Return how many fields of an entry's content a person reads directly from the database."""
    with context.asking(someone):
        found = Content.objects.filter(entry__chain=case.pk, entry__number=number).first()
        return 0 if found is None else len(found.content)


BOUNDARIES = {"the day before": -DAY, "the last day": timedelta(0), "the day after": DAY}


@pytest.mark.parametrize("boundary", BOUNDARIES)
@pytest.mark.parametrize("marked", LEVELS)
@pytest.mark.parametrize("vetted", Vetting)
def test_every_level_of_vetting_meets_every_marking_to_the_day(
    cast: Cast, vetted: Vetting, marked: str, boundary: str
) -> None:
    """A user vetted for less, or until yesterday, sees no field of the entry, on pages or in rows."""
    case = refer(cast, **{"what-happened": SECRET})
    if LEVELS[marked] > Vetting.PARTNER:
        vet(cast.supervisor, Vetting.MANAGEMENT, date(2099, 1, 1))
        mark(case, 1, marked, cast.supervisor)
    effective = max(LEVELS[marked], Vetting.PARTNER)  # no referral is marked below its step
    reader = vet(cast.fimu, vetted, timezone.localdate() + BOUNDARIES[boundary])
    stands = vetted > Vetting.NONE and BOUNDARIES[boundary] >= timedelta(0)
    may_read = stands and vetted >= effective
    assert (fields_seen(reader, case, 1) > 0) == may_read
    for page in ("cases:case", "cases:entry", "cases:begin"):
        more = {"cases:entry": "1", "cases:begin": "information-assessment"}.get(page)
        answer = client_of(reader).get(reverse(page, args=[case.pk, *([more] if more else [])]))
        text = answer.content.decode()
        assert SECRET not in text or may_read, page
        if stands and not may_read:
            assert answer.status_code == 200
            assert "ithheld" in text
            assert f"Ask {cast.supervisor.name}" in text
        if not stands:
            assert answer.status_code == 404
    with context.asking(reader):
        events = chronology(case, reader)
    first = [event.withheld for event in events if event.number == 1]
    assert first == ([] if not stands else [not may_read])


def test_each_step_is_marked_as_its_policy_says(cast: Cast) -> None:
    case = with_secret(cast)
    levels = list(
        Content.objects.filter(entry__chain=case.pk).order_by("entry").values_list("level", flat=True)
    )
    assert levels == [Vetting.PARTNER, Vetting.POLICE]


def test_what_intelligence_units_searched_stays_with_the_police(cast: Cast) -> None:
    case = with_secret(cast)
    Case.objects.filter(pk=case.pk).update(council=cast.council)
    chair = vet(cast.chair, Vetting.PARTNER, date(2099, 1, 1))
    page = client_of(chair).get(reverse("cases:entry", args=[case.pk, 2])).content.decode()
    assert "The content of this entry is withheld" in page
    assert SECRET not in page
    assert SECRET in client_of(chair).get(reverse("cases:entry", args=[case.pk, 1])).content.decode()


def test_a_marking_is_chosen_when_an_entry_is_made(cast: Cast) -> None:
    case = refer(cast)
    officer = vet(cast.mash, Vetting.MANAGEMENT, date(2099, 1, 1))
    client = client_of(officer)
    begun = client.post(reverse("cases:begin", args=[case.pk, "safeguarding"]))
    typed = typed_for(case.pack, case.pack.step_by_id["safeguarding"], case.force)
    sent = client.post(begun.headers["Location"], typed)
    page = client.get(sent.headers["Location"]).content.decode()
    assert "OFFICIAL-SENSITIVE – NAMED OFFICERS" in page
    client.post(sent.headers["Location"], {"marking": "official-sensitive-named"})
    entry = Entry.objects.select_related("content").get(chain=case.pk, act="safeguarding")
    assert entry.content.level == Vetting.MANAGEMENT
    assert entry.content.content["marking"] == "official-sensitive-named"
    assert fields_seen(again(cast.supervisor), case, entry.number) == 0


def test_nobody_chooses_a_marking_that_they_may_not_read_or_one_below_the_step(cast: Cast) -> None:
    case = refer(cast)
    typed = typed_for(case.pack, case.pack.step_by_id["safeguarding"], case.force)
    for chosen in ("official-sensitive-named", "official", "nonsense"):
        with context.asking(again(cast.mash)), pytest.raises(InvalidAnswers):
            actions.take_step(
                case.pk, "safeguarding", typed, by=again(cast.mash), seen_version=1, marking=chosen
            )
    assert Case.objects.get().version == 1


def test_a_marking_is_raised_by_an_act_of_its_own_and_no_entry_changes(cast: Cast) -> None:
    case = with_secret(cast)
    before = list(Entry.objects.filter(chain=case.pk).order_by("number").values())
    raised = mark(case, 1, "official-sensitive-police", cast.supervisor)
    *same, new = Entry.objects.filter(chain=case.pk).order_by("number").values()
    assert (same, new["act"]) == (before, "raise-marking")
    assert Entry.objects.get(chain=raised.pk).act == "marking-raised"
    with context.asking(again(cast.supervisor)), pytest.raises(InvalidAnswers):
        marking_actions.raise_marking(
            case, 1, "official-sensitive", by=again(cast.supervisor), reason="Lower it"
        )


def test_raising_it_takes_it_from_those_who_read_it_before(cast: Cast) -> None:
    case = with_secret(cast)
    reader = vet(cast.practitioner, Vetting.PARTNER, date(2099, 1, 1))
    assert fields_seen(reader, case, 1) > 0
    mark(case, 1, "official-sensitive-police", cast.supervisor)
    assert fields_seen(reader, case, 1) == 0
    page = client_of(reader).get(reverse("cases:case", args=[case.pk])).content.decode()
    assert SECRET not in page


def test_a_case_that_is_marked_as_a_whole_shows_less_vetted_people_no_name(cast: Cast) -> None:
    case = refer(cast, **{"given-name": "Xenia", "family-name": "Quartz", "what-happened": SECRET})
    mark(case, WHOLE, "official-sensitive-police", cast.supervisor)
    reader = vet(cast.practitioner, Vetting.PARTNER, date(2099, 1, 1))
    client = client_of(reader)
    pages = [
        client.get(reverse("cases:case", args=[case.pk])),
        client.get(reverse("cases:entry", args=[case.pk, 1])),
        client.get(reverse("cases:begin", args=[case.pk, "further-information"])),
        client.get(reverse("cases:list")),
        client.get(reverse("cases:referrals")),
        client.post(reverse("cases:find"), {"words": case.reference}),
    ]
    for page in pages:
        assert page.status_code == 200
        assert "Quartz" not in page.content.decode()
        assert SECRET not in page.content.decode()
    shown = " ".join(pages[0].content.decode().lower().split())
    assert "your vetting does not reach it" in shown, "The banner of the case."
    assert "your vetting does not reach that" in shown, "Each withheld entry."
    found = client.post(reverse("cases:find"), {"words": "Quartz"}).content.decode()
    assert case.reference not in found
    with context.asking(reader):
        assert not Subject.objects.exists()
        assert not Content.objects.exists()
    vetted = client_of(cast.fimu).get(reverse("cases:case", args=[case.pk])).content.decode()
    assert "Quartz" in vetted


def test_nobody_signs_off_what_they_may_not_read(cast: Cast) -> None:
    case = with_secret(cast)
    take(case, "gateway-assessment", cast.officer, outcome="police-led")
    mark(case, 3, "official-sensitive-police", cast.officer)
    signer = vet(cast.supervisor, Vetting.PARTNER, date(2099, 1, 1))
    with pytest.raises(NotAllowed, match="do not have the vetting to read"):
        take(case, "gateway-sign-off", signer, outcome="agreed")


def test_every_page_of_a_case_says_how_it_is_marked_at_top_and_bottom(cast: Cast) -> None:
    case = with_secret(cast)
    client = client_of(cast.officer)
    begun = client.post(reverse("cases:begin", args=[case.pk, "gateway-assessment"])).headers["Location"]
    for address in (
        reverse("cases:case", args=[case.pk]),
        reverse("cases:entry", args=[case.pk, 2]),
        reverse("cases:begin", args=[case.pk, "gateway-assessment"]),
        reverse("cases:marking", args=[case.pk]),
        begun,
        begun.partition("page/")[0],
    ):
        page = client.get(address).content.decode()
        for place in ("top", "bottom"):
            assert page.count(f"handrail-marking--{place}") == 1, address
    assert page.index("handrail-marking--top") < page.index("<main") < page.index("handrail-marking--bottom")
    whole = client.get(reverse("cases:case", args=[case.pk])).content.decode()
    assert "OFFICIAL-SENSITIVE – POLICE" in whole[whole.index("handrail-marking--top") :][:200]
    assert "handrail-marking" not in client.get(reverse("web:home")).content.decode()


def test_a_marking_is_raised_on_its_page(cast: Cast) -> None:
    case = with_secret(cast)
    page = reverse("cases:entry-marking", args=[case.pk, 1])
    client = client_of(cast.officer)
    empty = client.post(page, {})
    assert empty.status_code == 422
    assert "Say why it is marked higher" in empty.content.decode()
    kept = client.post(page, {"reason": "Names a source"})
    assert "Names a source" in kept.content.decode()
    done = client.post(page, {"marking": "official-sensitive-police", "reason": "Names a source"})
    assert done.headers["Location"] == reverse("cases:entry", args=[case.pk, 1])
    entry = client.get(done.headers["Location"]).content.decode()
    assert "Names a source" in entry
    assert client.get(reverse("cases:entry-marking", args=[case.pk, 99])).status_code == 404
