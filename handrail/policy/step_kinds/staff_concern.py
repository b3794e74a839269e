"""Concerns about a member of staff, which open a restricted case."""

from collections.abc import Iterator

from handrail.policy.faults import one_of
from handrail.policy.schema.codes import Code
from handrail.policy.schema.pack import Pack
from handrail.policy.schema.step import Step
from handrail.policy.step_kinds.kind import register
from handrail.policy.step_kinds.opening import Opening


class StaffConcern(Opening):
    """A step that opens a case for professional standards only."""

    word = "staff-concern"
    means = (
        "begins a case that is restricted from its first moment: professional standards alone see it, with "
        "the vetting unit where somebody is being vetted, and the people they name. Its page shows the lists "
        "`confidants` (whom else one can speak to) and `without_name` (how a concern is raised without a "
        "name); where none is named, nothing is shown"
    )
    takes = frozenset({"confidants", "without_name"})
    in_confidence = True

    def faults(self, pack: Pack, step: Step) -> Iterator[str]:
        """Check the code lists that the page of the step shows before its form."""
        yield from super().faults(pack, step)
        for key, named in (("confidants", step.confidants), ("without_name", step.without_name)):
            if named and named not in pack.codes_by_id:
                yield f"{key}: list “{named}” is not there. {one_of(pack.codes_by_id)}"

    def confidants(self, pack: Pack, step: Step) -> tuple[Code, ...]:
        """Return the people to whom staff can speak instead; none where the step names no list."""
        return pack.codes_of(step.confidants)

    def ways_without_name(self, pack: Pack, step: Step) -> tuple[Code, ...]:
        """Return the ways to raise a concern anonymously; none where the step names no list."""
        return pack.codes_of(step.without_name)


STAFF_CONCERN = register(StaffConcern())
