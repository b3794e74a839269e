"""The address of the demonstration's people."""

from django.urls import path

from handrail.demo import views

app_name = "demo"

urlpatterns = [
    path("", views.people, name="people"),
    path("<uuid:person_id>/", views.step_in, name="step-in"),
]
