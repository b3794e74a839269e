"""The made-up people, each with a button to step in as them."""

from django.conf import LazySettings
from django.urls import reverse

from handrail.access.tests.page import NOBODY, PUBLIC, shown_to
from handrail.demo.tests.pages.page import DemonstrationTests


class TestPeoplePage(DemonstrationTests):
    page = "demo:people"
    user = NOBODY
    colleague = shown_to("officer", because="The page is for everybody and knows nobody.")
    other_force = shown_to("stranger", because="The page is for everybody and knows nobody.")
    nobody = shown_to(NOBODY)
    wrong_method = "POST"
    queries = PUBLIC | {
        "the forces": 1,
        "the posts of the force, its region and the nation": 3,
    }

    def test_it_offers_the_people_of_one_force_at_a_time(self) -> None:
        text = self.get(f"?force={self.cast.force.slug}").text
        assert reverse("demo:step-in", args=[self.cast.officer.pk]) in text
        assert reverse("demo:step-in", args=[self.cast.stranger.pk]) not in text

    def test_it_says_under_which_policies_the_cases_are(self, settings: LazySettings) -> None:
        settings.PACK = "england-wales-2025"
        text = " ".join(self.get().text.split())
        assert (
            "Cases opened since 1 Apr 2025 are under the policy “Prevent in England and Wales, 2025”. "
            "Older cases are under the policy “Prevent in England and Wales, 2018”. "
            "A case keeps its policy until somebody moves it"
        ) in text
        settings.PACK = "england-wales-2018"
        assert "Wales, 2025" not in self.get().text

    def test_outside_of_a_demonstration_there_is_no_such_page(self, settings: LazySettings) -> None:
        settings.DEMONSTRATION = False
        assert self.get().status_code == 404
