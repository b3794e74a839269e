"""The Django app of the room."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """The room of the demonstration."""

    name = "handrail.demo"
