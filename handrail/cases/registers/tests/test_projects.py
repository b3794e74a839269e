"""A project groups entries of the register of disruption, on a case or without, and ends with a result."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from handrail.cases.engine.register_limits import due_from
from handrail.cases.errors import InvalidAnswers
from handrail.cases.models import Case
from handrail.cases.models.register_entry import RegisterEntry
from handrail.cases.registers.rebuild import of_chains
from handrail.cases.registers.tests.telling import add, begin
from handrail.cases.tests.cast import Cast, refer, take
from handrail.cases.tests.staff import again, client_of
from handrail.organisations.models import Person

AIM, RALLY, LEAFLETS, OTHER = (
    "No stall by spring",
    "Rally in the square",
    "Leaflets at the gym",
    "Another thing",
)


def until(day: date) -> dict[str, str]:
    return {"end-day": str(day.day), "end-month": str(day.month), "end-year": str(day.year)}


def project(cast: Cast, owner: Person, called: str = "Clear streets", days: int = 30) -> RegisterEntry:
    day = timezone.localdate() + timedelta(days=days)
    return begin(
        "disruption-project", cast.supervisor, called=called, aim=AIM, owner=str(owner.pk), **until(day)
    )


def page(who: Person, name: str, *about: object, **filters: str) -> str:
    answer = client_of(again(who)).get(reverse(f"cases:{name}", args=about), filters)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def first_page(who: Person) -> str:
    client = client_of(again(who))
    begun = client.post(reverse("cases:register-begin", args=["disruption", "disruption"]))
    return client.get(begun.headers["Location"]).content.decode()


def test_a_project_says_its_owner_its_end_and_its_aim(cast: Cast) -> None:
    made = project(cast, cast.second_officer)
    assert made.owner == cast.second_officer
    text = page(cast.officer, "matter", made.pk)
    for words in ("Clear streets", AIM, cast.second_officer.name, "Due"):
        assert words in text


def test_the_form_of_a_disruption_offers_the_open_projects_of_the_force(cast: Cast) -> None:
    asked = "Is it part of a project?"
    assert asked not in first_page(cast.officer)
    ended = project(cast, cast.officer, called="Old streets")
    add(ended, "disruption-project-result", cast.officer, outcome="reached")
    assert asked not in first_page(cast.officer)
    project(cast, cast.officer)
    text = first_page(cast.officer)
    assert asked in text
    assert "Clear streets" in text
    assert "Old streets" not in text
    for other in (cast.stranger, cast.spoc):
        assert asked not in first_page(other)


def test_a_project_of_another_force_is_refused(cast: Cast) -> None:
    end = timezone.localdate() + timedelta(days=30)
    own = begin("disruption-project", cast.stranger, owner=str(cast.stranger.pk), **until(end))
    begin("disruption", cast.stranger, called=RALLY, project=str(own.pk))
    with pytest.raises(InvalidAnswers) as refused:
        begin("disruption", cast.stranger, called=OTHER, project=str(project(cast, cast.officer).pk))
    assert set(refused.value.errors) == {"project"}


def test_the_page_of_a_project_lists_what_belongs_to_it_and_what_came_of_it(cast: Cast) -> None:
    made = project(cast, cast.officer)
    assert "Nothing that you can read belongs to it yet" in page(cast.officer, "matter", made.pk)
    case = refer(cast)
    Case.objects.filter(pk=case.pk).update(owner=cast.second_officer, allocated=True)
    take(case, "disruption", cast.supervisor, called=LEAFLETS, outcome="goes-on", project=str(made.pk))
    begin("disruption", cast.officer, called=RALLY, outcome="done", project=str(made.pk))
    begin("disruption", cast.officer, called=OTHER, outcome="done")
    for text in (
        page(cast.supervisor, "matter", made.pk),
        page(cast.supervisor, "register", "disruption", group=str(made.pk)),
    ):
        assert RALLY in text
        assert f"On case {case.reference}" in text
        assert "Everything needed is done" in text
        assert OTHER not in text
    seen_by_officer = page(cast.officer, "matter", made.pk)
    assert RALLY in seen_by_officer
    assert LEAFLETS not in seen_by_officer
    assert case.reference not in seen_by_officer
    assert OTHER in page(cast.supervisor, "register", "disruption")


def test_an_overseer_reads_no_project_by_the_filter(cast: Cast) -> None:
    made = project(cast, cast.officer)
    begun = begin("disruption", cast.officer, called=RALLY, project=str(made.pk))
    assert begun.reference in page(cast.nation, "register", "disruption")
    assert begun.reference not in page(cast.nation, "register", "disruption", group=str(made.pk))


@pytest.mark.parametrize(("days", "late"), [(-1, True), (0, False)])
def test_a_project_past_its_end_is_a_task_of_its_owner(cast: Cast, days: int, late: bool) -> None:
    made = project(cast, cast.second_officer, days=1)
    today = timezone.localdate() + timedelta(days=1 - days)
    assert _due(cast.second_officer, today) == [(made.pk, late)]
    assert _due(cast.officer, today) == []
    add(made, "disruption-project-result", cast.second_officer, outcome="reached-in-part")
    assert _due(cast.second_officer, today) == []


def _due(who: Person, today: date) -> list[tuple[object, bool]]:
    return [(row.record, row.is_late(today)) for row in due_from(again(who), today, timedelta(days=7))]


def test_another_owner_and_another_end_begin_the_limit_anew(cast: Cast) -> None:
    made = project(cast, cast.second_officer, days=1)
    later = timezone.localdate() + timedelta(days=60)
    after = add(
        made, "disruption-project-change", cast.supervisor, owner=str(cast.officer.pk), **until(later)
    )
    assert after.owner == cast.officer
    assert [row.due for row in after.running] == [later]


def test_rebuilding_finds_a_changed_owner(cast: Cast) -> None:
    made = project(cast, cast.second_officer)
    assert list(of_chains([made.pk])) == []
    RegisterEntry.objects.filter(pk=made.pk).update(owner=cast.officer)
    assert [difference.column for difference in of_chains([made.pk])] == ["owner_id"]
