"""Django's entry to the room that stores documents."""

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "handrail.cases.files"
    label = "documents"
