"""The kinds of file that Handrail can take. The pack says which of them a policy takes, and how large."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of file: its title on the screen, and how it is sent on download.

    `ending` is the ending of a downloaded file's name, so that only a suitable program opens it.
    """

    id: str
    title: str
    ending: str
    media_type: str

    @property
    def is_text(self) -> bool:
        """Whether a download names the encoding in which the text was written."""
        return self.media_type.startswith("text/")


OFFICE = "application/vnd.openxmlformats-officedocument"

KINDS = {
    kind.id: kind
    for kind in (
        Kind("pdf", "PDF", ".pdf", "application/pdf"),
        Kind("png", "PNG picture", ".png", "image/png"),
        Kind("jpeg", "JPEG picture", ".jpg", "image/jpeg"),
        Kind("docx", "Word document", ".docx", f"{OFFICE}.wordprocessingml.document"),
        Kind("xlsx", "Excel workbook", ".xlsx", f"{OFFICE}.spreadsheetml.sheet"),
        Kind("odt", "OpenDocument text", ".odt", "application/vnd.oasis.opendocument.text"),
        Kind("msg", "Outlook message", ".msg", "application/vnd.ms-outlook"),
        Kind("csv", "CSV table", ".csv", "text/csv"),
        Kind("text", "plain text", ".txt", "text/plain"),
    )
}
