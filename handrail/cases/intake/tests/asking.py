"""Questions to referrers and their answers, as the pages send them."""

import re
from typing import Any

from django.urls import reverse

from handrail.cases.models import Case, Receipt
from handrail.cases.tests.cast import Cast, take
from handrail.cases.tests.staff import client_of
from handrail.ledger.models import Entry
from handrail.organisations.models import Person

QUESTION = "Who else saw or heard it?"
SAID = "Two pupils of the sixth form heard it."
CANARIES = {
    "given-name": "Zerlinda",
    "family-name": "Quillfeather",
    "what-happened": "Canarysong",
    "address": "9 Canary Wharf",
}


def referrer_of(case: Case, person: Person) -> str:
    receipt = Receipt.objects.get(referral__case=case, person=person)
    return f"{person.pk} {receipt.received_on}"


def ask(case: Case, cast: Cast, to: str = "", question: str = "who-else") -> Entry:
    to = to or referrer_of(case, cast.spoc)
    return take(case, "ask-referrer", cast.officer, questions=question, referrer=to)


def thread_page(case: Case, person: Person) -> str:
    receipt = Receipt.objects.get(referral__case=case, person=person)
    return client_of(person).get(reverse("cases:own-referral", args=[receipt.pk])).content.decode()


def send_answer(case: Case, person: Person, said: str = SAID) -> Any:
    address = reverse("cases:own-referral", args=[Receipt.objects.get(referral__case=case, person=person).pk])
    client = client_of(person)
    found = re.search(r'name="question" value="(.*?)"', client.get(address).content.decode())
    assert found
    return client.post(address, {"question": found[1], "answer": said}, follow=True)
