"""The pages that are measured, and their floor: the rows that a page shows, and its bytes from an empty view.

The rows are fetched by their keys in raw SQL, one statement for a kind of row, whatever queries the page
itself makes: the floor knows what to fetch and only fetches it. The bytes come from a view that does nothing,
behind the same middleware and sign-in. A page's floor is the sum of both.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse

from bench.readers import Reader, Readers
from bench.scratch import raw
from bench.timing import Figure, compare
from handrail.cases.models import Case

RUNS = 40
ASSESSED = "vulnerability-assessment"
CASE_LINK = re.compile(rb'href="/cases/([0-9a-f-]{36})/')
SHOWN = """
    SELECT c.*, s.*, f.name, o.name FROM cases_case c
    JOIN subjects_subject s ON s.id = c.subject_id JOIN organisations_organisation f ON f.id = c.force_id
    LEFT JOIN organisations_person o ON o.id = c.owner_id WHERE c.id = ANY(%s)"""
DUE = "SELECT * FROM cases_deadline WHERE case_id = ANY(%s) AND ended IS NULL"
RECEIVED = "SELECT * FROM cases_referral WHERE case_id = ANY(%s)"
RECORDED = """
    SELECT e.*, t.content, p.name, o.name FROM ledger_entry e JOIN ledger_content t ON t.entry_id = e.id
    LEFT JOIN organisations_person p ON p.id = e.actor
    JOIN organisations_organisation o ON o.id = e.organisation
    WHERE e.chain = %s ORDER BY e.number DESC"""


@dataclass(frozen=True, slots=True)
class Page:
    """A page as somebody asks for it; `fetch` takes the number of the turn. `rows` is its floor's SQL."""

    name: str
    reader: Reader
    fetch: Callable[[int], bytes]
    rows: tuple[str, ...]


def measure(size: int, who: Readers) -> Iterator[Figure]:
    """Every page at this size."""
    for page in pages(who):
        content = page.fetch(0)
        keys = [UUID(key.decode()) for key in dict.fromkeys(CASE_LINK.findall(content))]
        yield compare(
            size, page.name, page.fetch, floor(page, keys, len(content)), runs=RUNS, length=len(content)
        )


def floor(page: Page, keys: list[UUID], length: int) -> Callable[[int], object]:
    """What the page would cost if it only fetched the rows that it shows, and sent as many bytes."""
    address = reverse("empty", args=[length])

    def work(turn: int) -> None:
        cursor = raw().cursor()
        for statement in page.rows:
            cursor.execute(statement, [keys[0] if statement is RECORDED else keys]).fetchall()
        page.reader.get(address)

    return work


def pages(who: Readers) -> list[Page]:
    """Every page that is measured."""
    due, received = (SHOWN, DUE), (SHOWN, RECEIVED)
    cases, referrals, nation = reverse("cases:list"), reverse("cases:referrals"), who.nation

    def listed(name: str, reader: Reader, address: str, rows: tuple[str, ...]) -> Page:
        return Page(name, reader, lambda turn: reader.get(address), rows)

    return [
        *(
            listed(f"home, {name}", reader, reverse("web:home"), due)
            for name, reader in (("officer", who.officer), ("supervisor", who.supervisor), ("nation", nation))
        ),
        page_of_case(who, "case", "cases:case"),
        page_of_case(who, "case, its documents", "cases:documents"),
        listed("cases, a force", who.supervisor, cases, (SHOWN,)),
        listed("cases, nation", nation, cases, (SHOWN,)),
        listed("cases, nation, by name", nation, f"{cases}?order=name", (SHOWN,)),
        listed("cases, nation, filtered", nation, f"{cases}?stage=reviews&state=open", (SHOWN,)),
        listed("cases, nation, page 40", nation, f"{cases}?page=40", (SHOWN,)),
        listed("referrals, nation", nation, referrals, received),
        listed("notices, officer", who.officer, reverse("notices:list"), (SHOWN,)),
        listed("hand over a caseload", who.supervisor, reverse("cases:hand-over"), ()),
        listed("take over cases", who.officer, reverse("cases:take-over"), (SHOWN,)),
        listed("advice, a force", who.supervisor, reverse("cases:register", args=["advice"]), ()),
        listed("own referrals", who.officer, reverse("cases:own-referrals"), ()),
        page_of_case(who, "case, assessments side by side", "cases:assessments", ASSESSED),
        page_of_case(who, "before a handover", "cases:begin", "handover"),
        *found_pages(nation),
    ]


def page_of_case(who: Readers, title: str, name: str, *more: str) -> Page:
    """One page of cases of the force, of another case each time; `more` is what its address says besides."""
    cases = Case.objects.filter(force=who.force, version__gte=6).order_by("pk")
    addresses = [reverse(name, args=[key, *more]) for key in cases.values_list("pk", flat=True)[:RUNS]]

    def fetch(turn: int) -> bytes:
        return who.supervisor.get(addresses[turn % len(addresses)])

    return Page(title, who.supervisor, fetch, (SHOWN, DUE, RECEIVED, RECORDED))


def found_pages(nation: Reader) -> list[Page]:
    """Looking for somebody by name, and for a case by its reference."""
    address = reverse("cases:find")
    cases = list(Case.objects.select_related("subject").order_by("pk")[:RUNS])

    def by_name(turn: int) -> bytes:
        return nation.post(address, words=cases[turn % len(cases)].called)

    def by_reference(turn: int) -> bytes:
        return nation.post(address, words=cases[turn % len(cases)].reference)

    return [
        Page("find by name", nation, by_name, (SHOWN,)),
        Page("find by reference", nation, by_reference, (SHOWN,)),
    ]
