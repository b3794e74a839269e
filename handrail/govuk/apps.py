"""Django's entry to the room."""

from django.apps import AppConfig


class GovukConfig(AppConfig):
    """The room of the design system."""

    name = "handrail.govuk"
