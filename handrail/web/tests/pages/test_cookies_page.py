"""Which cookies are set, and what for."""

from django.conf import settings

from handrail.access.tests.page import NOBODY, PUBLIC, PageTests, shown_to


class TestCookiesPage(PageTests):
    page = "web:cookies"
    user = NOBODY
    colleague = shown_to("officer", because="The page is for everybody and knows nobody.")
    other_force = shown_to("stranger", because="The page is for everybody and knows nobody.")
    nobody = shown_to(NOBODY)
    wrong_method = "POST"
    queries = PUBLIC

    def test_it_names_every_cookie_that_is_set(self) -> None:
        text = self.get().text
        for name in (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, settings.DEVICE_COOKIE_NAME):
            assert name in text
