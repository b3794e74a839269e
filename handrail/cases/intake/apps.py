"""Django's entry to the part of the room that faces outward."""

from django.apps import AppConfig


class OutsideConfig(AppConfig):
    """Those outside who refer."""

    name = "handrail.cases.intake"
    label = "outside"
    default_auto_field = "django.db.models.BigAutoField"
