"""Django's entry to the room."""

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    """The room of what every kind of record shares."""

    name = "handrail.records"
    default_auto_field = "django.db.models.BigAutoField"
