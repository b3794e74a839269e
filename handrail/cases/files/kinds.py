"""The kinds of file that can be taken. Which of them a policy takes, and how large, its pack says."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of file: how it is called on the screen, and how it leaves again.

    `ending` is what a downloaded file is called by, so that it opens in what reads it and in nothing else.
    """

    id: str
    title: str
    ending: str
    media_type: str

    @property
    def is_text(self) -> bool:
        """Whether it leaves with the encoding in which it was written."""
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
        Kind("csv", "CSV table", ".csv", "text/csv"),
        Kind("text", "plain text", ".txt", "text/plain"),
    )
}
