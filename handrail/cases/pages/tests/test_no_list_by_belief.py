"""Nobody is listed by what they are said to believe, nor is that told to who sees where a case stands."""

import pytest
from django.urls import reverse

from handrail.cases.models import Referral
from handrail.cases.pages.lists import labels
from handrail.cases.tests.cast import Cast, refer
from handrail.cases.tests.staff import client_of
from handrail.policy.schema.form import Meaning

LISTS = ["cases:list", "cases:referrals", "web:home"]


@pytest.mark.parametrize("page", LISTS)
@pytest.mark.parametrize("who", ["supervisor", "lead", "nation"])
def test_no_list_says_or_chooses_by_what_a_concern_is_about(cast: Cast, page: str, who: str) -> None:
    beliefs = labels(Meaning.CONCERN)
    for concern in ("islamist", "right-wing"):
        assert concern in beliefs
        Referral.objects.filter(pk=refer(cast).referrals.get().pk).update(concern=concern)
    client, address = client_of(getattr(cast, who)), reverse(page)
    shown = client.get(address).content.decode()
    assert not [label for label in beliefs.values() if label in shown]
    for belief in beliefs:
        chosen = client.get(address, {"concern": belief, "concern-type": belief}).content.decode()
        assert chosen.count("/cases/") == shown.count("/cases/")
