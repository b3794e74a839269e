"""Django's configuration of this application."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """The application of the ledger."""

    name = "handrail.ledger"
    default_auto_field = "django.db.models.BigAutoField"
