"""Pages of accounts: search, open, give and end posts, renew vetting, close. No page shows a case."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any, Concatenate, ParamSpec, cast
from uuid import UUID

from django.contrib import messages
from django.db.models import Prefetch, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from handrail.access.audience import Audience
from handrail.access.errors import NotAllowed, Unfit
from handrail.access.pages import Menu, page
from handrail.access.views.people import person_of
from handrail.accounts import appointments, forms, past
from handrail.accounts.appointments import managed_by, posts_managed_by
from handrail.forms.sheet import Sheet
from handrail.govuk.paging import paged
from handrail.organisations.folding import holding, squeezed
from handrail.organisations.models import Kind, Organisation, Person, Post
from handrail.sign_in.again import freshly_proven

TO_WARN_OF = 20


@page(Audience.ACCOUNT_MANAGERS, menu=Menu("Accounts", 60))
@require_http_methods(["GET", "POST"])
def accounts(request: HttpRequest) -> HttpResponse:
    """Find an account by name, address or organisation, and list posts that end soon."""
    by = person_of(request)
    words = request.POST.get("words", "").replace("\x00", "").strip()[:200]
    ending = posts_managed_by(by).ending().exclude(person=by).select_related("person", "organisation")
    context = {
        "words": words,
        "listing": paged(found_by(words, by), request, {"words": words}),
        "ending": list(ending[:TO_WARN_OF]),
        "most_ending": TO_WARN_OF,
    }
    return render(request, "accounts/accounts.html", context)


def found_by(words: str, by: Person) -> "QuerySet[Person]":
    """Return the people with a post that `by` manages who match every word, or an exact email address.

    Each word must occur in the name, the address or the name of the organisation. An account without such a
    post is found only by its whole email address, so that an administrator can give it a post here.
    """
    theirs = posts_managed_by(by)
    people = Person.objects.filter(pk__in=theirs.values("person"))
    called = {pk: squeezed(name) for pk, name in people.values_list("pk", "name")} if words else {}
    for word in words.split():
        at_work = theirs.filter(organisation__name__icontains=word).values("person")
        by_name = Q(name__icontains=word) | Q(pk__in=holding(word, called))
        people = people.filter(by_name | Q(email__icontains=word) | Q(pk__in=at_work))
    if words:
        people |= Person.objects.filter(email=words.lower())
    to_come = Post.objects.to_come().select_related("organisation").order_by("since", "pk")
    return people.prefetch_related(Prefetch("posts", to_come, "posts_to_come")).order_by("name", "pk")


@page(Audience.ACCOUNT_MANAGERS)
@require_http_methods(["GET", "POST"])
@freshly_proven
def account_new(request: HttpRequest) -> HttpResponse:
    """Open an account with its first post."""
    by = person_of(request)
    organisations = offered(request, by)
    if organisations is None:
        return render(request, "accounts/area.html", {"areas": areas(by), "title": "Make an account"})
    sheet = forms.open_account(organisations).sent(request)

    def act() -> HttpResponse:
        person = appointments.open_account(
            sheet.answer("name"),
            sheet.answer("email"),
            forms.appointment(sheet, organisations),
            by=by,
            postcode=sheet.answer("postcode"),
            reason=sheet.answer("reason"),
        )
        messages.success(request, f"The account of {person.name} was made.")
        return redirect("accounts:account", person.pk)

    return acted(request, sheet, act, {"title": "Make an account", "button": "Make the account"})


def offered(request: HttpRequest, by: Person) -> list[Organisation] | None:
    """Return the organisations that a form offers, or None if the user has to choose an area first.

    With one area these are all organisations that the user manages, with several those of the chosen area.
    """
    managed = managed_by(by)
    choice = areas(by)
    if len(choice) > 1:
        area = next((area for area in choice if area.slug == request.GET.get("area")), None)
        if area is None:
            return None
        alone = area.kind in {Kind.NATION, Kind.REGION}
        managed = managed.filter(Q(pk=area.pk) if alone else Q(pk=area.pk) | Q(parent=area))
    return list(managed.order_by("kind", "name"))


def areas(by: Person) -> list[Organisation]:
    """Return the nation, regions and forces in which the user gives posts, in that order."""
    order = [Kind.NATION, Kind.REGION, Kind.FORCE]
    found = managed_by(by).filter(kind__in=order)
    return sorted(found, key=lambda area: (order.index(Kind(area.kind)), area.name))


Given = ParamSpec("Given")
Page = Callable[Concatenate[HttpRequest, Person, Given], HttpResponse]
Routed = Callable[Concatenate[HttpRequest, UUID, Given], HttpResponse]


def of_account(page: "Page[Given]") -> "Routed[Given]":
    """Load the account of a page; 404 if there is none.

    Any administrator may open any account, as they may give its holder a first post in their own
    organisation.
    """

    @wraps(page)
    def loaded(
        request: HttpRequest, person_id: UUID, *args: Given.args, **kwargs: Given.kwargs
    ) -> HttpResponse:
        person = Person.objects.filter(pk=person_id).first()
        if person is None:
            raise Http404
        return page(request, person, *args, **kwargs)

    return cast("Routed[Given]", loaded)


@page(Audience.ACCOUNT_MANAGERS)
@require_safe
@of_account
def account(request: HttpRequest, person: Person) -> HttpResponse:
    """Show an account: its posts and, for a user who manages one of them, its history."""
    by = person_of(request)
    posts = person.posts.select_related("organisation").order_by("-since", "-pk")
    managed = set(posts_managed_by(by).filter(person=person).values_list("pk", flat=True))
    today = timezone.localdate()
    context = {
        "account": person,
        "own": person == by,
        "managed": managed if person != by else set(),
        "to_come": [post for post in posts if post.until is None or post.until >= today],
        "past": [post for post in posts if post.until and post.until < today],
        "today": today,
        "acts": past.acts_on(person) if managed else [],
        "most_acts": past.SHOWN,
    }
    return render(request, "accounts/account.html", context)


@page(Audience.ACCOUNT_MANAGERS)
@require_http_methods(["GET", "POST"])
@freshly_proven
@of_account
def post_new(request: HttpRequest, person: Person) -> HttpResponse:
    """Give a person a further post."""
    by = person_of(request)
    title = f"Give {person.name} a post"
    organisations = offered(request, by)
    if organisations is None:
        return render(request, "accounts/area.html", {"areas": areas(by), "title": title, "account": person})
    sheet = forms.give_post(organisations).sent(request)

    def act() -> HttpResponse:
        given = forms.appointment(sheet, organisations)
        post = appointments.give_post(person, given, by=by, reason=sheet.answer("reason"))
        messages.success(request, f"{person.name} was given the post {post}.")
        return redirect("accounts:account", person.pk)

    return acted(request, sheet, act, {"account": person, "title": title, "button": "Give the post"})


def own_post(request: HttpRequest, person: Person, post_id: int) -> Post:
    """Return a post that has not ended and that the user manages; 404 for any other."""
    posts = posts_managed_by(person_of(request)).to_come().filter(person=person)
    post = posts.select_related("organisation", "person").filter(pk=post_id).first()
    if post is None:
        raise Http404
    return post


@page(Audience.ACCOUNT_MANAGERS)
@require_http_methods(["GET", "POST"])
@freshly_proven
@of_account
def post_end(request: HttpRequest, person: Person, post_id: int) -> HttpResponse:
    """End a post at once or after a day."""
    post = own_post(request, person, post_id)
    sheet = forms.end_post().sent(request)

    def act() -> HttpResponse:
        last = forms.last_day(sheet)
        appointments.end_post(post, last, by=person_of(request), reason=sheet.answer("reason"))
        messages.success(request, f"The post {post} ends{f' after {last:%-d %b %Y}' if last else ' now'}.")
        return redirect("accounts:account", person.pk)

    context = {
        "account": person,
        "post": post,
        "title": f"End the post of {person.name}",
        "button": "End the post",
    }
    return acted(request, sheet, act, context)


@page(Audience.ACCOUNT_MANAGERS)
@require_http_methods(["GET", "POST"])
@freshly_proven
@of_account
def post_vetting(request: HttpRequest, person: Person, post_id: int) -> HttpResponse:
    """Record new vetting of the holder of a post."""
    post = own_post(request, person, post_id)
    sheet = forms.renew_vetting(post).sent(request)

    def act() -> HttpResponse:
        vetting, until = forms.vetting(sheet), sheet.day("vetted-until")
        reason = sheet.answer("reason")
        appointments.renew_vetting(post, vetting, until, by=person_of(request), reason=reason)
        messages.success(request, f"The vetting of {person.name} was recorded.")
        return redirect("accounts:account", person.pk)

    context = {
        "account": person,
        "post": post,
        "title": f"Renew the vetting of {person.name}",
        "button": "Record the vetting",
    }
    return acted(request, sheet, act, context)


@page(Audience.ACCOUNT_MANAGERS)
@require_http_methods(["GET", "POST"])
@freshly_proven
@of_account
def account_close(request: HttpRequest, person: Person) -> HttpResponse:
    """Close an account at once."""
    sheet = forms.close_account().sent(request)

    def act() -> HttpResponse:
        appointments.close_account(person, by=person_of(request), reason=sheet.answer("reason"))
        messages.success(request, f"The account of {person.name} is closed. They are signed out everywhere.")
        return redirect("accounts:account", person.pk)

    context = {
        "account": person,
        "title": f"Close the account of {person.name}",
        "button": "Close the account",
        "closing": True,
    }
    return acted(request, sheet, act, context)


def acted(
    request: HttpRequest, sheet: Sheet, act: Callable[[], HttpResponse], context: dict[str, Any]
) -> HttpResponse:
    """Carry out the act of a valid form; otherwise show the form with its errors and what was typed."""
    refusal = ""
    if sheet.is_right():
        try:
            return act()
        except Unfit as unfit:
            sheet.wrong(unfit.name, str(unfit))
        except NotAllowed as refused:
            refusal = str(refused)
    context |= {"sheet": sheet, "problem": refusal}
    return render(
        request, "accounts/act.html", context, status=HTTPStatus.FORBIDDEN if refusal else sheet.status
    )
