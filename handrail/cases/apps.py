"""Django's entry to the room."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """The room of referrals and cases."""

    name = "handrail.cases"
    default_auto_field = "django.db.models.BigAutoField"
