"""Pages to sign in as one of the demonstration's people."""

from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST, require_safe

from handrail.access.audience import Audience
from handrail.access.pages import page
from handrail.demo.staff import DOMAIN
from handrail.organisations.models import Kind, Organisation, Person, Post, PostQuerySet
from handrail.records.packs import lineage
from handrail.sign_in import entering
from handrail.sign_in.proof import Method

MADE_UP = f"@{DOMAIN}"
FIRST_FORCE = "west-yorkshire"


@page(Audience.DEMONSTRATION)
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """Show the people of one force, its region and the nation, each with a button to sign in as them."""
    forces = list(Organisation.objects.forces().select_related("parent"))
    force = chosen(forces, request.GET.get("force", ""))
    posts = made_up_posts()
    groups = {
        force.name if force else "No force": posts.filter(
            Q(organisation=force) | Q(organisation__parent=force)
        ),
        "Region": posts.filter(organisation=force.parent if force else None, organisation__kind=Kind.REGION),
        "Nation": posts.filter(organisation__kind=Kind.NATION),
    }
    context = {"forces": forces, "force": force, "groups": groups, "policies": lineage()}
    return render(request, "demo/people.html", context)


def chosen(forces: list[Organisation], slug: str) -> Organisation | None:
    """Return the requested force; else the usual one, or the first."""
    by_slug = {force.slug: force for force in forces}
    return by_slug.get(slug) or by_slug.get(FIRST_FORCE) or next(iter(forces), None)


def made_up_posts() -> PostQuerySet:
    """Return the current posts of made-up people."""
    posts = Post.objects.current().filter(person__email__endswith=MADE_UP, person__is_active=True)
    return posts.select_related("person", "organisation").order_by("role", "person__name")


@page(Audience.DEMONSTRATION)
@require_POST
def step_in(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Sign in as a made-up person; 404 for any other."""
    person = get_object_or_404(Person, pk=person_id, email__endswith=MADE_UP, is_active=True)
    return entering.enter(request, person, {Method.DEMONSTRATION})
