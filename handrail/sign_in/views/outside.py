"""Pages of signing in at an outside issuer."""

from uuid import UUID

import structlog
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from handrail.access.audience import Audience
from handrail.access.inputs import return_address
from handrail.access.pages import page
from handrail.access.views.people import person_of
from handrail.organisations.models import Organisation, Person
from handrail.sign_in import actions, entering, links, proof
from handrail.sign_in.again import freshly_proven_by_any_means
from handrail.sign_in.middleware import before_proof
from handrail.sign_in.models import OutsideIdentity, Purpose
from handrail.sign_in.oidc import relying
from handrail.sign_in.oidc.issuers import Issuer
from handrail.sign_in.oidc.relying import Return, Why
from handrail.sign_in.oidc.talking import NoAnswer
from handrail.sign_in.oidc.token import Identity, NotBelieved
from handrail.sign_in.proof import Method
from handrail.sign_in.views.links import ARRIVED
from handrail.sign_in.views.setting_up import by_what_stands

log = structlog.get_logger("handrail.sign_in")

NOT_WELL = (
    "The sign-in of {name} did not work this time. Try again, or sign in with your password or a passkey."
)
UNKNOWN = (
    "{name} recognised you, but no account here is connected to that sign-in. Sign in with your password or a"
    " passkey and connect it on the page “Your account”, or ask the account administrator of your"
    " organisation for an invitation."
)
NO_POST = (
    "Your account has no post under {name} today, so its sign-in does not open it."
    " Ask the account administrator."
)
NOT_FRESH = "{name} did not confirm that you have just proved who you are. Use a code or a passkey."


def issuer_of(key: str) -> Issuer:
    """Return the issuer with this key. Raises Http404."""
    found: Issuer | None = settings.ISSUERS.get(key)
    if found is None:
        raise Http404
    return found


@page(Audience.PUBLIC)
@require_safe
def go(request: HttpRequest, key: str) -> HttpResponse:
    """Send a visitor to an issuer to sign in."""
    return _send(request, issuer_of(key), Why.SIGN_IN, return_address(request))


@page(Audience.PUBLIC)
@require_safe
def accept(request: HttpRequest, key: str) -> HttpResponse:
    """Send a visitor to an issuer to accept an invitation with it instead of a password."""
    link = links.find(request.session.get(ARRIVED, ""))
    if link is None or link.purpose != Purpose.INVITATION or actions.is_in_use(link.person):
        return render(request, "sign_in/link-gone.html", status=404)
    return _send(request, issuer_of(key), Why.INVITATION, "")


@page(Audience.SIGNED_IN)
@by_what_stands
@require_safe
def connect(request: HttpRequest, key: str) -> HttpResponse:
    """Send a user to an issuer to connect it with their account."""
    return _send(request, issuer_of(key), Why.CONNECT, "")


@before_proof
@page(Audience.SIGNED_IN)
@require_safe
def again(request: HttpRequest, key: str) -> HttpResponse:
    """Send a user to an issuer for a further proof."""
    return _send(request, issuer_of(key), Why.AGAIN, return_address(request))


@page(Audience.SIGNED_IN)
@freshly_proven_by_any_means
@require_POST
def disconnect(request: HttpRequest, identity: UUID) -> HttpResponse:
    """Disconnect an issuer from the user's account."""
    actions.disconnect(person_of(request), str(identity))
    messages.success(request, "That sign-in is no longer connected.")
    return redirect("sign_in:account")


@page(Audience.PUBLIC)
@require_safe
def back(request: HttpRequest, key: str) -> HttpResponse:
    """Take the user back from an issuer and go on with the purpose they were sent for."""
    issuer = issuer_of(key)
    try:
        returned = relying.take_in(request, issuer)
    except (NotBelieved, NoAnswer) as error:
        log.warning("outside sign-in refused", process=str(error))
        return refused(request, NOT_WELL, issuer)
    return ARRIVALS[returned.why](request, returned)


def sign_in(request: HttpRequest, returned: Return) -> HttpResponse:
    """Sign in, if the identity belongs to an open account with a post under the issuer's organisation."""
    person = person_by(returned.identity)
    if person is None:
        return refused(request, UNKNOWN, returned.identity.issuer)
    return _enter(request, person, returned)


def invited(request: HttpRequest, returned: Return) -> HttpResponse:
    """Connect the identity with the invited account, use the invitation up and sign in."""
    link = links.find(request.session.pop(ARRIVED, ""))
    if link is None:
        return render(request, "sign_in/link-gone.html", status=404)
    try:
        actions.accept_by(link, returned.identity.issuer, returned.identity.subject)
    except actions.Refused as error:
        return refused(request, str(error), returned.identity.issuer)
    return _enter(request, link.person, returned)


def connected(request: HttpRequest, returned: Return) -> HttpResponse:
    """Connect the identity with the user's account, if they are still signed in."""
    if not isinstance(request.user, Person) or not proof.suffices(request, request.user):
        return redirect("sign_in:sign-in")
    try:
        actions.connect(request.user, returned.identity.issuer, returned.identity.subject)
        messages.success(request, f"You can now sign in with {returned.identity.issuer.name}.")
    except actions.Refused as error:
        messages.error(request, str(error))
    return redirect("sign_in:account")


def proven_again(request: HttpRequest, returned: Return) -> HttpResponse:
    """Save the proof, if the issuer says when it was given and vouches for two factors."""
    who = returned.identity
    is_same = isinstance(request.user, Person) and person_by(who) == request.user
    if not is_same or who.method is Method.OUTSIDE or who.proved_at is None:
        return refused(request, NOT_FRESH, who.issuer)
    proof.record(request, who.method, at=who.proved_at)
    return redirect(returned.onward or settings.LOGIN_REDIRECT_URL)


ARRIVALS = {
    Why.SIGN_IN: sign_in,
    Why.INVITATION: invited,
    Why.CONNECT: connected,
    Why.AGAIN: proven_again,
}


def person_by(who: Identity) -> Person | None:
    """Return the open account connected with an identity, by issuer and subject id only, or None."""
    found = OutsideIdentity.objects.filter(
        issuer=who.issuer.issuer, subject=who.subject, person__is_active=True
    )
    identity = found.select_related("person").first()
    return identity.person if identity else None


def _enter(request: HttpRequest, person: Person, returned: Return) -> HttpResponse:
    who = returned.identity
    organisation = Organisation.objects.filter(slug=who.issuer.organisation).first()
    if organisation is None or not actions.works_under(person, organisation):
        return refused(request, NO_POST, who.issuer)
    # A running session at the issuer is no fresh proof, so `at` is the issuer's time or 0. With one factor
    # only, the proof counts as now, as the user has to set up a second factor next.
    at = None if who.method is Method.OUTSIDE else who.proved_at or 0
    return entering.begin(request, person, who.method, returned.onward, proved_at=at)


def _send(request: HttpRequest, issuer: Issuer, why: Why, onward: str) -> HttpResponse:
    try:
        return redirect(relying.send(request, issuer, why, onward))
    except NoAnswer as error:
        log.warning("outside sign-in unavailable", process=str(error))
        return refused(request, NOT_WELL, issuer)


def refused(request: HttpRequest, said: str, issuer: Issuer) -> HttpResponse:
    """Return the page that says why the issuer's answer was refused, and what to do instead."""
    context = {"said": said.format(name=issuer.name), "signed_in": request.user.is_authenticated}
    return render(request, "sign_in/outside-refused.html", context, status=403)
