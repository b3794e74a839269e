"""The environment in which every page is written."""

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
    """Jinja with the design system's macros and the few functions of Django that a page needs.

    `options` are what Django passes, the loader of the rooms' own folders among them.
    """
    design_system = PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})
    options["loader"] = ChoiceLoader([options["loader"], design_system])
    jinja = Environment(**{"trim_blocks": True, "lstrip_blocks": True, **options})  # noqa: S701 Django sets autoescape
    jinja.globals.update({"static": static, "url": address, "get_messages": get_messages})
    jinja.filters.update(
        {"capital": capital, "day": day, "last_moment": last_moment, "moment": moment, "second": second}
    )
    # The red tag of a case on which a stated threat stands, wherever a case is named: `{{ case|flag }}`.
    jinja.filters["flag"] = jinja.get_template("govuk/flag.html").module.flag  # type: ignore[attr-defined]
    return jinja


def address(name: str, *args: object, **kwargs: object) -> str:
    """The address of a page by its name, as `{{ url("case", case.reference) }}`.

    A page may hold a hundred links. Their shape is worked out once where only ids and numbers differ.
    """
    shape = _shape(name, *map(type, args)) if not kwargs and all(map(_is_plain, args)) else ""
    return shape.format(*args) if shape else reverse(name, args=args or None, kwargs=kwargs or None)


WORD = re.compile(r"[A-Za-z0-9-]+")  # stands in an address as it is
STANDS_FOR: dict[type, tuple[object, ...]] = {
    UUID: tuple(UUID(int=2**127 + place) for place in range(4)),
    int: tuple(7_000_000_001 + place for place in range(4)),
    str: tuple(f"stands-for-{place}" for place in range(4)),
}


def _is_plain(arg: object) -> bool:
    return type(arg) in STANDS_FOR and (not isinstance(arg, str) or bool(WORD.fullmatch(arg)))


@cache
def _shape(name: str, *sorts: type) -> str:
    """The address of a page with a pair of braces for each argument of these sorts; "" where not all fit.

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
    """A day, like 3 Mar 2026; of a moment the day that it was here, which in summer is not the day in UTC."""
    if on is None:
        return ""
    return f"{timezone.localtime(on) if isinstance(on, datetime) else on:%-d %b %Y}"


def capital(words: object) -> str:
    """Return words as a sentence begins with them; a count that was broken off reads as “More than 1,000”."""
    said = str(words)
    return said[:1].upper() + said[1:]


def moment(at: date | datetime) -> str:
    """A moment as people here say it, like 3 Mar 2026 at 14:05; a day without a time."""
    if not isinstance(at, datetime):
        return day(at)
    return f"{timezone.localtime(at):%-d %b %Y at %H:%M}"


def last_moment(at: datetime) -> str:
    """Until when something lasts: the day alone, where it lasts to the end of one; otherwise the moment."""
    local = timezone.localtime(at)
    if local.time() == time.max:
        return day(local)
    return day(local.date() - timedelta(days=1)) if local.time() == time.min else moment(at)


def second(at: datetime) -> str:
    """A moment to the second, like 3 Mar 2026 at 14:05:09, where it matters which of two came first."""
    return f"{timezone.localtime(at):%-d %b %Y at %H:%M:%S}"
