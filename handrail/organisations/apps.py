"""Django's configuration of this application."""

from django.apps import AppConfig


class OrganisationsConfig(AppConfig):
    """The application of organisations, people and posts."""

    name = "handrail.organisations"
    default_auto_field = "django.db.models.BigAutoField"
