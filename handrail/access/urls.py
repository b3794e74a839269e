"""The addresses of the room."""

from django.urls import path

from handrail.access.views import accounts, capabilities, duty, log

app_name = "access"

urlpatterns = [
    path("roles/", capabilities.capabilities, name="capabilities"),
    path("accounts/", accounts.accounts, name="accounts"),
    path("accounts/new/", accounts.account_new, name="account-new"),
    path("accounts/<uuid:person_id>/", accounts.account, name="account"),
    path("accounts/<uuid:person_id>/close/", accounts.account_close, name="account-close"),
    path("accounts/<uuid:person_id>/posts/new/", accounts.post_new, name="post-new"),
    path("accounts/<uuid:person_id>/posts/<int:post_id>/end/", accounts.post_end, name="post-end"),
    path(
        "accounts/<uuid:person_id>/posts/<int:post_id>/vetting/", accounts.post_vetting, name="post-vetting"
    ),
    path("duty/", duty.duty, name="duty"),
    path("log/", log.log, name="log"),
]
