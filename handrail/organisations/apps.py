"""Django's configuration of this application."""

from django.apps import AppConfig


class OrganisationsConfig(AppConfig):
    """The application of organisations, people and posts."""

    name = "handrail.organisations"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the roles that a policy may name."""
        from handrail.organisations.roles import Role
        from handrail.policy.names import REGISTERED

        REGISTERED.roles.update(Role)
