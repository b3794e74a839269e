"""The environment in which every page is written."""

from datetime import datetime, time, timedelta
from typing import Any

from django.contrib.messages import get_messages
from django.templatetags.static import static
from django.urls import reverse
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
    jinja.filters.update({"moment": moment, "last_moment": last_moment, "second": second})
    return jinja


def address(name: str, *args: object, **kwargs: object) -> str:
    """The address of a page by its name, as `{{ url("case", case.reference) }}`."""
    return reverse(name, args=args or None, kwargs=kwargs or None)


def moment(at: datetime) -> str:
    """A moment as people here say it, like 3 Mar 2026 at 14:05."""
    return f"{timezone.localtime(at):%-d %b %Y at %H:%M}"


def last_moment(at: datetime) -> str:
    """Until when something lasts: the day before, for the very end of a day; otherwise the moment."""
    local = timezone.localtime(at)
    whole_day = local.time() == time.min
    return f"{local - timedelta(days=1):%-d %b %Y}" if whole_day else moment(at)


def second(at: datetime) -> str:
    """A moment to the second, like 3 Mar 2026 at 14:05:09, where it matters which of two came first."""
    return f"{timezone.localtime(at):%-d %b %Y at %H:%M:%S}"
