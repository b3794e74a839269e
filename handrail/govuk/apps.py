"""Django's configuration of this application."""

from django.apps import AppConfig


class GovukConfig(AppConfig):
    """The application of the design system."""

    name = "handrail.govuk"
