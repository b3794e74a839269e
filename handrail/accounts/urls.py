"""URL patterns of this application."""

from django.urls import path

from handrail.accounts import views

app_name = "accounts"

urlpatterns = [
    path("accounts/", views.accounts, name="accounts"),
    path("accounts/new/", views.account_new, name="account-new"),
    path("accounts/<uuid:person_id>/", views.account, name="account"),
    path("accounts/<uuid:person_id>/close/", views.account_close, name="account-close"),
    path("accounts/<uuid:person_id>/posts/new/", views.post_new, name="post-new"),
    path("accounts/<uuid:person_id>/posts/<int:post_id>/end/", views.post_end, name="post-end"),
    path("accounts/<uuid:person_id>/posts/<int:post_id>/vetting/", views.post_vetting, name="post-vetting"),
]
