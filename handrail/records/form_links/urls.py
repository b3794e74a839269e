"""URLs of forms that are answered by a link. None of them names a record."""

from django.urls import path

from handrail.records.form_links import views

app_name = "form_links"

urlpatterns = [
    path("answer/", views.code, name="code"),
    path("answer/form/", views.form, name="form"),
    path("answer/receipt/", views.receipt, name="receipt"),
    path("answer/<str:secret>/", views.arrive, name="arrive"),
]
