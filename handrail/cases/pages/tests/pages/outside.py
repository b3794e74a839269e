"""Page tests of the public pages on which somebody without an account makes a referral."""

from typing import Any

from django.conf import settings
from django.test import Client

from handrail.cases.tests.cast import typed_for
from handrail.cases.tests.page import RoomTests
from handrail.policy.schema.form import Meaning
from handrail.records.drafts import Draft
from handrail.records.packs import current_pack


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
