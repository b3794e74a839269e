"""What a panel member, a provider and an inspector may read: a redacted version, and a sample."""

from datetime import date, datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from handrail.cases.case_access import inspections
from handrail.cases.disclosure import summary_actions
from handrail.cases.disclosure.redaction import Part, parts_of
from handrail.cases.models import Case
from handrail.demo.restricted import FORCES, somebody
from handrail.organisations.models import Organisation, Person
from handrail.organisations.roles import Role

SHARED_FOR = timedelta(days=28)
SAMPLED_FOR = timedelta(days=14)
SAMPLED, SAMPLED_OF = 5, timedelta(days=90)
# How the passages of a referral begin that say who somebody is.
ABOUT_WHO = (
    "Date of birth",
    "Names they use",
    "Name",
    "Phone",
    "Email",
    "Role and",
    "Their name",
    "Their phone",
)
READERS = (Role.PANEL_MEMBER, Role.INTERVENTION_PROVIDER)


def tell(until: datetime) -> None:
    """Share an adopted case with a panel member and a provider, and draw a sample for each inspector."""
    supported = Case.objects.open().filter(stage_id="channel", restricted=False)
    with_panel = supported.filter(council__isnull=False).annotate(is_first=Q(force__slug=FORCES[0]))
    if case := with_panel.order_by("-is_first", "opened_on", "pk").first():
        _share(case)
    _draw(timezone.localdate(until))


def _share(case: Case) -> None:
    """Share what the referral says, without who the subject and the referrer are, with each reader."""
    by, council = somebody(case.force, Role.PREVENT_SUPERVISOR), case.council
    if council is None:
        return
    summary = summary_actions.summarise(case.pk, by=by, title="For the panel", numbers=[1])
    left = summary_actions.make_redacted(
        summary,
        by=by,
        title="For the panel",
        out=[number for part in parts_of(summary.text) for number in _about_who(part)],
        words=summary_actions.identifying_words(summary),
        marking=summary_actions.markings_for(summary, by)[0],
    )
    for body in (council, case.force.parent):
        for reader in _holders(body):
            summary_actions.share(
                left.redaction,
                reader,
                by=by,
                reason="The panel discusses this case at its next meeting.",
                basis="Section 38 of the Counter-Terrorism and Security Act 2015",
                controller=council.name,
                until=timezone.now() + SHARED_FOR,
            )


def _about_who(part: Part) -> list[int]:
    """Return the numbers of the passages of a part that say who the subject or the referrer is."""
    return [number for line in part.lines for number, passage in line if passage.startswith(ABOUT_WHO)]


def _holders(body: Organisation | None) -> list[Person]:
    return list(Person.objects.filter(posts__organisation=body, posts__role__in=READERS).order_by("email"))


def _draw(today: date) -> None:
    """Draw cases at random for each inspector; the seed is said, so that the draw can be made again."""
    by = Person.objects.filter(posts__role=Role.NATIONAL_ASSURANCE).order_by("email").first()
    if by is None:
        return
    draw = inspections.Draw(None, today - SAMPLED_OF, today, SAMPLED, "demonstration")
    for inspector in inspections.inspectors():
        inspections.choose(
            draw.cases(by),
            inspector,
            by=by,
            chosen=str(draw),
            reason="How concerns of the last three months were assessed.",
            last_day=today + SAMPLED_FOR,
        )
