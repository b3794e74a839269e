"""A policy may leave out what another has: its pages open, and say what is not there."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse

from handrail.access import context
from handrail.access.pages import pages
from handrail.cases.disclosure.paper.summary import next_blocks
from handrail.cases.engine.record import Record
from handrail.cases.models import Case
from handrail.cases.tests.cast import Cast, make_cast, refer
from handrail.cases.timeline import checks
from handrail.policy.load import load_pack
from handrail.policy.names import REGISTERED
from handrail.policy.schema.pack import Pack
from handrail.policy.step_kinds.register_entry import REGISTER_ENTRY
from handrail.policy.tests.small_pack import write
from handrail.records import packs

PARENT, EMPTIED = "england-wales-2018", "emptied"
HEAD = f"""
id = "{EMPTIED}"
extends = "{PARENT}"
title = "Emptied"
summary = "Less than another policy."
in_force_from = 2018-04-01
"""
NO_CHECKS = "There are no checks in"


def without_checks(parent: Pack) -> str:
    """Return a policy without checks, guards, question sets and obligations."""
    watched = [
        f'[[{name}]]\nid = "{part.id}"\nunchecked = "For the tests."\n'
        for name, parts in (("limits", parent.limits), ("follow_ups", parent.follow_ups))
        for part in parts
    ]
    return "checks = []\nguards = []\nquestion_sets = []\nobligations = []\n" + "".join(watched)


def without_registers(parent: Pack) -> str:
    """Return a policy without registers, their steps with forms and limits, and the checks of those."""
    steps = {step.id for step in REGISTER_ENTRY.steps(parent)}
    limits = {limit.id for limit in parent.limits if limit.step in steps}
    checked = {check.id for check in parent.checks if check.limit in limits or check.step in steps}
    forms = {step.form for step in parent.steps if step.id in steps and step.form}
    forms -= {step.form for step in parent.steps if step.id not in steps}
    gone = {"steps": steps, "forms": forms, "limits": limits, "checks": checked}
    parts = [
        f'[[{name}]]\nid = "{id_}"\nremove = true\n' for name, ids in gone.items() for id_ in sorted(ids)
    ]
    return "registers = []\n" + "".join(parts)


@pytest.fixture(params=[without_checks, without_registers])
def emptied(request: pytest.FixtureRequest, tmp_path: Path, settings: LazySettings) -> Iterator[Pack]:
    """The policy for new cases, made from another by leaving something out."""
    leave_out: Callable[[Pack], str] = request.param
    (tmp_path / EMPTIED).mkdir()
    shutil.copytree(Path(settings.PACKS) / PARENT, tmp_path / PARENT)
    (tmp_path / EMPTIED / "pack.toml").write_text(HEAD, encoding="utf-8")
    said = leave_out(load_pack(tmp_path / PARENT))
    (tmp_path / EMPTIED / "less.toml").write_text(said, encoding="utf-8")
    settings.PACKS, settings.PACK = str(tmp_path), EMPTIED
    _forget()
    yield load_pack(tmp_path / EMPTIED, REGISTERED)
    _forget()


def _forget() -> None:
    packs.pack.cache_clear()
    packs.known_packs.cache_clear()


@pytest.fixture
def cast(db: None, emptied: Pack) -> Cast:
    return make_cast()


@pytest.fixture
def case(cast: Cast) -> Case:
    case = refer(cast)
    Case.objects.filter(pk=case.pk).update(owner=cast.officer, allocated=True)
    return case


def test_every_page_of_the_menu_and_of_the_case_opens(cast: Cast, case: Case) -> None:
    opened = 0
    for person in (cast.supervisor, cast.officer, cast.nation, cast.chair):
        client = Client()
        client.force_login(person)
        for page in pages():
            of_case = page.parts == ["case_id"]
            if page.audience is None or not page.audience.includes(person) or (page.parts and not of_case):
                continue
            status = client.get(reverse(page.name, args=[case.pk] if of_case else [])).status_code
            assert status < 500, (page.name, person.name)
            opened += status == 200
    assert opened > 60


@pytest.mark.django_db
def test_every_page_opens_under_the_smallest_policy(tmp_path: Path, settings: LazySettings) -> None:
    """The smallest policy has two stages and three steps, and no public form, register or marking."""
    folder = write(tmp_path / "small")
    for path in folder.rglob("*.toml"):
        text = path.read_text(encoding="utf-8").replace('"officer"', '"prevent-officer"')
        path.write_text(text.replace('"supervisor"', '"prevent-supervisor"'), encoding="utf-8")
    settings.PACKS, settings.PACK = str(tmp_path), "small"
    _forget()
    cast = make_cast()
    for person in (None, cast.supervisor, cast.officer, cast.nation):
        client = Client()
        if person:
            client.force_login(person)
        for page in pages():
            if page.audience and not page.parts:
                assert client.get(reverse(page.name)).status_code < 500, page.name
    assert "Referrals are not taken on this page" in client.get(reverse("cases:refer")).text
    _forget()


@pytest.mark.parametrize("emptied", [without_checks], indirect=True)
def test_without_checks_nothing_is_called_in_line(cast: Cast, case: Case) -> None:
    client = Client()
    client.force_login(cast.supervisor)
    page = client.get(reverse("cases:checks")).text
    assert "No checks in this policy" in page
    assert f"{NO_CHECKS} “Emptied”" in page
    assert "Nothing is out of line" not in page
    assert f"{NO_CHECKS} the policy of this case." in client.get(reverse("cases:case", args=[case.pk])).text
    assert "Out of line with policy" not in client.get(reverse("cases:list")).text
    assert checks.out_of_line(case) == []
    assert checks.report(case.pack) == []
    with context.asking(cast.supervisor):
        assert {"is": "aside", "text": checks.NONE_ASKED} in next_blocks(Record.of(case), cast.supervisor, [])


@pytest.mark.parametrize("emptied", [without_checks], indirect=True)
def test_a_policy_without_checks_beside_one_with_checks_is_named(
    cast: Cast, case: Case, settings: LazySettings
) -> None:
    settings.PACK = PARENT
    client = Client()
    client.force_login(cast.supervisor)
    page = client.get(reverse("cases:checks")).text
    assert f"{NO_CHECKS} “Emptied”" in page
    assert "Nothing found, but not everything was checked" in page
