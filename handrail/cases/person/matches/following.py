"""What followed from a link, shown before the link is undone, because undoing it reverts nothing else."""

from dataclasses import dataclass
from functools import cache

from handrail.cases.models import Case
from handrail.cases.person.matches.links import linked
from handrail.ledger.models import Entry
from handrail.organisations.models import Person
from handrail.policy.step_kinds.merging import JOIN
from handrail.records.packs import in_any, known_packs
from handrail.subjects.models import Link, PossibleMatch


@dataclass(frozen=True, slots=True)
class Followed:
    """What followed from a link, as far as the user may know: timeline, merged cases, later answers."""

    link: Link
    chronology: list[Case]
    joined: list[Case]
    answers: list[PossibleMatch]


def followed(case: Case, match: PossibleMatch, person: Person) -> Followed | None:
    """Return what followed from the link that an answer made; None where it made none."""
    pair = Link.objects.live().filter(subject=match.subject_id, other=match.other_id)
    link = pair.select_related("by").first()
    if link is None:
        return None
    together = linked({link.subject_id, link.other_id})
    named = Case.objects.named_to(person).naming_to(person).select_related("subject", "force")
    cases = list(named.filter(subject__in=together).exclude(pk=case.pk).order_by("opened_on", "pk"))
    joined = {c.pk for c in (case, *cases) if c.joined_to_id}
    late = Entry.objects.filter(chain__in=joined, act__in=_merging_steps(), recorded_at__gte=link.at)
    since = set(late.values_list("chain", flat=True))
    answers = PossibleMatch.objects.filter(answered_at__gt=link.at, subject__in=together).exclude(pk=match.pk)
    return Followed(
        link=link,
        chronology=cases,
        joined=[c for c in (case, *cases) if c.pk in since],
        answers=list(answers.select_related("answered_by").order_by("answered_at")),
    )


@cache
def _merging_steps() -> frozenset[str]:
    """Return the ids of the steps by which a case is merged into another one, of every policy."""
    return frozenset(in_any(known_packs(), JOIN.steps))
