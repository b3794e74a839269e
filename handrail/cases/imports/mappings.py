"""A mapping file: how a force's own columns and values translate into those of the form."""

import tomllib
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from handrail.written.days import Order
from handrail.written.rows import Unreadable


def plain(name: str) -> str:
    """A column's name in small letters with hyphens, so that “Source reference *” is source-reference."""
    return "-".join(name.casefold().replace("_", " ").replace("-", " ").rstrip(" *:").split())


class Mapping(BaseModel):
    """What a mapping file may say. `columns` and `values` read theirs = ours."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    dates: Order = "day-first"
    sheet: str = ""
    ignore: tuple[str, ...] = ()
    columns: dict[str, str] = {}
    values: dict[str, dict[str, str]] = {}
    fixed: dict[str, str] = {}


def read_mapping(path: Path | None) -> Mapping:
    """The mapping in the file; an empty one without a file. Raises Unreadable with the key that is wrong."""
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
