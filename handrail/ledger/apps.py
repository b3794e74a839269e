"""Django's entry to the room."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """The room of the record."""

    name = "handrail.ledger"
    default_auto_field = "django.db.models.BigAutoField"
