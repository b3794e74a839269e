"""HTTP requests to an issuer: its metadata, and tokens for codes. `token` decides what to believe."""

import json
from http.client import HTTPException
from typing import Any
from urllib.parse import quote, urlencode
from urllib.request import HTTPHandler, HTTPRedirectHandler, HTTPSHandler, OpenerDirector, Request

from django.conf import settings

from handrail.sign_in.oidc.issuers import Issuer, is_safe

PATIENCE = 10  # seconds
MOST = 1_000_000  # bytes of an answer to read
NEEDED = ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri")


class NoAnswer(Exception):
    """The issuer did not answer as the protocol requires. The message is for the log, not for a page."""


class _NoRedirect(HTTPRedirectHandler):
    """Refuses redirects, as an issuer could redirect us to an address in our own network."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


def described(issuer: Issuer) -> dict[str, Any]:
    """Return the issuer's metadata. Raises NoAnswer, also if the metadata names another issuer."""
    found = ask(f"{issuer.issuer.rstrip('/')}/.well-known/openid-configuration")
    if found.get("issuer") != issuer.issuer:
        raise NoAnswer("the issuer calls itself something else")
    for name in NEEDED[1:]:
        if not is_safe(str(found.get(name, "")), plain_http=not settings.SECURE):
            raise NoAnswer(f"the issuer's {name} is missing or not https")
    return found


def redeem(issuer: Issuer, endpoint: str, code: str, verifier: str, address: str) -> str:
    """Return the ID token that the issuer gives for a code. Raises NoAnswer."""
    given = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": address,
        "code_verifier": verifier,
    }
    token = ask(endpoint, given, who=(issuer.client_id, issuer.secret)).get("id_token")
    if not isinstance(token, str):
        raise NoAnswer("the issuer gave no ID token")
    return token


def ask(
    address: str, given: dict[str, str] | None = None, who: tuple[str, str] | None = None
) -> dict[str, Any]:
    """Return the JSON object at an address; `given` is posted as a form, `who` are client id and secret.

    Raises NoAnswer for anything but a JSON object.
    """
    if not is_safe(address, plain_http=not settings.SECURE):
        raise NoAnswer("the address is not https")
    request = Request(address, headers={"Accept": "application/json"})  # noqa: S310 checked in the line above
    if given is not None:
        request.data = urlencode(given).encode()
    if who is not None:
        request.add_header("Authorization", f"Basic {_basic(*who)}")
    try:
        with _opener().open(request, timeout=PATIENCE) as answer:
            found = json.loads(answer.read(MOST))
    except (OSError, HTTPException, ValueError) as error:
        raise NoAnswer("the issuer does not answer well") from error
    if not isinstance(found, dict):
        raise NoAnswer("the issuer's answer is no object")
    return found


def _basic(name: str, secret: str) -> str:
    from base64 import b64encode

    return b64encode(f"{quote(name, safe='')}:{quote(secret, safe='')}".encode()).decode()


def _opener() -> OpenerDirector:
    """Return an opener for http and https only; other schemes, such as file, have no handler.

    HTTPS_PROXY and NO_PROXY of the environment are obeyed: such a proxy carries what it cannot read. An
    issuer without https is on this machine and is asked directly. Redirects are refused.
    """
    from urllib.request import HTTPDefaultErrorHandler, HTTPErrorProcessor, ProxyHandler, getproxies

    opener = OpenerDirector()
    for handler in (
        ProxyHandler({scheme: proxy for scheme, proxy in getproxies().items() if scheme == "https"}),
        HTTPHandler(),
        HTTPSHandler(),
        HTTPDefaultErrorHandler(),
        HTTPErrorProcessor(),
        _NoRedirect(),
    ):
        opener.add_handler(handler)
    return opener
