"""The environment in which every page is written."""

from typing import Any

from django.middleware.csrf import get_token
from django.templatetags.static import static
from django.urls import reverse
from jinja2 import ChoiceLoader, Environment, PackageLoader, PrefixLoader


def environment(**options: Any) -> Environment:
    """Jinja with the design system's macros and the few functions of Django that a page needs.

    `options` are what Django passes, the loader of the rooms' own folders among them.
    """
    design_system = PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})
    options["loader"] = ChoiceLoader([options["loader"], design_system])
    jinja = Environment(**{"trim_blocks": True, "lstrip_blocks": True, **options})  # noqa: S701 Django sets autoescape
    jinja.globals.update({"static": static, "url": address, "csrf_token_of": get_token})
    return jinja


def address(name: str, *args: object, **kwargs: object) -> str:
    """The address of a page by its name, as `{{ url("case", case.reference) }}`."""
    return reverse(name, args=args or None, kwargs=kwargs or None)
