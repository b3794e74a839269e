"""The environment variables, all read in this module."""

import os
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
HOST = re.compile(rf"{LABEL}(\.{LABEL})*|\[[0-9a-f:.]+\]")


class Misconfigured(Exception):
    """The environment holds an impossible value; the message says which one would be right."""


def home() -> Path:
    """The folder that holds this installation's state, as an absolute path."""
    return Path(os.environ.get("HANDRAIL_HOME") or "var").expanduser().absolute()


def packs() -> Path:
    """Return the folder of policy packs: from the environment, the checkout or the wheel."""
    named = os.environ.get("HANDRAIL_PACKS")
    if named:
        return Path(named).expanduser().absolute()
    package = Path(__file__).resolve().parents[1]
    beside = package.parent / "packs"
    return beside if beside.is_dir() else package / "packs"


def bind() -> str:
    """The address on which the web listens."""
    text = os.environ.get("HANDRAIL_BIND") or "127.0.0.1"
    if not HOST.fullmatch(text.lower()) and not HOST.fullmatch(f"[{text.lower()}]"):
        raise Misconfigured(
            f"HANDRAIL_BIND is {text!r}: give one address of this machine, such as 127.0.0.1."
        )
    return text


def hosts() -> list[str]:
    """Return the host names under which browsers reach this installation; no wildcards."""
    given = addresses("HANDRAIL_HOSTS")
    for name in given:
        if not HOST.fullmatch(name.lower()):
            raise Misconfigured(
                f"HANDRAIL_HOSTS names {name!r}: write each host out, such as handrail.example.org, without "
                "asterisk, leading dot, https:// or port. Any other name would let a forged one into links."
            )
    return given


def port() -> int:
    """The port on which the web listens."""
    text = os.environ.get("HANDRAIL_PORT") or "8000"
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise Misconfigured(f"HANDRAIL_PORT is {text!r}: give a number from 1 to 65535.")
    return int(text)


def flag(name: str) -> bool:
    """Return whether a variable is switched on. Absent, empty, 0, no and false mean off."""
    return os.environ.get(name, "").strip().lower() not in {"", "0", "no", "false"}


def number(name: str, usual: int) -> int:
    """Return a whole number of nought or more; `usual` where the variable is absent or empty."""
    text = os.environ.get(name) or str(usual)
    if not text.isdecimal():
        raise Misconfigured(f"{name} is {text!r}: give a whole number such as {usual}.")
    return int(text)


def at_least_one(name: str, usual: int) -> int:
    """Return a whole number of one or more; `usual` where the variable is absent or empty."""
    found = number(name, usual)
    if found < 1:
        raise Misconfigured(f"{name} is {found}: give a whole number from 1, such as {usual}.")
    return found


MOST_PROXIES = 8


def proxies(*, secure: bool) -> int:
    """Return how many of the installation's own proxies stand between the browser and Handrail."""
    found = number("HANDRAIL_PROXIES", 1 if secure else 0)
    if found > MOST_PROXIES:
        raise Misconfigured(
            f"HANDRAIL_PROXIES is {found}: give the number of proxies that you run in front of Handrail, "
            f"at most {MOST_PROXIES}."
        )
    if secure and not found:
        raise Misconfigured(
            "HANDRAIL_PROXIES is 0, but only a proxy in front of Handrail speaks https: give their number, "
            "or set HANDRAIL_INSECURE to try things on this machine."
        )
    return found


def address(*, secure: bool) -> str:
    """Return the base address that e-mails link to: the first of HANDRAIL_HOSTS."""
    named = next(iter(addresses("HANDRAIL_HOSTS")), "")
    if secure:
        return f"https://{named or 'localhost'}"
    return f"http://{named or 'localhost'}:{port()}"


def issuers() -> Path:
    """Return the file that lists the organisations' own sign-in services (OpenID Connect issuers)."""
    named = os.environ.get("HANDRAIL_ISSUERS")
    return Path(named).expanduser().absolute() if named else home() / "issuers.toml"


def addresses(name: str) -> list[str]:
    """Return a comma-separated list without blanks around its items."""
    return [item.strip() for item in os.environ.get(name, "").split(",") if item.strip()]


def sends_mail() -> bool:
    """Whether a mail server was named."""
    return bool(os.environ.get("HANDRAIL_SMTP_URL"))


@dataclass(frozen=True, slots=True)
class Smtp:
    """The mail server for outgoing mail."""

    host: str = "localhost"
    port: int = 25
    user: str = ""
    password: str = ""
    start_tls: bool = False
    tls: bool = False


def smtp() -> Smtp:
    """Return the mail server of HANDRAIL_SMTP_URL.

    smtp:// is plain; smtp+starttls:// and smtps:// are encrypted. Name and password stand before the @.
    """
    text = os.environ.get("HANDRAIL_SMTP_URL")
    if not text:
        return Smtp()
    ports = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
    try:
        url = urlsplit(text)
        default = ports[url.scheme]
        return Smtp(
            host=url.hostname or "localhost",
            port=url.port or default,
            user=unquote(url.username or ""),
            password=unquote(url.password or ""),
            start_tls=url.scheme == "smtp+starttls",
            tls=url.scheme == "smtps",
        )
    except (KeyError, ValueError):
        raise Misconfigured(
            "HANDRAIL_SMTP_URL cannot be read: give an address such as smtp+starttls://name:password@host:587."
        ) from None


def pack() -> str:
    """Return the id of the policy pack under which new cases are opened: usually that of today."""
    return os.environ.get("HANDRAIL_PACK") or "england-wales-2025"


def documents() -> str:
    """Return where documents are stored: a folder, or s3://bucket/prefix?endpoint=https://..."""
    named = os.environ.get("HANDRAIL_DOCUMENTS", "").strip()
    if not named:
        return str(home() / "documents")
    if named.startswith("s3://") and urlsplit(named).netloc:
        return named
    if "://" in named or not named.startswith("/"):
        raise Misconfigured(
            f"HANDRAIL_DOCUMENTS is {named!r}: give a folder that begins with /, or an S3-compatible store, "
            "like s3://bucket/prefix?endpoint=https://store.example.org."
        )
    return named


def scanner() -> str:
    """Return the virus scanner's command, which reads a file on standard input; "" where none is set."""
    return os.environ.get("HANDRAIL_SCANNER", "").strip()
