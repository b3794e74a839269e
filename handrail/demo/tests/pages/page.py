"""Base class for tests of the demonstration's pages."""

import pytest
from django.conf import LazySettings

from handrail.access.tests.page import PageTests
from handrail.demo.staff import DOMAIN
from handrail.organisations.tests.cast import Cast


class DemonstrationTests(PageTests):
    """Tests of a page in an installation that holds made-up people only."""

    @pytest.fixture(autouse=True)
    def arranged(self, cast: Cast, settings: LazySettings) -> None:
        settings.DEMONSTRATION = True
        self.cast = cast
        self.made_ready()

    def arrange(self) -> None:
        for person in (self.cast.officer, self.cast.stranger):
            person.email = f"{person.pk}@{DOMAIN}"
            person.save(update_fields=["email"])
