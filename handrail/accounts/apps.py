"""Django's configuration of this application."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """The application of accounts and posts."""

    name = "handrail.accounts"
    default_auto_field = "django.db.models.BigAutoField"
