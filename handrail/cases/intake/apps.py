"""Django's entry to the room of intake."""

from django.apps import AppConfig


class OutsideConfig(AppConfig):
    """The room of referrers from outside."""

    name = "handrail.cases.intake"
    label = "outside"
    default_auto_field = "django.db.models.BigAutoField"
