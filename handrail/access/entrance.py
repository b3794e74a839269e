"""The way in, as far as accounts have to do with it."""

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.utils import timezone

from handrail.organisations.models import Person


def end_sessions(person: Person) -> int:
    """Sign somebody out everywhere, at once; returns how many sessions ended."""
    live = Session.objects.filter(expire_date__gt=timezone.now()).iterator()
    theirs = [s.pk for s in live if s.get_decoded().get(SESSION_KEY) == str(person.pk)]
    ended, _ = Session.objects.filter(pk__in=theirs).delete()
    return ended
