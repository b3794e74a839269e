"""The health check: whether this process can serve. `handrail up`, proxies and monitors call it."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from handrail.access.audience import Audience
from handrail.access.pages import page
from handrail.ledger.seal import is_late


@page(Audience.PUBLIC)
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """Answer `well` once the database responds, or `sealing late` while the record waits to be sealed."""
    said = "sealing late" if is_late(timezone.now()) else "well"
    return HttpResponse(f"{said}\n", content_type="text/plain; charset=utf-8")
