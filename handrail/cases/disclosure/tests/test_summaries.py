"""What was taken out of a text is not in it, nor on its page, its copy, or any row its reader sees."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from handrail.access import context
from handrail.access.errors import NotAllowed
from handrail.access.grant_kinds import GrantKind
from handrail.access.models import Exclusion, Grant, Reading
from handrail.cases.disclosure import share_actions, summary_actions
from handrail.cases.disclosure.redaction import BLOCK, parts_of
from handrail.cases.errors import NotNow
from handrail.cases.models import Case
from handrail.cases.models.summary import Redacted, Redaction, Summary
from handrail.cases.tests.cast import Cast, person, refer, take
from handrail.cases.tests.staff import again, client_of, make_redaction
from handrail.cases.timeline.tests.test_marking import mark, vet
from handrail.ledger.models import Entry
from handrail.organisations.models import Person, Post
from handrail.organisations.roles import Role
from handrail.organisations.vetting import Vetting

SAID = "Kerensa saw Zebedee at the mill. He carried a flag. Zebedee’s brother was there."


@pytest.fixture
def case(cast: Cast) -> Case:
    case = refer(cast, **{"given-name": "Zebedee", "family-name": "Quince", "what-happened": SAID})
    Case.objects.filter(pk=case.pk).update(owner=cast.officer)
    take(case, "information-assessment", cast.fimu, outcome="relevant-information")
    return case


@pytest.fixture
def partner(cast: Cast) -> Person:
    return person("Pia Oxley", Role.PANEL_MEMBER, cast.council)


def summarise(case: Case, by: Person, *numbers: int) -> Summary:
    page = reverse("cases:summaries", args=[case.pk])
    made = client_of(by).post(page, {"title": "For the council", "entry": list(map(str, numbers))})
    assert made.status_code == 302
    return Summary.objects.get(pk=made.headers["Location"].split("/")[-2])


def passage(summary: Summary, words: str) -> str:
    """The number of the passage that begins so, as its page shows it."""
    page = reverse("cases:redact", args=[summary.case_id, summary.pk])
    client = client_of(summary.by)
    for place, _ in enumerate(parts_of(summary.text), 1):
        text = client.post(page, {"title": "T", "marking": "official-sensitive", "go": place}).text
        if found := re.search(rf'for="out-(\d+)">{words}', text):
            return found.group(1)
    raise AssertionError(words)


def redact(
    summary: Summary, by: Person, words: str, *out: str, marking: str = "official-sensitive"
) -> Redacted:
    page = reverse("cases:redact", args=[summary.case_id, summary.pk])
    parts = parts_of(summary.text)
    typed = {"title": "Summary about Zebedee", "words": words, "out": list(out), "marking": marking}
    typed |= {"shared": [str(place) for place, _ in enumerate(parts, 1)], "at": str(len(parts) + 1)}
    shown = client_of(by).post(page, typed)
    assert "This would remain" in shown.content.decode()
    assert not Redacted.objects.exists()
    kept = client_of(by).post(page, {**typed, "keep": "yes"})
    assert kept.status_code == 302, kept.content.decode()
    return Redacted.objects.get()


def give(redacted: Redacted, by: Person, to: Person, days: int = 30) -> Grant:
    by = again(by)
    with context.asking(by):
        return summary_actions.share(
            Redaction.objects.select_related("case__force").get(redacted=redacted),
            again(to),
            by=by,
            reason="Support at school",
            basis="Section 38",
            controller="The council",
            until=timezone.now() + timedelta(days=days),
        )


# Open to the web: ids of chains, which lead nowhere, with lengths and hashes.
OF_IDS_AND_HASHES = ["ledger_chain", "ledger_leaf", "ledger_unsealed", "ledger_head", "django_session"]


def rows_seen_by(someone: Person) -> str:
    """Return every row of every table that a person may read in the database, as text."""
    with context.asking(again(someone)), connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
            " AND relkind IN ('r', 'p') AND has_table_privilege('handrail_web', oid, 'SELECT')"
            " AND relname <> ALL (%s)",
            [OF_IDS_AND_HASHES],
        )
        tables = [name for (name,) in cursor.fetchall()]
        said = []
        for table in tables:
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            said += [f"{table} {row}" for (row,) in cursor.fetchall()]
    return "\n".join(said)


def test_a_partner_sees_the_redacted_version_and_nothing_of_the_case(
    cast: Cast, case: Case, partner: Person
) -> None:
    summary = summarise(case, cast.officer, 1, 2)
    assert SAID in summary.text
    redacted = redact(summary, cast.officer, "Zebedee\nQuince", passage(summary, "He carried"))
    give(redacted, cast.practitioner, partner)
    client = client_of(partner)
    page = client.get(reverse("cases:redacted", args=[redacted.pk]))
    text = page.content.decode()
    assert "at the mill" in text
    assert BLOCK in text
    for taken in ("Zebedee", "Quince", "flag", "carried"):
        assert taken.casefold() not in text.casefold()
    for trace in (case.pk, case.reference, summary.pk, cast.officer.name):
        assert str(trace) not in text
    listed = client.get(reverse("cases:shared")).content.decode()
    assert str(redacted.pk) in listed
    rows = rows_seen_by(partner)
    assert "at the mill" in rows
    for trace in ("Zebedee", "Quince", "flag", str(summary.pk), case.reference):
        assert trace not in rows
    for address in ("cases:case", "cases:summaries"):
        assert client.get(reverse(address, args=[case.pk])).status_code == 404


def test_a_copy_is_marked_and_whoever_gets_it_is_logged(cast: Cast, case: Case, partner: Person) -> None:
    summary = summarise(case, cast.officer, 1)
    redacted = redact(summary, cast.officer, "Zebedee\nQuince", passage(summary, "He carried"))
    give(redacted, cast.practitioner, partner)
    address = reverse("cases:redacted-copy", args=[redacted.pk])
    client = client_of(partner)
    client.post(address, {"recipient": ""})
    # Lines outlive the tests that wrote them, so only those of this record count.
    disclosed = Reading.objects.filter(verb="disclosed", records=[redacted.pk])
    assert not disclosed.exists()
    copy = client.post(address, {"recipient": "Head of the school"})
    text = copy.content.decode()
    assert copy.headers["Content-Disposition"].startswith("attachment")
    assert text.count("OFFICIAL-SENSITIVE") == 2
    assert "Zebedee" not in text
    assert "flag" not in text
    line = disclosed.get()
    assert (line.recipient, line.records, line.person) == ("Head of the school", [redacted.pk], partner.pk)
    for who, found in ((cast.practitioner, [partner.name, "Head of the school"]), (cast.stranger, [])):
        with context.asking(again(who)):
            assert [copy.recipient for copy in share_actions.copies_of(case.pk)] == found


def test_it_ends_when_its_day_is_over_when_it_is_withdrawn_and_with_the_post(
    cast: Cast, case: Case, partner: Person
) -> None:
    redacted = make_redaction(case).redacted
    address = reverse("cases:redacted", args=[redacted.pk])
    assert client_of(partner).get(address).status_code == 404
    grant = give(redacted, cast.practitioner, partner)
    assert client_of(partner).get(address).status_code == 200
    Grant.objects.filter(pk=grant.pk).update(until=timezone.now() - timedelta(seconds=1))
    assert client_of(partner).get(address).status_code == 404
    Grant.objects.filter(pk=grant.pk).update(until=timezone.now() + timedelta(days=1))
    withdraw = reverse("cases:redacted-withdraw", args=[redacted.pk])
    assert client_of(partner).post(withdraw, {"grant": str(grant.pk), "reason": "Mine"}).status_code == 404
    client_of(cast.practitioner).post(withdraw, {"grant": str(grant.pk), "reason": "Done"})
    assert client_of(partner).get(address).status_code == 404
    give(redacted, cast.practitioner, partner)
    partner.posts.update(vetted_until="2021-01-01")
    assert client_of(partner).get(address).status_code in {403, 404}
    with context.asking(again(partner)):
        assert not Redacted.objects.exists()


def test_vetting_below_its_marking_hides_it(cast: Cast, case: Case, partner: Person) -> None:
    redacted = make_redaction(case).redacted
    give(redacted, cast.practitioner, partner)
    partner.posts.update(vetting=Vetting.BASELINE)
    with context.asking(again(partner)):
        assert not Redacted.objects.exists()
    assert client_of(partner).get(reverse("cases:redacted", args=[redacted.pk])).status_code == 404


@pytest.mark.parametrize("without", [{"vetting": Vetting.BASELINE}, {"vetted_until": "2021-01-01"}])
def test_what_nobody_there_could_read_is_not_shared_and_whoever_shares_it_is_told(
    cast: Cast, case: Case, partner: Person, without: dict[str, Any]
) -> None:
    redacted = make_redaction(case).redacted
    Post.objects.filter(organisation=cast.council).update(**without)
    said = {"basis": "Section 38", "controller": "The council", "reason": "School"}
    last = timezone.localdate() + timedelta(days=30)
    day = {f"until-{part}": str(getattr(last, part)) for part in ("day", "month", "year")}
    sent = {"to": str(cast.council.pk), **said, **day}
    page = client_of(cast.practitioner).post(reverse("cases:redacted", args=[redacted.pk]), sent)
    assert "Nobody there has the vetting for OFFICIAL-SENSITIVE" in page.content.decode()
    assert not Grant.objects.filter(record=redacted.pk).exists()


def test_who_is_kept_from_the_case_gets_no_redacted_version_by_any_way(
    cast: Cast, case: Case, partner: Person
) -> None:
    redacted = make_redaction(case).redacted
    Exclusion.objects.create(
        record=case.pk, person=partner, by=cast.supervisor, reason="Her son", since=timezone.now()
    )
    Grant.objects.create(
        record=redacted.pk,
        organisation=cast.council,
        kind=GrantKind.SHARED,
        reason="School",
        basis="Section 38",
        controller="The council",
        by=cast.practitioner,
        since=timezone.now(),
        until=timezone.now() + timedelta(days=5),
    )
    assert client_of(partner).get(reverse("cases:redacted", args=[redacted.pk])).status_code == 404
    assert str(redacted.pk) not in client_of(partner).get(reverse("cases:shared")).content.decode()
    assert client_of(cast.chair).get(reverse("cases:redacted", args=[redacted.pk])).status_code == 200


def test_a_restricted_case_is_shared_with_people_and_never_with_a_body(cast: Cast, case: Case) -> None:
    redaction = make_redaction(case)
    Case.objects.filter(pk=case.pk).update(restricted=True)
    now = timezone.now()
    Grant.objects.create(
        record=case.pk, person=cast.practitioner, kind=GrantKind.NAMED, reason="Y", by=cast.lead, since=now
    )
    by = again(cast.practitioner)
    said = {"reason": "S", "basis": "B", "controller": "C", "until": now + timedelta(days=1)}
    with context.asking(by):
        found = Redaction.objects.select_related("case__force").get(pk=redaction.pk)
        with pytest.raises(NotNow, match="restricted"):
            summary_actions.share(found, cast.council, by=by, **said)  # type: ignore[arg-type]


def test_only_who_may_share_shares(cast: Cast, case: Case, partner: Person) -> None:
    redacted = make_redaction(case).redacted
    with pytest.raises(NotAllowed):
        give(redacted, cast.officer, partner)
    page = client_of(cast.officer).get(reverse("cases:redacted", args=[redacted.pk])).content.decode()
    assert "Share it" not in page


def test_it_is_shared_on_its_page(cast: Cast, case: Case, partner: Person) -> None:
    redacted = make_redaction(case).redacted
    client, page = client_of(cast.practitioner), reverse("cases:redacted", args=[redacted.pk])
    empty = client.post(page, {"basis": "Section 38"})
    assert empty.status_code == 422
    assert "Section 38" in empty.content.decode()
    assert "Enter the end date" in empty.content.decode()
    until = timezone.localdate() + timedelta(days=9)
    typed = {
        "to": str(cast.council.pk),
        "basis": "Section 38",
        "controller": "The council",
        "reason": "Support",
        "until-day": str(until.day),
        "until-month": str(until.month),
        "until-year": str(until.year),
    }
    for_ever = client.post(page, {**typed, "until-year": str(until.year + 50)})
    assert for_ever.status_code == 422
    assert "Enter a date between today and" in for_ever.content.decode()
    assert client.post(page, typed).status_code == 302
    grant = Grant.objects.get()
    assert (grant.organisation, grant.record, grant.kind) == (cast.council, redacted.pk, GrantKind.SHARED)
    assert client_of(partner).get(page).status_code == 200


def test_entries_beyond_somebodys_vetting_are_in_no_summary_of_theirs(cast: Cast, case: Case) -> None:
    cast.practitioner.posts.update(vetting=Vetting.PARTNER)
    page = reverse("cases:summaries", args=[case.pk])
    offered = client_of(cast.practitioner).get(page).content.decode()
    assert 'name="entry" type="checkbox" value="1"' in offered
    assert 'name="entry" type="checkbox" value="2"' not in offered
    refused = client_of(cast.practitioner).post(page, {"title": "All", "entry": ["1", "2"]})
    assert refused.status_code == 422
    assert not Summary.objects.exists()
    whole = summarise(case, cast.officer, 1, 2)
    assert whole.level == Vetting.POLICE
    hidden = client_of(cast.practitioner).get(reverse("cases:summary", args=[case.pk, whole.pk]))
    assert hidden.status_code == 404
    with context.asking(again(cast.practitioner)):
        assert not Summary.objects.exists()


def test_what_is_made_to_leave_is_never_marked_to_stay_on_the_screen(cast: Cast, case: Case) -> None:
    vet(cast.officer, Vetting.MANAGEMENT, date(2099, 1, 1))
    mark(case, 1, "official-sensitive-named", cast.officer)
    summary = summarise(case, again(cast.officer), 1)
    assert summary.marking == "official-sensitive-named"
    by = again(cast.officer)
    offered = {one.id for one in summary_actions.markings_for(summary, by)}
    assert "official-sensitive-police" in offered
    assert "official-sensitive-named" not in offered
    marking = case.pack.marking_by_id["official-sensitive-named"]
    with context.asking(by), pytest.raises(NotAllowed):
        summary_actions.make_redacted(summary, by=by, title="T", out=[], words=[], marking=marking)


def test_each_act_leaves_an_entry_without_a_word_of_the_text(cast: Cast, case: Case) -> None:
    summary = summarise(case, cast.officer, 1)
    redact(summary, cast.officer, "Zebedee", passage(summary, "He carried"))
    entries = Entry.objects.filter(act__in=["summary-made", "redaction-made"]).select_related("content")
    assert [entry.act for entry in entries.order_by("pk")] == ["summary-made", "redaction-made"]
    assert "Zebedee" not in str([entry.content.content for entry in entries])


LETTERS = st.text("qxzjvkw", min_size=4, max_size=9)


@settings(max_examples=12)
@given(secret=st.lists(LETTERS, min_size=1, max_size=4, unique=True), kept=st.lists(LETTERS, max_size=3))
def test_no_removed_word_is_in_any_byte_of_item_page_copy_or_row(
    cast: Cast, case: Case, partner: Person, secret: list[str], kept: list[str]
) -> None:
    """Words go by name, and passages by their number; each of four letters or more is nowhere afterwards."""
    Redaction.objects.all().delete()
    Redacted.objects.all().delete()
    Grant.objects.all().delete()
    passage_ = f"{secret[0]} {secret[0].upper()}."
    rest = [word for word in kept if not any(one in word for one in secret)]
    text = f"Begun {' '.join(rest)}.\n{passage_} Then {' '.join(secret)} and {'-'.join(secret)} came."
    summary = make_redaction(case, text).source
    by = again(cast.officer)
    with context.asking(by):
        source = Summary.objects.select_related("case").get(pk=summary.pk)
        marking = source.case.pack.marking_by_id["official-sensitive"]
        redacted = summary_actions.make_redacted(
            source, by=by, title=f"About {secret[0]}", out={2}, words=secret, marking=marking
        )
    give(redacted, cast.practitioner, partner)
    client = client_of(partner)
    page = client.get(reverse("cases:redacted", args=[redacted.pk])).content.decode()
    page = re.sub(r'csrfmiddlewaretoken" value="\w+"', "", page)
    copy = client.post(
        reverse("cases:redacted-copy", args=[redacted.pk]), {"recipient": "Her"}
    ).content.decode()
    everywhere = "\n".join([redacted.title, redacted.text, page, copy, rows_seen_by(partner)]).casefold()
    assert redacted.text.startswith("Begun")
    for word in secret:
        assert word not in everywhere
