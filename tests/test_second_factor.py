"""S3: nothing opens to a password alone, on any page, but what sets up a second factor."""

import pytest
from django.test import Client
from django.urls import reverse

from handrail.access.pages import pages
from handrail.cases.models import Case
from handrail.cases.tests.cast import Cast
from handrail.records.drafts import Draft
from handrail.sign_in.middleware import is_open
from handrail.sign_in.proof import PROOF, Method
from tests.test_every_url import address_of, world, world_as_made

__all__ = ["world", "world_as_made"]

OTHERS: list[list[Method]] = [[], [Method.OUTSIDE], [Method.CODE], [Method.DEMONSTRATION]]
SETTING_UP = {"again", "outside-again", "second-factor", "app", "passkey-add", "passkey-add-options"}
NAMES = list(dict.fromkeys(page.name for page in pages()))


def proven_by(client: Client, *methods: Method) -> None:
    session = client.session
    session[PROOF] = {"by": list(methods), "at": session[PROOF]["at"]}
    session.save()


def test_s3_the_pages_that_open_without_proof_are_those_that_set_it_up() -> None:
    marked = {
        page.name for page in pages() if is_open(page.view) and page.audience and page.audience.needs_sign_in
    }
    assert marked == {f"sign_in:{name}" for name in SETTING_UP}


@pytest.mark.parametrize("name", NAMES)
def test_s3_with_a_password_alone_every_page_leads_to_setting_up_a_second_factor(
    name: str, client: Client, world: tuple[Cast, Case, Draft]
) -> None:
    cast, case, draft = world
    client.force_login(cast.officer)
    page = next(page for page in pages() if page.name == name)
    address = address_of(name, case, draft)
    # The way in looks at the proof before it looks at the page: each page is asked with one of the others.
    other = OTHERS[NAMES.index(name) % len(OTHERS)]
    for method, weak in (("GET", [Method.PASSWORD]), ("POST", [Method.PASSWORD]), ("GET", other)):
        proven_by(client, *weak)
        response = client.generic(method, address)
        led = str(response.headers.get("Location", "")).startswith(reverse("sign_in:second-factor"))
        assert led or is_open(page.view)
        if name == "sign_in:sign-out":
            client.force_login(cast.officer)
