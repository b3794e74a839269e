"""Whether this process can serve: asked by `handrail up`, by a proxy, by a monitor."""

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from handrail.access.audience import Audience
from handrail.access.pages import page


@page(Audience.PUBLIC)
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """Says `well` once the database answers, and nothing else."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("well\n", content_type="text/plain; charset=utf-8")
