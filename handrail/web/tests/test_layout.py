import re
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.test import Client

from handrail.cases.tests.cast import Cast
from handrail.cases.tests.staff import again
from handrail.web.navigation import ON_ROW, Shell

SEEN = ["Home", "Notices", "Cases", "Find"]
REGISTERS = ["Advice", "Disruption"]


ROOMS = Path(__file__).parents[2]


@pytest.mark.parametrize("template", sorted(ROOMS.glob("**/jinja2/**/*.html")), ids=lambda path: path.stem)
def test_no_blank_is_left_before_a_comma_where_no_flag_stands(template: Path) -> None:
    """A flag brings the blank before it: where there is no flag, no blank stands before the comma."""
    assert not re.search(r"\s\{\{ [\w.]+\|flag \}\}\s*([,:;.]|\{%-)", template.read_text())


def navigation(client: Client, address: str = "/home/") -> list[str]:
    page = client.get(address).content.decode()
    nav = page.split('aria-label="Handrail"')[1].split("</nav>")[0]
    return [title.strip() for title in re.findall(r">([^<>]+)</a>", nav)]


@pytest.mark.parametrize(
    ("who", "row", "more"),
    [
        ("officer", [*SEEN, "New referral", *REGISTERS], ["Referrals", "Your referrals"]),
        (
            "supervisor",
            [*SEEN, "New referral", "Checks", "Opened by others"],
            [*REGISTERS, "Referrals", "Your referrals", "Yearly questions"],
        ),
        (
            "lead",
            [*SEEN, "Checks", "Opened by others", "Advice"],
            ["Disruption", "Referrals", "Yearly questions"],
        ),
        (
            "nation",
            [*SEEN, "Checks", "Samples", "Opened by others"],
            [*REGISTERS, "Referrals", "Yearly questions"],
        ),
        (
            "spoc",
            [*SEEN, "New referral", "Shared with you", "Advice"],
            ["Disruption", "Referrals", "Your referrals"],
        ),
        ("chair", [*SEEN, "Shared with you", "Referrals"], []),
        ("administrator", ["Home", "Notices", "Accounts"], []),
        ("auditor", ["Home", "Log of reads", "Patterns"], []),
    ],
)
def test_the_menu_begins_with_what_a_role_uses_daily_and_the_rest_is_behind_more(
    client: Client, cast: Cast, who: str, row: list[str], more: list[str]
) -> None:
    client.force_login(getattr(cast, who))
    assert navigation(client) == [*row, *(["More"] if more else [])]
    assert len(navigation(client)) <= ON_ROW
    listed = client.get("/more/").content.decode().partition("<main")[2].partition("</main>")[0]
    assert re.findall(r">([^<>]+)</a>", listed) == more


def test_every_link_of_the_menu_opens_and_is_marked_as_the_open_page(client: Client, cast: Cast) -> None:
    for who in (cast.officer, cast.supervisor, cast.spoc, cast.chair, cast.lead, cast.nation):
        client.force_login(who)
        shell = Shell(again(who), "/")
        assert shell.places
        for place in (*shell.places, *shell.more):
            opened = client.get(place.address)
            assert opened.status_code == 200
            shown = "/more/" if place in shell.more else place.address
            assert re.search(rf'<a href="{shown}"\s+aria-current="page">', opened.content.decode())


def test_somebody_outside_can_refer_or_sign_in(client: Client, db: None) -> None:
    assert navigation(client, "/") == ["Make a referral", "Sign in"]


def test_the_page_says_who_is_signed_in_and_how_to_handle_it(client: Client, cast: Cast) -> None:
    assert "OFFICIAL-SENSITIVE" not in client.get("/").content.decode()
    client.force_login(cast.officer)
    page = client.get("/home/").content.decode()
    for words in ("OFFICIAL-SENSITIVE", "Olu Ade", "Prevent officer, Borsetshire Prevent team", "Sign out"):
        assert words in page


def test_only_a_demonstration_calls_itself_one(client: Client, db: None, settings: LazySettings) -> None:
    assert "Demonstration" not in client.get("/").content.decode()
    settings.DEMONSTRATION = True
    page = client.get("/").content.decode()
    assert "Made-up people" in page
    assert 'href="/demonstration/"' in page


def test_the_footer_names_the_policy_and_links_it_for_those_who_may_read_it(
    client: Client, cast: Cast
) -> None:
    footer = client.get("/").content.decode().split("<footer")[1]
    assert "Prevent in England and Wales, 2018" in footer
    assert "/policy/" not in footer
    client.force_login(cast.officer)
    assert 'href="/policy/"' in client.get("/home/").content.decode().split("<footer")[1]


@pytest.mark.parametrize(
    "address", ["/", "/sign-in/", "/accessibility/", "/privacy/", "/cookies/", "/no-such-page"]
)
def test_nothing_in_a_page_runs_or_styles_by_itself(client: Client, db: None, address: str) -> None:
    response = client.get(address)
    page = response.content.decode()
    assert not re.search(r"<script(?![^>]*src=)|<style| style=| on[a-z]+=|javascript:", page)
    assert not re.search(r'(?:src|action)="(?!/)', page)
    assert "script-src 'unsafe" not in response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]


@pytest.mark.parametrize("address", ["/", "/sign-in/", "/accessibility/", "/privacy/", "/cookies/"])
def test_a_page_has_one_heading_a_title_and_a_way_past_the_navigation(
    client: Client, db: None, address: str
) -> None:
    page = client.get(address).content.decode()
    assert page.count("<h1") == 1
    assert re.search(r"<title>[^<]+ – Handrail</title>", page)
    assert 'href="#main-content"' in page
    assert page.count('id="main-content"') == 1


def test_the_front_page_says_what_to_do_in_danger_and_where_to_begin(client: Client, db: None) -> None:
    page = client.get("/").content.decode()
    assert "If somebody is in immediate danger, call 999." in page
    for address in ("/refer/", "/refer/return/", "/sign-in/"):
        assert f'href="{address}"' in page


def test_the_privacy_notice_takes_its_numbers_from_the_policy(client: Client, db: None) -> None:
    page = client.get("/privacy/").content.decode()
    assert "for 28 days" in page
    assert "Prevent in England and Wales, 2018" in page


def test_the_policy_is_shut_in_wherever_it_is_opened(client: Client, cast: Cast) -> None:
    client.force_login(cast.spoc)
    response = client.get("/policy/")
    policy = response.headers["Content-Security-Policy"]
    assert "sandbox" in policy
    assert "default-src 'none'" in policy
    assert "script" not in policy
    assert "<title>Prevent in England and Wales, 2018" in response.content.decode()
