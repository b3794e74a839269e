"""Django's entry to signing in."""

from django.apps import AppConfig


class SignInConfig(AppConfig):
    """Sessions, second factors, one-time links and identities from outside."""

    name = "handrail.sign_in"
    label = "sign_in"
    default_auto_field = "django.db.models.BigAutoField"
