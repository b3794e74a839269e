"""Pages of what a form searched for: words that were typed stay in the body of what is sent."""

from django.http import HttpRequest, QueryDict

DIGITS = 4


def sent(request: HttpRequest) -> "QueryDict | None":
    """What was sent, or None where the page is only asked for."""
    return request.POST if request.method == "POST" else None


def page_asked_for(request: HttpRequest) -> int:
    """The number of the page that was asked for; the first where it makes no sense."""
    asked = request.POST.get("page", "")
    return max(int(asked), 1) if asked.isascii() and asked.isdecimal() and len(asked) <= DIGITS else 1


def first_of(page: int, many: int) -> int:
    """The place of the first row of a page of so many."""
    return (page - 1) * many
