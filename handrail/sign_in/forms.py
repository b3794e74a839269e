"""Forms of signing in. Secrets are taken exactly as typed and never shown again."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from handrail.forms.sheet import Sheet
from handrail.govuk.fields import Field
from handrail.organisations.models import Person
from handrail.policy.schema.form import Kind, Question

LONGEST = 1000
WRONG = "Check your email address and password. One of them is wrong, or the account is closed."
WRONG_CODE = (
    "The code is wrong or was used already. Enter the code that your app shows now, or a recovery code."
)
EMAIL = Question(
    id="email",
    kind=Kind.TEXT,
    label="Email address",
    missing="Enter your email address",
    max_length=254,
    input="email",
    autocomplete="username",
)
PASSKEY_NAME = Question(
    id="name",
    kind=Kind.TEXT,
    label="Name of this passkey",
    hint="For example, “work laptop”",
    missing="Enter a name, for example “work laptop”",
    max_length=60,
)


@dataclass
class SignIn(Sheet):
    """The form for email address and password."""

    password: str = ""

    def check(self) -> None:
        """Note an error if the password is missing or too long to be any."""
        if wrong := unfit("password", self.password):
            self.errors["password"] = wrong


def sign_in(request: HttpRequest) -> SignIn:
    """Return the sign-in form with what the request sent."""
    return SignIn((EMAIL,), password=request.POST.get("password", "")).sent(request)


def address(request: HttpRequest) -> Sheet:
    """Return the form that asks where to send a link, with what the request sent."""
    return Sheet((EMAIL,)).sent(request)


def passkey(request: HttpRequest) -> Sheet:
    """Return the form that names a new passkey, with what the request sent."""
    return Sheet((PASSKEY_NAME,)).sent(request)


def code_input(errors: Mapping[str, str], name: str = "code") -> Field:
    """Return the input for a code; it stays empty after an error, as the code is used up or wrong."""
    return Field(
        kind="text",
        name=name,
        label="Code",
        hint="The 6 numbers that your app shows, or one of your recovery codes",
        errors=errors,
        autocomplete="one-time-code",
        width=20,
    )


def unfit(name: str, typed: str) -> str:
    """Return what is wrong with the form of a code or password, without checking it; "" if nothing."""
    missing, most, too_long = PROOFS[name]
    if not typed:
        return missing
    return too_long if len(typed) > most else ""


# By input: the error if empty, the greatest length, and the error if longer.
PROOFS = {"code": ("Enter a code", 40, WRONG_CODE), "password": ("Enter your password", LONGEST, WRONG)}


def unfit_password(typed: str, person: Person) -> str:
    """Return why a new password is refused: short, common, or like the name or address; "" if it is not."""
    if not typed:
        return "Enter a password"
    if len(typed) > LONGEST:
        return "Enter at most 1,000 characters"
    try:
        validate_password(typed, person)
    except ValidationError as error:
        return " ".join(MESSAGES.get(each.code or "", str(each.message)) for each in error.error_list)
    return ""


MESSAGES = {
    "password_too_short": "Enter at least 12 characters, for example 3 or 4 unrelated words.",
    "password_too_common": "Enter a password that is harder to guess: many people use this one.",
    "password_too_similar": "Enter a password that is not like your name or email address.",
}
