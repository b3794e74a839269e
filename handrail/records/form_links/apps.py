"""Django's entry to the room of forms that are answered by a link."""

from django.apps import AppConfig


class FormLinksConfig(AppConfig):
    """The room of forms that are answered by a link."""

    name = "handrail.records.form_links"
    default_auto_field = "django.db.models.BigAutoField"
