"""Tell Django of the tables of documents."""

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "handrail.cases.files"
    label = "documents"
