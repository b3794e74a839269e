"""The page of a case's documents, and downloading one."""

from datetime import date, timedelta
from urllib.parse import urlencode

import pytest
from django.urls import reverse
from django.utils import timezone

from handrail.access import context
from handrail.access.grant_kinds import GrantKind
from handrail.access.models import Grant, Reading, Verb
from handrail.access.reading import NoLine
from handrail.cases.documents.tests.adding import SAID, add, send
from handrail.cases.documents.views import file_name
from handrail.cases.files import keeping
from handrail.cases.files.models import Document
from handrail.cases.files.tests.hostile import HOSTILE
from handrail.cases.files.tests.sound import SOUND
from handrail.cases.models import Case
from handrail.cases.tests.cast import Cast
from handrail.cases.tests.staff import again, client_of
from handrail.cases.timeline import marking_actions
from handrail.organisations.models import Person
from handrail.organisations.vetting import Vetting
from handrail.sign_in.proof import PROOF


def download_address(document: Document) -> str:
    return reverse("cases:document", args=[document.record, document.number])


def words(page: str) -> str:
    return " ".join(page.split())


def test_a_file_that_is_sent_is_on_the_page_of_documents_on_the_case_and_on_its_entry(
    case: Case, cast: Cast
) -> None:
    sent = send(case, cast.officer, SOUND["pdf"]())
    assert sent.headers["Location"] == reverse("cases:documents", args=[case.pk])
    client = client_of(cast.officer)
    document = Document.objects.get()
    for address in (
        sent.headers["Location"],
        reverse("cases:case", args=[case.pk]),
        reverse("cases:entry", args=[case.pk, document.number]),
    ):
        page = client.get(address).content.decode()
        assert download_address(document) in page
        assert "Letter from the school</a> (PDF, 1 kB)" in words(page)
    assert "letter.exe" not in page


def test_it_leaves_as_a_file_of_its_own_that_no_browser_runs(case: Case, cast: Cast) -> None:
    document = add(case, cast.officer, SOUND["pdf"](), title="Brief der Schule “Straße”, 3/4")
    answer = client_of(cast.officer).get(download_address(document))
    assert answer.content == SOUND["pdf"]()
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"] == (
        "attachment; filename*=utf-8''Brief%20der%20Schule%20Stra%C3%9Fe%20%2C%203%204.pdf"
    )
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'; sandbox")
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("../../etc/passwd", "etc passwd.txt"),
        ("invoice\u202etxt.exe", "invoice txt.exe.txt"),
        ('a"; filename="b', "a filename b.txt"),
        ("…", "document.txt"),
        ("x" * 200, "x" * 100 + ".txt"),
    ],
)
def test_no_title_leads_to_a_name_that_does_harm(title: str, name: str) -> None:
    assert file_name(Document(title=title, kind="text")) == name


def test_a_line_is_in_the_log_before_any_of_it_leaves(
    case: Case, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = add(case, cast.officer)
    client_of(cast.officer).get(download_address(document))
    line = Reading.objects.filter(records__contains=[document.pk]).get()
    assert (line.verb, line.person, line.records) == (
        Verb.EXPORTED,
        cast.officer.pk,
        [case.pk, document.pk],
    )
    assert line.recipient == cast.officer.name

    def full(*given: object, **more: object) -> None:
        raise NoLine

    monkeypatch.setattr("handrail.cases.documents.views.looked", full)
    answer = client_of(cast.officer).get(download_address(document))
    assert answer.status_code == 503
    assert SAID not in answer.content


def test_what_is_wrong_is_said_and_what_was_typed_stays(case: Case, cast: Cast) -> None:
    for content, said in (
        (None, "Choose a file"),
        (HOSTILE["an archive bomb"][0](), "This is an archive"),
        (b"", "The file is empty"),
    ):
        page = send(case, cast.officer, content, title="Typed with care")
        assert page.status_code == 422
        text = page.content.decode()
        assert said in text
        assert 'href="#file"' in text
        assert "Typed with care" in text
    page = send(case, cast.officer, title="", says="Typed with care")
    text = page.content.decode()
    assert "Enter what it is" in text
    assert "Choose the file again" in text
    assert "Typed with care" in text
    assert not Document.objects.exists()


def test_a_page_that_is_behind_shows_what_is_new_and_keeps_what_was_typed(case: Case, cast: Cast) -> None:
    """Posting the page again, after a broken connection, adds nothing twice either."""
    before = str(case.version)
    assert send(case, cast.officer).status_code == 302
    again_ = send(case, cast.officer, title="Typed with care", seen_version=before)
    assert again_.status_code == 409
    text = words(again_.content.decode())
    assert "Choose the file again before you send it" in text
    assert "New on this case since you began" in text
    assert "Typed with care" in text
    assert Document.objects.count() == 1
    assert f'name="seen_version" value="{case.version}"' in text


def test_other_pages_take_no_file_and_nobody_sends_a_huge_one(case: Case, cast: Cast) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    client = client_of(cast.officer)
    file = SimpleUploadedFile("a.txt", SAID)
    assert client.post(reverse("cases:marking", args=[case.pk]), {"file": file}).status_code == 400
    page = reverse("cases:documents", args=[case.pk])
    boundary = "multipart/form-data; boundary=x"
    huge = client.generic("POST", page, b"", content_type=boundary, CONTENT_LENGTH=str(40 * 1024 * 1024))
    assert huge.status_code == 413
    assert "The file is too large" in huge.content.decode()
    other = reverse("cases:marking", args=[case.pk])
    large = client.generic("POST", other, b"", content_type=boundary, CONTENT_LENGTH=str(10 * 1024 * 1024))
    assert large.status_code == 413


def test_what_is_marked_higher_is_withheld_by_page_and_by_row(case: Case, cast: Cast) -> None:
    add(case, cast.officer, marking="official-sensitive-police", title="Zirconium")
    document = Document.objects.get()
    cast.practitioner.posts.update(vetting=Vetting.PARTNER, vetted_until=date(2099, 1, 1))
    reader = again(cast.practitioner)
    assert document.level == Vetting.POLICE
    _sees_nothing(case, document, reader)
    assert client_of(cast.officer).get(download_address(document)).status_code == 200


def test_marking_its_entry_higher_takes_it_from_who_could_read_it(case: Case, cast: Cast) -> None:
    document = add(case, cast.officer, title="Zirconium")
    cast.practitioner.posts.update(vetting=Vetting.PARTNER, vetted_until=date(2099, 1, 1))
    reader = again(cast.practitioner)
    assert client_of(reader).get(download_address(document)).status_code == 200
    by = again(cast.supervisor)
    with context.asking(by):
        marking_actions.raise_marking(
            case, document.number, "official-sensitive-police", by=by, reason="Names a source"
        )
    _sees_nothing(case, document, reader)


def test_what_stays_on_the_screen_does_not_leave_as_a_file(case: Case, cast: Cast) -> None:
    document = add(case, cast.officer)
    Person.objects.get(pk=cast.supervisor.pk).posts.update(vetting=Vetting.MANAGEMENT)
    by = again(cast.supervisor)
    with context.asking(by):
        marking_actions.raise_marking(
            case, document.number, "official-sensitive-named", by=by, reason="Names a source"
        )
    answer = client_of(by).get(download_address(document))
    assert answer.status_code == 403
    assert "stays on the screen" in words(answer.content.decode())
    assert SAID not in answer.content


def test_a_file_leaves_after_a_fresh_proof_which_leads_back_to_its_entry(case: Case, cast: Cast) -> None:
    document = add(case, cast.officer)
    client = client_of(cast.officer)
    session = client.session
    session[PROOF] = {**session[PROOF], "at": 0}
    session.save()
    answer = client.get(download_address(document))
    back = reverse("cases:entry", args=[case.pk, document.number])
    assert answer.headers["Location"] == f"{reverse('sign_in:again')}?{urlencode({'next': back})}"


def _sees_nothing(case: Case, document: Document, reader: Person) -> None:
    client = client_of(reader)
    assert client.get(download_address(document)).status_code == 404
    for address in (reverse("cases:documents", args=[case.pk]), reverse("cases:case", args=[case.pk])):
        page = client.get(address)
        assert page.status_code == 200
        assert "Zirconium" not in page.content.decode()
    with context.asking(reader):
        assert not Document.objects.exists()


def test_who_was_invited_to_a_stage_sees_the_documents_of_that_stage_alone(case: Case, cast: Cast) -> None:
    from handrail.cases.tests.cast import take

    first = add(case, cast.officer, title="Early")
    take(case, "information-assessment", cast.fimu)
    second = add(case, cast.officer, title="Later")
    now = timezone.now()
    Grant.objects.create(
        record=case.pk, person=cast.stranger, kind=GrantKind.INVITED, stages=["gateway"], reason="Needed",
        by=cast.officer, since=now, until=now + timedelta(days=365),
    )  # fmt: skip
    client = client_of(cast.stranger)
    assert client.get(download_address(first)).status_code == 404
    assert client.get(download_address(second)).content == SAID
    page = client.get(reverse("cases:documents", args=[case.pk])).content.decode()
    assert "Later" in page
    assert "Early" not in page
    assert "<form method" not in page[page.index("<main") :]
    assert send(case, cast.stranger).status_code == 404
    with context.asking(again(cast.stranger)):
        assert [one.title for one in Document.objects.all()] == ["Later"]


def test_where_the_store_is_down_or_has_lost_it_the_page_says_so(
    case: Case, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = add(case, cast.officer)
    keeping.store().remove(document.name)
    answer = client_of(cast.officer).get(download_address(document))
    assert answer.status_code == 503
    assert "document store is missing" in words(answer.content.decode())
    Document.objects.update(store="another")
    assert "is not responding" in client_of(cast.officer).get(download_address(document)).content.decode()
    assert not Reading.objects.filter(records__contains=[document.pk]).exists()


def test_the_step_leads_to_the_page_that_takes_its_file(case: Case, cast: Cast) -> None:
    begin = reverse("cases:begin", args=[case.pk, "add-document"])
    client = client_of(cast.officer)
    assert begin in client.get(reverse("cases:case", args=[case.pk])).content.decode()
    for answer in (client.get(begin), client.post(begin)):
        assert answer.headers["Location"] == reverse("cases:documents", args=[case.pk])
