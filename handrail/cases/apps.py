"""Django's entry to the room."""

from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """The room of referrals and cases."""

    name = "handrail.cases"
    default_auto_field = "django.db.models.BigAutoField"

    def import_models(self) -> None:
        """Import each module of `models`, so that a new table needs no import elsewhere."""
        for module in iter_modules([str(Path(__file__).with_name("models"))]):
            import_module(f"{self.name}.models.{module.name}")
        super().import_models()

    def ready(self) -> None:
        """Register the kinds of record that the room keeps, and what hangs on them."""
        from handrail.access import grant_kinds
        from handrail.cases.case_access.who_may_work import colleagues_on
        from handrail.cases.engine import organisation_limits, rebuild, register_limits
        from handrail.cases.engine.register_groups import open_groups
        from handrail.cases.engine.shared_acts import CaseSharedActs
        from handrail.cases.intake.dialogue import choices_of_referrers
        from handrail.cases.models.kinds import CASE, REGISTER_ENTRY
        from handrail.cases.registers import asking
        from handrail.cases.registers import rebuild as registers
        from handrail.cases.registers.drafts import RegisterDrafts
        from handrail.cases.registers.shared_acts import RegisterSharedActs
        from handrail.cases.steps import rebuild as beside
        from handrail.cases.steps.by_link import Cases
        from handrail.cases.steps.drafts import CaseDrafts
        from handrail.ledger.rebuild import register as register_projection
        from handrail.records import deadlines, members
        from handrail.records.drafts import register_drafts
        from handrail.records.form_links import receivers
        from handrail.records.kinds import register
        from handrail.records.shared_acts import register_shared_acts

        for kind in (CASE, REGISTER_ENTRY):
            register(kind)
        for drafts in (CaseDrafts(), RegisterDrafts()):
            register_drafts(drafts)
        for projection in (rebuild.PROJECTION, registers.PROJECTION, *beside.PROJECTIONS):
            register_projection(projection)
        for acts in (CaseSharedActs(), RegisterSharedActs()):
            register_shared_acts(acts)
        grant_kinds.register(asking.KIND, asking.RULE)
        deadlines.register(REGISTER_ENTRY.name, register_limits.KEEPING)
        deadlines.register(deadlines.ORGANISATION, organisation_limits.KEEPING)
        receivers.register(CASE.name, Cases())
        members.register("case-colleagues", colleagues_on)
        members.register("open-groups", open_groups, in_registers=True)
        members.register("referrers", choices_of_referrers)
