"""The trusted issuers, from the file `issuers.toml`. This module does not import Django."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
HERE = frozenset({"localhost", "127.0.0.1", "::1"})


class NotUsable(Exception):
    """The file is invalid; the message says what to change."""


class Entry(BaseModel):
    """One table of the file; the table's name is the issuer's key in addresses."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Words
    issuer: Words
    client_id: Words
    secret_from: Words
    organisation: Words
    two_factor_acr: tuple[str, ...] = ()
    two_factor_amr: tuple[str, ...] = ()
    phishing_resistant_acr: tuple[str, ...] = ()
    phishing_resistant_amr: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Issuer:
    """A trusted issuer. It is believed only about people with a post under its organisation."""

    key: str
    name: str
    issuer: str
    client_id: str
    secret: str
    organisation: str
    two_factor_acr: frozenset[str] = frozenset()
    two_factor_amr: frozenset[str] = frozenset()
    phishing_resistant_acr: frozenset[str] = frozenset()
    phishing_resistant_amr: frozenset[str] = frozenset()

    @property
    def vouches(self) -> bool:
        """Whether the issuer can state that a person proved two factors."""
        return bool(
            self.two_factor_acr
            | self.two_factor_amr
            | self.phishing_resistant_acr
            | self.phishing_resistant_amr
        )

    @property
    def acr_values(self) -> str:
        """The `acr` values to request, strongest first, as a space-separated string."""
        return " ".join([*sorted(self.phishing_resistant_acr), *sorted(self.two_factor_acr)])


def read(path: Path, environment: Mapping[str, str], *, plain_http: bool) -> dict[str, Issuer]:
    """Return the issuers of a file by key; none if there is no file. Raises NotUsable.

    `plain_http`: accept an issuer on this machine without https, as in a trial.
    """
    if not path.exists():
        return {}
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise NotUsable(f"{path} cannot be read: {error}") from error
    found = {key: _issuer(path, key, table, environment, plain_http) for key, table in tables.items()}
    _refuse_twice(path, found)
    return found


def _issuer(path: Path, key: str, table: object, environment: Mapping[str, str], plain_http: bool) -> Issuer:
    where = f"{path}, [{key}]"
    if not key.replace("-", "").isalnum() or not key.isascii():
        raise NotUsable(f"{where}: name the table in letters, numbers and dashes.")
    try:
        entry = Entry.model_validate(table)
    except ValidationError as error:
        said = "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors())
        raise NotUsable(f"{where}: {said}") from error
    secret = environment.get(entry.secret_from)
    if not secret:
        raise NotUsable(f"{where}: put the client secret into the environment as {entry.secret_from}.")
    if not is_safe(entry.issuer, plain_http=plain_http):
        raise NotUsable(f"{where}: issuer is {entry.issuer!r}: give its https address.")
    lists = {name: frozenset(value) for name, value in entry if name.endswith(("_acr", "_amr"))}
    return Issuer(key, entry.name, entry.issuer, entry.client_id, secret, entry.organisation, **lists)


def is_safe(address: str, *, plain_http: bool) -> bool:
    """Whether an address is https, or plain http on this machine if `plain_http` allows that."""
    try:
        url = urlsplit(address)
        host = url.hostname
    except ValueError:
        return False
    if url.username or url.fragment or not host:
        return False
    return url.scheme == "https" or (plain_http and url.scheme == "http" and host in HERE)


def _refuse_twice(path: Path, found: Mapping[str, Issuer]) -> None:
    seen: set[str] = set()
    for key, issuer in found.items():
        if issuer.issuer in seen:
            raise NotUsable(f"{path}, [{key}]: its issuer stands in the file already.")
        seen.add(issuer.issuer)
