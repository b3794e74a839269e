"""Registry of kinds of check that other rooms add to those of `CheckKind`, with the keys each kind needs."""

_needs: dict[str, tuple[str, ...]] = {}


def register(kind: str, needs: tuple[str, ...] = ()) -> None:
    """Add a kind of check, whose checks give these keys. Raises ValueError where the name is taken."""
    if _needs.setdefault(kind, needs) != needs:
        raise ValueError(f"There is a kind of check “{kind}” already.")


def needs_of(kind: str) -> tuple[str, ...] | None:
    """Return the keys that a check of this kind gives; None where no room has registered the kind."""
    return _needs.get(kind)


def known() -> list[str]:
    """Return the kinds that rooms have added."""
    return sorted(_needs)
