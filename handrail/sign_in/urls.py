"""URL patterns of signing in."""

from django.urls import path

from handrail.sign_in.views import account, entrance, links, outside, setting_up

app_name = "sign_in"

urlpatterns = [
    path("sign-in/", entrance.sign_in, name="sign-in"),
    path("sign-in/code/", entrance.code, name="code"),
    path("sign-in/passkey/", entrance.by_passkey, name="passkey"),
    path("sign-in/passkey/options/", entrance.passkey_options, name="passkey-options"),
    path("sign-in/forgotten/", links.forgotten, name="forgotten"),
    path("sign-in/link/", links.link, name="link"),
    path("sign-in/link/<str:secret>/", links.arrive, name="link-arrive"),
    path("sign-in/again/", account.again, name="again"),
    path("sign-in/kept/", account.kept, name="kept"),
    path("sign-in/with/<slug:key>/", outside.go, name="outside"),
    path("sign-in/with/<slug:key>/back/", outside.back, name="outside-back"),
    path("sign-in/with/<slug:key>/accept/", outside.accept, name="outside-accept"),
    path("sign-in/with/<slug:key>/again/", outside.again, name="outside-again"),
    path("sign-in/with/<slug:key>/connect/", outside.connect, name="outside-connect"),
    path("sign-out/", entrance.sign_out, name="sign-out"),
    path("account/", account.account, name="account"),
    path("account/password/", account.password, name="password"),
    path("account/sign-out-everywhere/", account.everywhere, name="everywhere"),
    path("account/sessions/<uuid:handle>/end/", account.end_session, name="end-session"),
    path("account/outside/<uuid:identity>/disconnect/", outside.disconnect, name="disconnect"),
    path("account/second-factor/", setting_up.second_factor, name="second-factor"),
    path("account/app/", setting_up.app, name="app"),
    path("account/passkeys/add/", setting_up.passkey, name="passkey-add"),
    path("account/passkeys/options/", setting_up.passkey_options, name="passkey-add-options"),
    path("account/recovery-codes/", setting_up.recovery_codes, name="recovery-codes"),
    path("account/factors/<int:factor_id>/remove/", setting_up.remove, name="remove-factor"),
]
