"""The audits find what they are for: each is shown something broken. `make audit` shows them our own code."""

import shutil
from pathlib import Path

import pytest

from audit import clocks, code, materials, pages, pins, words
from audit.code import ROOT

BROKEN = {
    "statement for the database": [
        'cursor.execute(f"SELECT * FROM people WHERE name = {name}")',
        'cursor.execute("SELECT " + name)',
        'cursor.execute("SELECT %s" % name)',
        'connection.execute("SELECT {}".format(name))',
        'cursor.execute(sql.SQL(f"SELECT {name}"))',
        'cursor.executemany("".join(parts), rows)',
    ],
    "past the ORM": ["Case.objects.raw(text)", "Case.objects.extra(where=[text])", "RawSQL(text, [])"],
    "safe for a page": ["from django.utils.safestring import mark_safe", "markupsafe.Markup(text)"],
    "forged forms": [
        "@csrf_exempt\ndef view(request): ...",
        "from django.views.decorators.csrf import csrf_exempt",
    ],
    "past @page": ["@login_not_required\ndef view(request): ..."],
    "runs text as code": ["eval(text)", "exec(text)", "__import__(name)"],
    "make any object": ["import pickle", "from yaml import load", "import marshal"],
    "through a shell": [
        'subprocess.run("ls", shell=True)',
        "subprocess.run(command, shell=flag)",
        'os.system("ls")',
        'os.popen("ls")',
    ],
    "waits without limit": [
        "subprocess.run(['ls'], check=True)",
        "process.wait()",
        "process.communicate()",
        "thread.join()",
    ],
    "reach out": [
        "import requests",
        "from urllib import request",
        "import socket",
        "from http import client",
    ],
    "sends mail": ["from django.core import mail", "from django.core.mail import EmailMessage"],
    "unguarded": ["import xml.sax", "from xml.etree import ElementTree"],
    "caller's address": ['request.META["HTTP_X_FORWARDED_FOR"]', 'request.META.get("REMOTE_ADDR")'],
    "names a role": ["if Role.PANEL_CHAIR in step.by: ...", 'by = ("prevent-supervisor",)'],
    "a return address of a request": [
        "from django.http import HttpRequest; int(request.POST['version'])",
        "from django.http import HttpRequest; UUID(request.GET.get('id', ''))",
        "from django.http import HttpRequest; text.isdecimal()",
    ],
    "debugging": ["DEBUG = True", "DEBUG = flag()"],
    "checking who it is": ["get(url, verify=False)", "ssl.CERT_NONE"],
}
FINE = """
cursor.execute("SELECT 1 WHERE name = %s", [name])
cursor.execute(sql.SQL("SELECT {}").format(sql.Identifier(name)))
cursor.execute(sql.SQL(", ").join(parts))
subprocess.run(["ls"], shell=False, timeout=60)
process.wait(60)
process.communicate(timeout=60)
", ".join(parts)
from urllib.parse import urlsplit
re.compile(pattern)
int(text)
DEBUG = False
"""


def tree(folder: Path, text: str) -> Path:
    (folder / "handrail").mkdir()
    (folder / "handrail" / "some.py").write_text(text)
    return folder


@pytest.mark.parametrize(("sentence", "text"), [(s, text) for s, texts in BROKEN.items() for text in texts])
def test_each_rule_finds_what_breaks_it(tmp_path: Path, sentence: str, text: str) -> None:
    found = [line for line in code.troubles(tree(tmp_path, text)) if line.startswith("handrail/some.py:1 ")]
    assert any(sentence in line for line in found), found


def test_every_rule_is_shown_something() -> None:
    for rule in code.RULES:
        assert any(sentence in rule.sentence for sentence in BROKEN), rule.sentence


def test_what_is_written_well_is_not_found(tmp_path: Path) -> None:
    found = code.troubles(tree(tmp_path, FINE))
    assert not [line for line in found if line.startswith("handrail/some.py")]


def test_an_exception_that_is_not_needed_any_more_is_told_of(tmp_path: Path) -> None:
    assert any(
        "is allowed what it does not do any more" in line for line in code.troubles(tree(tmp_path, ""))
    )


@pytest.mark.parametrize(
    "text",
    [
        "TODAY = timezone.localdate()",
        "class Row:\n    day = date.today()",
        "def due(day=date.today()): ...",
        "@parametrize('day', [None, localdate()])\ndef test_due(day): ...",
        "soon = lambda day=now(): day",
        "if True:\n    NOON = timezone.localtime().replace(hour=12)",
    ],
)
def test_a_clock_that_is_read_while_a_module_is_loaded_is_found(text: str) -> None:
    assert clocks.clocks_in(text)


@pytest.mark.parametrize(
    "text",
    [
        "def due():\n    return date.today()",
        "class Row:\n    def due(self):\n        return now()",
        "today = lambda: timezone.localdate()",
        "class Row:\n    at = Field(default=timezone.now)",
    ],
)
def test_a_clock_that_is_read_when_it_is_used_is_not_found(text: str) -> None:
    assert not clocks.clocks_in(text)


@pytest.mark.parametrize(
    "text",
    [
        "def is_late(today):\n    return due < timezone.localdate()",
        "def write(row, *, at=None):\n    row.at = timezone.now()",
        "def late(now):\n    return [row for row in rows if row.due < date.today()]",
    ],
)
def test_a_clock_that_is_read_beside_a_time_that_is_given_is_found(text: str) -> None:
    assert clocks.read_beside_given(text) == [2]


@pytest.mark.parametrize(
    "text",
    [
        "def is_late(today):\n    return due < today",
        "def write(at=None):\n    at = at or timezone.now()",
        "def day(at):\n    return timezone.localdate(at)",
        "def due():\n    return date.today()",
    ],
)
def test_the_time_that_is_given_may_be_used_or_be_missing(text: str) -> None:
    assert not clocks.read_beside_given(text)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{{ name|safe }}", "marks text as safe"),
        ("{% autoescape false %}", "marks text as safe"),
        ('<p style="color: red">', "styles by itself"),
        ("<style>p {}</style>", "styles by itself"),
        ("<script>run()</script>", "runs by itself"),
        ('<a onclick="run()">', "runs by itself"),
        ('<a href="javascript:run()">', "runs by itself"),
        ('<img src="https://elsewhere.example/x.png">', "loads something from elsewhere"),
        ('<form method="post"><button>Send</button></form>', "without the token"),
        ('<form method="post">csrf</form><form method="post"></form>', "without the token"),
    ],
)
def test_a_template_that_breaks_a_rule_is_found(tmp_path: Path, text: str, sentence: str) -> None:
    folder = tmp_path / "handrail" / "web" / "jinja2" / "web"
    folder.mkdir(parents=True)
    (folder / "page.html").write_text(f"<p>\n{text}")
    [found] = pages.troubles(tmp_path)
    assert found.startswith("handrail/web/jinja2/web/page.html:2 ")
    assert sentence in found


@pytest.mark.parametrize(
    "text", ["node.innerHTML = text", "eval(text)", "localStorage.name = 1", "document.write(x)"]
)
def test_a_script_that_breaks_a_rule_is_found(tmp_path: Path, text: str) -> None:
    folder = tmp_path / "handrail" / "web" / "static" / "web"
    folder.mkdir(parents=True)
    (folder / "some.js").write_text(text)
    assert len(pages.troubles(tmp_path)) == 1


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """What the rules over dependencies read, to be spoiled."""
    for name in ("requirements", "docs"):
        shutil.copytree(ROOT / name, tmp_path / name)
    for name in ("Makefile", "package-lock.json"):
        shutil.copy(ROOT / name, tmp_path / name)
    assert pins.troubles(tmp_path) == []
    return tmp_path


@pytest.mark.parametrize(
    ("file", "before", "after", "sentence"),
    [
        (
            "requirements/base.txt",
            "django==",
            "--index-url https://elsewhere.example\ndjango==",
            "a source of",
        ),
        ("requirements/base.txt", "\njinja2==", "\njinja2==0.1\nother==", "has no checksum"),
        (
            "requirements/dev.txt",
            "\npytest==",
            "\npytest==0.1 --hash=sha256:0\nother==",
            "pytest has no checksum",
        ),
        ("requirements/base.in", "argon2-cffi", "left-pad\nargon2-cffi", "no reason for left-pad"),
        ("Makefile", "--require-hashes --requirement", "--requirement", "installs without checksums"),
        ("Makefile", "--ignore-scripts", "", "run scripts"),
        ("package-lock.json", '"integrity": "sha512-', '"integrity": "sha1-', "has no checksum"),
        ("package-lock.json", '"integrity":', '"resolved": "https://x", "integrity":', "source of its own"),
    ],
)
def test_a_loose_dependency_is_found(copy: Path, file: str, before: str, after: str, sentence: str) -> None:
    text = (copy / file).read_text()
    assert before in text
    (copy / file).write_text(text.replace(before, after, 1))
    assert any(sentence in line for line in pins.troubles(copy))


def test_a_package_that_is_installed_in_another_version_is_found(copy: Path) -> None:
    text = (copy / "requirements" / "base.txt").read_text()
    (copy / "requirements" / "base.txt").write_text(text.replace("\nstructlog==", "\nstructlog==9"))
    assert any(
        line.startswith("structlog ") and "is installed, pinned is 9" in line for line in pins.troubles(copy)
    )


def test_the_bill_of_materials_lists_every_pinned_package_with_its_checksums() -> None:
    bill = materials.bill()
    listed = {part["name"]: part for part in bill["components"]}
    pinned = pins.pins((ROOT / "requirements" / "base.txt").read_text())
    assert {pin.name for pin in pinned} <= set(listed)
    assert "govuk-frontend" in listed
    for pin in pinned:
        [source] = listed[pin.name]["externalReferences"]
        assert [each["content"] for each in source["hashes"]] == list(pin.hashes)
    assert bill == materials.bill()
    references = [part["bom-ref"] for part in bill["components"]]
    assert len(references) == len(set(references))


def test_a_page_that_names_what_is_gone_is_found(tmp_path: Path) -> None:
    (tmp_path / "handrail" / "room").mkdir(parents=True)
    (tmp_path / "handrail" / "room" / "acts.py").write_text("MOST = 5\n\n\ndef begin() -> None: ...\n")
    (tmp_path / "docs").mkdir()
    page = tmp_path / "docs" / "words.md"
    page.write_text("`room/acts.py`, `room/acts.py::begin`, `handrail/room/acts.py::MOST`, `acts.py`")
    assert words.troubles(tmp_path) == []
    page.write_text("`room/gone.py`, `room/acts.py::finish`")
    assert words.troubles(tmp_path) == [
        "docs/words.md names room/gone.py, which does not exist.",
        "docs/words.md names finish of room/acts.py, which has no such name.",
    ]
