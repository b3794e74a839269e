"""A document is added whole or not at all: its file, its row and its entry."""

from hashlib import sha256
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.utils import timezone

from handrail.access import context
from handrail.access.errors import NotAllowed
from handrail.cases.documents import adding
from handrail.cases.documents.tests.adding import SAID, add
from handrail.cases.errors import InvalidAnswers, NotNow, Stale
from handrail.cases.files import keeping
from handrail.cases.files.inspecting import NotTaken
from handrail.cases.files.models import Document
from handrail.cases.files.store import Missing
from handrail.cases.files.tasks import sweep
from handrail.cases.files.tests.hostile import HOSTILE
from handrail.cases.models import Case
from handrail.cases.steps import actions
from handrail.cases.tests.cast import Cast
from handrail.ledger.models import Entry
from handrail.ledger.record import ChainMoved
from handrail.organisations.vetting import Vetting
from handrail.policy.schema.access import Documents


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: LazySettings) -> Path:
    settings.DOCUMENTS = str(tmp_path / "kept")
    return tmp_path / "kept"


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_its_entry_says_what_it_is_and_its_digest_and_nothing_of_the_key(case: Case, cast: Cast) -> None:
    document = add(case, cast.officer, says="They met twice")
    entry = Entry.objects.get(chain=case.pk, number=document.number)
    said = entry.content.content
    assert entry.act == "add-document"
    assert said["document"] == {
        "id": str(document.pk),
        "kind": "text",
        "size": len(SAID),
        "sha256": sha256(SAID).hexdigest(),
        "encoding": "utf-8",
    }
    assert said["answers"]["title"] == document.title == "Letter from the school"
    assert bytes(document.key).hex() not in str(said)
    assert document.content() == SAID


def test_what_lies_in_the_store_says_nothing_and_is_for_nobody_else(
    case: Case, cast: Cast, folder: Path
) -> None:
    document = add(case, cast.officer)
    (file,) = files(folder)
    assert SAID not in file.read_bytes()
    assert file.stat().st_mode & 0o777 == 0o600
    assert {path.stat().st_mode & 0o777 for path in (folder, file.parent)} == {0o700}
    assert "school" not in str(file)
    assert file.name == document.name


def test_without_its_row_nobody_reads_it_again(case: Case, cast: Cast, folder: Path) -> None:
    """A copy of the store and another document's key reveal nothing."""
    first, second = add(case, cast.officer), add(case, cast.officer, b"Another\n")
    locked = keeping.store().get(first.name)
    with pytest.raises(Missing):
        keeping.unlock(locked, bytes(second.key), first.name)
    with pytest.raises(Missing):
        keeping.unlock(locked, bytes(first.key), second.name)


@pytest.mark.parametrize("name", ["an archive bomb", "a PDF that runs a script"])
def test_a_file_that_is_not_taken_leaves_nothing(case: Case, cast: Cast, folder: Path, name: str) -> None:
    with pytest.raises(NotTaken):
        add(case, cast.officer, HOSTILE[name][0]())
    assert not files(folder)
    assert Entry.objects.filter(chain=case.pk).count() == case.version


def broken(*given: object, **more: object) -> None:
    raise ChainMoved("Somebody else was quicker")


@pytest.mark.parametrize(
    "place", ["handrail.cases.steps.actions.write_all", "handrail.cases.files.models.Document.save"]
)
def test_where_the_entry_or_the_row_fails_neither_is_there_and_the_file_is_swept(
    case: Case, cast: Cast, folder: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    before = case.version
    with monkeypatch.context() as patch:
        patch.setattr(place, broken)
        with pytest.raises(ChainMoved):
            add(case, cast.officer)
    case.refresh_from_db()
    assert case.version == before == Entry.objects.filter(chain=case.pk).count()
    assert not Document.objects.exists()
    assert len(files(folder)) == 1
    assert sweep(0) == 0, "what is young may belong to an act that is going on"
    age(folder)
    assert sweep(0) == 1
    assert not files(folder)


def age(folder: Path) -> None:
    """Make every stored file two days older."""
    import os

    then = timezone.now().timestamp() - 2 * 24 * 60 * 60
    for file in files(folder):
        os.utime(file, (then, then))


def test_the_sweep_leaves_every_file_that_has_a_row(case: Case, cast: Cast, folder: Path) -> None:
    document = add(case, cast.officer)
    keeping.store().put(keeping.new_name(), b"left behind")
    age(folder)
    assert sweep(0) == 1
    assert document.content() == SAID


def test_where_the_store_does_not_answer_nothing_is_recorded(
    case: Case, cast: Cast, settings: LazySettings
) -> None:
    settings.DOCUMENTS = "/proc/no-folder"
    with pytest.raises(NotNow, match="Try again later"):
        add(case, cast.officer)
    assert not Document.objects.exists()


def test_who_only_reads_or_is_somebody_else_adds_nothing(case: Case, cast: Cast) -> None:
    with pytest.raises((NotAllowed, Case.DoesNotExist)):
        add(case, cast.stranger)


def test_answers_are_checked_as_those_of_every_step(case: Case, cast: Cast) -> None:
    with pytest.raises(InvalidAnswers):
        add(case, cast.officer, title=" ")
    with pytest.raises(InvalidAnswers):
        add(case, cast.officer, title="x" * 201)
    with pytest.raises(InvalidAnswers):
        add(case, cast.officer, marking="top-secret")
    cast.officer.posts.update(vetting=Vetting.MANAGEMENT)
    with pytest.raises(InvalidAnswers):
        add(case, cast.officer, marking="official-sensitive-named")


def test_a_page_that_is_behind_is_refused_before_anything_is_kept(
    case: Case, cast: Cast, folder: Path
) -> None:
    typed, seen = {"title": ["A"], "from": ["B"]}, case.version - 1
    with context.asking(cast.officer), pytest.raises(Stale):
        adding.add_document(case, typed, SAID, by=cast.officer, seen_version=seen)
    assert not files(folder)


def test_a_case_holds_no_more_than_the_policy_says(
    case: Case, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = Documents(most_in_a_case=1, source="local-choice", note="For this test.")
    pack = case.pack.model_copy(update={"documents": few})
    monkeypatch.setattr(Case, "pack", property(lambda case: pack))
    add(case, cast.officer)
    with pytest.raises(NotNow, match="at most 1 "):
        add(case, cast.officer)


def test_the_step_is_not_taken_without_a_file(case: Case, cast: Cast) -> None:
    typed = {"title": ["A"], "from": ["B"]}
    with context.asking(cast.officer), pytest.raises(NotNow, match="page of documents"):
        actions.take_step(case.pk, "add-document", typed, by=cast.officer, seen_version=case.version)
