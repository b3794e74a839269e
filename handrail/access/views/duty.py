"""The page of a force's duty list."""

from http import HTTPStatus

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from handrail.access import duty as acts
from handrail.access.audience import Audience
from handrail.access.duty_forms import PutOnDuty, put_on_duty, say_contact, say_public_contact
from handrail.access.errors import Unfit
from handrail.access.pages import page
from handrail.access.views.people import person_of
from handrail.forms.sheet import Sheet
from handrail.organisations.models import Duty, Organisation, Person


@page(Audience.DUTY_KEEPERS)
@require_http_methods(["GET", "POST"])
def duty(request: HttpRequest) -> HttpResponse:
    """Show who is on duty in a force; POST adds or removes a person, or sets a contact."""
    by = person_of(request)
    forces = acts.forces_kept_by(by)
    if not forces:
        raise PermissionDenied
    slug = request.GET.get("force", "")
    force = next((one for one in forces if not slug or one.slug == slug), None)
    if force is None:
        raise Http404
    act = request.POST.get("act", "")
    if act == "end":
        return _end(request, force, by)
    people = acts.can_be_on_duty(force)
    adding, contact = put_on_duty(people), say_contact(force.duty_contact)
    adding = adding.sent(request) if act == "add" else adding
    contact = contact.sent(request) if act == "contact" else contact
    public = say_public_contact(force.public_contact)
    public = public.sent(request) if act == "public" else public
    if _added(adding, force, by) or _said(contact, force, by) or _said_publicly(public, force, by):
        messages.success(request, "The duty list was changed.")
        return redirect(_address(force))
    return _page(request, forces, force, adding, contact, public)


def _added(form: PutOnDuty, force: Organisation, by: Person) -> bool:
    """Put the person of the form on duty; return False, with errors on the form, if that is refused."""
    if not form.is_right():
        return False
    try:
        since, until = form.moment("since"), form.moment("until")
        person = Person.objects.get(pk=form.answer("person"))
        acts.put_on_duty(force, person, form.answer("telephone"), since, until, by=by)
    except Unfit as unfit:
        form.wrong(unfit.name, str(unfit))
        return False
    return True


def _said(form: Sheet, force: Organisation, by: Person) -> bool:
    if not form.is_right():
        return False
    acts.say_contact(force, form.answer("contact"), by=by)
    return True


def _said_publicly(form: Sheet, force: Organisation, by: Person) -> bool:
    if not form.is_right():
        return False
    acts.say_public_contact(force, form.answer("public-contact"), by=by)
    return True


def _end(request: HttpRequest, force: Organisation, by: Person) -> HttpResponse:
    named = request.POST.get("duty", "")
    row = next((one for one in _unended(force) if str(one.pk) == named), None)
    if row:
        row.force = force
        acts.end_duty(row, by=by)
        messages.success(request, f"{row.person.name} was taken off the duty list.")
    return redirect(_address(force))


def _address(force: Organisation) -> str:
    return f"{reverse('access:duty')}?force={force.slug}"


def _unended(force: Organisation) -> list[Duty]:
    """The duties of a force that have not ended."""
    rows = Duty.objects.not_over(timezone.now()).filter(force=force).select_related("person")
    return list(rows)


def _page(
    request: HttpRequest,
    forces: list[Organisation],
    force: Organisation,
    adding: PutOnDuty,
    contact: Sheet,
    public: Sheet,
) -> HttpResponse:
    rows, now = _unended(force), timezone.now()
    errors = adding.errors | contact.errors | public.errors
    context = {
        "force": force,
        "forces": forces,
        "rows": rows,
        "nobody": not any(row.since <= now for row in rows),
        "now": now,
        "adding": adding.fields,
        "contact": contact.fields,
        "public": public.fields,
        "errors": errors,
    }
    return render(
        request, "access/duty.html", context, status=HTTPStatus.UNPROCESSABLE_ENTITY if errors else 200
    )
