"""Secrets that an installation makes once and stores readable by its owner only."""

import math
import os
import re
import secrets
from collections import Counter
from itertools import pairwise
from pathlib import Path

from handrail.config.environment import Misconfigured, addresses, home

LENGTH = 50
PASSWORD_LENGTH = 20
BITS_FOR_EACH = 3.0  # entropy of random letters; hexadecimal digits have nearly 4
DEFAULT_LOOKING = re.compile(
    r"change.?me|insecure|example|default|password|secret|handrail|letmein|qwerty", re.IGNORECASE
)
MAKE_ONE = "`python -c 'import secrets; print(secrets.token_urlsafe(64))'`"


def secret_key() -> str:
    """Return the key that signs sessions: from the environment, or kept in the home folder.

    Raises Misconfigured for a key that could be guessed.
    """
    named = os.environ.get("HANDRAIL_SECRET_KEY")
    path = home() / "secret-key"
    if named is None:
        return refuse_weak(kept_once(path, secrets.token_urlsafe(64)), f"The key in {path}", LENGTH)
    return refuse_weak(named, "HANDRAIL_SECRET_KEY", LENGTH)


def former_secret_keys() -> list[str]:
    """Return the keys before the current one, with which what they signed or digested can still be read."""
    name = "HANDRAIL_SECRET_KEY_FALLBACKS"
    return [refuse_weak(key, f"A key of {name}", LENGTH) for key in addresses(name)]


def contact_key() -> str:
    """Return the key that hashes contacts of people outside; a new key makes them all unknown."""
    named = os.environ.get("HANDRAIL_CONTACT_KEY")
    path = home() / "contact-key"
    if named is None:
        return refuse_weak(kept_once(path, secrets.token_urlsafe(64)), f"The key in {path}", LENGTH)
    return refuse_weak(named, "HANDRAIL_CONTACT_KEY", LENGTH)


def refuse_weak(text: str, name: str, length: int) -> str:
    """Return the secret if it is long enough and looks random. Raises Misconfigured otherwise."""
    weakness = weakness_of(text, length)
    if weakness:
        raise Misconfigured(
            f"{name} is too weak: {weakness}. Give at least {length} random characters, for instance from "
            f"{MAKE_ONE}, or leave it out and Handrail makes one."
        )
    return text


def weakness_of(text: str, length: int) -> str:
    """Return in words why a secret could be guessed; "" where it looks random."""
    if len(text) < length:
        return f"it has {len(text)} characters"
    if DEFAULT_LOOKING.search(text):
        return "it holds a word that stands in many examples"
    if _bits_for_each(text) < BITS_FOR_EACH or text in (text + text)[1:-1]:
        return "it repeats itself"
    if sum(abs(ord(a) - ord(b)) <= 1 for a, b in pairwise(text)) > len(text) / 2:
        return "its characters follow one another"
    return ""


def _bits_for_each(text: str) -> float:
    """Return the entropy of a text in bits for each character, by character frequency."""
    return -sum(n / len(text) * math.log2(n / len(text)) for n in Counter(text).values())


def kept_once(path: Path, fresh: str) -> str:
    """Return the text of a file; create it with `fresh`, readable by its owner only, where it is missing.

    Two processes that arrive together get one text: the first to link the file wins.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
        draft.touch(mode=0o600)
        draft.write_text(fresh, encoding="utf-8")
        try:
            path.hardlink_to(draft)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text(encoding="utf-8")
