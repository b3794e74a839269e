"""The page on the link of a form that a person without an account answers, for users who work on the case."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from handrail.access.audience import Audience
from handrail.access.models import Verb
from handrail.access.pages import page
from handrail.access.reading import looked
from handrail.access.views.people import person_of
from handrail.cases.loading import AccessLevel, of_case
from handrail.cases.models import Case
from handrail.cases.steps.by_link import KIND
from handrail.cases.timeline.entries import marking_of_entry
from handrail.ledger.models import Entry
from handrail.organisations.models import Person
from handrail.records.form_links import acts
from handrail.records.form_links.models import FormLink
from handrail.records.marking import level_of
from handrail.sign_in.again import freshly_proven_to_send

CODE, LINK = "A new code for their form", "A new link to their form"


@page(Audience.CASE_WORKERS, logged_as="the link to a form")
@require_http_methods(["GET", "POST"])
@freshly_proven_to_send
@of_case(AccessLevel.WHOLE)
def form_link(request: HttpRequest, case: Case, number: int) -> HttpResponse:
    """Show how far a link has come; make a new code or link, each shown once.

    A page that is sent twice, by a reload, makes nothing: a second code would shut out whoever has the first.
    """
    link = FormLink.objects.asked_by(KIND, case.pk, number).select_related("by").first()
    if link is None or not _may_read_entry(case, number, person_of(request)):
        raise Http404
    context = {"case": case, "link": link, "sends_mail": settings.SENDS_MAIL, "code": "", "address": ""}
    sent_twice = request.method == "POST" and link.is_open() and request.POST.get("stamp") != link.stamp
    if request.method == "POST" and link.is_open() and not sent_twice:
        if "code" in request.POST:
            looked(request, [case.pk], Verb.DISCLOSED, reason=CODE, recipient=link.to)
            context["code"] = acts.new_code(link)
        elif "send" in request.POST:
            looked(request, [case.pk], Verb.DISCLOSED, reason=LINK, recipient=link.to)
            context["address"] = acts.send_again(link)
    context["sent_twice"] = sent_twice
    return render(request, "pages/form-link.html", context, status=409 if sent_twice else 200)


def _may_read_entry(case: Case, number: int, person: Person) -> bool:
    """Return whether the vetting of a user reaches the marking of the entry that asks."""
    entry = Entry.objects.filter(chain=case.pk, number=number).first()
    return entry is not None and level_of(marking_of_entry(case, entry)) <= person.vetting
