"""Asking for the code of a link."""

from handrail.access.tests.page import NOBODY, PUBLIC, hidden_from
from handrail.records.form_links import acts
from handrail.records.form_links.tests.pages.page import NO_LINK, WORDS, LinkTests
from handrail.sign_in import throttle


class TestCodePage(LinkTests):
    page = "form_links:code"
    colleague = hidden_from("officer", because=NO_LINK)
    other_force = hidden_from("stranger", because=NO_LINK)
    nobody = hidden_from(NOBODY, because=NO_LINK)
    wrong_method = "DELETE"
    queries = PUBLIC | {
        "the session": 1,
        "access_enter, again": 1,
        "the link, opened by row security": 1,
        "the link, who sent it, and the draft": 1,
    }

    def test_the_right_code_leads_to_the_form(self) -> None:
        code = acts.new_code(self.link)
        assert WORDS not in self.get().text
        assert WORDS in self.follow(code=code).text

    def test_a_wrong_code_opens_nothing_and_says_what_to_do(self) -> None:
        acts.new_code(self.link)
        page = self.post(code="00000000")
        assert (page.status_code, WORDS in page.text) == (422, False)
        assert "After 5 wrong codes you need a new one" in page.text

    def test_from_one_place_codes_are_tried_so_often_and_then_there_is_a_wait(self) -> None:
        for _ in range(throttle.FORM_CODES.at_once):
            acts.new_code(self.link)
            assert self.post(code="00000000").status_code == 422
        code = acts.new_code(self.link)
        page = self.post(code=code)
        assert (page.status_code, "Too many codes were tried from here" in page.text) == (429, True)
