"""What looks for faults in the pages of the journeys finds those that are planted."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys.visitor import NAMED_WRONGLY, Looks

SOUND = (
    '<html lang="en"><title>Sound</title><main><h1>Sound</h1><form><label for="a">A</label>'
    '<input id="a" name="a" class="govuk-input" aria-describedby="hint"><p id="hint">Words</p></form></main>'
)
PLANTED = {
    "two elements are “hint”": SOUND.replace("</form>", '<p id="hint">More</p></form>'),
    "“a” has no label": SOUND.replace('<label for="a">A</label>', ""),
    "nothing in <label": SOUND.replace(">A</label>", "></label>"),
    "aria-describedby names “gone”": SOUND.replace('by="hint"', 'by="gone"'),
    "no title": SOUND.replace("<title>Sound</title>", "<title></title>"),
}


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context()
    yield context.new_page()
    context.close()


def test_a_sound_page_has_no_fault(page: Page, looks: Looks) -> None:
    page.set_content(SOUND)
    assert page.evaluate(NAMED_WRONGLY) == looks.faults(page) == []


@pytest.mark.parametrize("said", PLANTED)
def test_what_words_and_names_do_wrong_is_found_on_every_page(page: Page, said: str) -> None:
    page.set_content(PLANTED[said])
    [found] = page.evaluate(NAMED_WRONGLY)
    assert found.startswith(said)


def test_axe_finds_what_is_planted(page: Page, looks: Looks) -> None:
    page.set_content(SOUND.replace("<input", '<input role="nothing"'))
    assert looks.faults(page)


def test_other_words_are_nothing_new_and_any_other_element_is(page: Page) -> None:
    looks = Looks()
    page.set_content(SOUND)
    assert looks.has_new_parts(page)
    for same in (SOUND, SOUND.replace("Words", "Other words").replace(">A<", ">B<")):
        page.set_content(same)
        assert not looks.has_new_parts(page)
    for other in (
        'class="govuk-input new"',
        'class="govuk-input" role="switch"',
        "class='govuk-input' hidden",
    ):
        page.set_content(SOUND.replace('class="govuk-input"', other))
        assert looks.has_new_parts(page)
