"""A file that nobody can judge is read on the screen, and leaves only behind a warning."""

import base64
import re

import pytest

from handrail.access.models import Reading, Verb
from handrail.cases.documents.tests.adding import add, send
from handrail.cases.documents.tests.test_pages import download_address, words
from handrail.cases.files import inspecting
from handrail.cases.files.inside import pictures
from handrail.cases.files.inside.refusing import Found, Limits
from handrail.cases.files.models import Document
from handrail.cases.files.tests.ordinary import letter
from handrail.cases.files.tests.sealed import SEALED
from handrail.cases.files.tests.sound import odt_with
from handrail.cases.models import Case
from handrail.cases.tests.cast import Cast
from handrail.cases.tests.staff import client_of

PICTURE = re.compile(r'src="data:image/png;base64,([^"]+)"')
NOT_CHECKED = "This file could not be checked for scripts and links"
LIMITS = Limits(pages=1, megapixels=4, unpacked=1, parts=1)


def doubtful() -> bytes:
    """Return a letter of two pages that holds, besides, an object as no standard knows it."""
    return b"%PDF-1.7\nunknown\n" + letter()


def test_a_sealed_pdf_is_drawn_page_by_page_and_its_words_can_be_read_out(case: Case, cast: Cast) -> None:
    sent = send(case, cast.officer, doubtful())
    after = sent.client.get(sent.headers["Location"]).content.decode()
    assert "It could not be checked for scripts and links" in after
    document = Document.objects.get()
    for number, said in (1, "What was said"), (2, "Lorem ipsum"):
        answer = client_of(cast.officer).get(download_address(document), {"page": number})
        page = answer.content.decode()
        assert NOT_CHECKED in page
        assert f"Page {number} of 2" in page
        assert said in page
        drawn = PICTURE.search(page)
        assert drawn is not None
        assert pictures.look(base64.b64decode(drawn[1]), LIMITS) == Found("png")
        assert answer.headers["Content-Type"].startswith("text/html")
    line = Reading.objects.filter(records__contains=[document.pk]).latest("pk")
    assert line.verb == Verb.CONSULTED


def test_the_original_leaves_behind_the_warning_under_a_name_that_no_program_opens(
    case: Case, cast: Cast
) -> None:
    content = doubtful()
    document = add(case, cast.officer, content)
    client = client_of(cast.officer)
    assert content not in client.get(download_address(document)).content
    answer = client.post(download_address(document))
    assert answer.content == content
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"] == (
        'attachment; filename="Letter from the school.pdf.not-checked"'
    )
    assert Reading.objects.filter(records__contains=[document.pk]).latest("pk").verb == Verb.EXPORTED


def test_what_was_judged_leaves_at_once_and_is_not_asked_for_by_a_form(case: Case, cast: Cast) -> None:
    content = letter()
    document = add(case, cast.officer, content)
    client = client_of(cast.officer)
    assert client.get(download_address(document)).content == content
    assert client.post(download_address(document)).status_code == 405


@pytest.mark.parametrize("kind", SEALED)
def test_every_sealed_kind_shows_its_words(case: Case, cast: Cast, kind: str) -> None:
    make, said = SEALED[kind]
    document = add(case, cast.officer, make())
    page = client_of(cast.officer).get(download_address(document)).content.decode()
    assert document.kind == kind
    assert NOT_CHECKED in page
    for each in said:
        assert each in page
    assert "not checked" in words(
        client_of(cast.officer).get(f"/cases/{case.pk}/documents/").content.decode()
    )


def test_words_that_are_cut_say_so_and_where_the_rest_is(case: Case, cast: Cast) -> None:
    ends = f"<p>{'Said in the yard. ' * 12_000}</p><p>At the very end.</p>"
    document = add(case, cast.officer, odt_with(ends, {"Unknown/more.xml": "<a/>"}))
    page = words(client_of(cast.officer).get(download_address(document)).content.decode())
    assert "Only the first 200,000 characters of the words in this file are shown." in page
    assert "Download the document to read the rest." in page
    assert "Said in the yard." in page
    assert "At the very end." not in page
    short = add(case, cast.officer, odt_with("<p>At the very end.</p>", {"Unknown/more.xml": "<a/>"}))
    page = words(client_of(cast.officer).get(download_address(short)).content.decode())
    assert "At the very end." in page
    assert "Only the first" not in page


def test_a_page_beyond_the_last_is_the_last_and_a_word_is_the_first(case: Case, cast: Cast) -> None:
    document = add(case, cast.officer, doubtful())
    for asked, shown in ("99999", 2), ("0", 1), ("-1", 1), ("9" * 5000, 1), ("x", 1), ("²", 1):
        page = client_of(cast.officer).get(download_address(document), {"page": asked}).content.decode()
        assert f"Page {shown} of 2" in page


def test_a_file_that_cannot_be_shown_any_more_says_so_and_can_still_leave(
    case: Case, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = doubtful()
    document = add(case, cast.officer, content)
    monkeypatch.setattr(inspecting, "INSIDE", ["/bin/false"])
    client = client_of(cast.officer)
    assert "No page of this file can be shown now" in client.get(download_address(document)).content.decode()
    assert client.post(download_address(document)).content == content
