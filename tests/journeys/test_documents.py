"""A document goes onto a case and comes back the same; one that would do harm does not."""

from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from playwright.sync_api import Browser

from tests.journeys.conftest import Arrive
from tests.journeys.visitor import Visitor

TITLE = "Letter from the school"


def printed(browser: Browser) -> bytes:
    """A real PDF, as a browser prints one."""
    page = browser.new_page()
    page.set_content("<h1>Letter</h1><p>They met on the 3rd.</p>")
    made = page.pdf()
    page.close()
    return made


def bomb() -> bytes:
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as made:
        made.writestr("a.txt", bytes(50_000_000))
    return out.getvalue()


def open_documents(visitor: Visitor) -> None:
    visitor.step_in("Prevent supervisor")
    visitor.go("/cases/")
    visitor.open_first_row()
    visitor.follow("Documents", within="main nav")


def send(visitor: Visitor, path: Path, title: str) -> None:
    visitor.page.get_by_label("What is it?").fill(title)
    visitor.page.get_by_label("Where does it come from?").fill("The head teacher")
    visitor.page.get_by_label("File", exact=True).set_input_files(path)
    visitor.press("Add a document")


def test_a_document_is_added_shown_and_downloaded(arrive: Arrive, browser: Browser, tmp_path: Path) -> None:
    visitor = arrive(script=False)
    letter, harm = tmp_path / "scan0001.pdf", tmp_path / "letter.docx"
    letter.write_bytes(printed(browser))
    harm.write_bytes(bomb())
    open_documents(visitor)
    send(visitor, harm, "Typed with care")
    visitor.reads("This is an archive")
    assert visitor.page.get_by_label("What is it?").input_value() == "Typed with care"
    send(visitor, letter, TITLE)
    visitor.reads("The document is on the case.")
    visitor.follow("Back to the case")
    assert visitor.chronology[-1] == "Document"
    with visitor.page.expect_download() as download:
        visitor.page.locator(".moj-timeline").get_by_role("link", name=TITLE).click()
    assert download.value.suggested_filename == f"{TITLE}.pdf"
    assert Path(download.value.path()).read_bytes() == letter.read_bytes()


def test_the_page_can_be_used_on_a_telephone(arrive: Arrive) -> None:
    visitor = arrive(on_phone=True)
    open_documents(visitor)
    visitor.press("Add a document")
    visitor.reads("Enter what it is")
    visitor.reads("Choose a file")
