"""Django's configuration of this application."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """The application of the layout, error pages and public pages."""

    name = "handrail.web"
