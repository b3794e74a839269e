"""Secrets that an installation makes for itself, once, and keeps for its owner's eyes only."""

import os
import secrets
from pathlib import Path

from handrail.config.environment import Misconfigured, home

LENGTH = 50
VARIETY = 10


def secret_key() -> str:
    """The key that signs sessions: the environment's, or the one kept in the home folder."""
    named = os.environ.get("HANDRAIL_SECRET_KEY")
    if named is None:
        return kept_once(home() / "secret-key", secrets.token_urlsafe(64))
    if len(named) < LENGTH or len(set(named)) < VARIETY:
        raise Misconfigured(
            f"HANDRAIL_SECRET_KEY is too weak: give at least {LENGTH} random characters, for instance from "
            "`python -c 'import secrets; print(secrets.token_urlsafe(64))'`, or leave it out and Handrail "
            "makes one."
        )
    return named


def kept_once(path: Path, fresh: str) -> str:
    """What the file holds; written as `fresh`, readable by its owner only, where it does not exist yet.

    Two processes that arrive together end up with the same text: whoever links the file first wins.
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
