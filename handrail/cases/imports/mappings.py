"""Mapping files, which translate a force's own columns and values into those of the form."""

import tomllib
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from handrail.written.days import Order
from handrail.written.rows import Unreadable


def plain(name: str) -> str:
    """Return a column's name in lower case with hyphens: “Source reference *” becomes source-reference."""
    return "-".join(name.casefold().replace("_", " ").replace("-", " ").rstrip(" *:").split())


class Mapping(BaseModel):
    """The contents of a mapping file. `columns` and `values` read theirs = ours."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    dates: Order = "day-first"
    sheet: str = ""
    ignore: tuple[str, ...] = ()
    columns: dict[str, str] = {}
    values: dict[str, dict[str, str]] = {}
    fixed: dict[str, str] = {}


def read_mapping(path: Path | None) -> Mapping:
    """Return the mapping in a file, or an empty one for None. Raises Unreadable with the wrong key."""
    if path is None:
        return Mapping()
    try:
        return Mapping.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise Unreadable(f"The mapping file cannot be opened: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise Unreadable("The mapping file is not UTF-8 text; save it as UTF-8.") from None
    except tomllib.TOMLDecodeError as error:
        raise Unreadable(f"The mapping file is not valid TOML: {error}.") from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise Unreadable(
            f"The mapping file: “{where}”: {first['msg']}. It may say dates, sheet, ignore, [columns], "
            "[values.COLUMN] and [fixed]."
        ) from None
