"""Second factors of a person: authenticator app, passkeys and recovery codes."""

import hmac
from dataclasses import dataclass
from datetime import datetime

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.utils import decrypt, encrypt
from django.db import transaction
from django.utils import timezone

from handrail.organisations.models import Person
from handrail.sign_in import passkeys
from handrail.sign_in.proof import Method

Type = Authenticator.Type


@dataclass(frozen=True, slots=True)
class Factor:
    """A second factor as a page shows it."""

    id: int
    name: str
    since: datetime
    used_at: datetime | None
    is_passkey: bool


def of(person: Person) -> list[Factor]:
    """Return a person's app and passkeys, oldest first."""
    found = Authenticator.objects.filter(user=person, type__in=[Type.TOTP, Type.WEBAUTHN]).order_by(
        "created_at"
    )
    return [_shown(each) for each in found]


def _shown(found: Authenticator) -> Factor:
    is_passkey = found.type == Type.WEBAUTHN
    name = found.wrap().name if is_passkey else "App that shows codes"
    return Factor(found.pk, name, found.created_at, found.last_used_at, is_passkey)


def any_of(person: Person) -> bool:
    """Whether the person has a second factor."""
    return bool(Authenticator.objects.filter(user=person, type__in=[Type.TOTP, Type.WEBAUTHN]).exists())


def has_app(person: Person) -> bool:
    """Whether the person has an authenticator app."""
    return bool(Authenticator.objects.filter(user=person, type=Type.TOTP).exists())


def new_secret() -> str:
    """Return a new secret for an authenticator app."""
    return str(totp.generate_totp_secret())


def step_of(secret: str, code: str) -> int | None:
    """Return the 30-second step that a code belongs to, or None.

    Only the current step and the ones next to it are tried, for clocks that are slightly off.
    """
    typed = plain(code)
    steps = totp.yield_hotp_counters_from_time()
    fitting = (step for step in steps if _is(secret, step, typed))
    return next(fitting, None)


def _is(secret: str, step: int, typed: str) -> bool:
    expected = totp.format_hotp_value(totp.hotp_value(secret, step))
    return hmac.compare_digest(expected.encode(), typed.encode())


def plain(code: str) -> str:
    """Return a code without spaces and dashes."""
    return "".join(code.split()).replace("-", "")


@transaction.atomic
def keep_app(person: Person, secret: str, step: int) -> None:
    """Set up an authenticator app in place of any earlier one; `step` marks the code shown as used."""
    Authenticator.objects.filter(user=person, type=Type.TOTP).delete()
    Authenticator.objects.create(
        user=person,
        type=Type.TOTP,
        data={"secret": encrypt(secret), "step": step},
        last_used_at=timezone.now(),
    )


def accept(person: Person, code: str) -> Method | None:
    """Check a code of a person and use it up; return its kind, or None if it is wrong."""
    typed = plain(code)
    if len(typed) == totp.app_settings.TOTP_DIGITS:
        return Method.CODE if _accept_of_app(person, typed) else None
    return Method.RECOVERY_CODE if _accept_recovery(person, typed) else None


@transaction.atomic
def _accept_of_app(person: Person, code: str) -> bool:
    """Check a code of the app. A step at or before the last used one is refused, so no code works twice."""
    app = Authenticator.objects.select_for_update().filter(user=person, type=Type.TOTP).first()
    step = step_of(decrypt(app.data["secret"]), code) if app else None
    if app is None or step is None or step <= app.data.get("step", 0):
        return False
    app.data["step"], app.last_used_at = step, timezone.now()
    app.save(update_fields=["data", "last_used_at"])
    return True


def _accept_recovery(person: Person, code: str) -> bool:
    found = Authenticator.objects.filter(user=person, type=Type.RECOVERY_CODES).first()
    return bool(found and RecoveryCodes(found).validate_code(code))


@transaction.atomic
def new_recovery_codes(person: Person) -> list[str]:
    """Return new recovery codes; earlier ones stop working."""
    Authenticator.objects.filter(user=person, type=Type.RECOVERY_CODES).delete()
    codes: list[str] = RecoveryCodes.activate(person).get_unused_codes()
    return codes


def recovery_codes_left(person: Person) -> int:
    """Return how many unused recovery codes a person has."""
    found = Authenticator.objects.filter(user=person, type=Type.RECOVERY_CODES).first()
    return len(RecoveryCodes(found).get_unused_codes()) if found else 0


def has_passkey(person: Person) -> bool:
    """Whether the person has a passkey."""
    return bool(passkeys.of(person))
