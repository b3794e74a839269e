"""The form that begins a register entry: the force that the entry is for, and what it offers the author."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from handrail.cases.choices import choices_of
from handrail.cases.drafts.case_facts import yes_or_no
from handrail.cases.engine.register_groups import may_choose_group
from handrail.cases.models.register_entry import RegisterEntry
from handrail.organisations.models import Organisation, Person
from handrail.organisations.reach import forces_recorded_for
from handrail.policy.answers import Options
from handrail.policy.facts import NOTHING_KNOWN, Fact, Facts, facts_used
from handrail.policy.schema.form import Meaning
from handrail.policy.schema.pack import Pack
from handrail.policy.schema.step import Step
from handrail.records.members import with_members


@dataclass(frozen=True)
class BeginningForm:
    """The form of a step that begins a register entry, as one user fills it in.

    `typed` is the input so far: a user of a region names the force in it.
    """

    pack: Pack
    step: Step
    by: Person
    typed: Mapping[str, Sequence[str]]

    @cached_property
    def forces(self) -> list[Organisation]:
        """Forces that the user may begin the entry for."""
        return forces_recorded_for(self.by, self.step.by)

    @cached_property
    def force(self) -> Organisation | None:
        """Force of the entry: the one that was chosen, or the only one; None where none is chosen yet."""
        form = self.pack.form_of(self.step)
        asked = form.meaning(Meaning.REGISTER_ENTRY_FORCE) if form else None
        if asked is None or len(self.forces) < 2:
            return next(iter(self.forces), None)
        chosen = self.typed.get(asked.id, ())
        return next((force for force in self.forces if str(force.pk) in chosen), None)

    @cached_property
    def facts(self) -> Facts:
        """Facts that the questions of the form depend on."""
        wanted = facts_used(self.pack.form_of(self.step), self.pack.codes_by_id)
        facts = {Fact.FORCES_TO_CHOOSE: (yes_or_no(len(self.forces) > 1),)}
        if Fact.OPEN_GROUPS in wanted:
            grouped = self.force is not None and may_choose_group(self.by, self.force.pk)
            facts[Fact.OPEN_GROUPS] = (yes_or_no(grouped),)
        return {**NOTHING_KNOWN, **facts}

    @cached_property
    def choices(self) -> Options:
        """Choices of people and organisations, and of members of the entry's force."""
        own = choices_of(self.force, forces=self.forces)
        return with_members(own, RegisterEntry(force=self.force)) if self.force else own
