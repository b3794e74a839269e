"""Which pages take a file. All others refuse one before it is read."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.core.exceptions import TooManyFilesSent
from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.http import HttpRequest
from django.urls import Resolver404, resolve

View = TypeVar("View", bound=Callable[..., Any])


def takes_file(view: View) -> View:
    """State that a view takes a file."""
    vars(view).update(takes_file=True)
    return view


def page_takes_file(request: HttpRequest) -> bool:
    """Whether the page at this address takes a file; asked before anything of the request is read."""
    try:
        found = resolve(request.path_info)
    except Resolver404:
        return False
    return request.method == "POST" and vars(found.func).get("takes_file", False)


class OnlyWhereTaken(MemoryFileUploadHandler):
    """Keeps a file that arrives in memory, for a page that takes one; for any other it ends the request."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Raises TooManyFilesSent where the page takes none."""
        match = self.request.resolver_match if self.request else None
        if match is None or not vars(match.func).get("takes_file", False):
            raise TooManyFilesSent("This page takes no file.")
        super().new_file(*args, **kwargs)
