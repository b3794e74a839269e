"""Django's entry to the room."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """The room of notices."""

    name = "handrail.notices"
    default_auto_field = "django.db.models.BigAutoField"
