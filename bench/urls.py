"""The site's addresses and one more, which answers with so many bytes of nothing."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from handrail.config import urls as site

handler400, handler403 = site.handler400, site.handler403
handler404, handler500 = site.handler404, site.handler500


def empty(request: HttpRequest, size: int) -> HttpResponse:
    """A page of so many bytes, for somebody who is signed in."""
    return HttpResponse(b" " * size)


urlpatterns = [*site.urlpatterns, path("empty/<int:size>/", empty, name="empty")]
