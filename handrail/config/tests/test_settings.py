"""Settings are read anew under each environment: what they refuse, they refuse before anything is served."""

import os
import runpy
import secrets
import stat
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from handrail.config.environment import Misconfigured
from handrail.config.secret import weakness_of

SETTINGS = str(Path(__file__).parents[1] / "settings.py")

GOOD_KEY = "Zq3vK9xT1mWb7RfY2uHs8LdC4gJnP6eA0oQiVtXzBwMkNhDrSyUaEcGlIpOjF5-_"
JOBS = secrets.token_urlsafe(32)


def read(home: Path, expression: str, **environment: str) -> object:
    """What the settings give for an expression, under this environment and no other of ours."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("HANDRAIL_")]:
            patch.delenv(name)
        for name, given in {"HANDRAIL_HOME": str(home), **environment}.items():
            patch.setenv(name, given)
        settings = SimpleNamespace(**runpy.run_path(SETTINGS))
    return eval(expression, {"settings": settings})  # noqa: S307 our own words


def value(home: Path, expression: str, **environment: str) -> str:
    return str(read(home, expression, **environment))


def refusal(home: Path, **environment: str) -> str:
    with pytest.raises(Misconfigured) as refused:
        read(home, "settings", **environment)
    return str(refused.value)


def test_a_process_that_reads_settings_which_are_refused_ends(tmp_path: Path) -> None:
    kept = {name: text for name, text in os.environ.items() if not name.startswith("HANDRAIL_")}
    done = subprocess.run(
        [sys.executable, "-c", "from handrail.config import settings; print('served')"],
        env={**kept, "HANDRAIL_HOME": str(tmp_path), "HANDRAIL_SECRET_KEY": "short"},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert "HANDRAIL_SECRET_KEY is too weak" in done.stderr


@pytest.mark.parametrize(
    ("key", "why"),
    [
        ("", "it has 0 characters"),
        ("short", "it has 5 characters"),
        (GOOD_KEY[:49], "it has 49 characters"),
        ("a" * 80, "it repeats itself"),
        ("abc" * 30, "it repeats itself"),
        (GOOD_KEY[:30] * 2, "it repeats itself"),
        ("abcdefghijklmnopqrstuvwxyz" + "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "its characters follow one another"),
        ("django-insecure-" + GOOD_KEY, "it holds a word that stands in many examples"),
        ("Please-Change-Me-" + GOOD_KEY, "it holds a word that stands in many examples"),
    ],
)
def test_a_weak_key_is_refused(tmp_path: Path, key: str, why: str) -> None:
    assert f"HANDRAIL_SECRET_KEY is too weak: {why}. Give" in refusal(tmp_path, HANDRAIL_SECRET_KEY=key)


def test_a_key_that_was_cut_short_on_the_disk_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret-key").write_text("")
    assert f"The key in {tmp_path / 'secret-key'} is too weak" in refusal(tmp_path)


def test_keys_that_come_by_chance_are_taken() -> None:
    made = [secrets.token_urlsafe(64) for _ in range(2000)] + [secrets.token_hex(32) for _ in range(2000)]
    assert {weakness_of(key, 50) for key in made} == {""}


def test_a_weak_password_of_a_database_role_is_refused(tmp_path: Path) -> None:
    url = "postgresql://boss@db.example/records"
    said = refusal(tmp_path, DATABASE_URL=url, HANDRAIL_WEB_PASSWORD="web")
    assert "HANDRAIL_WEB_PASSWORD is too weak: it has 3 characters" in said


@pytest.mark.parametrize(
    "name", ["*", "*.example.org", ".example.org", ".", "https://example.org", "example.org:443", "a b"]
)
def test_a_host_that_is_not_one_written_out_is_refused(tmp_path: Path, name: str) -> None:
    said = refusal(tmp_path, HANDRAIL_HOSTS=f"handrail.example.org, {name}")
    assert f"HANDRAIL_HOSTS names {name!r}: write each host out" in said


@pytest.mark.parametrize("bind", ["*", ".example.org"])
def test_an_address_to_listen_on_is_no_way_to_allow_every_host(tmp_path: Path, bind: str) -> None:
    assert f"HANDRAIL_BIND is {bind!r}" in refusal(tmp_path, HANDRAIL_BIND=bind)


@pytest.mark.parametrize("bind", ["::1", "::", "192.0.2.1", "handrail.internal"])
def test_other_addresses_to_listen_on_are_taken(tmp_path: Path, bind: str) -> None:
    assert bind in value(tmp_path, "settings.ALLOWED_HOSTS", HANDRAIL_BIND=bind)


def test_the_check_of_a_deployment_finds_nothing(tmp_path: Path) -> None:
    given = {"HANDRAIL_HOME": str(tmp_path), "HANDRAIL_HOSTS": "handrail.example.org"}
    kept = {name: text for name, text in os.environ.items() if not name.startswith("HANDRAIL_")}
    done = subprocess.run(
        [sys.executable, "-m", "django", "check", "--deploy", "--fail-level", "WARNING"],
        env={**kept, **given, "DJANGO_SETTINGS_MODULE": "handrail.config.settings"},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert (done.returncode, done.stdout.strip()) == (
        0,
        "System check identified no issues (0 silenced).",
    ), done.stderr


def test_where_https_is_spoken_the_cookie_against_forged_forms_belongs_to_this_host_alone(
    tmp_path: Path,
) -> None:
    cookie = "(settings.CSRF_COOKIE_NAME, settings.CSRF_COOKIE_SECURE, settings.CSRF_COOKIE_HTTPONLY)"
    assert value(tmp_path, cookie) == "('__Host-csrf', True, True)"
    assert value(tmp_path, cookie, HANDRAIL_INSECURE="1") == "('csrf', False, True)"


def test_a_key_of_ones_own_is_taken_and_none_is_made(tmp_path: Path) -> None:
    assert value(tmp_path, "settings.SECRET_KEY", HANDRAIL_SECRET_KEY=GOOD_KEY) == GOOD_KEY
    assert not (tmp_path / "secret-key").exists()


def test_former_keys_are_taken_and_a_weak_one_is_refused(tmp_path: Path) -> None:
    former = f"{GOOD_KEY[::-1]}, {GOOD_KEY[30:] + GOOD_KEY[:30]}"
    taken = value(tmp_path, "settings.SECRET_KEY_FALLBACKS", HANDRAIL_SECRET_KEY_FALLBACKS=former)
    assert taken == str(former.split(", "))
    assert value(tmp_path, "settings.SECRET_KEY_FALLBACKS") == "[]"
    assert "A key of HANDRAIL_SECRET_KEY_FALLBACKS is too weak: it has 5 characters" in refusal(
        tmp_path, HANDRAIL_SECRET_KEY_FALLBACKS=f"{GOOD_KEY},short"
    )


def test_a_key_is_made_once_and_kept_for_its_owner_only(tmp_path: Path) -> None:
    first = value(tmp_path, "settings.SECRET_KEY")
    assert len(first) > 60
    assert value(tmp_path, "settings.SECRET_KEY") == first
    assert stat.S_IMODE((tmp_path / "secret-key").stat().st_mode) == 0o600
    assert {path.name for path in tmp_path.iterdir()} == {"secret-key", "contact-key"}


def test_debug_cannot_be_switched_on(tmp_path: Path) -> None:
    assert value(tmp_path, "settings.DEBUG", DEBUG="1", HANDRAIL_DEBUG="1") == "False"


SECURE = (
    "(settings.SESSION_COOKIE_SECURE, settings.CSRF_COOKIE_SECURE, settings.SECURE_SSL_REDIRECT,"
    " settings.SECURE_HSTS_SECONDS > 0)"
)


def test_it_asks_for_https_unless_told_otherwise(tmp_path: Path) -> None:
    assert value(tmp_path, SECURE) == "(True, True, True, True)"
    assert value(tmp_path, SECURE, HANDRAIL_INSECURE="1") == "(False, False, False, False)"


def test_plain_http_stays_on_this_machine(tmp_path: Path) -> None:
    said = refusal(tmp_path, HANDRAIL_INSECURE="1", HANDRAIL_BIND="192.0.2.1")
    assert "HANDRAIL_INSECURE serves plain http" in said


@pytest.mark.parametrize(
    ("name", "wrong", "message"),
    [
        ("HANDRAIL_DATABASE_ROLE", "postgres", "give one of owner, web, jobs, admin"),
        ("DATABASE_URL", "postgres://[", "DATABASE_URL cannot be read"),
        ("HANDRAIL_SMTP_URL", "http://mail", "HANDRAIL_SMTP_URL cannot be read"),
        ("HANDRAIL_SMTP_URL", "smtp://mail:port", "HANDRAIL_SMTP_URL cannot be read"),
    ],
)
def test_what_cannot_be_read_is_named(tmp_path: Path, name: str, wrong: str, message: str) -> None:
    assert message in refusal(tmp_path, **{name: wrong})


DATABASE = "{key: settings.DATABASES['default'][key] for key in ('NAME', 'USER', 'PASSWORD', 'HOST', 'PORT')}"


def test_each_role_connects_under_its_own_name_and_password(tmp_path: Path) -> None:
    url = "postgresql://boss:secret@db.example:5433/records?sslmode=verify-full"
    given = {"DATABASE_URL": url, "HANDRAIL_JOBS_PASSWORD": JOBS}
    assert eval(value(tmp_path, DATABASE, **given, HANDRAIL_DATABASE_ROLE="jobs")) == {  # noqa: S307 our own output
        "NAME": "records",
        "USER": "handrail_jobs",
        "PASSWORD": JOBS,
        "HOST": "db.example",
        "PORT": "5433",
    }
    options = value(tmp_path, "settings.DATABASES['default']['OPTIONS']['sslmode']", **given)
    assert options == "verify-full"


def test_passwords_that_nobody_gave_are_made_once_and_kept_for_their_owner_only(tmp_path: Path) -> None:
    url = "postgresql://boss@db.example/records"
    passwords = {
        role: value(
            tmp_path,
            "settings.DATABASES['default']['PASSWORD']",
            DATABASE_URL=url,
            HANDRAIL_DATABASE_ROLE=role,
        )
        for role in ("owner", "web", "jobs", "web")
    }
    assert len(set(passwords.values())) == 3
    assert min(map(len, passwords.values())) > 40
    assert stat.S_IMODE((tmp_path / "database-passwords.json").stat().st_mode) == 0o600


def test_only_the_web_keeps_a_pool(tmp_path: Path) -> None:
    pool = "settings.DATABASES['default']['OPTIONS'].get('pool')"
    assert "max_size" in value(tmp_path, pool)
    assert value(tmp_path, pool, HANDRAIL_DATABASE_ROLE="jobs") == "None"


def test_mail_goes_out_as_the_address_says(tmp_path: Path) -> None:
    mail = (
        "(settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD,"
    )
    mail += " settings.EMAIL_USE_TLS, settings.EMAIL_USE_SSL)"
    url = "smtp+starttls://post%40force:p%2Fw@mail.example"
    assert value(tmp_path, mail, HANDRAIL_SMTP_URL=url) == (
        "('mail.example', 587, 'post@force', 'p/w', True, False)"
    )


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"HANDRAIL_PROXIES": "-1"}, "HANDRAIL_PROXIES is '-1'"),
        ({"HANDRAIL_PROXIES": "one"}, "HANDRAIL_PROXIES is 'one'"),
        ({"HANDRAIL_PROXIES": "1.0"}, "HANDRAIL_PROXIES is '1.0'"),
        ({"HANDRAIL_PROXIES": "9"}, "at most 8"),
        ({"HANDRAIL_PROXIES": "0"}, "only a proxy in front of Handrail speaks https"),
        ({"HANDRAIL_IDLE_MINUTES": "0"}, "HANDRAIL_IDLE_MINUTES is 0"),
        ({"HANDRAIL_SESSION_HOURS": "ten"}, "HANDRAIL_SESSION_HOURS is 'ten'"),
        ({"HANDRAIL_SESSIONS": "0"}, "HANDRAIL_SESSIONS is 0"),
    ],
)
def test_s2_nonsense_about_proxies_and_sessions_is_refused(
    tmp_path: Path, given: dict[str, str], said: str
) -> None:
    assert said in refusal(tmp_path, **given)


def test_s2_one_proxy_is_expected_and_none_where_plain_http_serves_this_machine(tmp_path: Path) -> None:
    assert value(tmp_path, "settings.PROXIES") == "1"
    assert value(tmp_path, "settings.PROXIES", HANDRAIL_PROXIES="3") == "3"
    assert value(tmp_path, "settings.PROXIES", HANDRAIL_INSECURE="1") == "0"


def test_cookies_over_https_belong_to_this_host_alone(tmp_path: Path) -> None:
    names = "[settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, settings.DEVICE_COOKIE_NAME]"
    assert value(tmp_path, names) == "['__Host-session', '__Host-csrf', '__Host-device']"
    assert value(tmp_path, names, HANDRAIL_INSECURE="1") == "['session', 'csrf', 'device']"


def test_a_file_of_issuers_that_cannot_be_used_is_refused(tmp_path: Path) -> None:
    (tmp_path / "issuers.toml").write_text("[force]\n")
    assert "[force]: name: Field required" in refusal(tmp_path)


def test_letters_give_the_address_that_people_use(tmp_path: Path) -> None:
    assert value(tmp_path, "settings.ADDRESS", HANDRAIL_HOSTS="a.example,b.example") == "https://a.example"
    assert (
        value(tmp_path, "settings.ADDRESS", HANDRAIL_INSECURE="1", HANDRAIL_PORT="81")
        == "http://localhost:81"
    )
