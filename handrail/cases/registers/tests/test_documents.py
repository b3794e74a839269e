"""Documents on register entries: added, listed and opened as on a case."""

from datetime import timedelta
from hashlib import sha256

import pytest
from django.urls import reverse
from django.utils import timezone

from handrail.access.errors import NotAllowed
from handrail.access.models import Reading, Verb
from handrail.cases.documents.tests.adding import SAID, add
from handrail.cases.errors import InvalidAnswers, NotNow
from handrail.cases.files.inspecting import NotTaken
from handrail.cases.files.models import Document
from handrail.cases.files.tests.hostile import HOSTILE
from handrail.cases.models import Case
from handrail.cases.models.register_entry import RegisterEntry
from handrail.cases.registers.tests.telling import advise
from handrail.cases.tests.cast import Cast, refer
from handrail.cases.tests.staff import client_of
from handrail.ledger.models import Entry
from handrail.organisations.vetting import Vetting

POLICE = "official-sensitive-police"


@pytest.fixture
def register_entry(cast: Cast) -> RegisterEntry:
    return advise(cast.officer)


def test_it_is_an_entry_on_the_register_entrys_own_chain(cast: Cast, register_entry: RegisterEntry) -> None:
    document = add(register_entry, cast.officer)
    entry = Entry.objects.select_related("content").get(chain=register_entry.pk, number=document.number)
    said = entry.content.content["document"]
    assert (entry.act, entry.kind, entry.number) == ("add-document", "register-entry", register_entry.version)
    assert said["sha256"] == sha256(SAID).hexdigest()
    assert document.content() == SAID
    assert document.title == "Letter from the school"


def test_nothing_of_the_register_entrys_own_process_moves(cast: Cast, register_entry: RegisterEntry) -> None:
    before, running = RegisterEntry.objects.values().get(), list(register_entry.deadlines.values())
    add(register_entry, cast.officer)
    assert RegisterEntry.objects.values().get() == before | {"version": 2}
    assert list(register_entry.deadlines.values()) == running != []


@pytest.mark.parametrize("name", ["an archive bomb", "a PDF that runs a script"])
def test_a_hostile_file_leaves_nothing(cast: Cast, register_entry: RegisterEntry, name: str) -> None:
    with pytest.raises(NotTaken):
        add(register_entry, cast.officer, HOSTILE[name][0]())
    assert Entry.objects.filter(chain=register_entry.pk).count() == 1


def test_what_is_wrong_with_the_answers_is_said(cast: Cast, register_entry: RegisterEntry) -> None:
    with pytest.raises(InvalidAnswers):
        add(register_entry, cast.officer, title=" ")
    with pytest.raises(InvalidAnswers):
        add(register_entry, cast.officer, marking="official-sensitive-named")


def test_who_does_not_read_it_or_whom_the_policy_does_not_name_adds_nothing(cast: Cast) -> None:
    register_entry = advise(cast.spoc)
    with pytest.raises(NotAllowed, match="no longer do"):
        add(register_entry, cast.stranger)
    with pytest.raises(NotAllowed):
        add(register_entry, cast.spoc)
    assert not Document.objects.exists()


def test_to_one_that_became_a_case_nothing_is_added(cast: Cast, register_entry: RegisterEntry) -> None:
    case: Case = refer(cast)
    RegisterEntry.objects.filter(pk=register_entry.pk).update(
        became=case, ended_on=timezone.localdate() - timedelta(1)
    )
    with pytest.raises(NotNow, match="became a referral"):
        add(register_entry, cast.officer)
    page = client_of(cast.officer).get(
        reverse("cases:record-documents", args=["register-entry", register_entry.pk])
    )
    assert "Documents" in page.text
    assert "Add a document" not in page.text


def test_one_marked_higher_is_withheld_from_readers_without_the_vetting(
    cast: Cast, register_entry: RegisterEntry
) -> None:
    document = add(register_entry, cast.officer, title="Poster", marking=POLICE)
    cast.second_officer.posts.update(vetting=Vetting.PARTNER)
    low, high = client_of(cast.second_officer), client_of(cast.supervisor)
    listed = reverse("cases:record-documents", args=["register-entry", register_entry.pk])
    opened = reverse("cases:record-document", args=["register-entry", register_entry.pk, document.number])
    assert document.title in high.get(listed).text
    assert document.title not in low.get(listed).text
    assert "A document is withheld" in low.get(listed).text
    assert high.get(opened).content == SAID
    assert low.get(opened).status_code == 404
    own = reverse("cases:matter", args=[register_entry.pk])
    assert document.title in high.get(own).text
    assert document.title not in low.get(own).text


def test_opening_one_is_logged_before_it_leaves(cast: Cast, register_entry: RegisterEntry) -> None:
    document = add(register_entry, cast.officer)
    client_of(cast.officer).get(
        reverse("cases:record-document", args=["register-entry", register_entry.pk, document.number])
    )
    assert Reading.objects.filter(verb=Verb.EXPORTED, records=[register_entry.pk, document.pk]).exists()
