"""Helpers that act as a user with a browser, an authenticator app and a passkey."""

import json
import time
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from allauth.mfa.totp.internal import auth as totp
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from django.test import Client
from fido2 import cbor
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode

PASSWORD = "a long pass phrase"
ORIGIN = "http://localhost"
PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def code(secret: str, later: int = 0) -> str:
    """Return the code that an app shows now, or some 30-second steps later."""
    return str(totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30 + later)))


@dataclass
class Passkey:
    """A software authenticator. `verifies`: it claims to have checked a finger or a PIN."""

    verifies: bool = True
    origin: str = ORIGIN
    site: str = "localhost"
    id: bytes = b"a passkey of code"
    handle: str = ""
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def make(self, options: dict[str, Any]) -> str:
        self.handle = options["publicKey"]["user"]["id"]
        public = ES256.from_cryptography_key(self.key.public_key())  # type: ignore[no-untyped-call]
        attested = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + cbor.encode(dict(public))
        made = cbor.encode({"fmt": "none", "attStmt": {}, "authData": self._data(ATTESTED) + attested})
        said = self._said("webauthn.create", options)
        return self._credential(
            {"clientDataJSON": websafe_encode(said), "attestationObject": websafe_encode(made)}
        )

    def use(self, options: dict[str, Any]) -> str:
        said, data = self._said("webauthn.get", options), self._data()
        signature = self.key.sign(data + sha256(said).digest(), ec.ECDSA(SHA256()))
        return self._credential(
            {
                "clientDataJSON": websafe_encode(said),
                "authenticatorData": websafe_encode(data),
                "signature": websafe_encode(signature),
                "userHandle": self.handle,
            }
        )

    def _data(self, more: int = 0) -> bytes:
        flags = PRESENT | more | (VERIFIED if self.verifies else 0)
        return sha256(self.site.encode()).digest() + bytes([flags]) + bytes(4)

    def _said(self, kind: str, options: dict[str, Any]) -> bytes:
        challenge = options["publicKey"]["challenge"]
        assert websafe_decode(challenge)
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _credential(self, response: dict[str, str]) -> str:
        name = websafe_encode(self.id)
        whole = {
            "id": name,
            "rawId": name,
            "type": "public-key",
            "response": response,
            "clientExtensionResults": {},
        }
        return json.dumps(whole)


class Visitor:
    """A browser at the pages of signing in."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def password(self, email: str, password: str = PASSWORD, **more: str) -> Any:
        return self.client.post("/sign-in/", {"email": email, "password": password, **more})

    def code(self, code: str) -> Any:
        return self.client.post("/sign-in/code/", {"code": code})

    def both(self, email: str, secret: str, password: str = PASSWORD) -> Any:
        """Sign in with password and code."""
        self.password(email, password)
        return self.code(code(secret))

    def add_passkey(self, passkey: Passkey, name: str = "work laptop") -> Any:
        options = self.client.post("/account/passkeys/options/")
        given = passkey.make(options.json()) if options.status_code == 200 else "{}"
        return self.client.post("/account/passkeys/add/", {"name": name, "credential": given})

    def passkey(self, passkey: Passkey, **more: str) -> Any:
        """Sign in with a passkey alone."""
        given = passkey.use(self.client.post("/sign-in/passkey/options/").json())
        return self.client.post("/sign-in/passkey/", {"credential": given, **more})

    def again_by_passkey(self, passkey: Passkey, **more: str) -> Any:
        given = passkey.use(self.client.post("/sign-in/passkey/options/").json())
        return self.client.post("/sign-in/again/", {"again-credential": given, **more})

    def gets_in(self) -> bool:
        """Whether the home page opens."""
        return bool(self.client.get("/home/").status_code == 200)
