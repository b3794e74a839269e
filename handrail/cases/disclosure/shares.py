"""What is shared with partners, how much of it they can read, and until when: one list for both sides.

Whoever works on a case and whoever it was shared with read the same list, made by `shares_among`. How far an
entry asks its reader to be vetted decides on both sides what is counted as shown and what as hidden.
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
from handrail.cases.packs import policy_of
from handrail.cases.timeline.entries import entries_of_all
from handrail.ledger.models import Entry
from handrail.organisations.capabilities import Capability
from handrail.organisations.models import Organisation, Person, Post
from handrail.organisations.roles import roles_that_may
from handrail.policy.schema.access import Marking
from handrail.records.marking import highest, level_of


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of a case: what it is, how it is marked, and how far a reader has to be vetted for it."""

    number: int
    title: str
    marking: Marking
    level: int


@dataclass(frozen=True, slots=True)
class Seen:
    """What readers who are vetted so far see of the entries that are shared, and what is hidden from them.

    `vettings` holds one number for each reader; a body has many.
    """

    items: Sequence[Item]
    vettings: Collection[int]

    @property
    def most(self) -> int:
        """How far the reader who is vetted furthest is vetted."""
        return max(self.vettings, default=0)

    @property
    def shown(self) -> list[Item]:
        """What at least one of them reads."""
        return [item for item in self.items if item.level <= self.most]

    @property
    def hidden(self) -> list[Item]:
        """What none of them reads."""
        return [item for item in self.items if item.level > self.most]

    @property
    def hidden_from_some(self) -> list[Item]:
        """What some of them read and others do not."""
        least = min(self.vettings, default=0)
        return [item for item in self.shown if item.level > least]

    @property
    def digest(self) -> str:
        """A word for what is hidden, by which a page knows that its reader was told of exactly this."""
        told = [(item.number, item.level > self.most) for item in (*self.hidden, *self.hidden_from_some)]
        return sha256(repr(sorted(told)).encode()).hexdigest()


def seen_of(case: Case, entries: Iterable[Entry], stages: Collection[str], vettings: Collection[int]) -> Seen:
    """What readers see of these entries of a case, of all its stages or of some."""
    items = [_item(case, entry) for entry in entries if not stages or entry.stage in stages]
    return Seen(sorted(items, key=lambda item: item.number), vettings)


def _item(case: Case, entry: Entry) -> Item:
    pack, step = policy_of(entry)
    raised = pack.marking_by_id.get(getattr(entry, "raised", None) or "")
    marking = highest(pack.marking_of(step), case.marking, *filter(None, [raised]))
    return Item(entry.number, step.title, marking, max(level_of(marking), case.level))


def vettings_of(to: Person | Organisation, kept: Collection[UUID] = ()) -> list[int]:
    """How far each of those is vetted who would read what is shared with a person or a body.

    `kept` are the ids of those who are kept from it.
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
    """As `vettings_of`, for a case itself: of a restricted one nobody reads anything by what was shared."""
    return [] if case.restricted else vettings_of(to, kept)


def would_see(case: Case, to: Person | Organisation, stages: Collection[str]) -> Seen:
    """What a person or a body would see of a case, or of some of its stages, if it were shared now."""
    return seen_of(case, entries_of_all([case]), stages, _vettings_on(case, to, kept_from(case)))


def refuse_nothing(seen: Seen, to: Person | Organisation) -> None:
    """Raise NotNow where somebody would see nothing of what is shared, with what to do."""
    if seen.shown:
        return
    if not seen.vettings:
        raise NotNow(f"Nothing would be shared: nobody of {to} may see this case. Choose somebody else.")
    if not seen.items:
        raise NotNow("Nothing is recorded at these stages, so nothing would be shared.")
    markings = ", ".join(sorted({item.marking.title for item in seen.items}))
    raise NotNow(
        f"Nothing would be shared: all of it is marked {markings}, and nobody of {to} is vetted for that."
        " Make a redacted version and share that, choose somebody else, or ask for their vetting first."
    )


@dataclass(frozen=True, slots=True)
class Share:
    """What a grant shares, a case or a redacted version, and how many entries of it are read."""

    grant: Grant
    case: Case | None
    redacted: Redacted | None
    shown: int
    hidden: int


def shares_of(case: Case) -> list[Share]:
    """What of a case is shared now, with whom and until when, for who works on it; the newest first.

    Also what nobody there can read any more.
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
    """What is shared with somebody now, or with a body of theirs, that they can read; the newest first."""
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
    """These grants as what they share, each for readers who are vetted so far; others are left out.

    `cases` and `redacted` hold the records by their ids, `vettings` the readers of each grant.
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
