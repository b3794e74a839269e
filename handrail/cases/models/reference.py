"""References of records, to be read out over the telephone."""

import secrets

REFERENCE_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_reference() -> str:
    """Return a random reference of a case or a referral that tells nothing, like P-7K3M-Q9XW."""
    return _drawn("P")


def new_register_reference() -> str:
    """Return a random reference of a register entry that tells nothing, like R-7K3M-Q9XW."""
    return _drawn("R")


def _drawn(prefix: str) -> str:
    letters = "".join(secrets.choice(REFERENCE_LETTERS) for _ in range(8))
    return f"{prefix}-{letters[:4]}-{letters[4:]}"
