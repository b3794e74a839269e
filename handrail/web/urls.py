"""URL patterns of this application."""

from django.urls import path

from handrail.web import views

app_name = "web"

urlpatterns = [
    path("", views.start, name="start"),
    path("home/", views.home, name="home"),
    path("more/", views.more, name="more"),
    path("policy/", views.policy, name="policy"),
    path("policy/<slug:pack_id>/", views.policy, name="policy-called"),
    path("policy/<slug:older>/<slug:newer>/", views.policy_changes, name="policy-changes"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("privacy/", views.privacy, name="privacy"),
    path("cookies/", views.cookies, name="cookies"),
]
