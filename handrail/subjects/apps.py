"""The Django app of the room."""

from django.apps import AppConfig


class SubjectsConfig(AppConfig):
    """The room of subjects."""

    name = "handrail.subjects"
    default_auto_field = "django.db.models.BigAutoField"
