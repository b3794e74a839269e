"""Who looked at this, and why: for auditors over everything, for a case's owner over the case."""

import re
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from handrail.access import context
from handrail.access.log import EVERY_VERB, LinesAbout, Search, found, record_of, references_of
from handrail.access.models import Reading, Verb
from handrail.access.reading import digest_of
from handrail.cases.models import Case
from handrail.cases.tests.cast import Cast, refer, take
from handrail.organisations.models import Person

NAMED = {"given-name": "Zerlinda", "family-name": "Quillfeather"}


@pytest.fixture
def case(cast: Cast) -> Case:
    case = refer(cast, **NAMED)
    take(case, "allocate", cast.supervisor, owner=str(cast.officer.pk))
    return case


def client_of(person: Person) -> Client:
    client = Client(REMOTE_ADDR="192.0.2.9")
    client.force_login(person)
    return client


def days(**given: str) -> dict[str, str]:
    typed = {"purpose": "lawfulness", "why": "Complaint 12"}
    for name in ("since", "until"):
        typed |= {
            f"{name}-{part}": str(getattr(timezone.localdate(), part)) for part in ("day", "month", "year")
        }
    return typed | given


def opened(auditor: Person, **given: str) -> str:
    response = client_of(auditor).post(reverse("access:log"), days(**given))
    assert response.status_code == 200, response.content.decode()
    return re.sub(r"\s+", " ", response.content.decode())


def lines_of(person: Person) -> list[Reading]:
    return list(Reading.objects.filter(person=person.pk).order_by("at"))


def look(person: Person, case: Case) -> None:
    assert client_of(person).get(reverse("cases:case", args=[case.pk])).status_code == 200


def test_an_auditor_is_told_who_looked_at_a_case_where_from_and_on_which_page(cast: Cast, case: Case) -> None:
    look(cast.fimu, case)
    page = opened(cast.auditor, reference=case.reference.lower())
    for expected in ("Fay Ng, FIMU officer", "192.0.2.9", "the page of a case", case.reference, "Looked at"):
        assert expected in page
    assert "Quillfeather" not in page


def test_the_reference_of_a_referral_leads_to_its_case(cast: Cast, case: Case) -> None:
    look(cast.fimu, case)
    assert "Fay Ng" in opened(cast.auditor, reference=case.referrals.get().reference)


def test_an_auditor_is_told_what_somebody_looked_at(cast: Cast, case: Case) -> None:
    look(cast.fimu, case)
    look(cast.mash, case)
    page = opened(cast.auditor, person="fay ng")
    assert "Fay Ng, FIMU officer" in page
    assert "Mo Khan" not in page


def test_an_auditor_is_told_whether_anybody_searched_for_a_name(cast: Cast, case: Case) -> None:
    client_of(cast.mash).post(reverse("cases:find"), {"words": "Zerlinda Quillfeather"})
    assert "Mo Khan" in opened(cast.auditor, words="quillfeather ZERLINDA")
    assert "Mo Khan" not in opened(cast.auditor, words="quillfeather")


def test_lines_are_found_by_day_and_by_what_was_done(cast: Cast, case: Case) -> None:
    look(cast.fimu, case)
    assert "No lines found" in opened(cast.auditor, person="Fay Ng", verbs="exported")
    assert "Looked at" in opened(cast.auditor, person="Fay Ng", verbs="consulted")
    yesterday = {
        f"{n}-{p}": str(getattr(timezone.localdate() - timedelta(days=1), p))
        for n in ("since", "until")
        for p in ("day", "month", "year")
    }
    assert "No lines found" in opened(cast.auditor, person="Fay Ng", **yesterday)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"purpose": ""}, "Select why you are opening the log"),
        ({"purpose": "curiosity"}, "Select one of the answers shown"),
        ({"why": ""}, "Enter what it is about"),
        ({"reference": "P-0000-0000"}, "No case or referral has this reference"),
        ({"person": "Nobody Known"}, "No account has this name"),
        ({"since-year": "2099"}, "The end date must be the same as or after the start date"),
    ],
)
def test_without_a_purpose_or_with_a_mistake_no_line_is_shown_and_what_was_typed_stays(
    cast: Cast, case: Case, given: dict[str, str], message: str
) -> None:
    look(cast.fimu, case)
    response = client_of(cast.auditor).post(reverse("access:log"), days(words="kept words", **given))
    page = response.content.decode()
    assert response.status_code == 422
    assert message in page
    assert "Fay Ng" not in page
    assert 'value="kept words"' in page
    assert lines_of(cast.auditor) == []


def test_asking_for_the_page_shows_no_line(cast: Cast, case: Case) -> None:
    look(cast.fimu, case)
    assert "Fay Ng" not in client_of(cast.auditor).get(reverse("access:log")).content.decode()


def test_every_reading_of_the_log_is_a_line_with_its_purpose_and_no_words(cast: Cast, case: Case) -> None:
    opened(cast.auditor, reference=case.reference, words="Zerlinda", person="Fay Ng")
    (line,) = lines_of(cast.auditor)
    assert (line.verb, line.page, line.records) == (Verb.SEARCHED, "access:log", [case.pk])
    assert line.reason.startswith("To verify that what was done with records was lawful: Complaint 12")
    assert bytes(line.sought or b"") == digest_of("Zerlinda")
    assert "Zerlinda" not in line.reason
    client_of(cast.auditor).post(reverse("cases:patterns"), days())
    assert lines_of(cast.auditor)[-1].page == "cases:patterns"
    assert "Complaint 12" in lines_of(cast.auditor)[-1].reason


def test_only_who_reads_the_log_learns_which_record_a_reference_is_of(cast: Cast, case: Case) -> None:
    for person in (cast.officer, cast.supervisor, cast.administrator, cast.nation, cast.stranger, None):
        with context.asking(person):
            assert record_of(case.reference) is None
            assert references_of([case.pk]) == {}
    with context.asking(cast.auditor):
        assert record_of(case.reference) == case.pk
        assert not Case.objects.exists()


def test_those_who_work_on_a_case_are_told_who_looked_and_nobody_else(cast: Cast, case: Case) -> None:
    look(cast.fimu, case)
    everybody = (
        cast.officer,
        cast.supervisor,
        cast.fimu,
        cast.auditor,
        cast.lead,
        cast.second_officer,
        cast.stranger,
    )
    told = []
    for person in everybody:
        with context.asking(person):
            lines = LinesAbout(case.pk, EVERY_VERB, most=10)[0:10]
            told += [person] if any("Fay Ng" in line.who for line in lines) else []
    assert told == [cast.officer, cast.supervisor, cast.fimu, cast.auditor]


PAGES = {"officer": 200, "supervisor": 200, "fimu": 404, "lead": 302, "second_officer": 302, "stranger": 404}


@pytest.mark.parametrize("who", PAGES)
def test_the_page_of_who_looked_is_for_the_owner_and_those_who_review(
    cast: Cast, case: Case, who: str
) -> None:
    look(cast.fimu, case)
    response = client_of(getattr(cast, who)).get(reverse("cases:readers", args=[case.pk]))
    assert response.status_code == PAGES[who]
    assert (b"Looked at" in response.content) == (PAGES[who] == 200)


def test_the_case_leads_to_who_looked_at_it(cast: Cast, case: Case) -> None:
    address = reverse("cases:readers", args=[case.pk])
    about = reverse("cases:case", args=[case.pk])
    assert address in client_of(cast.officer).get(about).content.decode()
    assert address not in client_of(cast.fimu).get(about).content.decode()


def test_the_owner_is_not_told_that_an_auditor_looked_into_it(cast: Cast, case: Case) -> None:
    opened(cast.auditor, reference=case.reference)
    page = client_of(cast.officer).get(reverse("cases:readers", args=[case.pk])).content.decode()
    assert "Complaint 12" not in page
    assert "Dee Poole" not in page


def test_lists_are_shown_when_they_are_asked_for(cast: Cast, case: Case) -> None:
    client_of(cast.fimu).get(reverse("cases:list"))
    address = reverse("cases:readers", args=[case.pk])
    assert b"the list of cases" not in client_of(cast.officer).get(address).content
    assert b"the list of cases" in client_of(cast.officer).get(address, {"lists": "yes"}).content


# A4 of the security goals: what a line is made of


def test_a_line_says_who_when_what_by_which_verb_to_whom_and_why() -> None:
    with_time = {f.name: f.get_internal_type() for f in Reading._meta.get_fields()}
    assert with_time["at"] == "DateTimeField"
    assert {"person", "at", "records", "verb", "recipient", "reason", "page", "origin"} <= set(with_time)


@pytest.mark.django_db
def test_a_line_keeps_moments_with_their_zone_to_the_millisecond_and_better() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT data_type, datetime_precision FROM information_schema.columns"
            " WHERE table_name = 'access_reading' AND column_name = 'at'"
        )
        assert cursor.fetchone() == ("timestamp with time zone", 6)
    at = datetime(2026, 3, 29, 1, 30, 0, 123000, tzinfo=UTC)
    line = Reading.objects.create(at=at, verb=Verb.CONSULTED, records=[uuid4()], page="x")
    assert Reading.objects.get(pk=line.pk).at == at


def test_the_verbs_are_those_of_the_law() -> None:
    """Consultation, disclosure and what they come as; collection, alteration, combination and erasure are
    acts on the record, which the ledger holds."""
    assert {verb.value for verb in Verb} >= {"consulted", "disclosed"}


CANARIES = ("Zerlinda", "Quillfeather", "canary-of-the-concern")


def test_no_line_holds_anything_of_what_was_read(cast: Cast) -> None:
    case = refer(cast, "police-referral", None, **NAMED, **{"concern-details": "canary-of-the-concern"})
    take(case, "information-assessment", cast.fimu)
    for person in (cast.supervisor, cast.fimu, cast.officer):
        client = client_of(person)
        for name in ("web:home", "cases:list", "cases:referrals"):
            client.get(reverse(name))
        client.get(reverse("cases:case", args=[case.pk]))
        client.get(reverse("cases:entry", args=[case.pk, 1]))
        client.post(reverse("cases:find"), {"words": "Zerlinda Quillfeather"})
    opened(cast.auditor, words="Zerlinda Quillfeather", reference=case.reference)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT l::text FROM access_reading l WHERE records @> ARRAY[%s::uuid]", [str(case.pk)]
        )
        lines = [line for (line,) in cursor.fetchall()]
    assert len(lines) > 10
    assert [line for line in lines for canary in CANARIES if canary.casefold() in line.casefold()] == []


# In a minute, whatever there is: with thousands of lines


def plant(record: UUID, person: UUID, *, lines: int, of_record: int) -> None:
    """Insert `lines` lines about other records and `of_record` about this one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO access_reading (at, person, verb, records, page, reason, recipient)"
            " SELECT now() - n * interval '1 second', %s, 'consulted',"
            " ARRAY[CASE WHEN n %% %s = 0 THEN %s::uuid ELSE gen_random_uuid() END], 'cases:case', '', ''"
            " FROM generate_series(1, %s) n",
            [person, lines // of_record, record, lines],
        )
        cursor.execute("SELECT gin_clean_pending_list('reading_of_record')")  # as autovacuum does
        cursor.execute("ANALYZE access_reading")


def test_who_looked_is_answered_from_the_index_and_in_as_many_queries_however_much_there_is(
    cast: Cast, case: Case
) -> None:
    auditor = client_of(cast.auditor)
    look(cast.fimu, case)
    asked = days(reference=case.reference, **{"since-year": "2025"})
    auditor.post(reverse("access:log"), asked)
    with CaptureQueriesContext(connection) as few:
        auditor.post(reverse("access:log"), asked)
    plant(case.pk, cast.fimu.pk, lines=20_000, of_record=100)
    with CaptureQueriesContext(connection) as many:
        page = auditor.post(reverse("access:log"), asked).content.decode()
    assert len(many) == len(few) <= 18
    assert page.count("Fay Ng") == 50 - len(lines_of(cast.auditor))
    assert "Next page" in page
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE handrail_owner")  # as whom the function runs, under row security
        cursor.execute(
            "EXPLAIN SELECT * FROM access_reading WHERE records @> ARRAY[%s::uuid]", [str(case.pk)]
        )
        plan = "\n".join(line for (line,) in cursor.fetchall())
        cursor.execute("RESET ROLE")
    assert "reading_of_record" in plan


def test_the_log_turns_its_pages_without_an_address(cast: Cast, case: Case) -> None:
    plant(case.pk, cast.fimu.pk, lines=600, of_record=60)
    with context.asking(cast.auditor):
        span = Search(
            since=timezone.localdate() - timedelta(days=1), until=timezone.localdate(), record=case.pk
        )
        assert len(found(span)) == 60
    page = opened(
        cast.auditor, reference=case.reference, page="2", **{"since-year": str(timezone.localdate().year - 1)}
    )
    assert "Previous page" in page
    assert "Next page" not in page
