"""A referrer's own referrals and the feedback on them; no details of any case."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from handrail.access.audience import Audience
from handrail.access.pages import Menu, page
from handrail.access.views.people import person_of
from handrail.cases.intake.referring import may_refer
from handrail.cases.models import Receipt
from handrail.govuk.paging import paged


@page(Audience.SIGNED_IN, menu=Menu("Your referrals", 81, offered_to=may_refer))
@require_GET
def own_referrals(request: HttpRequest) -> HttpResponse:
    """List the user's own referrals: when each was received, and the feedback."""
    listing = paged(Receipt.objects.of(person_of(request)), request)
    return render(request, "intake/own-referrals.html", {"listing": listing})
