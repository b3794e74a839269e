"""Django's entry to the room."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """The room of the shell."""

    name = "handrail.web"
