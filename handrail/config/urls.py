"""The site's addresses: each room lists its own."""

from django.urls import URLPattern, URLResolver, include, path

from handrail.config.health import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("health", health, name="health"),
    path("", include("handrail.web.urls")),
    path("", include("handrail.cases.urls")),
    path("demonstration/", include("handrail.demo.urls")),
]
