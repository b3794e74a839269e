"""Django's entry to the room."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """The room of access."""

    name = "handrail.access"
    default_auto_field = "django.db.models.BigAutoField"
