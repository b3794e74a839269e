"""Mark the views that accept an uploaded file; all other views refuse one before it is read."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.core.exceptions import TooManyFilesSent
from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.http import HttpRequest
from django.urls import Resolver404, resolve

View = TypeVar("View", bound=Callable[..., Any])


def takes_file(view: View) -> View:
    """Mark a view as one that accepts an uploaded file."""
    vars(view).update(takes_file=True)
    return view


def page_takes_file(request: HttpRequest) -> bool:
    """Whether the view of this request accepts a file. Callable before the request's body is read."""
    try:
        found = resolve(request.path_info)
    except Resolver404:
        return False
    return request.method == "POST" and vars(found.func).get("takes_file", False)


class OnlyWhereTaken(MemoryFileUploadHandler):
    """Upload handler that keeps the file in memory, and ends the request if its view accepts no file."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Raises TooManyFilesSent if the view accepts no file."""
        match = self.request.resolver_match if self.request else None
        if match is None or not vars(match.func).get("takes_file", False):
            raise TooManyFilesSent("You cannot add a file on this page.")
        super().new_file(*args, **kwargs)
