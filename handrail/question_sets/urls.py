"""The addresses of the room."""

from django.urls import path

from handrail.question_sets import views

app_name = "question_sets"

urlpatterns = [
    path("questions/", views.years, name="years"),
    path("questions/<slug:set_id>/<uuid:force_id>/<int:year>/", views.year, name="year"),
    path("questions/<slug:set_id>/<uuid:force_id>/compare/", views.compare, name="compare"),
]
