"""Marking notices as read."""

from typing import Any

from handrail.access.tests.page import TO_SIGN_IN, WITH_ACCOUNT, leads
from handrail.cases.tests.page import RoomTests
from handrail.notices.models import Notice
from handrail.notices.tests.test_pages import tell


class TestReadPage(RoomTests):
    page = "notices:read"
    method = "POST"
    answer = 302
    colleague = leads("second_officer", "notices:list", because="Everybody marks notices of their own.")
    other_force = leads("stranger", "notices:list", because="Everybody marks notices of their own.")
    nobody = TO_SIGN_IN
    wrong_method = "GET"
    tells = False
    queries = WITH_ACCOUNT | {
        "the notice, read": 1,
    }

    notice: Notice

    def arrange(self) -> None:
        Notice.objects.all().delete()
        self.notice = tell(self.cast.officer, self.case)

    def sent(self) -> dict[str, Any]:
        return {"notice": str(self.notice.pk)}

    def seen(self) -> bool:
        return Notice.objects.filter(pk=self.notice.pk, seen_at__isnull=False).exists()

    def test_one_notice_is_read_and_so_are_all_of_them(self) -> None:
        self.post(notice=str(self.notice.pk))
        assert self.seen()
        second = tell(self.cast.officer, self.desk.earlier)
        self.post(notice="all")
        assert Notice.objects.get(pk=second.pk).seen_at

    def test_nobody_reads_what_another_was_told(self) -> None:
        self.post("second_officer", **self.sent())
        assert not self.seen()
