"""Pages that give access to a record, or a copy, ask for a new second factor if the last is old."""

import pytest
from django.test import Client
from django.urls import reverse

from handrail.access.models import Grant
from handrail.cases.models import Case
from handrail.cases.tests.cast import Cast
from handrail.cases.tests.staff import make_staff
from handrail.records.drafts import Draft
from handrail.sign_in.proof import PROOF
from tests.test_every_url import address_of, world, world_as_made

__all__ = ["world", "world_as_made"]

ASKED = "Prove once more that it is you"
# The page, who acts there, and what is sent.
ACTS = {
    "cases:invite": ("supervisor", {"words": "a"}),
    "cases:share": ("supervisor", {"words": "a"}),
    "cases:restriction": ("supervisor", {"act": "restrict"}),
    "cases:new-sample": ("nation", {"way": "random"}),
    "cases:print": ("supervisor", {"paper": "summary"}),
    "cases:redacted": ("supervisor", {"basis": "x"}),
    "cases:redacted-copy": ("supervisor", {"recipient": "x"}),
    "cases:take-on": ("standards", {"reason": "x"}),
}


@pytest.mark.parametrize("name", ACTS)
def test_a_grant_or_a_copy_asks_for_a_fresh_proof_and_keeps_what_was_typed(
    name: str, client: Client, world: tuple[Cast, Case, Draft]
) -> None:
    cast, case, draft = world
    who, given = ACTS[name]
    staff = make_staff(cast)
    client.force_login(getattr(cast, who, None) or getattr(staff, who))
    session = client.session
    session[PROOF] = {**session[PROOF], "at": session[PROOF]["at"] - 301}
    session.save()
    before = Grant.objects.count()
    page = client.post(address_of(name, case, draft), given).content.decode()
    assert ASKED in page
    for value in given.values():
        assert f'value="{value}"' in page
    assert Grant.objects.count() == before
    session = client.session
    session[PROOF] = {**session[PROOF], "at": session[PROOF]["at"] + 301}
    session.save()
    assert ASKED not in client.post(address_of(name, case, draft), given).content.decode()


def test_looking_asks_for_nothing(client: Client, world: tuple[Cast, Case, Draft]) -> None:
    cast, case, _ = world
    client.force_login(cast.supervisor)
    session = client.session
    session[PROOF] = {**session[PROOF], "at": 0}
    session.save()
    assert client.get(reverse("cases:restriction", args=[case.pk])).status_code == 200
