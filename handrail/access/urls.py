"""URL patterns of this application."""

from django.urls import path

from handrail.access.views import capabilities, duty, log

app_name = "access"

urlpatterns = [
    path("roles/", capabilities.capabilities, name="capabilities"),
    path("duty/", duty.duty, name="duty"),
    path("log/", log.log, name="log"),
]
