"""A small kind of record, written as a new room would write it: meetings of a force.

Nothing in Handrail knows of meetings. What they add to the rooms below stands in `ROWS`, as in
`config/rows.py`. In a room of their own the parts would stand in these files:

- `POLICY`: files of the pack, as they are here
- `Minutes`: `step_kind.py`
- `MeetingQuerySet`, `Meeting`: `models.py`
- `call`, `minute`, `let_in`, `close`: `acts.py`
- `MEETING`: `kind.py`
- `PROJECTION`: `rebuild.py`
- `MeetingDrafts`: `drafts.py`
- what `cast` in `tests/test_a_new_kind_of_record.py` registers, `KINDS_OF_GRANT` too: `ready` of `apps.py`
- `OF_MEETING`, `MAY_LET_IN`, `ROWS`: lines of `KINDS`, `GIVEN` and `SECURED` in `config/rows.py`; `_sees` and
  the functions beside it: `config/conditions.py`
"""

import secrets
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, Self
from uuid import UUID, uuid4

from django.db import models, transaction
from django.db.models import Q
from django.test.utils import isolate_apps
from django.utils import timezone

from handrail.access import actions as access
from handrail.access.errors import NotAllowed
from handrail.access.grant_kinds import Ends, Event, Gives, Rule
from handrail.access.models import Grant
from handrail.cases.choices import choices_of
from handrail.cases.engine.taking import read_answers
from handrail.cases.errors import Stale
from handrail.cases.models.rows import any_of
from handrail.config.conditions import granted, may, vetted_for
from handrail.config.rows import GIVEN, KINDS, Rows, RowsOfKind, of_records, on_access
from handrail.ledger.models import Entry
from handrail.ledger.rebuild import Projection, Table, rows_of_chains
from handrail.ledger.record import Act
from handrail.organisations.capabilities import OVERSEES, Capability
from handrail.organisations.models import Organisation, Person
from handrail.policy.answers import Typed
from handrail.policy.schema.pack import Pack
from handrail.policy.step_kinds.kind import StepKind
from handrail.records import granted as access_by
from handrail.records.acts import Said, act_on, acting
from handrail.records.drafts import Draft, DraftsOf, Sent
from handrail.records.kinds import RecordKind
from handrail.records.marking import Marked
from handrail.records.packs import pack
from handrail.records.shared_acts import SharedActs, write

PACK = "with-meetings"
POLICY: Mapping[str, str] = {
    "pack.toml": f"""
id = "{PACK}"
extends = "england-wales-2018"
title = "With meetings"
summary = "The policy of 2018, and the minutes of meetings."
in_force_from = 2018-04-01
""",
    "meetings.toml": """
[[steps]]
id = "minutes"
title = "Minutes"
act = "Record the minutes"
by = ["prevent-officer", "prevent-supervisor"]
kind = "minutes"
form = "minutes"
source = "local-choice"
note = "For the tests."

[[forms]]
id = "minutes"
title = "Minutes"
source = "local-choice"
note = "For the tests."
  [[forms.sections]]
  id = "said"
  title = "What was said"
    [[forms.sections.questions]]
    id = "minuted"
    kind = "long-text"
    label = "What was said?"
    missing = "Enter what was said"
""",
}


class Minutes(StepKind):
    """Minutes of a meeting."""

    word = "minutes"
    means = "records what was said at a meeting"
    needs_stages = False


def forces_worked_in(person: Person) -> list[UUID | None]:
    """Return the forces in which a person works on cases."""
    works = (Capability.WORK_FORCE_CASES, Capability.WORK_OWN_CASES)
    return [post.force_id for may in works for post in person.posts_that_may(may) if post.is_vetted()]


class MeetingQuerySet(models.QuerySet["Meeting"]):
    """Queries of meetings."""

    def visible_to(self, person: Person) -> Self:
        """Limit to meetings of the forces in which this person works or which they oversee, and by grants."""
        overseen = [p.force_id for may in OVERSEES for p in person.posts_that_may(may) if p.is_vetted()]
        by_post = Q(force_id__in=[*overseen, *forces_worked_in(person)])
        return self.filter(access_by.read(person, by_post))

    def changed_by(self, person: Person) -> Self:
        """Limit to meetings to which this person may add."""
        return self.filter(access_by.changed(person, Q(force_id__in=forces_worked_in(person))))


# A separate registry keeps the table out of other tests' counts.
with isolate_apps("handrail.organisations"):

    class Meeting(Marked):
        """A meeting of a force."""

        id = models.UUIDField(primary_key=True, default=uuid4)
        reference = models.CharField(max_length=12)
        force_id = models.UUIDField()
        pack_id = models.CharField(max_length=60, default=PACK)
        version = models.PositiveIntegerField(default=0)
        stage_id = "meeting"

        objects = MeetingQuerySet.as_manager()

        class Meta:
            app_label = "meetings"

        def __str__(self) -> str:
            return self.reference

        @property
        def force(self) -> Organisation:
            return Organisation.objects.get(pk=self.force_id)

        @property
        def pack(self) -> Pack:
            return pack(self.pack_id)

        @property
        def called(self) -> str:
            return "Meeting"

        @property
        def listed_as(self) -> str:
            return self.reference


def call(force: Organisation) -> Meeting:
    """Call a meeting of a force."""
    reference = f"M-{secrets.token_hex(4).upper()}"
    meeting = Meeting(reference=reference, force_id=force.pk)
    meeting.save(force_insert=True)
    return meeting


def minute(
    meeting_id: UUID, step_id: str, typed: Typed, *, by: Person, seen_version: int, at: datetime | None = None
) -> Entry:
    """Record minutes of a meeting, in one transaction with the ledger entry. Raises NotAllowed or Stale."""
    at = at or timezone.now()
    with transaction.atomic():
        meeting = Meeting.objects.changed_by(by).select_for_update().filter(pk=meeting_id).first()
        step = pack(PACK).step_by_id[step_id]
        post = next((post for post in by.current_posts if post.role in step.by), None)
        if meeting is None or post is None:
            raise NotAllowed("This is not yours to record.")
        if meeting.version != seen_version:
            raise Stale("Somebody has recorded something here since you began.", meeting.version)
        options, today = choices_of(meeting.force), timezone.localdate(at)
        said = Said.by(read_answers(meeting.pack, step, options, typed, today))
        return write(meeting, act_on(meeting, step, said, by=acting(by, post), happened_at=at), at)


ATTENDING, MINUTING = "attending", "minuting"
KINDS_OF_GRANT: Mapping[str, Rule] = {
    ATTENDING: Rule("Attending", Gives.READING, Ends.EVENT),
    MINUTING: Rule("Taking the minutes", Gives.CHANGING, Ends.EVENT),
}


def let_in(
    meeting: Meeting, guest: Person, *, by: Person, until: datetime, kind: str = ATTENDING, on: date
) -> Grant:
    """Let somebody who holds no post in the force see a meeting until it is over, `until` at the latest."""
    event = Event("meeting", meeting.pk, f"the meeting of {on:%-d %B}", on)
    post = by.current_posts[0]
    return access.give(meeting.pk, guest, kind, by=by, post=post, reason="Attends", until=until, event=event)


def close(meeting: Meeting, *, by: Person) -> int:
    """Say that a meeting is over; return how many grants ended with it."""
    return access.end_with(meeting.pk, by=by, post=by.current_posts[0], reason="The meeting is over")


MEETING: RecordKind[Any] = RecordKind(
    name="parish-meeting",
    label="Meeting",
    model=Meeting,
    visible_to=Meeting.objects.visible_to,
    read_by=Meeting.objects.visible_to,
    changed_by=Meeting.objects.changed_by,
    address=lambda id_: f"/meetings/{id_}/",
)


CALLED = "Set when the meeting is called, of which there are no minutes yet."
TABLES: Mapping[type[models.Model], Table] = {
    Meeting: Table(apart={"reference": CALLED, "force_id": CALLED}, rows=Q(version__gt=0))
}


class MeetingDrafts(DraftsOf):
    """The kind of draft that records minutes."""

    kind = MEETING.name

    def send(self, draft: Draft, by: Person | None, marking: str) -> Sent:
        if by is None or draft.target_id is None:
            raise NotAllowed("Sign in to record minutes.")
        seen = draft.seen_version
        minute(draft.target_id, draft.step_id, draft.typed, by=by, seen_version=seen)
        return Sent(draft.target_id)


class MeetingSharedActs(SharedActs):
    """What the acts that every kind shares do on a meeting: nothing but what they do on each."""

    kind = MEETING.name


def _fold(row: Meeting | None, entry: Entry) -> Meeting:
    row = row or Meeting(id=entry.chain, pack_id=entry.pack)
    MeetingSharedActs().fold(row, Act.of(entry))
    return row


PROJECTION = Projection(MEETING.name, TABLES, lambda chains: rows_of_chains(chains, TABLES, _fold))


def _works(m: str) -> str:
    return f"{m}.force_id {any_of('works')} OR {m}.force_id {any_of('own')}"


def _sees(m: str) -> str:
    return granted(f"{m}.id", f"{_works(m)} OR {m}.force_id {any_of('oversees')}")


def _changes(m: str) -> str:
    return granted(f"{m}.id", _works(m), "working")


def _of_meeting(meeting: str, condition: str) -> str:
    return f"EXISTS (SELECT FROM meetings_meeting m WHERE m.id = {meeting} AND {condition})"


OF_MEETING = RowsOfKind(
    seen=lambda meeting: _of_meeting(meeting, _sees("m")),
    read=lambda meeting: _of_meeting(meeting, _sees("m")),
    changed=lambda meeting: _of_meeting(meeting, _changes("m")),
    entries=_of_meeting("chain", _sees("m")),
    contents=_of_meeting("e.chain", f"({_sees('m')}) AND {vetted_for('m.level')}"),
)
OF_EVERY_KIND = {**KINDS, MEETING.name: OF_MEETING}
MAY_LET_IN = f"{may(Capability.INVITE)} AND {OF_MEETING.changed('record')}"
ROWS: Mapping[str, Rows] = {
    "meetings_meeting": Rows(
        see=_sees("meetings_meeting"), add=_works("meetings_meeting"), change=_changes("meetings_meeting")
    ),
    **of_records(OF_EVERY_KIND),
    **on_access(OF_EVERY_KIND, {**GIVEN, **dict.fromkeys(KINDS_OF_GRANT, MAY_LET_IN)}),
}


def lay_policy(packs: Path, real: Path) -> None:
    """Write the policy of meetings beside the existing policies."""
    for folder in real.iterdir():
        (packs / folder.name).symlink_to(folder)
    (packs / PACK).mkdir()
    for name, text in POLICY.items():
        (packs / PACK / name).write_text(text)
