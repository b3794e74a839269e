"""Page tests of cases: an officer's case with an earlier referral about a person of that name."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from handrail.access.tests.page import SIGNED_IN, PageTests, hidden_from, leads
from handrail.cases.documents.tests.adding import add
from handrail.cases.models import Case
from handrail.cases.models.register_entry import RegisterEntry
from handrail.cases.models.summary import Redaction
from handrail.cases.registers.tests.telling import advise
from handrail.cases.tests.cast import Cast, make_cast, person, refer, typed_for
from handrail.cases.tests.staff import make_redaction, make_staff
from handrail.organisations.models import Organisation, Person
from handrail.organisations.roles import Role
from handrail.policy.schema.form import Meaning
from handrail.records.drafts import Draft
from handrail.records.packs import current_pack
from handrail.subjects.models import PossibleMatch

WHO = {"given-name": "Zerlinda", "family-name": "Quillfeather"}
NAME = "Quillfeather"
ASKED = "ask-for-information"  # a step that the officer may take on the case

# The queries that the loader of every case page makes.
OF_CASE = SIGNED_IN | {"the case, with whom it is about and how much of it they see": 1}

# What users get who see only the state of a case, and who see nothing of it.
ASKED_WHY = leads("second_officer", "cases:open", because="They oversee it: a reason comes first.")
UNKNOWN = hidden_from("stranger")


def day_parts(name: str, day: date) -> dict[str, int]:
    """Return a day as the three inputs of a form."""
    return {f"{name}-day": day.day, f"{name}-month": day.month, f"{name}-year": day.year}


@dataclass(slots=True)
class Desk:
    """The officer's records, and people beside the cast."""

    cast: Cast
    case: Case
    earlier: Case
    draft: Draft
    redaction: Redaction
    register_entry: RegisterEntry
    others: dict[str, Person]


def make_desk() -> Desk:
    """Make two referrals of one name; the later is the officer's, with a draft, a document and a summary."""
    cast = make_cast()
    earlier, case = refer(cast, **WHO), refer(cast, **WHO)
    Case.objects.filter(pk=case.pk).update(owner=cast.officer, allocated=True)
    case.refresh_from_db()
    draft = Draft.objects.begin_on(case, ASKED, person=cast.officer)
    add(case, cast.officer)
    return Desk(cast, case, earlier, draft, make_redaction(case), advise(cast.officer), others_of(cast))


def others_of(cast: Cast) -> dict[str, Person]:
    """Make professional standards here and elsewhere, an inspector, and a supervisor elsewhere."""
    staff = make_staff(cast)
    elsewhere = Organisation.objects.get(name="Wessex Police")
    return {
        "standards": staff.standards,
        "standards_elsewhere": staff.elsewhere,
        "second_standards": staff.second_standards,
        "inspector": person("Ian Spector", Role.INSPECTOR, Organisation.objects.get(kind="nation")),
        "supervisor_elsewhere": person("Sue West", Role.PREVENT_SUPERVISOR, elsewhere),
    }


class RoomTests(PageTests):
    """Tests of a page that uses the desk."""

    desk: Desk
    case: Case

    @pytest.fixture(autouse=True)
    def arranged(self, cast: Cast, desk: Desk) -> None:
        self.cast, self.desk, self.case = cast, desk, desk.case
        self.made_ready()

    def called(self, who: str) -> Person:
        return self.desk.others.get(who) or super().called(who)

    def kept_from_others(self) -> list[str]:
        return [NAME, self.case.reference, self.case.referrals.get().reference]

    @property
    def match(self) -> PossibleMatch:
        """The open question whether the two referrals are about one person."""
        return PossibleMatch.objects.get()


class CasePageTests(RoomTests):
    """Tests of a page about the officer's case."""

    def parts(self) -> list[Any]:
        return [self.case.pk]


class OutsideTests(RoomTests):
    """Tests of a public page: the visitor's browser holds a referral that is filled in and not sent."""

    draft: Draft

    def arrange(self) -> None:
        pack, force = current_pack(), self.cast.force
        form = pack.form_by_id["referral"]
        said = {Meaning.FORCE: str(force.pk), Meaning.GIVEN_NAME: "Amber", Meaning.FAMILY_NAME: "Roe"}
        answers = {question.id: text for means, text in said.items() if (question := form.meaning(means))}
        typed = typed_for(pack, pack.step_by_id["referral"], force, **answers)
        self.draft = Draft.objects.create(
            target_kind="case", pack_id=pack.id, step_id="referral", typed=typed
        )

    def section_of(self, question: str) -> str:
        """Return the page of the form that asks this question."""
        sections = self.draft.pack.form_by_id["referral"].sections
        return next(one.id for one in sections if question in {asked.id for asked in one.questions})

    def parts(self) -> list[Any]:
        return [self.draft.pk]

    def client(self, who: str) -> Client:
        if who != "visitor":
            return super().client(who)
        client = Client()
        session = client.session
        session["referral"] = str(self.draft.pk)
        session.save()
        client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key or ""
        return client

    def kept_from_others(self) -> list[str]:
        return ["Amber"]
