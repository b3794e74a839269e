"""The page of roles and their capabilities, for every signed-in user."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from handrail.access.audience import Audience
from handrail.access.pages import page
from handrail.access.views.people import person_of
from handrail.organisations.capabilities import Capability
from handrail.organisations.models import Kind
from handrail.organisations.roles import Role


@page(Audience.SIGNED_IN)
@require_safe
def capabilities(request: HttpRequest) -> HttpResponse:
    """Show every role with its capabilities, and every capability with its roles."""
    own = person_of(request).roles
    roles = [
        {
            "title": role.label,
            "own": role in own,
            "may": [capability for capability in Capability if capability in role.capabilities],
            "places": sorted(Kind(kind).label for kind in role.places),
        }
        for role in Role
    ]
    held = {capability: _titles(capability) for capability in Capability}
    return render(request, "access/capabilities.html", {"roles": roles, "held": held})


def _titles(capability: Capability) -> list[str]:
    return [role.label for role in Role if capability in role.capabilities]
