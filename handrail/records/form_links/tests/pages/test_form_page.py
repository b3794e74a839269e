"""The form that somebody without an account answers."""

from django.urls import reverse

from handrail.access.tests.page import NOBODY, PUBLIC, leads
from handrail.records.form_links import acts
from handrail.records.form_links.models import LinkDraft
from handrail.records.form_links.tests.pages.page import NO_LINK, WORDS, LinkTests

BY_ITSELF = {"X-Autosave": "1"}


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
        "the link, who sent it, and the draft": 1,
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

    def test_what_was_typed_is_there_when_the_code_was_asked_for_again(self) -> None:
        client = self.client(self.user)
        page = client.post(self.address, {"comes": "Half a sent", "later": "yes"}, follow=True)
        assert ("Enter your code" in page.text, "We have kept what you typed" in page.text) == (True, True)
        assert "Half a sent" not in page.text
        assert client.get(self.address).status_code == 302
        again = client.post(reverse("form_links:code"), {"code": acts.new_code(self.link)}, follow=True)
        assert "Half a sent" in again.text
        assert self.meetings.taken == []

    def test_the_page_saves_by_itself_and_what_was_sent_is_kept_no_longer(self) -> None:
        client = self.client(self.user)
        assert "saved" in client.post(self.address, {"comes": "Half"}, headers=BY_ITSELF).json()
        assert LinkDraft.objects.get().typed == {"comes": ["Half"]}
        client.post(self.address, {"comes": ""})
        assert LinkDraft.objects.get().typed == {"comes": [""]}
        client.post(self.address, {"comes": "Gladly"})
        assert not LinkDraft.objects.exists()
        late = client.post(self.address, {"comes": "Late"}, headers=BY_ITSELF)
        assert (late.status_code, late.json()) == (409, {"sent": True})
        assert not LinkDraft.objects.exists()

    def test_a_new_code_shuts_out_whoever_came_with_the_one_before(self) -> None:
        client = self.client(self.user)
        assert WORDS in client.get(self.address).text
        acts.new_code(self.link)
        assert client.get(self.address).headers["Location"] == reverse("form_links:code")
        late = client.post(self.address, {"comes": "Late"}, headers=BY_ITSELF)
        assert (late.status_code, late.json()) == (409, {"code": True})
        client.post(self.address, {"comes": "Late"})
        assert (self.meetings.taken, LinkDraft.objects.count()) == ([], 0)

    def test_what_the_page_saves_for_a_link_that_is_over_is_refused(self) -> None:
        self.meetings.is_over = True
        late = self.client(self.user).post(self.address, {"comes": "Late"}, headers=BY_ITSELF)
        assert (late.status_code, late.json()) == (409, {"gone": True})
