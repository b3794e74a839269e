"""Django's configuration of this application."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """The application of the layout, error pages and public pages."""

    name = "handrail.web"

    def ready(self) -> None:
        """Register the kinds of notice of the room."""
        from handrail.notices.kinds import register
        from handrail.web import full_queue, sealing

        register(sealing.NAME, sealing.NOTICE)
        register(full_queue.NAME, full_queue.NOTICE)
