"""Django's entry to the room that stores documents."""

from django.apps import AppConfig
from django.core.checks import register


class DocumentsConfig(AppConfig):
    name = "handrail.cases.files"
    label = "documents"

    def ready(self) -> None:
        """Have `handrail manage check --deploy` say which walls this kernel lacks."""
        from handrail.cases.files.checks import lacking_walls

        register(lacking_walls, deploy=True)
