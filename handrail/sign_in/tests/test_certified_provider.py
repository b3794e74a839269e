"""S6 and S7 against `oidc-provider`, certified for OpenID Connect, as a separate process over HTTP."""

import shutil
import socket
import subprocess
from collections.abc import Iterator
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlsplit
from urllib.request import HTTPCookieProcessor, HTTPRedirectHandler, OpenerDirector, build_opener

import pytest
from django.conf import LazySettings

from handrail.organisations.tests.cast import Cast
from handrail.sign_in import actions
from handrail.sign_in.models import OutsideIdentity
from handrail.sign_in.oidc import talking
from handrail.sign_in.oidc.issuers import Issuer
from handrail.sign_in.tests.hands import Visitor
from handrail.sign_in.tests.issuer import CLIENT, SECRET

ROOT = Path(__file__).resolve().parents[3]
BACK = "http://localhost:8000/sign-in/with/force/back/"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    """Return the provider's address. Its state is in memory only."""
    node = shutil.which("node") or str(ROOT / ".venv" / "bin" / "node")
    port = free_port()
    program = [node, str(Path(__file__).with_name("provider.mjs")), str(port), BACK]
    with subprocess.Popen(
        program, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        try:
            assert process.stdout is not None
            said = []
            for line in process.stdout:
                said.append(line)
                if line == "listening\n":
                    break
            else:
                pytest.fail("The provider did not start:\n" + "".join(said))
            yield f"http://127.0.0.1:{port}"
        finally:
            process.kill()


@pytest.fixture
def issuer(provider: str, settings: LazySettings) -> Issuer:
    issuer = Issuer(
        "force",
        "The force",
        provider,
        CLIENT,
        SECRET,
        "borsetshire-police",
        two_factor_acr=frozenset({"two"}),
        two_factor_amr=frozenset({"otp"}),
    )
    settings.ISSUERS = {"force": issuer}
    return issuer


class Browser:
    """A browser at the provider, with cookies; it stops at the redirect back to us."""

    def __init__(self) -> None:
        class Stop(HTTPRedirectHandler):
            def redirect_request(self, *args: Any, **kwargs: Any) -> Any:
                target = args[5]
                return None if target.startswith(BACK) else super().redirect_request(*args, **kwargs)

        self.opener: OpenerDirector = build_opener(HTTPCookieProcessor(CookieJar()), Stop())

    def visit(self, address: str) -> dict[str, str]:
        """Return the query with which the provider sends the user back."""
        with pytest.raises(HTTPError) as stopped:
            self.opener.open(address, timeout=10)
        stopped.value.close()
        location = stopped.value.headers["Location"]
        assert location, stopped.value
        assert location.startswith(BACK)
        return {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}


def go(visitor: Visitor, who: str, act: str = "") -> Any:
    asked = visitor.client.get(f"/sign-in/with/force/{act}").headers["Location"]
    given = Browser().visit(f"{asked}&login_hint={who}")
    return visitor.client.get("/sign-in/with/force/back/", given)


def test_s6_somebody_signs_in_and_an_unknown_name_does_not(
    visitor: Visitor, cast: Cast, issuer: Issuer
) -> None:
    assert go(visitor, "olu/pwd/two").status_code == 403
    actions.connect(cast.officer, issuer, "olu")
    assert go(visitor, "olu/pwd/two").headers["Location"] == "/home/"
    assert visitor.gets_in()


def test_s6_the_answer_of_the_provider_works_once(visitor: Visitor, cast: Cast, issuer: Issuer) -> None:
    actions.connect(cast.officer, issuer, "olu")
    asked = visitor.client.get("/sign-in/with/force/").headers["Location"]
    given = Browser().visit(f"{asked}&login_hint=olu/pwd/two")
    assert given["iss"] == issuer.issuer
    assert visitor.client.get("/sign-in/with/force/back/", given).status_code == 302
    assert visitor.client.get("/sign-in/with/force/back/", given).status_code == 403


def test_s6_the_provider_itself_refuses_a_used_code(visitor: Visitor, cast: Cast, issuer: Issuer) -> None:
    """Even with the right verifier: what we keep of a sign-in is gone, so the test keeps it."""
    asked = visitor.client.get("/sign-in/with/force/").headers["Location"]
    awaited = dict(visitor.client.session["awaited"])
    given = Browser().visit(f"{asked}&login_hint=olu")
    endpoint = talking.described(issuer)["token_endpoint"]
    assert talking.redeem(issuer, endpoint, given["code"], awaited["verifier"], BACK)
    with pytest.raises(talking.NoAnswer):
        talking.redeem(issuer, endpoint, given["code"], awaited["verifier"], BACK)


def test_s6_another_verifier_gets_no_token(visitor: Visitor, cast: Cast, issuer: Issuer) -> None:
    asked = visitor.client.get("/sign-in/with/force/").headers["Location"]
    given = Browser().visit(f"{asked}&login_hint=olu")
    with pytest.raises(talking.NoAnswer):
        talking.redeem(issuer, talking.described(issuer)["token_endpoint"], given["code"], "x" * 43, BACK)


@pytest.mark.parametrize(
    ("who", "is_in"), [("olu", False), ("olu/pwd", False), ("olu/otp", True), ("olu/x/two", True)]
)
def test_s7_it_counts_as_two_factors_only_where_the_provider_says_so(
    visitor: Visitor, cast: Cast, issuer: Issuer, who: str, is_in: bool
) -> None:
    actions.connect(cast.officer, issuer, "olu")
    go(visitor, who)
    assert visitor.gets_in() is is_in


def test_s7_a_fresh_proof_there_says_when_it_was_given(visitor: Visitor, cast: Cast, issuer: Issuer) -> None:
    actions.connect(cast.officer, issuer, "olu")
    go(visitor, "olu/otp")
    session = visitor.client.session
    session["proof"] = {**session["proof"], "at": 0}
    session.save()
    assert visitor.client.get("/account/password/").status_code == 302
    assert (
        go(visitor, "olu/otp", "again/?next=/account/password/").headers["Location"] == "/account/password/"
    )
    assert visitor.client.get("/account/password/").status_code == 200


def test_an_account_is_connected_over_there(visitor: Visitor, cast: Cast, issuer: Issuer) -> None:
    visitor.client.force_login(cast.supervisor)
    go(visitor, "sam", "connect/")
    assert OutsideIdentity.objects.get().subject == "sam"
