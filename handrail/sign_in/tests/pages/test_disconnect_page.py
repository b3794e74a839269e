"""Disconnecting an organisation's own sign-in."""

from typing import Any

from django.conf import settings

from handrail.access.tests.page import TO_SIGN_IN, WITH_ACCOUNT, leads
from handrail.sign_in import actions as sign_in_actions
from handrail.sign_in.models import OutsideIdentity
from handrail.sign_in.tests.pages.page import OutsideSignInTests


class TestDisconnectPage(OutsideSignInTests):
    page = "sign_in:disconnect"
    method = "POST"
    answer = 302
    colleague = leads("second_officer", "sign_in:account", because="It disconnects nothing of anybody else.")
    other_force = leads("stranger", "sign_in:account", because="It disconnects nothing of anybody else.")
    nobody = TO_SIGN_IN
    wrong_method = "GET"
    queries = WITH_ACCOUNT | {
        "the identity, deleted": 1,
        "the session, kept": 1,
    }

    def arrange(self) -> None:
        sign_in_actions.connect(self.cast.officer, settings.ISSUERS["force"], "somebody")

    def parts(self) -> list[Any]:
        return [OutsideIdentity.objects.get().pk]

    def test_only_ones_own_is_disconnected(self) -> None:
        self.post("second_officer")
        assert OutsideIdentity.objects.exists()
        assert "That sign-in is no longer connected." in self.follow().text
        assert not OutsideIdentity.objects.exists()
