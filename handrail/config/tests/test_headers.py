import pytest
from django.conf import settings
from django.test import Client

from handrail.config.jinja import address

pytestmark = pytest.mark.django_db


def test_every_answer_allows_our_own_files_only(client: Client) -> None:
    policy = client.get("/health").headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize("path", ["/health", "/no-such-page"])
def test_no_answer_is_kept_by_browser_or_proxy(client: Client, path: str) -> None:
    assert client.get(path).headers["Cache-Control"] == "no-store"


def test_health_says_nothing_but_that_it_is_well(client: Client) -> None:
    response = client.get("/health")
    assert (response.status_code, response.content) == (200, b"well\n")
    assert client.post("/health").status_code == 405


def test_cookies_are_out_of_reach_of_scripts_and_of_other_sites() -> None:
    assert settings.SESSION_COOKIE_HTTPONLY
    assert settings.CSRF_COOKIE_HTTPONLY
    assert (settings.SESSION_COOKIE_SAMESITE, settings.CSRF_COOKIE_SAMESITE) == ("Lax", "Lax")


def test_login_is_the_default() -> None:
    assert "handrail.sign_in.middleware.SignInFirst" in settings.MIDDLEWARE


def test_passwords_are_hashed_with_argon2() -> None:
    from django.contrib.auth.hashers import make_password

    assert make_password("a long pass phrase").startswith("argon2$argon2id$")


def test_pages_find_an_address_by_its_name() -> None:
    assert address("health") == "/health"


def test_templates_escape_and_find_the_design_system() -> None:
    from django.template import engines

    written = engines["jinja2"].from_string(
        '{% from "govuk_frontend_jinja/components/button/macro.html" import govukButton %}'
        '{{ govukButton({"text": text}) }}'
    )
    assert "&lt;script&gt;" in written.render({"text": "<script>"})
