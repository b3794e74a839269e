"""The site's addresses, and one that answers with a given number of bytes."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from handrail.config import urls as site

handler400, handler403 = site.handler400, site.handler403
handler404, handler500 = site.handler404, site.handler500


def empty(request: HttpRequest, size: int) -> HttpResponse:
    """Return so many bytes, for a signed-in user."""
    return HttpResponse(b" " * size)


urlpatterns = [*site.urlpatterns, path("empty/<int:size>/", empty, name="empty")]
