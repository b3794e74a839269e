"""Django's configuration of this application."""

from django.apps import AppConfig


class SignInConfig(AppConfig):
    """The application of sessions, second factors, one-time links and outside identities."""

    name = "handrail.sign_in"
    label = "sign_in"
    default_auto_field = "django.db.models.BigAutoField"
