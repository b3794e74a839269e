"""People and organisations that a question offers as choices."""

from collections.abc import Callable, Collection, Sequence
from datetime import date
from functools import cache
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from handrail.cases.models.compiled import compiled
from handrail.organisations import models
from handrail.organisations.models import Organisation, Post
from handrail.policy.answers import Options
from handrail.policy.schema.codes import Code
from handrail.policy.schema.form import Kind, Question


def choices_of(
    force: Organisation | None,
    *,
    among: Collection[UUID] | None = None,
    forces: Collection[Organisation] | None = None,
    fit: Callable[[dict[UUID, str]], dict[UUID, str]] = lambda people: people,
) -> Options:
    """Return the choices of a question: people of a force, and all forces or the force's councils.

    `forces` limits forces to these, and `among` people to these ids, as to those named for a restricted case.
    `fit` removes people who must not be asked; it maps names by id, once for each question. Results are
    cached, so that one `Options` serves a whole import.
    """

    @cache
    def people(roles: tuple[str, ...]) -> tuple[Code, ...]:
        asked = _people(roles, timezone.localdate(), force=force.pk) if force else ()
        found = fit({id_: name for id_, name in asked if among is None or id_ in among})
        return tuple(Code.model_construct(id=str(id_), label=name) for id_, name in found.items())

    @cache
    def organisations(kinds: tuple[str, ...]) -> tuple[Code, ...]:
        if forces is not None and models.Kind.FORCE in kinds:
            return tuple(Code.model_construct(id=str(one.pk), label=one.name) for one in forces)
        asked = (
            _forces(kinds) if models.Kind.FORCE in kinds else _under(kinds, force=force.pk) if force else ()
        )
        return tuple(Code.model_construct(id=str(id_), label=name) for id_, name in asked)

    def choices(question: Question) -> Sequence[Code]:
        if question.kind is Kind.PERSON:
            return people(question.roles)
        return organisations(question.organisations)

    return choices


@compiled(force=UUID)
def _people(roles: tuple[str, ...], today: date, force: UUID) -> "QuerySet[Post, tuple[UUID, str]]":
    """Return ids and names of people with these roles in a force or an organisation under it, by name."""
    posts = Post.objects.current(today).filter(role__in=roles, person__is_active=True)
    ours = posts.filter(Q(organisation=force) | Q(organisation__parent=force))
    return ours.order_by("person__name", "person_id").values_list("person_id", "person__name")


@compiled()
def _forces(kinds: tuple[str, ...]) -> "QuerySet[Organisation, tuple[UUID, str]]":
    return Organisation.objects.filter(kind__in=kinds).order_by("name").values_list("pk", "name")


@compiled(force=UUID)
def _under(kinds: tuple[str, ...], force: UUID) -> "QuerySet[Organisation, tuple[UUID, str]]":
    found = Organisation.objects.filter(kind__in=kinds, parent=force)
    return found.order_by("name").values_list("pk", "name")
