import tomllib
from pathlib import Path

import pytest

from handrail.sign_in.oidc.issuers import NotUsable, is_safe, read

WELL = """
[borsetshire]
name = "Borsetshire Police"
issuer = "https://login.borsetshire.example/realm"
client_id = "handrail"
secret_from = "BORSETSHIRE_SECRET"
organisation = "borsetshire-police"
two_factor_amr = ["mfa"]
"""
SECRETS = {"BORSETSHIRE_SECRET": "a secret"}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "issuers.toml"


def test_without_a_file_there_is_no_issuer(file: Path) -> None:
    assert read(file, {}, plain_http=False) == {}


def test_a_file_names_issuers_and_the_environment_their_secrets(file: Path) -> None:
    file.write_text(WELL)
    (issuer,) = read(file, SECRETS, plain_http=False).values()
    assert (issuer.key, issuer.secret, issuer.organisation) == (
        "borsetshire",
        "a secret",
        "borsetshire-police",
    )
    assert issuer.two_factor_amr == {"mfa"}
    assert issuer.vouches


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("https://", "http://", "give its https address"),
        ("https://login", "https://name@login", "give its https address"),
        ('client_id = "handrail"', "", "client_id: Field required"),
        ('client_id = "handrail"', 'client_id = " "', "client_id: String should have at least 1 character"),
        ("two_factor_amr", "two_factors", "two_factors: Extra inputs are not permitted"),
        ("BORSETSHIRE_SECRET", "ANOTHER", "into the environment as ANOTHER"),
        ("[borsetshire]", '["a b"]', "letters, numbers and dashes"),
        ("[borsetshire]", "[borsetshire", "cannot be read"),
        ("[borsetshire]", "top = 1\n[borsetshire]", "[top]"),
    ],
)
def test_what_is_wrong_with_a_file_is_said(file: Path, before: str, after: str, said: str) -> None:
    file.write_text(WELL.replace(before, after, 1))
    with pytest.raises(NotUsable) as refused:
        read(file, SECRETS, plain_http=False)
    assert said in str(refused.value)


def test_an_issuer_stands_in_the_file_once(file: Path) -> None:
    file.write_text(WELL + WELL.replace("[borsetshire]", "[again]"))
    with pytest.raises(NotUsable, match="stands in the file already"):
        read(file, SECRETS, plain_http=False)


@pytest.mark.parametrize(
    ("address", "plain", "safe"),
    [
        ("https://login.example", False, True),
        ("http://localhost:8080", True, True),
        ("http://localhost:8080", False, False),
        ("http://login.example", True, False),
        ("http://localhost.evil.example", True, False),
        ("file:///etc/passwd", True, False),
        ("https://", False, False),
        ("https://[", False, False),
        ("", True, False),
    ],
)
def test_which_addresses_are_safe_to_ask(address: str, plain: bool, safe: bool) -> None:
    assert is_safe(address, plain_http=plain) is safe


def test_the_example_of_the_page_for_whoever_runs_handrail_is_sound(file: Path) -> None:
    page = (Path(__file__).resolve().parents[3] / "docs" / "sign-in.md").read_text(encoding="utf-8")
    example = page.split("```toml\n")[1].split("```")[0]
    file.write_text(example)
    secrets = {table["secret_from"]: "x" for table in tomllib.loads(example).values()}
    assert read(file, secrets, plain_http=False)
