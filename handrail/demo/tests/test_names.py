from collections import Counter, defaultdict
from random import Random

import pytest

from handrail.demo.histories import SEED
from handrail.demo.names import Name, communities, draw_name, folded, misspelt
from handrail.demo.persona import Referred, persona, referred
from handrail.demo.shares import opening_days
from handrail.demo.tests.conftest import MANY, UNTIL
from handrail.records.packs import current_pack

SIZE = 20_000


def test_a_persona_does_not_depend_on_what_the_referral_is_about() -> None:
    """By construction: a persona is made from its seed, its number and its day, and from nothing else."""
    days = opening_days(50, Random(1), UNTIL)
    for number in range(50):
        about = referred(SEED, number, days)
        if not about.repeated:
            assert about.persona == persona(SEED, number, days[number])


@pytest.mark.parametrize("topic", ["concern", "sector"])
def test_communities_are_spread_alike_over(topic: str) -> None:
    """Chi-squared over communities by concern: far below what a dependence would make of it."""
    days = opening_days(SIZE, Random(1), UNTIL)
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for number in range(SIZE):
        about = referred(SEED, number, days)
        counts[getattr(about, topic)][about.persona.community.id] += 1
    columns = sum(counts.values(), Counter[str]())
    squared = sum(
        (row[column] - expected) ** 2 / expected
        for row in counts.values()
        for column in columns
        if (expected := sum(row.values()) * columns[column] / SIZE)
    )
    freedom = (len(counts) - 1) * (len(columns) - 1)
    # Mean and spread of chi-squared by its degrees of freedom; repeats of one person widen it a little.
    assert squared < freedom + 4 * (2 * freedom) ** 0.5


@pytest.fixture(scope="module")
def referrals() -> list[Referred]:
    """Whom the referrals are about, of as many as other tests unfold: that takes a hundredth of the time."""
    days = opening_days(MANY, Random(f"{SEED}/days"), UNTIL)
    return [referred(SEED, number, days) for number in range(MANY)]


def test_every_community_is_met(referrals: list[Referred]) -> None:
    met = {about.persona.community.id for about in referrals}
    assert met == {community.id for community in communities()}


def test_every_ethnic_group_of_a_community_is_a_code_of_the_pack() -> None:
    known = current_pack().codes_by_id["ethnic-groups"].labels
    assert {group for community in communities() for group in community.ethnic_groups} <= set(known)


def test_no_community_is_without_names_for_everybody() -> None:
    assert len(communities()) > 20
    for community in communities():
        assert min(len(community.male), len(community.female), len(community.family)) >= 5


def test_some_are_referred_again_and_some_of_them_under_another_spelling(referrals: list[Referred]) -> None:
    again = [about for about in referrals if about.repeated]
    respelt = [about for about in again if about.called != about.persona.name]
    assert 0.04 < len(again) / len(referrals) < 0.1
    assert 0.3 < len(respelt) / len(again) < 0.6


def test_a_misspelt_name_is_another_way_to_write_the_same() -> None:
    random = Random(3)
    for community in communities():
        name = draw_name(random, community, "female")
        for _ in range(40):
            other = misspelt(random, name)
            assert other.given
            assert other.family


@pytest.mark.parametrize(("written", "plain"), [("Łukasz", "Lukasz"), ("Siân", "Sian"), ("Yılmaz", "Yilmaz")])
def test_folded_names_keep_their_letters(written: str, plain: str) -> None:
    assert folded(written) == plain


def test_a_name_is_said_as_given_and_family_name() -> None:
    assert str(Name("Nia", "ap Gwilym")) == "Nia ap Gwilym"
