"""The health check: whether this process can serve. `handrail up`, proxies and monitors call it."""

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from handrail.access.audience import Audience
from handrail.access.pages import page


@page(Audience.PUBLIC)
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """Answer `well` once the database responds, and nothing else."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("well\n", content_type="text/plain; charset=utf-8")
