"""What each role may do."""

from markupsafe import escape

from handrail.access.tests.page import SIGNED_IN, TO_SIGN_IN, PageTests, shown_to
from handrail.organisations.capabilities import Capability
from handrail.organisations.roles import Role


class TestCapabilitiesPage(PageTests):
    page = "access:capabilities"
    colleague = shown_to("second_officer", because="Everybody may read what each role may do.")
    other_force = shown_to("stranger", because="Everybody may read what each role may do.")
    nobody = TO_SIGN_IN
    wrong_method = "POST"
    queries = SIGNED_IN

    def test_it_says_of_every_role_what_it_may(self) -> None:
        text = self.get().text
        assert [role.label for role in Role if escape(role.label) not in text] == []
        assert [capability for capability in Capability if escape(capability.value) not in text] == []
