"""Second factors: codes of an app, recovery codes, and what somebody has set up."""

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
    """One thing with which somebody proves who they are, as a page shows it."""

    id: int
    name: str
    since: datetime
    used_at: datetime | None
    is_passkey: bool


def of(person: Person) -> list[Factor]:
    """The app and the passkeys that somebody has set up."""
    found = Authenticator.objects.filter(user=person, type__in=[Type.TOTP, Type.WEBAUTHN]).order_by(
        "created_at"
    )
    return [_shown(each) for each in found]


def _shown(found: Authenticator) -> Factor:
    is_passkey = found.type == Type.WEBAUTHN
    name = found.wrap().name if is_passkey else "App that shows codes"
    return Factor(found.pk, name, found.created_at, found.last_used_at, is_passkey)


def any_of(person: Person) -> bool:
    """Whether somebody has a second factor."""
    return bool(Authenticator.objects.filter(user=person, type__in=[Type.TOTP, Type.WEBAUTHN]).exists())


def has_app(person: Person) -> bool:
    """Whether somebody has set up an app."""
    return bool(Authenticator.objects.filter(user=person, type=Type.TOTP).exists())


def new_secret() -> str:
    """A secret for an app, as the app takes it."""
    return str(totp.generate_totp_secret())


def step_of(secret: str, code: str) -> int | None:
    """The half minute for which a code stands.

    This one, or the one before or after it for a clock that is off.
    """
    typed = plain(code)
    steps = totp.yield_hotp_counters_from_time()
    fitting = (step for step in steps if _is(secret, step, typed))
    return next(fitting, None)


def _is(secret: str, step: int, typed: str) -> bool:
    expected = totp.format_hotp_value(totp.hotp_value(secret, step))
    return hmac.compare_digest(expected.encode(), typed.encode())


def plain(code: str) -> str:
    """A code without the spaces and dashes with which it is shown."""
    return "".join(code.split()).replace("-", "")


@transaction.atomic
def keep_app(person: Person, secret: str, step: int) -> None:
    """Set up an app, in the place of one that was there. The code that showed that it works is used up."""
    Authenticator.objects.filter(user=person, type=Type.TOTP).delete()
    Authenticator.objects.create(
        user=person,
        type=Type.TOTP,
        data={"secret": encrypt(secret), "step": step},
        last_used_at=timezone.now(),
    )


def accept(person: Person, code: str) -> Method | None:
    """Which kind of code this is, if it is one of theirs. It is used up by this."""
    typed = plain(code)
    if len(typed) == totp.app_settings.TOTP_DIGITS:
        return Method.CODE if _accept_of_app(person, typed) else None
    return Method.RECOVERY_CODE if _accept_recovery(person, typed) else None


@transaction.atomic
def _accept_of_app(person: Person, code: str) -> bool:
    """Each half minute counts once, and none before the last one used.

    Nobody uses a code that they overheard.
    """
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
    """Fresh recovery codes; those from before are worth nothing now."""
    Authenticator.objects.filter(user=person, type=Type.RECOVERY_CODES).delete()
    codes: list[str] = RecoveryCodes.activate(person).get_unused_codes()
    return codes


def recovery_codes_left(person: Person) -> int:
    """How many recovery codes somebody still has."""
    found = Authenticator.objects.filter(user=person, type=Type.RECOVERY_CODES).first()
    return len(RecoveryCodes(found).get_unused_codes()) if found else 0


def has_passkey(person: Person) -> bool:
    """Whether somebody has a passkey."""
    return bool(passkeys.of(person))
