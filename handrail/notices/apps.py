"""Django's configuration of this application."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """The application of notices and their e-mails."""

    name = "handrail.notices"
    default_auto_field = "django.db.models.BigAutoField"
