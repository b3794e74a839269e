"""Django's configuration of this application."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """The application of grants, exclusions and the log of reads."""

    name = "handrail.access"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register what follows from the chains of the room."""
        from handrail.access import rebuild, sealing
        from handrail.ledger.rebuild import register

        register(rebuild.PROJECTION)
        register(sealing.PROJECTION)
