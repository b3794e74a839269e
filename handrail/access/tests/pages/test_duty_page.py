"""The duty list of a force."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from handrail.access.tests.page import TO_SIGN_IN, WITH_ACCOUNT, refused_to
from handrail.access.tests.pages.page import AccountTests
from handrail.ledger.models import Entry
from handrail.organisations.models import Duty


class TestDutyPage(AccountTests):
    page = "access:duty"
    user = "supervisor"
    colleague = refused_to("officer", because="A supervisor says who is on duty.")
    other_force = refused_to("stranger")
    nobody = TO_SIGN_IN
    wrong_method = "DELETE"
    tells = False
    queries = WITH_ACCOUNT | {
        "who can be on duty": 1,
        "who is on the list": 1,
        "whether they have a notice that is new": 1,
    }

    def shift(self, **other: object) -> dict[str, object]:
        """Return the form values of a shift from yesterday until tomorrow."""
        said = {"act": "add", "person": str(self.cast.mash.pk), "telephone": "01632 960 001"}
        times = {"since-time": "18:00", "until-time": "08:00"}
        return said | times | self.day("since", days=-1) | self.day("until", days=1) | other

    def test_it_says_whom_to_ring_while_nobody_is_on_duty(self) -> None:
        assert "Nobody is on duty now" in self.get().text
        assert self.post(act="contact", contact="The control room, 01632 960 999").status_code == 302
        assert "The control room, 01632 960 999" in self.get().text

    def test_it_takes_the_number_and_hours_that_a_receipt_names_and_takes_them_away(self) -> None:
        said = "01632 960 120, Monday to Friday"
        assert said not in self.get().text
        for now in (said, ""):
            assert self.post(act="public", **{"public-contact": now}).status_code == 302
            assert (said in self.get().text) is bool(now)
        acts = Entry.objects.filter(chain=self.cast.force.pk).values_list("act", flat=True)
        assert list(acts) == ["public-contact", "public-contact"]

    def test_somebody_is_put_on_the_list_and_taken_off_with_an_entry_each(self) -> None:
        assert self.post(**self.shift()).status_code == 302
        duty = Duty.objects.get()
        text = self.get().text
        assert "On duty now" in text
        assert "01632 960 001" in text
        local = timezone.localtime(duty.until)
        assert (local.hour, local.date()) == (8, timezone.localdate() + timedelta(days=1))
        assert self.post(act="end", duty=str(duty.pk)).status_code == 302
        assert not Duty.objects.on_duty(timezone.now()).exists()
        acts = Entry.objects.filter(chain=duty.pk).order_by("number").values_list("act", flat=True)
        assert list(acts) == ["duty-given", "duty-ended"]

    def test_who_is_not_vetted_any_more_neither_opens_it_nor_is_led_to_it(self) -> None:
        assert self.address in self.client(self.user).get(reverse("web:home")).text
        assert self.get().status_code == 200
        self.called(self.user).posts.update(vetted_until=timezone.localdate() - timedelta(days=1))
        assert self.address not in self.client(self.user).get(reverse("web:home")).text
        assert self.get().status_code == 403
        for sent in ({"act": "contact", "contact": "The control room"}, self.shift()):
            assert self.post(**sent).status_code == 403
        assert not Duty.objects.exists()

    def test_what_is_wrong_is_listed_in_the_order_of_the_form(self) -> None:
        summary = self.post(act="add").text.partition("There is a problem")[2].partition("</ul>")[0]
        wrong = (
            "who is on duty",
            "the phone",
            "the start date",
            "duty starts",
            "the end date",
            "duty ends",
        )
        places = [summary.index(words) for words in wrong]
        assert places == sorted(places)

    def test_the_list_of_people_says_once_that_one_is_to_be_chosen(self) -> None:
        assert self.get().text.count('<option value=""') == 1

    def test_what_makes_no_sense_is_refused_and_stays(self) -> None:
        for wrong, said in (
            ({"person": ""}, "Select who is on duty"),
            ({"person": str(self.cast.administrator.pk)}, "Select one of the answers shown"),
            ({"telephone": ""}, "Enter the phone number"),
            ({"since-time": "25:00"}, "like 18:00"),
            (self.day("until", days=-3), "must end after it starts"),
        ):
            page = self.post(**self.shift(**wrong))
            assert page.status_code == 422
            assert said in page.text
        assert not Duty.objects.exists()
