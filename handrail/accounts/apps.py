"""Django's entry to the room."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """The room of accounts and posts."""

    name = "handrail.accounts"
    default_auto_field = "django.db.models.BigAutoField"
