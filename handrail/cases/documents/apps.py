"""Tells Django of the app."""

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "handrail.cases.documents"
    label = "documents"
