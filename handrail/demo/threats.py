"""Duty lists, and one case with a recently stated threat."""

from datetime import datetime, timedelta

from handrail.access import duty
from handrail.cases.models import Case
from handrail.cases.steps import actions
from handrail.demo.restricted import FORCES, somebody
from handrail.organisations.models import Organisation
from handrail.organisations.roles import Role

TELEPHONE = "01632 960 117"  # from a range reserved for fiction
CONTACT = "the control room, 01632 960 999"
SAID = "He told two friends that he will bring a knife on Wednesday, and that they will all see."


def tell(until: datetime) -> None:
    """Put people on duty in a few forces, and state a threat on an open case of the first of these forces."""
    for force in Organisation.objects.forces().filter(slug__in=FORCES[:-1]):
        supervisor = somebody(force, Role.PREVENT_SUPERVISOR)
        on_duty, ends = somebody(force, Role.MASH_OFFICER), until + timedelta(days=30)
        duty.put_on_duty(force, on_duty, TELEPHONE, until, ends, by=supervisor, at=until)
        duty.say_contact(force, CONTACT, by=supervisor)
    cases = Case.objects.open().filter(force__slug=FORCES[0], restricted=False, pending_step="")
    case = cases.filter(stage_id="gateway").order_by("-opened_on", "pk").first()
    if case:
        by = somebody(case.force, Role.FIMU_OFFICER)
        typed = {
            "threat-stated": ["yes"],
            "threat-described": [SAID],
            "threat-from": ["The head of year"],
            "police-told": ["about-to"],
        }
        actions.take_step(
            case.pk,
            "threat-stated",
            typed,
            by=by,
            seen_version=case.version,
            at=until - timedelta(minutes=20),
        )
