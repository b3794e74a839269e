"""Everything that changes how somebody signs in."""

from uuid import uuid4

from allauth.mfa.models import Authenticator
from django.db import IntegrityError, transaction
from django.utils import timezone

from handrail.organisations.models import Organisation, Person
from handrail.sign_in import factors, links, passkeys, tasks
from handrail.sign_in.models import Link, OutsideIdentity, Purpose, Session
from handrail.sign_in.oidc.issuers import Issuer


class Refused(Exception):
    """It cannot be done; the message says why, for whoever asked."""


def invite(person: Person, *, by: Person | None) -> None:
    """Send somebody a link with which they begin to use their account. Links from before end."""
    tasks.send_link.defer(person=str(person.pk), purpose=Purpose.INVITATION, by=str(by.pk) if by else None)


def offer_reset(email: str) -> None:
    """Send a link to choose another password to this address, if an account has it.

    Takes as long if none has.
    """
    person = Person.objects.filter(email=email.lower(), is_active=True).first()
    tasks.send_link.defer(person=str(person.pk if person else uuid4()), purpose=Purpose.RESET)


def end_sessions(person: Person, *, but: str | None = None) -> int:
    """Sign somebody out everywhere, at once; returns how many sessions ended.

    `but`: the key of one that stays.
    """
    ended, _ = Session.objects.filter(person=person).exclude(session_key=but or "").delete()
    return ended


def end_session(person: Person, handle: str) -> None:
    """End one of somebody's sessions."""
    Session.objects.filter(person=person, handle=handle).delete()


@transaction.atomic
def choose_password(person: Person, password: str) -> None:
    """Give somebody another password. Every session of theirs ends, and every link."""
    person.set_password(password)
    person.save(update_fields=["password"])
    end_sessions(person)
    links.end_all(person)
    _notify(person, "password")


@transaction.atomic
def use_link(link: Link, password: str) -> None:
    """Choose a password by a one-time link, which is used up by it. Second factors stay as they are."""
    if not links.use(link):
        raise Refused("This link was used already.")
    choose_password(link.person, password)


@transaction.atomic
def set_up_app(person: Person, secret: str, code: str) -> list[str]:
    """Set up an app, once a code shows that it works; gives recovery codes where there were none."""
    step = factors.step_of(secret, code)
    if step is None:
        raise Refused(
            "That code is not right. Enter the one that the app shows now, and check the phone’s clock."
        )
    factors.keep_app(person, secret, step)
    _notify(person, "app")
    return _first_recovery_codes(person)


@transaction.atomic
def add_passkey(person: Person, name: str, credential: str) -> list[str]:
    """Add a passkey; gives recovery codes where there were none."""
    try:
        passkeys.add(person, name, credential)
    except passkeys.NoPasskey as error:
        raise Refused("No passkey was made. Try again, or set up an app that shows codes.") from error
    _notify(person, "passkey")
    return _first_recovery_codes(person)


@transaction.atomic
def remove_factor(person: Person, factor_id: int) -> None:
    """Take one second factor away, never the last one."""
    Person.objects.select_for_update().get(pk=person.pk)
    mine = factors.of(person)
    if [factor.id for factor in mine] == [factor_id]:
        raise Refused("This is the only one you have. Set up another one first.")
    if factor_id in {factor.id for factor in mine}:
        Authenticator.objects.filter(pk=factor_id, user=person).delete()
        _notify(person, "removed")


@transaction.atomic
def forget_factors(person: Person) -> None:
    """Take all second factors away, for somebody who lost them: they sign in anew, by a new invitation.

    Outside sign-ins go too, which stand for some.
    """
    Authenticator.objects.filter(user=person).delete()
    OutsideIdentity.objects.filter(person=person).delete()
    end_sessions(person)
    _notify(person, "removed")


@transaction.atomic
def renew_recovery_codes(person: Person) -> list[str]:
    """Fresh recovery codes in the place of the old ones."""
    codes = factors.new_recovery_codes(person)
    _notify(person, "recovery-codes")
    return codes


def connect(person: Person, issuer: Issuer, subject: str) -> None:
    """Let somebody sign in as their organisation's own sign-in knows them. Raises Refused."""
    organisation = Organisation.objects.get(slug=issuer.organisation)
    if not works_under(person, organisation):
        raise Refused(f"This account has no post in {organisation}. Its sign-in is for those who have.")
    try:
        with transaction.atomic():
            OutsideIdentity.objects.create(
                issuer=issuer.issuer,
                subject=subject,
                person=person,
                organisation=organisation,
                since=timezone.now(),
            )
    except IntegrityError as error:
        raise Refused("That sign-in is connected to an account already.") from error
    _notify(person, "outside")


@transaction.atomic
def accept_by(link: Link, issuer: Issuer, subject: str) -> None:
    """Accept an invitation with an organisation's own sign-in in the place of a password. Raises Refused.

    Only for an account that is not in use yet: a letter takes the place of a password, never of more.
    """
    if link.purpose != Purpose.INVITATION or is_in_use(link.person):
        raise Refused("This account is in use. Sign in to it, and connect that on the page “Your account”.")
    connect(link.person, issuer, subject)
    if not links.use(link):
        raise Refused("This link was used already.")


def is_in_use(person: Person) -> bool:
    """Whether somebody has proven more of themselves before than that they read their post."""
    return factors.any_of(person) or OutsideIdentity.objects.filter(person=person).exists()


def disconnect(person: Person, identity_id: str) -> None:
    """Let somebody no longer sign in that way."""
    OutsideIdentity.objects.filter(person=person, pk=identity_id).delete()


def works_under(person: Person, organisation: Organisation) -> bool:
    """Whether somebody holds a post today in this organisation, or in one below it."""
    return any(organisation.pk in _above(post.organisation) for post in person.current_posts)


def _above(organisation: Organisation) -> set[object]:
    """An organisation and the two above it, which a person's posts come with."""
    parent = organisation.parent
    return {organisation.pk, organisation.parent_id, parent.parent_id if parent else None}


def _first_recovery_codes(person: Person) -> list[str]:
    return [] if factors.recovery_codes_left(person) else factors.new_recovery_codes(person)


def _notify(person: Person, about: str) -> None:
    tasks.send_notice.defer(person=str(person.pk), about=about)
