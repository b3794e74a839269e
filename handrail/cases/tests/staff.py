"""The users who take part in restricted cases, and helpers that walk through pages and read them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from handrail.cases.choices import choices_of
from handrail.cases.models import Case
from handrail.cases.models.summary import Redacted, Redaction, Summary
from handrail.cases.tests.cast import Cast, person, typed_for
from handrail.organisations.models import Organisation, Person, Post
from handrail.organisations.roles import Role
from handrail.organisations.vetting import Vetting
from handrail.policy.schema.step import Step
from handrail.records.drafts import Draft
from handrail.records.packs import current_pack

NOWHERE = UUID("00000000-0000-4000-8000-000000000000")
LISTS = (
    "web:home",
    "web:policy",
    "cases:list",
    "cases:referrals",
    "cases:new",
    "cases:find",
    "cases:checks",
    "cases:concerns",
    "cases:colleague",
)


@dataclass(frozen=True, slots=True)
class Staff:
    """Professional standards, a chief officer, and an administrator."""

    standards: Person
    second_standards: Person
    chief: Person
    administrator: Person
    elsewhere: Person


def make_staff(cast: Cast) -> Staff:
    force = cast.force
    nation = cast.nation.posts.get().organisation
    other = Organisation.objects.get(name="Wessex Police")
    return Staff(
        standards=person("Ida Quill", Role.PROFESSIONAL_STANDARDS, force),
        second_standards=person("Ned Vane", Role.PROFESSIONAL_STANDARDS, force),
        chief=person("Una Frost", Role.CHIEF_OFFICER_LEAD, force),
        administrator=person("Abe Ivory", Role.ADMINISTRATOR, nation),
        elsewhere=person("Wim Hazel", Role.PROFESSIONAL_STANDARDS, other),
    )


def again(someone: Person) -> Person:
    """Return the person loaded anew, as the next request does, without cached posts."""
    return Person.objects.get(pk=someone.pk)


def client_of(someone: Person) -> Client:
    client = Client()
    client.force_login(again(someone))
    return client


def leave(someone: Person) -> None:
    """End every post of a person long ago."""
    Post.objects.filter(person=someone).update(until="2021-01-01")


def fill(client: Client, begin: str, step: Step, force: Organisation, /, **given: str) -> Draft:
    """Begin a form on its page, fill in every page, and send it; return the sent draft."""
    typed = typed_for(current_pack(), step, force, **given)
    page = client.post(begin)
    assert page.status_code == 302, page.content.decode()
    draft = Draft.objects.order_by("begun_at").last()
    assert draft
    address = page.headers["Location"]
    while "/page/" in address:
        page = client.post(address, typed)
        assert page.status_code == 302, (address, mistakes(page.content.decode()))
        address = page.headers["Location"]
    sent = client.post(address)
    assert sent.status_code == 302, mistakes(sent.content.decode())
    draft.refresh_from_db()
    return draft


def mistakes(page: str) -> list[str]:
    return re.findall(r'href="#[^"]+">([^<]+)<', page)


def take_on_pages(case: Case, step_id: str, by: Person, **given: str) -> None:
    """Take one step on a case through its pages."""
    case.refresh_from_db()
    step = case.pack.step_by_id[step_id]
    fill(client_of(by), reverse("cases:begin", args=[case.pk, step_id]), step, case.force, **given)
    case.refresh_from_db()


def shown(response: Any) -> bytes:
    """Return a page's content without the token that differs from one visit to the next."""
    return re.sub(rb'(name="csrfmiddlewaretoken" value=)"\w+"', rb"\1", response.content)


def everything(
    someone: Person, words: Iterable[str], case: UUID = NOWHERE, *, every: int = 1
) -> dict[str, tuple[int, bytes]]:
    """Return status and content of every page that a user can ask for, by a name.

    The pages are lists, filters, searches for `words`, and all pages of one case. Of the lists of cases out
    of line with a check, only one in `every` is read.
    """
    client = client_of(someone)
    pages = {name: client.get(reverse(name)) for name in LISTS}
    for query in ("?state=late", "?owner=unallocated", "?owner=me", "?stage=staff-concern", "?order=-opened"):
        pages[f"cases:list{query}"] = client.get(reverse("cases:list") + query)
    pages["cases:referrals?door"] = client.get(reverse("cases:referrals") + "?door=staff-concern")
    for check in current_pack().checks[::every]:
        pages[f"check {check.id}"] = client.get(reverse("cases:list") + f"?check={check.id}")
    for number, word in enumerate(words):
        pages[f"found {number}"] = client.post(reverse("cases:find"), {"words": word})
        pages[f"looked for {number}"] = client.post(reverse("cases:find-person"), {"name": word})
    for name, more in (
        ("case", []),
        ("person", []),
        ("identity", []),
        ("likenesses", []),
        ("open", []),
        ("restriction", []),
        ("entry", [1]),
        ("begin", ["allocate"]),
    ):
        pages[f"cases:{name}"] = client.get(reverse(f"cases:{name}", args=[case, *more]))
    pages["take on"] = client.post(reverse("cases:take-on", args=[case]), {"reason": "Nosy"})
    pages["opened"] = client.post(reverse("cases:open", args=[case]), {"reason": "Nosy"})
    owned = Case.objects.filter(owner=someone, restricted=False).order_by("pk")[:2]
    for own in owned:
        pages[f"own {own.pk}"] = client.get(reverse("cases:case", args=[own.pk]))
        pages[f"own {own.pk} begin"] = client.get(
            reverse("cases:begin", args=[own.pk, "further-information"])
        )
    return {name: (page.status_code, shown(page)) for name, page in pages.items()}


def found(someone: Person, words: str) -> tuple[int, bytes]:
    """Return status and content of the search page for these words."""
    page = client_of(someone).post(reverse("cases:find"), {"words": words})
    return page.status_code, shown(page)


def make_redaction(case: Case, text: str = "All that is known", left: str = "What may be known") -> Redaction:
    """Create a summary of a case and a redacted version of it, as rows."""
    by = case.owner
    assert by
    marked = {"level": Vetting.PARTNER, "by": by, "at": timezone.now()}
    summary = Summary.objects.create(
        case=case, title="Summary", text=text, marking="official-sensitive", **marked
    )
    redacted = Redacted.objects.create(
        title="Redacted",
        text=left,
        marking_title="OFFICIAL-SENSITIVE",
        level=Vetting.PARTNER,
        made_on=timezone.localdate(),
    )
    return Redaction.objects.create(redacted=redacted, source=summary, case=case, by=by, at=timezone.now())


def offered(force: Organisation) -> set[str]:
    """Return the names of the people that a question about this force's people offers."""
    question = current_pack().form_by_id["allocate"].questions["owner"]
    return {code.label for code in choices_of(force)(question)}
