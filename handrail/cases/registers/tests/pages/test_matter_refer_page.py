"""Beginning the referral that advice becomes."""

from typing import Any

from handrail.access.tests.page import TO_SIGN_IN, WITH_ACCOUNT, refused_to
from handrail.cases.registers.acts import become
from handrail.cases.tests.page import UNKNOWN, RoomTests
from handrail.records.drafts import Draft


class TestRegisterEntryReferPage(RoomTests):
    page = "cases:matter-refer"
    method = "POST"
    answer = 302
    user = "supervisor"

    colleague = refused_to("fimu", because="They read the register and may not refer from it.")
    other_force = UNKNOWN
    nobody = TO_SIGN_IN
    wrong_method = "GET"
    tells = False
    queries = WITH_ACCOUNT | {
        "the matter, with its force and who recorded it": 1,
        "a draft that they began before": 1,
        "what was asked, to begin the referral with": 1,
        "the new draft": 1,
    }

    def parts(self) -> list[Any]:
        return [self.desk.register_entry.pk]

    def kept_from_others(self) -> list[str]:
        return [self.desk.register_entry.reference, "Safeguarding lead, a college"]

    def test_the_referral_begins_with_what_was_asked(self) -> None:
        led = self.post()
        draft = Draft.objects.get(origin_id=self.desk.register_entry.pk)
        assert draft.typed["concern-described"] == ["Whether drawings worry"]
        assert str(draft.pk) in led.headers["Location"]

    def test_once_it_became_a_case_it_is_no_longer_the_time(self) -> None:
        become(self.desk.register_entry.pk, self.case, by=self.person("supervisor"))
        assert self.post().status_code == 409
