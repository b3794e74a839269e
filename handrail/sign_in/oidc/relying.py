"""Sending somebody to an issuer, and taking in who comes back."""

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
PATIENCE = 10 * 60  # seconds that somebody has at the issuer


class Why(StrEnum):
    """What somebody is sent to an issuer for."""

    SIGN_IN = "sign-in"
    CONNECT = "connect"
    INVITATION = "invitation"
    AGAIN = "again"


@dataclass(frozen=True, slots=True)
class Return:
    """Somebody who came back: who they are there, what they went for, and where they were going."""

    identity: Identity
    why: Why
    onward: str


def send(request: HttpRequest, issuer: Issuer, why: Why, onward: str) -> str:
    """The address at the issuer to which somebody is sent.

    This browser alone can come back from there, once.
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
    """Who comes back from an issuer. Raises NotBelieved or NoAnswer; whatever happens, it is the only try."""
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
    # Where the answer says who gives it, it is who was asked: so no issuer can answer for another.
    if awaited["issuer"] != issuer.issuer or request.GET.get("iss", issuer.issuer) != issuer.issuer:
        raise NotBelieved("issuer")
    if "error" in request.GET or not request.GET.get("code"):
        raise NotBelieved("no code")


def address(issuer: Issuer) -> str:
    """The address of ours to which this issuer, and no other, sends people back."""
    return settings.ADDRESS + reverse("sign_in:outside-back", args=[issuer.key])
