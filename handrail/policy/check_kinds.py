"""The kinds of check that rooms above add to those of `CheckKind`, and what a check of each has to say."""

_needs: dict[str, tuple[str, ...]] = {}


def register(kind: str, needs: tuple[str, ...] = ()) -> None:
    """Add a kind of check, whose checks say these keys. Raises ValueError for another one of its name."""
    if _needs.setdefault(kind, needs) != needs:
        raise ValueError(f"There is a kind of check “{kind}” already.")


def needs_of(kind: str) -> tuple[str, ...] | None:
    """Return the keys that a check of this kind says; None where no room has registered it."""
    return _needs.get(kind)


def known() -> list[str]:
    """Return the kinds that rooms have added."""
    return sorted(_needs)
