"""The Jinja environment that renders every page."""

import re
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from django.contrib.messages import get_messages
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from jinja2 import ChoiceLoader, Environment, PackageLoader, PrefixLoader


def environment(**options: Any) -> Environment:
    """Return Jinja with the design system's macros and the few functions of Django that pages need.

    `options` come from Django, including the loader of the rooms' template folders.
    """
    design_system = PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})
    options["loader"] = ChoiceLoader([options["loader"], design_system])
    jinja = Environment(**{"trim_blocks": True, "lstrip_blocks": True, **options})  # noqa: S701 Django sets autoescape
    jinja.globals.update({"static": static, "url": address, "get_messages": get_messages})
    jinja.filters.update(
        {"capital": capital, "day": day, "last_moment": last_moment, "moment": moment, "second": second}
    )
    # The red tag of a case with a stated threat, shown wherever a case is named: `{{ case|flag }}`.
    jinja.filters["flag"] = jinja.get_template("govuk/flag.html").module.flag  # type: ignore[attr-defined]
    return jinja


def address(name: str, *args: object, **kwargs: object) -> str:
    """Return the address of a page by its URL name, as `{{ url("case", case.reference) }}`.

    A page may hold a hundred links, so the pattern of each name is resolved once and cached where the
    arguments are only ids and numbers.
    """
    shape = _shape(name, *map(type, args)) if not kwargs and all(map(_is_plain, args)) else ""
    return shape.format(*args) if shape else reverse(name, args=args or None, kwargs=kwargs or None)


WORD = re.compile(r"[A-Za-z0-9-]+")  # an argument that needs no escaping in an address
STANDS_FOR: dict[type, tuple[object, ...]] = {
    UUID: tuple(UUID(int=2**127 + place) for place in range(4)),
    int: tuple(7_000_000_001 + place for place in range(4)),
    str: tuple(f"stands-for-{place}" for place in range(4)),
}


def _is_plain(arg: object) -> bool:
    return type(arg) in STANDS_FOR and (not isinstance(arg, str) or bool(WORD.fullmatch(arg)))


@cache
def _shape(name: str, *sorts: type) -> str:
    """Return the address of a page with braces in place of each argument; "" where that is impossible.

    An id may be given as text: then only the text of an id fits.
    """
    given = [STANDS_FOR[sort][place] for place, sort in enumerate(sorts)]
    try:
        shape = reverse(name, args=given or None)
    except NoReverseMatch:
        return ""
    for each in given:
        shape = shape.replace(str(each), "{}")
    return shape


def day(on: date | datetime | None) -> str:
    """Return a day like 3 Mar 2026; of a moment its local day, which in summer can differ from UTC."""
    if on is None:
        return ""
    return f"{timezone.localtime(on) if isinstance(on, datetime) else on:%-d %b %Y}"


def capital(words: object) -> str:
    """Return words with a capital first letter; a count that was cut off reads as “More than 1,000”."""
    said = str(words)
    return said[:1].upper() + said[1:]


def moment(at: date | datetime) -> str:
    """Return a moment in local time like 3 Mar 2026 at 14:05; a date is given without a time."""
    if not isinstance(at, datetime):
        return day(at)
    return f"{timezone.localtime(at):%-d %b %Y at %H:%M}"


def last_moment(at: datetime) -> str:
    """Return when something ends: the day alone if it lasts to the end of that day, else the moment."""
    local = timezone.localtime(at)
    if local.time() == time.max:
        return day(local)
    return day(local.date() - timedelta(days=1)) if local.time() == time.min else moment(at)


def second(at: datetime) -> str:
    """Return a moment to the second, like 3 Mar 2026 at 14:05:09, where the order of events matters."""
    return f"{timezone.localtime(at):%-d %b %Y at %H:%M:%S}"
