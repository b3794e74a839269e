"""Acts that change how a person signs in: passwords, second factors, one-time links, outside identities."""

from uuid import uuid4

from allauth.mfa.models import Authenticator
from django.db import IntegrityError, transaction
from django.utils import timezone

from handrail.organisations.models import Organisation, Person
from handrail.queue.jobs import queue
from handrail.sign_in import factors, links, passkeys
from handrail.sign_in.models import Link, OutsideIdentity, Purpose, Session, kept_key
from handrail.sign_in.oidc.issuers import Issuer


class Refused(Exception):
    """The act is impossible; the message says why, for the user."""


def invite(person: Person, *, by: Person | None) -> None:
    """Mail a person a link to start using their account; earlier links stop working."""
    whom, inviter = str(person.pk), str(by.pk) if by else None
    queue("sign_in.send-link", person=whom, purpose=Purpose.INVITATION, by=inviter)


def offer_reset(email: str) -> None:
    """Mail a password reset link to this address if an open account has it.

    Takes equally long for an unknown address, so the time does not reveal whether there is an account.
    """
    person = Person.objects.filter(email=email.lower(), is_active=True).first()
    queue("sign_in.send-link", person=str(person.pk if person else uuid4()), purpose=Purpose.RESET)


def end_sessions(person: Person, *, but: str | None = None) -> int:
    """Sign a person out everywhere but in the session with the key `but`; return how many sessions ended."""
    ended, _ = Session.objects.filter(person=person).exclude(session_key=kept_key(but or "")).delete()
    return ended


def end_session(person: Person, handle: str) -> None:
    """End one of a person's sessions."""
    Session.objects.filter(person=person, handle=handle).delete()


@transaction.atomic
def choose_password(person: Person, password: str) -> None:
    """Set a person's password; end all their sessions and one-time links."""
    person.set_password(password)
    person.save(update_fields=["password"])
    end_sessions(person)
    links.end_all(person)
    _notify(person, "password")


@transaction.atomic
def use_link(link: Link, password: str) -> None:
    """Set the password by a one-time link and use the link up. Second factors stay. Raises Refused."""
    if not links.use(link):
        raise Refused("This link was used already.")
    choose_password(link.person, password)


@transaction.atomic
def set_up_app(person: Person, secret: str, code: str) -> list[str]:
    """Set up an authenticator app after checking a code from it.

    Returns new recovery codes if the person had none. Raises Refused for a wrong code.
    """
    step = factors.step_of(secret, code)
    if step is None:
        raise Refused(
            "The code is wrong. Enter the code that the app shows now, and check the clock of the phone."
        )
    _lock(person)
    factors.keep_app(person, secret, step)
    _notify(person, "app")
    return _first_recovery_codes(person)


@transaction.atomic
def add_passkey(person: Person, name: str, credential: str) -> list[str]:
    """Add a passkey; return new recovery codes if the person had none. Raises Refused."""
    _lock(person)
    try:
        passkeys.add(person, name, credential)
    except passkeys.NoPasskey as error:
        raise Refused("The passkey was not added. Try again, or set up an app that shows codes.") from error
    _notify(person, "passkey")
    return _first_recovery_codes(person)


@transaction.atomic
def remove_factor(person: Person, factor_id: int) -> None:
    """Remove one second factor. Raises Refused for the last one."""
    _lock(person)
    mine = factors.of(person)
    if [factor.id for factor in mine] == [factor_id]:
        raise Refused("This is the only one you have. Set up another one first.")
    if factor_id in {factor.id for factor in mine}:
        Authenticator.objects.filter(pk=factor_id, user=person).delete()
        _notify(person, "removed")


@transaction.atomic
def forget_factors(person: Person) -> None:
    """Remove all second factors and outside identities of a person who lost them, and end their sessions.

    They sign in again by a new invitation.
    """
    Authenticator.objects.filter(user=person).delete()
    OutsideIdentity.objects.filter(person=person).delete()
    end_sessions(person)
    _notify(person, "removed")


@transaction.atomic
def renew_recovery_codes(person: Person) -> list[str]:
    """Replace a person's recovery codes; return the new ones."""
    _lock(person)
    codes = factors.new_recovery_codes(person)
    _notify(person, "recovery-codes")
    return codes


def connect(person: Person, issuer: Issuer, subject: str) -> None:
    """Connect a person's account with their identity at an outside issuer. Raises Refused."""
    organisation = Organisation.objects.get(slug=issuer.organisation)
    if not works_under(person, organisation):
        raise Refused(
            f"This account has no post in {organisation}. Only people with a post there can use its sign-in."
        )
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
        raise Refused("That sign-in is already connected to an account.") from error
    _notify(person, "outside")


@transaction.atomic
def accept_by(link: Link, issuer: Issuer, subject: str) -> None:
    """Accept an invitation with an outside identity instead of a password. Raises Refused.

    Refused for an account in use: the link in an e-mail may replace a password, but not a second factor.
    """
    if link.purpose != Purpose.INVITATION or is_in_use(link.person):
        raise Refused("This account is in use. Sign in to it, and connect that on the page “Your account”.")
    connect(link.person, issuer, subject)
    if not links.use(link):
        raise Refused("This link was used already.")


def is_in_use(person: Person) -> bool:
    """Whether the person has set up anything stronger than a password, which an e-mail can reset."""
    return factors.any_of(person) or OutsideIdentity.objects.filter(person=person).exists()


def disconnect(person: Person, identity_id: str) -> None:
    """Disconnect an outside identity from a person's account."""
    OutsideIdentity.objects.filter(person=person, pk=identity_id).delete()


def works_under(person: Person, organisation: Organisation) -> bool:
    """Whether the person holds a post today in this organisation or below."""
    return any(organisation.pk in _above(post.organisation) for post in person.current_posts)


def _above(organisation: Organisation) -> set[object]:
    """Return the ids of an organisation and the two above, which are loaded with a person's posts."""
    parent = organisation.parent
    return {organisation.pk, organisation.parent_id, parent.parent_id if parent else None}


def _lock(person: Person) -> None:
    """Make acts on the factors of one person wait for one another until the transaction ends."""
    Person.objects.select_for_update().get(pk=person.pk)


def _first_recovery_codes(person: Person) -> list[str]:
    return [] if factors.recovery_codes_left(person) else factors.new_recovery_codes(person)


def _notify(person: Person, about: str) -> None:
    queue("sign_in.send-notice", person=str(person.pk), about=about)
