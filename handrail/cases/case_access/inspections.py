"""Samples of cases for an inspector, chosen by reference or by a random draw that can be repeated."""

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import CharField, F, Func, QuerySet, TextField, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from handrail.access import actions as access
from handrail.access.errors import NotAllowed
from handrail.access.models import Sample
from handrail.cases.errors import NotNow
from handrail.cases.models import Case
from handrail.organisations.capabilities import Capability
from handrail.organisations.folding import references_in
from handrail.organisations.models import Organisation, Person, Post
from handrail.organisations.roles import roles_that_may
from handrail.records.packs import current_pack

REFERENCE = re.compile(r"[A-Z0-9]+(?:-[A-Z0-9]+)+")
SEED_LETTERS = 8


@dataclass(frozen=True, slots=True)
class Draw:
    """A random draw of `number` cases opened from `first` to `last`, of one force or of all (None).

    Cases are ordered by SHA-256 of the seed and their id, so the same seed draws the same cases again.
    """

    force: Organisation | None
    first: date
    last: date
    number: int
    seed: str

    def cases(self, person: Person) -> list[Case]:
        """Return the drawn cases. Only unrestricted cases that the person sees take part."""
        rows = Case.objects.visible_to(person).filter(
            restricted=False, opened_on__gte=self.first, opened_on__lte=self.last
        )
        if self.force:
            rows = rows.filter(force=self.force)
        return list(shuffled(rows, self.seed)[: self.number])

    def __str__(self) -> str:
        where = self.force.name if self.force else "all forces"
        period = f"opened from {self.first:%-d %B %Y} to {self.last:%-d %B %Y}"
        return f"{self.number} at random from {where}, {period}, with the seed {self.seed}"


def shuffled(cases: "QuerySet[Case]", seed: str) -> "QuerySet[Case]":
    """Order cases by SHA-256 of the seed and the case id."""
    named = Concat(Value(f"{seed} "), Cast(F("pk"), TextField()), output_field=TextField())
    as_bytes = Func(named, Value("UTF8"), function="convert_to")
    return cases.order_by(Func(as_bytes, function="sha256", output_field=CharField()), "pk")


def new_seed() -> str:
    """Return a random seed of SEED_LETTERS hexadecimal digits."""
    return secrets.token_hex(SEED_LETTERS // 2)


def cases_called(references: str, person: Person) -> tuple[list[Case], list[str]]:
    """Return the cases with references found in a text, and the references that cannot be chosen.

    A restricted case cannot be chosen: people named for the case name the inspector there.
    """
    own = references_in(references)
    others = [
        other for other in REFERENCE.findall(references.upper()) if not any(other in one for one in own)
    ]
    wanted = list(dict.fromkeys([*own, *others]))
    rows = Case.objects.visible_to(person).filter(reference__in=wanted, restricted=False)
    found = {case.reference: case for case in rows}
    return [found[name] for name in wanted if name in found], [name for name in wanted if name not in found]


def inspectors() -> "QuerySet[Person]":
    """Return active people with a post today that may read samples, by name."""
    posts = Post.objects.current(timezone.localdate()).filter(role__in=roles_that_may(Capability.READ_SAMPLE))
    return posts.people().filter(is_active=True).order_by("name", "pk")


def choose(
    cases: Sequence[Case], inspector: Person, *, by: Person, chosen: str, reason: str, last_day: date
) -> Sample:
    """Let an inspector read these cases until the end of `last_day`.

    Raises NotNow for no cases, or more than the policy allows; NotAllowed where either person has no post
    for it.
    """
    post = _post_of(by)
    if not cases:
        raise NotNow("No cases found. Choose another period or another force.")
    if len(cases) > current_pack().access.sample_cases:
        raise NotNow(f"Choose {current_pack().access.sample_cases} cases at most.")
    if not inspectors().filter(pk=inspector.pk).exists():
        raise NotAllowed("Only an inspector can have a sample.")
    until = timezone.make_aware(datetime.combine(last_day + timedelta(days=1), time.min))
    with transaction.atomic():
        records = [case.pk for case in cases]
        return access.draw(records, inspector, by=by, post=post, chosen=chosen, reason=reason, until=until)


def end(sample: Sample, *, by: Person, reason: str) -> None:
    """End a sample now. Raises NotAllowed where `by` may not choose samples."""
    access.end_sample(sample, by=by, post=_post_of(by), reason=reason)


def _post_of(person: Person) -> Post:
    posts = [post for post in person.posts_that_may(Capability.CHOOSE_SAMPLE) if post.is_vetted()]
    if not posts:
        raise NotAllowed("You cannot choose samples.")
    return posts[0]
