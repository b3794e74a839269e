"""The measured pages, and their floor: fetching the shown rows, and sending as many bytes from an empty view.

The floor fetches the rows by key in raw SQL, one statement for each kind of row, whatever queries the page
makes. The bytes come from a view that does nothing, behind the usual middleware and sign-in. The floor of a
page is the sum of both.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from uuid import UUID

from django.urls import reverse

from bench.readers import Reader, Readers
from bench.scratch import raw
from bench.timing import Figure, Kind, compare
from handrail.cases.models import Case, CaseQuerySet
from handrail.records.packs import current_pack

RUNS = 40
ENTRIES = 6  # entries of a viewed case at least, unless the case needs a certain stage
ASSESSED = "vulnerability-assessment"
HANDOVER = "handover"
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
    """A page and its request; `fetch` takes the number of the turn. `rows` is the SQL of its floor."""

    name: str
    reader: Reader
    fetch: Callable[[int], bytes]
    rows: tuple[str, ...]
    kind: Kind = Kind.PAGE


def measure(size: int, who: Readers) -> Iterator[Figure]:
    """Yield every page at this size."""
    for page in pages(who):
        content = page.fetch(0)
        keys = [UUID(key.decode()) for key in dict.fromkeys(CASE_LINK.findall(content))]
        least = floor(page, keys, len(content))
        yield compare(size, page.name, page.fetch, least, kind=page.kind, runs=RUNS, length=len(content))


def floor(page: Page, keys: list[UUID], length: int) -> Callable[[int], object]:
    """Return a function with the floor's cost: fetch the page's rows, and send as many bytes."""
    address = reverse("empty", args=[length])

    def work(turn: int) -> None:
        cursor = raw().cursor()
        for statement in page.rows:
            cursor.execute(statement, [keys[0] if statement is RECORDED else keys]).fetchall()
        page.reader.get(address)

    return work


def pages(who: Readers) -> list[Page]:
    """Return every page that is measured."""
    received, register = (SHOWN, RECEIVED), reverse("cases:register", args=["advice"])
    officer, supervisor, nation = who.officer, who.supervisor, who.nation
    cases, referrals = reverse("cases:list"), reverse("cases:referrals")
    return [
        *(
            page_at(f"home, {name}", reader, reverse("web:home"), (SHOWN, DUE))
            for name, reader in who.by_name
        ),
        page_of_case(who, "case", "cases:case"),
        page_of_case(who, "case, its documents", "cases:documents"),
        listed("cases, a force", supervisor, cases),
        listed("cases, nation", nation, cases),
        listed("cases, nation, by name", nation, f"{cases}?order=name"),
        listed("cases, nation, filtered", nation, f"{cases}?stage=reviews&state=open"),
        listed("cases, nation, page 40", nation, f"{cases}?page=40"),
        listed("referrals, nation", nation, referrals, received),
        page_at("notices, officer", officer, reverse("notices:list"), (SHOWN,)),
        page_at("hand over a caseload", supervisor, reverse("cases:hand-over")),
        page_at("take over cases", officer, reverse("cases:take-over"), (SHOWN,)),
        page_at("advice, a force", supervisor, register),
        page_at("own referrals", officer, reverse("cases:own-referrals")),
        page_of_case(who, "case, assessments side by side", "cases:assessments", ASSESSED),
        page_of_case(who, "before a handover", "cases:begin", HANDOVER, cases=ready_for(HANDOVER)),
        *found_pages(nation),
    ]


def page_at(name: str, reader: Reader, address: str, rows: tuple[str, ...] = ()) -> Page:
    """Return a page at one address."""
    return Page(name, reader, lambda turn: reader.get(address), rows)


def listed(name: str, reader: Reader, address: str, rows: tuple[str, ...] = (SHOWN,)) -> Page:
    """Return a page of a list, at another page number each turn."""
    return replace(page_at(name, reader, address, rows), kind=Kind.LIST)


def ready_for(step: str) -> CaseQuerySet:
    """Return the cases at a stage where this step may be taken."""
    return Case.objects.filter(stage_id__in=current_pack().step_by_id[step].stages)


def page_of_case(who: Readers, title: str, name: str, *more: str, cases: CaseQuerySet | None = None) -> Page:
    """Return a page of cases of the force, another case each turn.

    The cases are among `cases` if given, else they have several entries. `more` is appended to the address.
    """
    some = Case.objects.filter(version__gte=ENTRIES) if cases is None else cases
    keys = some.filter(force=who.force).order_by("pk").values_list("pk", flat=True)[:RUNS]
    addresses = [reverse(name, args=[key, *more]) for key in keys]

    def fetch(turn: int) -> bytes:
        return who.supervisor.get(addresses[turn % len(addresses)])

    return Page(title, who.supervisor, fetch, (SHOWN, DUE, RECEIVED, RECORDED))


def found_pages(nation: Reader) -> list[Page]:
    """Return the searches: for a person by name, and for a case by reference."""
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
