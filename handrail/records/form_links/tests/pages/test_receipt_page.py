"""The receipt of an answer."""

from django.utils import timezone

from handrail.access.tests.page import NOBODY, PUBLIC, leads
from handrail.records.form_links.models import FormLink
from handrail.records.form_links.tests.pages.page import NO_LINK, WORDS, LinkTests


class TestReceiptPage(LinkTests):
    page = "form_links:receipt"
    colleague = leads("officer", "form_links:code", because=NO_LINK)
    other_force = leads("stranger", "form_links:code", because=NO_LINK)
    nobody = leads(NOBODY, "form_links:code", because=NO_LINK)
    wrong_method = "POST"
    queries = PUBLIC | {
        "the session": 1,
        "access_enter, again": 1,
        "the link, opened by row security": 1,
        "the link, who sent it, and the draft": 1,
    }

    def arrange(self) -> None:
        super().arrange()
        FormLink.objects.update(answered_at=timezone.now(), receipt="BCDF-3467")

    def test_it_can_be_quoted_and_tells_nothing(self) -> None:
        page = self.get().text
        assert ("BCDF-3467" in page, WORDS in page) == (True, False)
