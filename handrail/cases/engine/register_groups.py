"""Register entries that group others, such as projects: the open ones of a force, offered by a question."""

from collections.abc import Sequence
from uuid import UUID

from handrail.cases.models.marking import RaisedMarking
from handrail.cases.models.register_entry import RegisterEntry, RegisterEntryQuerySet
from handrail.ledger.models import Entry
from handrail.organisations.capabilities import Capability
from handrail.organisations.models import Person
from handrail.policy.schema.codes import Code
from handrail.policy.schema.form import Meaning
from handrail.records.kinds import Recorded
from handrail.records.packs import current_pack

OFFERED = 100


def title_in(entry: Entry) -> str:
    """Return the title of a register entry, from the ledger entry that began it; may be empty."""
    pack = current_pack()
    step = pack.step_by_id.get(entry.act)
    form = pack.form_of(step) if step else None
    asked = form.meaning(Meaning.REGISTER_ENTRY_TITLE) if form else None
    return str(entry.content.content["answers"].get(asked.id, "")) if asked else ""


def may_choose_group(person: Person, force: UUID) -> bool:
    """Return whether a force has open entries that group others, and the user reads its registers."""
    posts = person.posts_that_may(Capability.READ_REGISTERS)
    return any(post.is_vetted() and post.force_id == force for post in posts) and _open_groups(force).exists()


def open_groups(record: Recorded) -> Sequence[Code]:
    """Return the open entries of the record's force that group others: the pack's members “open-groups”.

    Their titles are read by all who read the registers of the force; a title that is marked higher than the
    entry began with is left out, and the reference stands for it.
    """
    found = list(_open_groups(record.force.pk).order_by("-begun_on", "pk")[:OFFERED])
    plain = [group.pk for group in found if group.level == 0]
    raised = RaisedMarking.objects.filter(record__in=plain, number=1).values("record")
    first = Entry.objects.filter(chain__in=plain, number=1).exclude(chain__in=raised)
    titles = {
        entry.chain: title_in(entry) for entry in first.select_related("content") if hasattr(entry, "content")
    }
    return [
        Code.model_construct(id=str(group.pk), label=titles.get(group.pk) or group.reference, hint="")
        for group in found
    ]


def _open_groups(force: UUID) -> RegisterEntryQuerySet:
    grouping = [register.id for register in current_pack().registers if register.groups]
    return RegisterEntry.objects.filter(force=force, register_id__in=grouping, ended_on=None)
