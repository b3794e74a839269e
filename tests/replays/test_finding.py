"""One person under several spellings, in more than one force."""

from datetime import date

from django.test import Client
from django.urls import reverse

from handrail.access import context
from handrail.cases.models import Case
from handrail.cases.person.matches.links import linked
from handrail.cases.person.matches.tests.two import about
from handrail.organisations.models import Person
from tests.replays import roads
from tests.replays.conftest import Begin

FIRST, SECOND, THIRD = (
    {"given-name": "Zerlinda", "family-name": spelling}
    for spelling in ("Quillfeather", "Quilfether", "Quillfether")
)


def page(case: Case, reader: Person, name: str = "cases:likenesses") -> str:
    """Return what a reader sees about other records on a page of a case."""
    client = Client()
    client.force_login(reader)
    shown: str = client.get(reverse(name, args=[case.pk])).text
    return shown


def test_a_misspelt_surname_finds_the_earlier_referrals(begin: Begin) -> None:
    replay = begin(
        1,
        date(2023, 1, 9),
        "A misspelt surname hid the earlier referrals",
        "The surname was misspelt on the second and third referral, so that a search might not show the first"
        " (Southport, 2025). Here the first is held by another force as well.",
    )
    cast = replay.cast
    elsewhere = cast.stranger.current_posts[0].organisation
    first = replay.refer(date(2023, 1, 9), cast.stranger, force=str(elsewhere.pk), **FIRST)
    Case.objects.filter(pk=first.pk).update(owner=cast.stranger, allocated=True)

    second = replay.refer(date(2023, 3, 6), cast.officer, **SECOND)
    shown = page(second, cast.officer)
    assert f"{cast.stranger.name}, Wessex Police" in shown
    assert "Quillfeather" not in shown
    replay.say(cast.officer, "At intake: Wessex Police holds a record that is very like it, and whom to call")
    replay.until(date(2023, 3, 9))
    found = (
        "Somebody found a record that may be about the same person: Records that may be about the same person"
    )
    replay.notified(first, cast.stranger, found, date(2023, 3, 7))
    assert cast.officer.email in page(first, cast.stranger)
    late = "Late: Whether another record is of the same person"
    replay.notified(second, cast.supervisor, late, date(2023, 3, 9))

    third = replay.refer(date(2023, 4, 17), cast.officer, **THIRD)
    shown = page(third, cast.officer)
    assert "are spellings of one name" in shown
    assert second.reference in shown
    assert f"{cast.stranger.name}, Wessex Police" in shown
    replay.say(
        cast.officer, "At intake: both earlier records, with what agrees, what differs and how much it counts"
    )
    assert "2 other records may be about the same person: not answered" in page(
        third, cast.officer, "cases:case"
    )
    for other in (first, second):
        roads.same(replay, third, other)
    with context.asking(cast.officer):
        assert linked({about(third)}) == {about(first), about(second), about(third)}
    assert "Linked as the same person" in page(third, cast.officer, "cases:people")
    replay.say(cast.officer, "On the case: the earlier referrals, linked as the same person")
    replay.until(date(2023, 4, 18))
    linked_to = "Linked to another record, or unlinked from it: Records that may be about the same person"
    replay.notified(first, cast.stranger, linked_to, date(2023, 4, 18))
