"""Shares with partners: what is shared, how much of it they can read, and until when.

Users on the case and the partner read one list, made by `shares_among`. An entry counts as shown or hidden
by the vetting that it asks of readers, on both sides alike.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from django.db.models import Q

from handrail.access.grant_kinds import GrantKind
from handrail.access.models import Grant, GrantQuerySet
from handrail.cases.case_access.who_may_work import kept_from
from handrail.cases.errors import NotNow
from handrail.cases.models import Case, Redacted, Redaction
from handrail.cases.timeline.entries import entries_of_all
from handrail.ledger.models import Entry
from handrail.organisations.capabilities import Capability
from handrail.organisations.models import Organisation, Person, Post
from handrail.organisations.roles import roles_that_may
from handrail.policy.schema.access import Marking
from handrail.records.marking import highest, level_of
from handrail.records.packs import policy_of


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of a case, with its marking and the vetting level that its readers need."""

    number: int
    title: str
    marking: Marking
    level: int


@dataclass(frozen=True, slots=True)
class Seen:
    """What readers with these vetting levels see of shared entries.

    `vettings` holds one level for each reader; a body has many readers.
    """

    items: Sequence[Item]
    vettings: Collection[int]

    @property
    def most(self) -> int:
        """Highest vetting level among the readers; 0 without readers."""
        return max(self.vettings, default=0)

    @property
    def shown(self) -> list[Item]:
        """Entries that at least one reader can read."""
        return [item for item in self.items if item.level <= self.most]

    @property
    def hidden(self) -> list[Item]:
        """Entries that no reader can read."""
        return [item for item in self.items if item.level > self.most]

    @property
    def hidden_from_some(self) -> list[Item]:
        """Entries that some readers can read and others cannot."""
        least = min(self.vettings, default=0)
        return [item for item in self.shown if item.level > least]

    @property
    def digest(self) -> str:
        """Digest of the hidden entries; a form sends it back to prove that the user was told of them."""
        told = [(item.number, item.level > self.most) for item in (*self.hidden, *self.hidden_from_some)]
        return sha256(repr(sorted(told)).encode()).hexdigest()


def seen_of(case: Case, entries: Iterable[Entry], stages: Collection[str], vettings: Collection[int]) -> Seen:
    """Return what readers see of these entries, at `stages` only unless that is empty."""
    items = [_item(case, entry) for entry in entries if not stages or entry.stage in stages]
    return Seen(sorted(items, key=lambda item: item.number), vettings)


def _item(case: Case, entry: Entry) -> Item:
    pack, step = policy_of(entry)
    raised = pack.marking_by_id.get(getattr(entry, "raised", None) or "")
    marking = highest(pack.marking_of(step), case.marking, *filter(None, [raised]))
    return Item(entry.number, step.title, marking, max(level_of(marking), case.level))


def vettings_of(to: Person | Organisation, kept: Collection[UUID] = ()) -> list[int]:
    """Return the vetting level of each reader of what is shared with a person or body.

    `kept` are ids of people to leave out, because they are excluded from the case.
    """
    if isinstance(to, Person):
        return [to.vetting] if to.is_active and to.pk not in kept else []
    posts = Post.objects.current().vetted().filter(person__is_active=True).exclude(person__in=kept)
    there = posts.filter(organisation=to, role__in=roles_that_may(Capability.BE_INVITED))
    furthest: dict[UUID, int] = {}
    for person, vetting in posts.filter(person__in=there.values("person")).values_list("person", "vetting"):
        furthest[person] = max(vetting, furthest.get(person, 0))
    return list(furthest.values())


def _vettings_on(case: Case, to: Person | Organisation, kept: Collection[UUID]) -> list[int]:
    """Return `vettings_of` for a case itself; none for a restricted case, which a share does not open."""
    return [] if case.restricted else vettings_of(to, kept)


def would_see(case: Case, to: Person | Organisation, stages: Collection[str]) -> Seen:
    """Return what a person or body would see of a case if these stages (none means all) were shared now."""
    return seen_of(case, entries_of_all([case]), stages, _vettings_on(case, to, kept_from(case)))


def refuse_nothing(seen: Seen, to: Person | Organisation) -> None:
    """Raise NotNow, with advice, where no reader would see anything of a share."""
    if seen.shown:
        return
    if not seen.vettings:
        raise NotNow(f"Nothing would be shared: nobody at {to} can see this case. Choose somebody else.")
    if not seen.items:
        raise NotNow("Nothing would be shared: nothing is recorded at these stages. Choose other stages.")
    markings = ", ".join(sorted({item.marking.title for item in seen.items}))
    raise NotNow(
        f"Nothing would be shared: all of it is marked {markings}, and nobody at {to} has the vetting."
        " Share a redacted version, or choose somebody else."
    )


@dataclass(frozen=True, slots=True)
class Share:
    """A grant with the case or redacted version that it shares, and counts of entries shown and hidden."""

    grant: Grant
    case: Case | None
    redacted: Redacted | None
    shown: int
    hidden: int


def shares_of(case: Case) -> list[Share]:
    """Return the live shares of a case, the newest first, for a user who works on it.

    Includes shares of its redacted versions, and shares that nobody can read any more.
    """
    redacted = {one.redacted_id: one.redacted for one in _redactions(case)}
    grants = _live().filter(Q(record=case.pk) | Q(record__in=redacted)).order_by("-since", "pk")
    listed = list(grants)
    kept = kept_from(case) if listed else set[UUID]()
    vettings = {
        grant.pk: _vettings_on(case, grant.to, kept) if grant.record == case.pk else vettings_of(grant.to)
        for grant in listed
    }
    return shares_among(listed, {case.pk: case}, redacted, vettings)


def _redactions(case: Case) -> Iterable[Redaction]:
    return Redaction.objects.filter(case=case).select_related("redacted")


def shares_with(person: Person) -> list[Share]:
    """Return the live shares that a person can read, by themselves or by their body, the newest first."""
    listed = list(_live().to(person).order_by("-since", "pk"))
    records = [grant.record for grant in listed]
    cases = Case.objects.listed_to(person).filter(pk__in=records) if records else []
    redacted = Redacted.objects.given_to(person).filter(pk__in=records) if records else []
    vettings = {grant.pk: [int(person.vetting)] for grant in listed}
    found = {case.pk: case for case in cases}, {one.pk: one for one in redacted}
    return [share for share in shares_among(listed, *found, vettings) if share.shown]


def _live() -> GrantQuerySet:
    grants = Grant.objects.live().filter(kind=GrantKind.SHARED)
    return grants.select_related("person", "organisation", "by")


def shares_among(
    grants: Iterable[Grant],
    cases: Mapping[UUID, Case],
    redacted: Mapping[UUID, Redacted],
    vettings: Mapping[UUID, Collection[int]],
) -> list[Share]:
    """Return these grants as shares; grants on other records are left out.

    `cases` and `redacted` hold the records by id, `vettings` the vetting levels of readers by grant id.
    """
    entries: dict[UUID, list[Entry]] = defaultdict(list)
    of_cases = [cases[grant.record] for grant in grants if grant.record in cases]
    for entry in entries_of_all(of_cases):
        entries[entry.chain].append(entry)
    shares = []
    for grant in grants:
        of, version, readers = cases.get(grant.record), redacted.get(grant.record), vettings[grant.pk]
        if of:
            seen = seen_of(of, entries[of.pk], grant.stages, readers)
            shares.append(Share(grant, of, None, len(seen.shown), len(seen.hidden)))
        elif version:
            shown = int(version.level <= max(readers, default=0))
            shares.append(Share(grant, None, version, shown, 1 - shown))
    return shares
