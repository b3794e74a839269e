"""A fake OpenID Connect issuer, which can be told to misbehave."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

SECRET = "the secret of the client"
CLIENT = "handrail"


def encoded(part: dict[str, Any]) -> str:
    return urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()


@dataclass
class FakeIssuer:
    """The issuer's metadata, and the claims, header and key of its next token."""

    address: str = ""
    key: rsa.RSAPrivateKey = field(default_factory=lambda: rsa.generate_private_key(65537, 2048))
    subject: str = "somebody"
    says_it_is: str = ""
    claims: dict[str, Any] = field(default_factory=dict)
    left_out: set[str] = field(default_factory=set)
    algorithm: str = "RS256"
    signs_with: Any = None
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    redeemed: list[dict[str, str]] = field(default_factory=list)

    def description(self) -> dict[str, Any]:
        return {
            "issuer": self.says_it_is or self.address,
            "authorization_endpoint": f"{self.address}/authorize",
            "token_endpoint": f"{self.address}/token",
            "jwks_uri": f"{self.address}/keys",
        }

    def keys(self) -> dict[str, Any]:
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        return {"keys": [{**public, "kid": "first", "use": "sig", "alg": "RS256"}]}

    def code_for(self, asked: str) -> tuple[str, str]:
        """Return the code and state with which the issuer sends a user back."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(asked).query).items()}
        code = f"code-{len(self.codes)}"
        self.codes[code] = query
        return code, query["state"]

    def token(self, asked: dict[str, str]) -> str:
        now = int(datetime.now(UTC).timestamp())
        claims = {
            "iss": self.address,
            "sub": self.subject,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            "nonce": asked["nonce"],
            **self.claims,
        }
        claims = {name: value for name, value in claims.items() if name not in self.left_out}
        if self.algorithm == "none":
            return f"{encoded({'alg': 'none', 'kid': 'first'})}.{encoded(claims)}."
        signs_with = self.signs_with or self.key
        return jwt.encode(claims, signs_with, algorithm=self.algorithm, headers={"kid": "first"})

    def redeem(self, form: dict[str, str]) -> dict[str, Any] | None:
        """Return a token, after checking code, verifier and address as a real issuer does."""
        asked = self.codes.pop(form.get("code", ""), None)
        self.redeemed.append(form)
        if asked is None:
            return None
        challenge = urlsafe_b64encode(sha256(form["code_verifier"].encode()).digest()).rstrip(b"=").decode()
        assert asked["code_challenge"] == challenge
        assert asked["redirect_uri"] == form["redirect_uri"]
        return {"access_token": "x", "token_type": "Bearer", "id_token": self.token(asked)}


@contextmanager
def serving(issuer: FakeIssuer) -> Iterator[FakeIssuer]:
    """Serve the issuer at a local address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            pages = {"/.well-known/openid-configuration": issuer.description, "/keys": issuer.keys}
            page = pages.get(self.path)
            self.answer(page() if page else None)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self.answer(issuer.redeem({name: values[0] for name, values in parse_qs(body).items()}))

        def answer(self, said: dict[str, Any] | None) -> None:
            body = json.dumps(said or {"error": "invalid_grant"}).encode()
            self.send_response(200 if said else 400)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: Any) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        issuer.address = f"http://127.0.0.1:{server.server_port}"
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        yield issuer
        server.shutdown()
        thread.join(300)
