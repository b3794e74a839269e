"""Signing in."""

from typing import Any

from django import forms
from django.contrib.auth import authenticate
from django.http import HttpRequest

from handrail.govuk.fields import Field
from handrail.organisations.models import Person

WRONG = "Check your email address and password. One of them is wrong, or the account is closed."


class SignIn(forms.Form):
    """Email address and password. What is wrong does not say whether the address is known."""

    email = forms.EmailField(
        max_length=254,
        error_messages={
            "required": "Enter your email address",
            "invalid": "Enter an email address in the correct format, like name@example.org",
        },
    )
    password = forms.CharField(
        max_length=1000, strip=False, error_messages={"required": "Enter your password", "max_length": WRONG}
    )
    person: Person

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request

    def clean(self) -> dict[str, Any]:
        """Find the person, or say that something is wrong. Django takes as long over an unknown address."""
        given = self.cleaned_data
        if "email" in given and "password" in given:
            found = authenticate(self.request, username=given["email"].lower(), password=given["password"])
            if not isinstance(found, Person):
                raise forms.ValidationError(WRONG)
            self.person = found
        return given

    @property
    def messages(self) -> dict[str, str]:
        """What is wrong, by the input that its link leads to; nothing while nothing was sent."""
        found = {name: str(errors[0]) for name, errors in self.errors.items()}
        return {("email" if name == "__all__" else name): message for name, message in found.items()}

    @property
    def address(self) -> Field:
        """The input for the email address."""
        return Field(
            kind="text",
            name="email",
            label="Email address",
            values={"email": [self.data.get("email", "")]},
            errors=self.messages,
            input="email",
            autocomplete="username",
        )
