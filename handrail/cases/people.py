"""Which people and organisations a question offers."""

from collections.abc import Collection, Sequence
from functools import cache
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from handrail.organisations import models
from handrail.organisations.models import Organisation, Post
from handrail.policy.answers import Options
from handrail.policy.schema import Code, Kind, Question


def choices_of(force: Organisation | None, *, among: Collection[UUID] | None = None) -> Options:
    """The people of a force, and all forces or the force's councils, as the choices of a question.

    `among` leaves only these people: of a restricted case those who are named.

    Each is looked up once, so one set of choices serves a whole import.
    """

    @cache
    def people(roles: tuple[str, ...]) -> tuple[Code, ...]:
        posts = Post.objects.current(timezone.localdate()).filter(role__in=roles, person__is_active=True)
        ours = posts.filter(Q(organisation=force) | Q(organisation__parent=force))
        ours = ours if among is None else ours.filter(person__in=among)
        found = ours.order_by("person__name", "person_id").values_list("person_id", "person__name")
        return tuple(Code.model_construct(id=str(id_), label=name) for id_, name in dict(found).items())

    @cache
    def organisations(kinds: tuple[str, ...]) -> tuple[Code, ...]:
        found = Organisation.objects.filter(kind__in=kinds)
        if models.Kind.FORCE not in kinds:
            found = found.filter(parent=force)
        return tuple(Code.model_construct(id=str(o.id), label=o.name) for o in found.order_by("name"))

    def choices(question: Question) -> Sequence[Code]:
        if question.kind is Kind.PERSON:
            return people(question.roles)
        return organisations(question.organisations)

    return choices
