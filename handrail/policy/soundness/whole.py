"""Rules for a pack beyond its shape: no dead end, no step that nobody may take, no unknown name."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from handrail.policy.built_in import BUILT_IN
from handrail.policy.faults import Fault, Part, repeated, source_faults
from handrail.policy.names import Names
from handrail.policy.schema.pack import Pack
from handrail.policy.soundness.forms import form_faults, list_faults
from handrail.policy.soundness.guards import guard_faults
from handrail.policy.soundness.names import unknown_names
from handrail.policy.soundness.obligations import check_faults, follow_up_faults, limit_faults, unwatched
from handrail.policy.soundness.overview import card_faults
from handrail.policy.soundness.question_sets import question_set_faults
from handrail.policy.soundness.reach import dead_ends, unreachable
from handrail.policy.soundness.settings import settings_faults
from handrail.policy.soundness.steps import register_faults, stage_faults, step_faults
from handrail.policy.step_kinds.kind import kinds

P = TypeVar("P", bound=Part)


def problems(pack: Pack, names: Names | None = None) -> list[Fault]:
    """Return everything that is unsound in the pack; empty when it can be used.

    `names` are those that code gives and the pack may use; they are not checked where it is None.
    """
    if not pack.stages or not pack.steps:
        return [Fault("pack", pack.id, "It has no stages or no steps; a pack needs both.")]
    faults = [
        *settings_faults(pack),
        *_duplicates(pack),
        *_sources(pack),
        *_each("steps", pack.steps, step_faults, pack),
        *_each("forms", pack.forms, form_faults, pack),
        *_each("stages", pack.stages, stage_faults, pack),
        *_each("limits", pack.limits, limit_faults, pack),
        *_each("follow_ups", pack.follow_ups, follow_up_faults, pack),
        *_each("checks", pack.checks, check_faults, pack),
        *unwatched(pack),
        *_each("guards", pack.guards, guard_faults, pack),
        *_each("code_lists", pack.code_lists, list_faults, pack),
        *(fault for kind in kinds() for fault in kind.faults_together(pack)),
        *_each("registers", pack.registers, register_faults, pack),
        *_each("question_sets", pack.question_sets, question_set_faults, pack),
        *_each("overview", pack.overview, card_faults, pack),
    ]
    if names:
        faults += unknown_names(pack, names)
    if not {"stages", "steps"} & {fault.list for fault in faults}:
        faults += [*dead_ends(pack), *unreachable(pack)]
    return faults


def _each(
    list_: str, parts: Iterable[P], faults: Callable[[Pack, P], Iterator[str]], pack: Pack
) -> Iterator[Fault]:
    """Yield the faults of each part of one list of the pack."""
    return (Fault(list_, part.id, message) for part in parts for message in faults(pack, part))


def _duplicates(pack: Pack) -> Iterator[Fault]:
    for name, parts in {**_lists(pack), "sources": pack.sources, "roles": pack.roles}.items():
        for twice in repeated(parts):
            yield Fault(name, twice, "This id is used more than once; ids are unique.")
    for codes in pack.code_lists:
        for twice in repeated(codes.codes):
            yield Fault("code_lists", codes.id, f"Code “{twice}” is there more than once.")
    for step in pack.steps:
        if step.id in BUILT_IN:
            yield Fault("steps", step.id, "Handrail has a step of this id by itself; choose another one.")


def _lists(pack: Pack) -> Mapping[str, Sequence[Part]]:
    """Return the lists of a pack whose parts name a source, by the name of the list."""
    return {
        "stages": pack.stages,
        "code_lists": pack.code_lists,
        "forms": pack.forms,
        "steps": pack.steps,
        "limits": pack.limits,
        "follow_ups": pack.follow_ups,
        "checks": pack.checks,
        "guards": pack.guards,
        "markings": pack.markings,
        "mappings": pack.mappings,
        "registers": pack.registers,
        "obligations": pack.obligations,
        "question_sets": pack.question_sets,
        "overview": pack.overview,
    }


def _sources(pack: Pack) -> Iterator[Fault]:
    for name, parts in _lists(pack).items():
        for part in parts:
            yield from (Fault(name, part.id, message) for message in source_faults(pack, part))
    for step in pack.steps:
        for outcome in step.outcomes:
            for message in source_faults(pack, outcome):
                yield Fault("steps", step.id, f"Outcome “{outcome.id}”: {message}")
