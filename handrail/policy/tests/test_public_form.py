"""The public form: how many pages it has, and what somebody outside is not asked."""

from handrail.policy.answers import is_asked
from handrail.policy.facts import NOTHING_KNOWN
from handrail.policy.questions import sections_of
from handrail.policy.schema.form import Section
from handrail.policy.schema.pack import Pack
from handrail.policy.schema.step import Step
from handrail.policy.step_kinds.opening import openings, public_openings

BESIDE = 3  # pages beside those of the form: what to know first, the answers to check, the receipt
SHORTEST = 11
LONGEST = 12  # with the page on 999; one more where an email address is confirmed by a code


def pages(pack: Pack) -> tuple[Section, ...]:
    (step,) = public_openings(pack)
    return sections_of(pack, step)


def asks(pack: Pack, step: Step) -> set[str]:
    return {question.id for section in sections_of(pack, step) for question in section.questions}


def test_the_public_form_is_short(each_pack: Pack) -> None:
    always = [section for section in pages(each_pack) if is_asked(section.when, {}, facts=NOTHING_KNOWN)]
    assert 1 < len(always) + BESIDE <= SHORTEST
    assert len(always) < len(pages(each_pack)) <= LONGEST - BESIDE


def test_the_page_on_999_comes_directly_after_a_threat_or_a_harm_and_for_no_other_answer(
    each_pack: Pack,
) -> None:
    sections = pages(each_pack)
    place = next(place for place, section in enumerate(sections) if section.id == "harm")
    call = sections[place + 1]
    assert call.urgent
    for answer, calls in {"yes": True, "hurt": True, "admires": False, "no": False}.items():
        assert is_asked(call.when, {"harm": [answer]}) is calls


def test_only_users_are_asked_how_a_referral_came_in(each_pack: Pack) -> None:
    public, on_behalf = (
        asks(each_pack, each_pack.step_by_id[step]) for step in ("referral", "referral-on-behalf")
    )
    assert on_behalf - public == {"way-in", "referral-made-on"}
    assert "earlier-reference" in public
    assert len(openings(each_pack)) > 1
