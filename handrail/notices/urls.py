"""URL patterns of this application."""

from django.urls import path

from handrail.notices import views

app_name = "notices"

urlpatterns = [
    path("", views.notices, name="list"),
    path("read/", views.read, name="read"),
    path("mail/", views.mail, name="mail"),
]
