"""Pages about accounts, as administrators of two forces see them."""

from datetime import timedelta

from django.utils import timezone

from handrail.access.tests.page import PageTests
from handrail.organisations.models import Organisation, Person
from handrail.organisations.roles import Role
from handrail.organisations.tests.cast import person


class AccountTests(PageTests):
    """A page about the officer's account."""

    elsewhere: Person

    def arrange(self) -> None:
        force = Organisation.objects.get(name="Wessex Police")
        self.elsewhere = person("Una West", Role.ADMINISTRATOR, force)

    def called(self, who: str) -> Person:
        return self.elsewhere if who == "administrator_elsewhere" else super().called(who)

    def day(self, name: str, days: int = 0) -> dict[str, int]:
        """Return a day relative to today as the three inputs of a date."""
        day = timezone.localdate() + timedelta(days=days)
        return {f"{name}-day": day.day, f"{name}-month": day.month, f"{name}-year": day.year}

    def first_post(self, role: str = "prevent-officer") -> dict[str, object]:
        """Return the form values of a post in the Prevent team."""
        team = Organisation.objects.get(name="Borsetshire Prevent team")
        said = {"organisation": str(team.pk), "role": role, "vetting": "3"}
        return {**said, **self.day("since"), **self.day("vetted-until", days=365)}
