"""Signing in as one of the made-up people."""

from typing import Any

from django.conf import LazySettings

from handrail.access.tests.page import NOBODY, PUBLIC, leads
from handrail.demo.tests.pages.page import DemonstrationTests
from handrail.organisations.models import Person


class TestStepInPage(DemonstrationTests):
    page = "demo:step-in"
    method = "POST"
    answer = 302
    user = NOBODY
    colleague = leads("officer", "web:home", because="Whoever is signed in may step in as another.")
    other_force = leads("stranger", "web:home", because="Whoever is signed in may step in as another.")
    nobody = leads(NOBODY, "web:home")
    wrong_method = "GET"
    queries = PUBLIC | {
        "the person, if made up": 1,
        "that its key is new": 1,
        "a new session": 1,
        "when they last signed in": 1,
        "the sessions that are too many, found and ended": 2,
        "the session, kept": 1,
    }

    def parts(self) -> list[Any]:
        return [self.cast.officer.pk]

    def test_whoever_steps_in_is_signed_in_as_that_person(self) -> None:
        assert "Olu Ade" in self.follow().text

    def test_nobody_steps_in_as_somebody_real(self) -> None:
        Person.objects.filter(pk=self.cast.officer.pk).update(email="olu.ade@example.org")
        assert self.post().status_code == 404

    def test_outside_of_a_demonstration_there_is_no_such_page(self, settings: LazySettings) -> None:
        settings.DEMONSTRATION = False
        assert self.post().status_code == 404
