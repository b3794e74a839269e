"""Django's entry to the room."""

from django.apps import AppConfig


class QuestionSetsConfig(AppConfig):
    """The room of questions that are answered once a year."""

    name = "handrail.question_sets"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the kind of record that the room keeps."""
        from handrail.ledger import rebuild
        from handrail.question_sets.kind import YEAR
        from handrail.question_sets.rebuild import PROJECTION
        from handrail.records.kinds import register

        register(YEAR)
        rebuild.register(PROJECTION)
