"""The relying party: sending a user to an issuer, and accepting them back."""

import secrets
import time
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from handrail.sign_in.oidc import talking
from handrail.sign_in.oidc.issuers import Issuer
from handrail.sign_in.oidc.token import Identity, NotBelieved, identity

AWAITED = "awaited"
PATIENCE = 10 * 60  # seconds for the user to come back from the issuer


class Why(StrEnum):
    """The purpose of sending a user to an issuer."""

    SIGN_IN = "sign-in"
    CONNECT = "connect"
    INVITATION = "invitation"
    AGAIN = "again"


@dataclass(frozen=True, slots=True)
class Return:
    """A user who came back: their identity, the purpose, and the page that they wanted."""

    identity: Identity
    why: Why
    onward: str


def send(request: HttpRequest, issuer: Issuer, why: Why, onward: str) -> str:
    """Return the address at the issuer to redirect to.

    State, nonce and verifier are stored in the session, so only this browser can come back, once.
    """
    found = talking.described(issuer)
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    request.session[AWAITED] = {
        "issuer": issuer.issuer,
        "state": state,
        "nonce": nonce,
        "verifier": verifier,
        "why": why,
        "next": onward,
        "at": time.time(),
    }
    asked = {
        "client_id": issuer.client_id,
        "response_type": "code",
        "scope": "openid",
        "redirect_uri": address(issuer),
        "state": state,
        "nonce": nonce,
        "code_challenge": urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode(),
        "code_challenge_method": "S256",
    }
    if issuer.acr_values:
        asked["acr_values"] = issuer.acr_values
    if why is Why.AGAIN:
        asked |= {"prompt": "login", "max_age": "0"}
    joint = "&" if "?" in found["authorization_endpoint"] else "?"
    return f"{found['authorization_endpoint']}{joint}{urlencode(asked)}"


def take_in(request: HttpRequest, issuer: Issuer) -> Return:
    """Return the user who came back from an issuer; each trip can be completed once.

    Raises NotBelieved or NoAnswer.
    """
    awaited = request.session.pop(AWAITED, None)
    _refuse_unawaited(request, issuer, awaited)
    found = talking.described(issuer)
    code = request.GET.get("code", "")
    token = talking.redeem(issuer, found["token_endpoint"], code, awaited["verifier"], address(issuer))
    who = identity(issuer, token, talking.ask(found["jwks_uri"]), awaited["nonce"])
    return Return(who, Why(awaited["why"]), awaited["next"])


def _refuse_unawaited(request: HttpRequest, issuer: Issuer, awaited: dict[str, Any] | None) -> None:
    if awaited is None or time.time() - awaited["at"] > PATIENCE:
        raise NotBelieved("nobody is awaited")
    if not secrets.compare_digest(awaited["state"].encode(), request.GET.get("state", "").encode()):
        raise NotBelieved("state")
    # RFC 9207: an `iss` in the answer must be that of the issuer asked, so none can answer for another.
    if awaited["issuer"] != issuer.issuer or request.GET.get("iss", issuer.issuer) != issuer.issuer:
        raise NotBelieved("issuer")
    if "error" in request.GET or not request.GET.get("code"):
        raise NotBelieved("no code")


def address(issuer: Issuer) -> str:
    """Return our redirect address for this issuer; each issuer has its own."""
    return settings.ADDRESS + reverse("sign_in:outside-back", args=[issuer.key])
