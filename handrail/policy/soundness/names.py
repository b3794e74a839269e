"""Faults of a pack that uses a name which no room gives."""

from collections.abc import Iterator

from handrail.policy.faults import Fault, one_of
from handrail.policy.names import Names
from handrail.policy.schema.obligations import CheckKind
from handrail.policy.schema.pack import Pack
from handrail.policy.soundness.obligations import CHECK_NEEDS, key_faults
from handrail.policy.step_kinds.register_entry import register_of


def unknown_names(pack: Pack, names: Names) -> Iterator[Fault]:
    """Yield each name in a pack that is not among `names`."""
    yield from _checks(pack, names)
    for role in pack.roles:
        if names.roles and role.id not in names.roles:
            yield Fault("roles", role.id, f"Handrail has no such role. {one_of(names.roles)}")
    yield from _members(pack, names)
    yield from _members_in_registers(pack, names)
    yield from _question_sets(pack, names)


def _checks(pack: Pack, names: Names) -> Iterator[Fault]:
    for check in pack.checks:
        if check.kind in CHECK_NEEDS:
            continue
        if check.kind not in names.checks:
            known = one_of([*CheckKind, *names.checks])
            yield Fault("checks", check.id, f"There is no kind of check “{check.kind}”. {known}")
            continue
        for message in key_faults(pack, check, names.checks[check.kind]):
            yield Fault("checks", check.id, message)


def _members(pack: Pack, names: Names) -> Iterator[Fault]:
    for form in pack.forms:
        for question in form.questions.values():
            for asked in (question, *question.ask):
                if asked.members and asked.members not in names.members:
                    message = f"“members” of “{asked.id}” names “{asked.members}”, which nothing here knows."
                    yield Fault("forms", form.id, f"{message} {one_of(names.members)}")


def _members_in_registers(pack: Pack, names: Names) -> Iterator[Fault]:
    """Yield steps of a register that offer members which only a case has."""
    for step in pack.steps:
        form = pack.form_by_id.get(step.form or "") if register_of(step) else None
        for question in form.questions.values() if form else ():
            if question.members in names.members - names.members_in_registers:
                message = (
                    f"Question “{question.id}” offers the members of a case, so its step is taken on a case."
                )
                yield Fault("steps", step.id, message)


def _question_sets(pack: Pack, names: Names) -> Iterator[Fault]:
    for asked in pack.question_sets:
        for question, count in asked.known.items():
            if count not in names.counts:
                message = f"“known” pre-fills “{question}” with “{count}”, which nothing here counts."
                yield Fault("question_sets", asked.id, f"{message} {one_of(names.counts)}")
        for role in asked.by:
            if role in names.roles and role not in names.answering:
                message = f"Role “{role}” may not open the page on which it is answered."
                yield Fault("question_sets", asked.id, f"{message} {one_of(names.answering)}")
