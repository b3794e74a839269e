from datetime import UTC, datetime

import pytest
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.core.paginator import Paginator

from handrail.govuk.paging import Listing
from handrail.govuk.tests.page import draw


def listing(count: int, page: int, order: str = "name", *, is_sent: bool = False) -> Listing:
    return Listing(Paginator(range(count), 10).page(page), {"state": "late"}, order, is_sent)


def test_the_error_summary_leads_to_each_input() -> None:
    source = '{% from "govuk/errors.html" import error_summary %}{{ error_summary(errors) }}'
    drawn = draw(source, errors={"name": "Enter <a> name", "born-day": "Enter a date"})
    links = [(a["href"], a.text) for a in drawn.all("a")]
    assert links == [("#name", "Enter <a> name"), ("#born-day", "Enter a date")]
    assert [div["role"] for div in drawn.all("div") if div["role"]] == ["alert"]
    assert draw(source, errors={}).html.strip() == ""


def test_other_pages_of_a_list_keep_its_filters() -> None:
    drawn = draw('{% from "govuk/lists.html" import pages %}{{ pages(listing) }}', listing=listing(95, 4))
    links = {a["rel"] or a.text.strip(): a["href"] for a in drawn.all("a")}
    assert links["prev"] == "?state=late&order=name&page=3"
    assert links["next"] == "?state=late&order=name&page=5"
    assert links["10"] == "?state=late&order=name&page=10"
    assert [a.text.strip() for a in drawn.all("a") if a["aria-current"]] == ["4"]
    assert (drawn.html.count("item--ellipsis"), "page=%E2%80%A6" in drawn.html) == (1, False), (
        "A gap leads nowhere."
    )


def test_other_pages_of_what_was_sent_are_asked_for_by_forms_and_leave_no_address() -> None:
    source = '{% from "govuk/lists.html" import pages %}{{ pages(listing, "token") }}'
    drawn = draw(source, listing=listing(95, 4, is_sent=True))
    assert drawn.all("a") == []
    asked = [(one["name"], one["value"]) for one in drawn.all("input")]
    token, kept = ("csrfmiddlewaretoken", "token"), ("state", "late")
    assert asked == [token, kept, ("page", "3"), token, kept, ("page", "5")]
    assert [button.text.strip() for button in drawn.all("button")] == ["Previous page", "Next page"]


def test_a_list_of_one_page_has_no_links_to_others() -> None:
    source = '{% from "govuk/lists.html" import pages %}{{ pages(listing) }}'
    assert draw(source, listing=listing(10, 1)).html.strip() == ""


@pytest.mark.parametrize(
    ("order", "said", "leads"),
    [("name", "ascending", "-name"), ("-name", "descending", "name"), ("due", "none", "name")],
)
def test_a_heading_says_how_its_column_is_sorted_and_turns_it(order: str, said: str, leads: str) -> None:
    source = (
        '{% from "govuk/lists.html" import sort_header %}{{ sort_header(listing, "Name", "name", "-name") }}'
    )
    drawn = draw(source, listing=listing(10, 1, order))
    assert drawn.all("th")[0]["aria-sort"] == said
    assert drawn.all("a")[0]["href"] == f"?state=late&order={leads}"


def test_filters_are_a_form_with_a_button_and_labels() -> None:
    drawn = draw(
        '{% from "govuk/lists.html" import choice, filters %}'
        "{% call filters() %}"
        '{{ choice("state", "State", "late", [("open", "Open"), ("late", "Late")]) }}'
        "{% endcall %}"
    )
    assert drawn.all("form")[0]["method"] == "get"
    assert drawn.all("label")[0]["for"] == "filter-state"
    options = {option["value"]: "selected" in option.attributes for option in drawn.all("option")}
    assert options == {"": False, "open": False, "late": True}
    assert drawn.all("button")[0]["type"] == "submit"


def test_a_wide_table_can_be_scrolled_by_keyboard() -> None:
    drawn = draw(
        '{% from "govuk/lists.html" import wide %}{% call wide("Cases") %}<table></table>{% endcall %}'
    )
    (region,) = drawn.all("div")
    assert (region["role"], region["aria-label"], region["tabindex"]) == ("region", "Cases", "0")


def test_an_empty_list_says_what_to_do() -> None:
    drawn = draw(
        '{% from "govuk/lists.html" import empty %}{{ empty("No case fits", "Take a filter away") }}'
    )
    assert [p.text for p in drawn.all("p")] == ["No case fits", "Take a filter away"]


def test_notifications_are_read_out_and_only_what_went_well_is_green() -> None:
    given = [Message(constants.SUCCESS, "Sent & kept"), Message(constants.WARNING, "Look again")]
    drawn = draw('{% from "govuk/notices.html" import notifications %}{{ notifications(all) }}', all=given)
    banners = [div for div in drawn.all("div") if div["role"]]
    assert [banner["role"] for banner in banners] == ["alert", "region"]
    assert ["--success" in banner["class"] for banner in banners] == [True, False]
    assert "Sent & kept" in banners[0].text


def test_a_tag_and_a_warning() -> None:
    drawn = draw(
        '{% from "govuk/notices.html" import tag, warning %}{{ tag("Late", "red") }}{{ warning("Call 999") }}'
    )
    assert drawn.all("strong")[0]["class"] == "govuk-tag govuk-tag--red"
    assert drawn.all("strong")[1].text.split() == ["Warning", "Call", "999"]


def test_a_fact_can_lead_to_where_it_is_changed() -> None:
    drawn = draw(
        '{% from "govuk/records.html" import fact %}<dl>'
        '{% call fact("Owner", "/change/") %}Sam{% endcall %}{% call fact("Born") %}2009{% endcall %}</dl>'
    )
    assert [dt.text for dt in drawn.all("dt")] == ["Owner", "Born"]
    assert [(a["href"], a.text) for a in drawn.all("a")] == [("/change/", "Change Owner")]
    assert [dd.text.strip() for dd in drawn.all("dd")] == ["Sam", "Change Owner", "2009"]


def test_an_event_says_who_and_when() -> None:
    drawn = draw(
        '{% from "govuk/records.html" import timed %}'
        '{% call timed("Referral", "Sam", at, "/1/") %}Why{% endcall %}',
        at=datetime(2026, 7, 1, 13, 5, tzinfo=UTC),
    )
    assert drawn.all("a")[0]["href"] == "/1/"
    (time,) = drawn.all("time")
    assert time["datetime"] == "2026-07-01T13:05:00+00:00"
    assert time.text.endswith("2026 at 14:05")
    assert "by Sam" in drawn.all("div")[0].text
