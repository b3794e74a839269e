"""The form that somebody without an account answers."""

from handrail.access.tests.page import NOBODY, PUBLIC, leads
from handrail.records.form_links.tests.pages.page import NO_LINK, WORDS, LinkTests


class TestFormPage(LinkTests):
    page = "form_links:form"
    colleague = leads("officer", "form_links:code", because=NO_LINK)
    other_force = leads("stranger", "form_links:code", because=NO_LINK)
    nobody = leads(NOBODY, "form_links:code", because=NO_LINK)
    wrong_method = "DELETE"
    queries = PUBLIC | {
        "the session": 1,
        "access_enter, again": 1,
        "the link, opened by row security": 1,
        "the link": 1,
        "its record, opened and closed again": 2,
    }

    def test_it_shows_the_words_and_the_questions(self) -> None:
        page = self.get().text
        assert (WORDS in page, "Do you come?" in page) == (True, True)

    def test_the_answer_reaches_the_record_that_asked_once(self) -> None:
        client = self.client(self.user)
        for said in ("Gladly", "Twice"):
            client.post(self.address, {"comes": said})
        self.link.refresh_from_db()
        assert self.meetings.taken == ["Gladly"]
        assert self.link.answered_at

    def test_a_wrong_answer_is_said_and_uses_nothing_up(self) -> None:
        page = self.post(comes="")
        assert (page.status_code, "Say whether you come" in page.text) == (422, True)
        self.link.refresh_from_db()
        assert (self.link.answered_at, self.link.receipt) == (None, "")

    def test_where_the_record_takes_nothing_any_more_it_says_so(self) -> None:
        self.meetings.is_over = True
        page = self.get()
        assert (page.status_code, "The meeting was held." in page.text) == (410, True)
