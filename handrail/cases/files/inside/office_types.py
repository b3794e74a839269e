"""The parts of which a plain Word, Excel or OpenDocument file consists; all others are not known here."""

import re

OFFICE = "application/vnd.openxmlformats-officedocument."
PACKAGE = "application/vnd.openxmlformats-package."
WORD, EXCEL, DRAWING = f"{OFFICE}wordprocessingml.", f"{OFFICE}spreadsheetml.", f"{OFFICE}drawingml."
MAIN = {f"{WORD}document.main+xml": "docx", f"{EXCEL}sheet.main+xml": "xlsx"}

_OF_EACH = {
    f"{PACKAGE}core-properties+xml", f"{PACKAGE}relationships+xml",
    f"{OFFICE}extended-properties+xml", f"{OFFICE}custom-properties+xml", f"{OFFICE}customXmlProperties+xml",
    f"{OFFICE}theme+xml", f"{OFFICE}themeOverride+xml", f"{OFFICE}vmlDrawing", f"{OFFICE}drawing+xml",
    *(f"{DRAWING}{part}+xml" for part in (
        "chart", "chartshapes", "diagramColors", "diagramData", "diagramLayout", "diagramStyle",
    )),
    "application/vnd.ms-office.chartcolorstyle+xml", "application/vnd.ms-office.chartstyle+xml",
    "application/vnd.ms-office.drawingml.diagramDrawing+xml", "application/xml", "text/xml",
    "image/bmp", "image/gif", "image/jpeg", "image/jpg", "image/png", "image/svg+xml", "image/tiff",
    "image/x-emf", "image/x-wmf",
}  # fmt: skip
KNOWN = {
    "docx": _OF_EACH | {
        *(f"{WORD}{part}+xml" for part in (
            "comments", "commentsExtended", "commentsExtensible", "commentsIds", "document.glossary",
            "document.main", "endnotes", "fontTable", "footer", "footnotes", "header", "numbering", "people",
            "settings", "styles", "webSettings",
        )),
        f"{OFFICE}obfuscatedFont", "application/vnd.ms-word.stylesWithEffects+xml",
    },
    "xlsx": _OF_EACH | {
        *(f"{EXCEL}{part}+xml" for part in (
            "calcChain", "chartsheet", "comments", "pivotCacheDefinition", "pivotCacheRecords", "pivotTable",
            "sharedStrings", "sheet.main", "sheetMetadata", "styles", "table", "worksheet",
        )),
        f"{EXCEL}printerSettings", "application/vnd.ms-excel.person+xml",
        "application/vnd.ms-excel.slicer+xml", "application/vnd.ms-excel.slicerCache+xml",
        "application/vnd.ms-excel.threadedcomments+xml",
    },
}  # fmt: skip
ODT_PARTS = re.compile(
    r"mimetype|layout-cache|manifest\.rdf|META-INF/(manifest|documentsignatures)\.xml"
    r"|(Object \d+/)?(content|styles|meta|settings)\.xml|Configurations2/.*"
    r"|Thumbnails/thumbnail\.png|(Pictures|media)/[^/]+|ObjectReplacements/Object \d+"
)
