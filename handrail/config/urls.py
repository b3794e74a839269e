"""The site's addresses; each room lists its own."""

from django.urls import URLPattern, URLResolver, include, path

from handrail.config.health import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("health", health, name="health"),
    path("", include("handrail.sign_in.urls")),
    path("", include("handrail.web.urls")),
    path("", include("handrail.access.urls")),
    path("", include("handrail.accounts.urls")),
    path("", include("handrail.records.form_links.urls")),
    path("", include("handrail.cases.urls")),
    path("", include("handrail.question_sets.urls")),
    path("notices/", include("handrail.notices.urls")),
    path("demonstration/", include("handrail.demo.urls")),
]

handler400 = "handrail.web.errors.bad_request"
handler403 = "handrail.web.errors.denied"
handler404 = "handrail.web.errors.not_found"
handler500 = "handrail.web.errors.broken"
