"""What is typed on the pages of signing in."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from handrail.govuk.fields import Field
from handrail.organisations.models import Person

LONGEST = 1000
WRONG = "Check your email address and password. One of them is wrong, or the account is closed."
WRONG_CODE = (
    "That code is not right, or was used already. Enter the code that your app shows now, or a recovery code."
)
EMAIL = {
    "required": "Enter your email address",
    "invalid": "Enter an email address in the correct format, like name@example.org",
}


class Form(forms.Form):
    """A form whose messages stand beside the inputs that they are about."""

    first = ""  # the input to which a message about the whole leads

    @property
    def messages(self) -> dict[str, str]:
        """What is wrong, by the input that its link leads to; nothing while nothing was sent."""
        found = {name: " ".join(map(str, errors)) for name, errors in self.errors.items()}
        return {(self.first if name == "__all__" else name): message for name, message in found.items()}

    def typed(self, name: str, label: str, **more: Any) -> Field:
        """An input with what was typed into it."""
        values = {name: [self.data.get(name, "")]}
        return Field(kind="text", name=name, label=label, values=values, errors=self.messages, **more)


class SignIn(Form):
    """Email address and password."""

    first = "email"
    email = forms.EmailField(max_length=254, error_messages=EMAIL)
    password = forms.CharField(
        max_length=LONGEST,
        strip=False,
        error_messages={"required": "Enter your password", "max_length": WRONG},
    )

    @property
    def address(self) -> Field:
        """The input for the email address."""
        return self.typed("email", "Email address", input="email", autocomplete="username")


class Forgotten(Form):
    """The address to which a link is sent."""

    first = "email"
    email = forms.EmailField(max_length=254, error_messages=EMAIL)

    @property
    def address(self) -> Field:
        """The input for the email address."""
        return self.typed("email", "Email address", input="email", autocomplete="username")


class Code(Form):
    """A code of an app, or a recovery code."""

    first = "code"
    code = forms.CharField(
        max_length=40, error_messages={"required": "Enter a code", "max_length": WRONG_CODE}
    )


def code_input(errors: Mapping[str, str], name: str = "code") -> Field:
    """The input for a code. What was typed is not shown again: it is used up, or wrong."""
    return Field(
        kind="text",
        name=name,
        label="Code",
        hint="The six numbers that your app shows, or one of your recovery codes",
        errors=errors,
        autocomplete="one-time-code",
        width=20,
    )


class Again(Form):
    """The password once more, for whoever has nothing else yet."""

    first = "password"
    password = forms.CharField(
        max_length=LONGEST, strip=False, error_messages={"required": "Enter your password"}
    )


class NewPassword(Form):
    """A password that is chosen."""

    first = "password"
    password = forms.CharField(
        max_length=LONGEST,
        strip=False,
        error_messages={"required": "Enter a password", "max_length": "Enter at most 1,000 characters"},
    )

    def __init__(self, person: Person, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person

    def clean_password(self) -> str:
        """Refuse one that is short, common, or like the name or the address."""
        password: str = self.cleaned_data["password"]
        try:
            validate_password(password, self.person)
        except ValidationError as error:
            raise forms.ValidationError(
                [MESSAGES.get(each.code or "", each.message) for each in error.error_list]
            ) from error
        return password


MESSAGES = {
    "password_too_short": "Enter at least 12 characters. Three or four words without connection are good.",
    "password_too_common": "Enter a password that is harder to guess: many people use this one.",
    "password_too_similar": "Enter a password that is not like your name or email address.",
}


class PasskeyName(Form):
    """A new passkey, and what to call it."""

    first = "name"
    name = forms.CharField(
        max_length=60,
        error_messages={
            "required": "Enter a name, like “work laptop”",
            "max_length": "Enter at most 60 characters",
        },
    )
    credential = forms.CharField(max_length=20_000, required=False, strip=False)

    @property
    def field(self) -> Field:
        """The input for the name."""
        return self.typed(
            "name", "Name of this passkey", hint="Like “work laptop”, so that you know it again", width=20
        )
