"""Django's entry to the room."""

from django.apps import AppConfig


class QuestionSetsConfig(AppConfig):
    """The room of questions that are answered once a year."""

    name = "handrail.question_sets"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the kind of record that the room keeps, its counts, and the roles that open its pages."""
        from handrail.ledger import rebuild
        from handrail.organisations.capabilities import Capability
        from handrail.organisations.roles import roles_that_may
        from handrail.policy.names import REGISTERED
        from handrail.question_sets import counts
        from handrail.question_sets.kind import YEAR
        from handrail.question_sets.rebuild import PROJECTION
        from handrail.records.kinds import register

        register(YEAR)
        for name, count in counts.OWN.items():
            counts.register(name, count)
        REGISTERED.answering.update(roles_that_may(Capability.READ_CHECKS))
        rebuild.register(PROJECTION)
