"""Validation of ID tokens, by the checks of OpenID Connect Core."""

import time
from dataclasses import dataclass
from typing import Any

import jwt
from django.utils.crypto import constant_time_compare

from handrail.sign_in.oidc.issuers import Issuer
from handrail.sign_in.proof import SLACK, Method

# Signatures by a published key only: neither "none" nor HMAC with the client secret.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
LONGEST_NAME = 255


class NotBelieved(Exception):
    """The token is not from this issuer, not for us, not for this sign-in, or not current."""


@dataclass(frozen=True, slots=True)
class Identity:
    """What an issuer states about a person: their subject id, how they proved it, and when."""

    issuer: Issuer
    subject: str
    method: Method
    proved_at: float | None


def identity(issuer: Issuer, token: str, keys: dict[str, Any], nonce: str) -> Identity:
    """Return what a token states. `keys` is the issuer's published key set. Raises NotBelieved."""
    claims = _claims(issuer, token, keys)
    if not constant_time_compare(str(claims.get("nonce", "")), nonce):
        raise NotBelieved("nonce")
    _refuse_others_party(issuer, claims)
    subject = claims["sub"]
    if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_NAME or not subject.isprintable():
        raise NotBelieved("sub")
    return Identity(issuer, subject, _method(issuer, claims), _proved_at(claims))


def _claims(issuer: Issuer, token: str, keys: dict[str, Any]) -> dict[str, Any]:
    try:
        header = jwt.get_unverified_header(token)
        if header.get("alg") not in ALGORITHMS or "crit" in header:
            raise NotBelieved("alg")
        claims: dict[str, Any] = jwt.decode(
            token,
            key=_key(keys, header),
            algorithms=[header["alg"]],
            audience=issuer.client_id,
            issuer=issuer.issuer,
            leeway=SLACK,
            options={"require": ["iss", "sub", "aud", "exp", "iat"]},
        )
    except (jwt.PyJWTError, ValueError, TypeError, KeyError) as error:
        raise NotBelieved(type(error).__name__) from error
    return claims


def _key(keys: dict[str, Any], header: dict[str, Any]) -> jwt.PyJWK:
    """Return the published key that the token names; an unnamed key is accepted only if there is just one."""
    published = jwt.PyJWKSet.from_dict(keys).keys
    usable = [key for key in published if key.public_key_use in {None, "sig"}]
    named = [key for key in usable if key.key_id == header["kid"]] if "kid" in header else usable
    if len(named) != 1 or named[0].key_type == "oct":
        raise NotBelieved("key")
    return named[0]


def _refuse_others_party(issuer: Issuer, claims: dict[str, Any]) -> None:
    """Raise NotBelieved if the token's authorized party is not us, or unnamed beside several audiences."""
    several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if claims.get("azp", "" if several else issuer.client_id) != issuer.client_id:
        raise NotBelieved("azp")


def _method(issuer: Issuer, claims: dict[str, Any]) -> Method:
    """Return the proof's method; only values listed in the issuer's table count as more than one factor."""
    given, said = claims.get("acr"), claims.get("amr")
    acr = given if isinstance(given, str) else ""
    amr = {each for each in said if isinstance(each, str)} if isinstance(said, list) else set()
    if acr in issuer.phishing_resistant_acr or amr & issuer.phishing_resistant_amr:
        return Method.OUTSIDE_PHISHING_RESISTANT
    if acr in issuer.two_factor_acr or amr & issuer.two_factor_amr:
        return Method.OUTSIDE_TWO_FACTOR
    return Method.OUTSIDE


def _proved_at(claims: dict[str, Any]) -> float | None:
    at = claims.get("auth_time")
    if at is None:
        return None
    if isinstance(at, bool) or not isinstance(at, int | float) or at > time.time() + SLACK:
        raise NotBelieved("auth_time")
    return float(at)
