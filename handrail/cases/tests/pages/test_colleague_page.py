"""What to know before raising a concern about a colleague."""

from handrail.access.tests.page import SIGNED_IN, TO_SIGN_IN, shown_to
from handrail.cases.models import Draft
from handrail.cases.packs import current_pack
from handrail.cases.tests.pages.page import RoomTests


class TestColleaguePage(RoomTests):
    page = "cases:colleague"
    colleague = shown_to("second_officer", because="Everybody with an account may raise one.")
    other_force = shown_to("stranger", because="Everybody with an account may raise one.")
    nobody = TO_SIGN_IN
    wrong_method = "DELETE"
    tells = False
    queries = SIGNED_IN

    def test_it_says_what_happens_and_begins_the_form(self) -> None:
        step = current_pack().step_by_id["staff-concern"]
        assert step.act in self.get().text
        led = self.post()
        draft = Draft.objects.get(person=self.cast.officer, step_id="staff-concern")
        assert str(draft.pk) in led.headers["Location"]
