"""Django's entry to the room."""

from django.apps import AppConfig


class OrganisationsConfig(AppConfig):
    """The room of organisations, people and posts."""

    name = "handrail.organisations"
    default_auto_field = "django.db.models.BigAutoField"
