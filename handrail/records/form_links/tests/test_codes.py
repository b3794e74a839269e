"""Codes of form links."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.utils import timezone

from handrail.organisations.tests.cast import Cast
from handrail.records.form_links import acts


def test_a_code_opens_its_link_when_the_secret_key_was_changed_since(cast: Cast, settings: Any) -> None:
    settings.SENDS_MAIL = False
    until = timezone.localdate() + timedelta(days=7)
    link = acts.make(
        "meeting", uuid4(), 1, by=cast.officer, to="Ms Chandra", email="", words="Who comes?", until=until
    )
    code = acts.new_code(link)
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another " * 8
    assert acts.opens(link, code)
    assert not acts.opens(link, "00000000" if code != "0000 0000" else "11111111")
    settings.SECRET_KEY_FALLBACKS = []
    assert not acts.opens(link, code)
