"""The members that questions of the packs offer."""

from handrail.records import members
from handrail.records.packs import known_packs


def test_every_name_in_the_packs_is_one_that_code_finds() -> None:
    asked = {
        question.members
        for pack in known_packs()
        for form in pack.forms
        for question in form.questions.values()
        if question.members
    }
    assert asked == {"case-colleagues"}
    assert asked <= members.names()
