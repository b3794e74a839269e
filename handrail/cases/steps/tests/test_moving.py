"""Moving cases to a newer policy: what is shown, what is recorded, and what stays as it was."""

import csv
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from handrail.access import context
from handrail.access.errors import NotAllowed
from handrail.cases.engine.rebuild import differences
from handrail.cases.errors import NotNow, Stale
from handrail.cases.models import Case
from handrail.cases.packs import packs_in_use
from handrail.cases.steps import policy_change
from handrail.cases.steps.tests.test_steps import to_channel, to_gateway
from handrail.cases.tests.cast import Cast, take
from handrail.cases.tests.staff import again, client_of
from handrail.cases.timeline import checks
from handrail.cases.timeline.entries import chronology, event
from handrail.ledger.models import Entry
from handrail.organisations.models import Person
from handrail.records.drafts import Draft
from handrail.records.packs import current_pack

NEWER = "england-wales-2025"
WHY = "The policy of 2025 is in force here."


def move(case: Case, by: Person, **changes: Any) -> Entry:
    case.refresh_from_db()
    wanted = {"seen_version": case.version, "reason": WHY, **changes}
    with context.asking(by):
        entry = policy_change.move_to_policy(case.pk, NEWER, by=by, **wanted)
    case.refresh_from_db()
    return entry


def test_a_moved_case_is_under_the_newer_policy_and_its_entry_too(cast: Cast) -> None:
    case = to_gateway(cast)
    entry = move(case, cast.supervisor)
    assert (case.pack_id, case.stage_id, entry.pack, entry.act) == (NEWER, "gateway", NEWER, "move-to-policy")
    content = Entry.objects.get(pk=entry.pk).content.content
    assert (content["reason"], content["from"]) == (WHY, "england-wales-2018")
    take(case, "gateway-assessment", cast.officer, outcome="exit")
    assert Entry.objects.filter(chain=case.pk).order_by("-number")[0].pack == NEWER


def test_a_case_stands_where_its_entries_put_it_across_the_move(cast: Cast) -> None:
    case = to_channel(cast)
    take(case, "action", cast.supervisor, owner=str(cast.second_officer.pk))
    move(case, cast.supervisor)
    take(case, "support-plan", cast.practitioner)
    take(case, "consent-withdrawn", cast.practitioner, **{"consent-end": "withdrawn"})
    case.refresh_from_db()
    assert case.stage_id == "without-consent"
    assert "further-assessment" in case.deadlines.running().values_list("limit_id", flat=True)
    assert case.follow_ups.open()
    assert differences([case]) == []


def test_what_was_recorded_keeps_its_questions_and_words(cast: Cast) -> None:
    case = to_channel(cast)
    take(case, "vulnerability-assessment", cast.practitioner)
    number = case.version
    referred = event(case, 1, cast.supervisor)
    move(case, cast.supervisor)
    with context.asking(cast.supervisor):
        titles = [event.title for event in chronology(case, cast.supervisor)]
        found = event(case, number, cast.supervisor)
        before = event(case, 1, cast.supervisor)
    assert found
    assert referred
    assert before
    assert titles[:2] == ["Move to a newer policy", "Vulnerability assessment"]
    assert found[0].title == "Vulnerability assessment"
    assert before[1] == referred[1]
    assert any(answer.answer == "Vulnerability to radicalisation" for answer in before[1])


@pytest.mark.parametrize("who", ["officer", "fimu", "stranger", "spoc"])
def test_only_a_supervisor_moves_a_case(cast: Cast, who: str) -> None:
    case = to_gateway(cast)
    with pytest.raises(NotAllowed):
        move(case, getattr(cast, who))
    assert Case.objects.get(pk=case.pk).pack_id == "england-wales-2018"


def test_a_decision_that_waits_for_sign_off_is_signed_off_first(cast: Cast) -> None:
    case = to_gateway(cast)
    take(case, "gateway-assessment", cast.officer, outcome="channel")
    with pytest.raises(NotNow, match="waits for sign-off first"):
        move(case, cast.supervisor)


def test_who_saw_an_older_version_is_told_so(cast: Cast) -> None:
    case = to_gateway(cast)
    with pytest.raises(Stale):
        move(case, cast.supervisor, seen_version=case.version - 1)


def test_a_case_is_moved_once(cast: Cast) -> None:
    case = to_gateway(cast)
    move(case, cast.supervisor)
    with pytest.raises(NotNow, match="already"):
        move(case, cast.supervisor)


def test_there_is_no_way_to_a_policy_that_is_not_there(cast: Cast) -> None:
    case = to_gateway(cast)
    with pytest.raises(NotNow, match="no policy with this name"), context.asking(cast.supervisor):
        policy_change.move_to_policy(
            case.pk, "../packs", by=cast.supervisor, seen_version=case.version, reason=WHY
        )


def address(case: Case, pack_id: str = NEWER) -> str:
    return reverse("cases:move", args=[case.pk, pack_id])


def test_the_page_shows_what_changes_and_moves_the_case(cast: Cast) -> None:
    case = to_channel(cast)
    client = client_of(cast.supervisor)
    shown = client.get(reverse("cases:case", args=[case.pk])).content.decode()
    assert address(case) in shown
    page = client.get(address(case)).content.decode()
    assert "Adopted by Channel" in page
    assert "An adopted case has a support plan within 10 working days." in page
    assert "Everything that changes from one policy to the other" in page
    sent = client.post(address(case), {"version": str(case.version), "reason": WHY})
    assert sent.headers["Location"] == reverse("cases:case", args=[case.pk])
    after = client.get(sent.headers["Location"]).content.decode()
    assert "Record consent" in client_of(cast.practitioner).get(sent.headers["Location"]).content.decode()
    assert "Move to a newer policy" in after
    assert WHY in after
    assert client.get(address(case)).status_code == 404


@pytest.mark.parametrize("version", ["", "-1", "x", "0", "99999999999999999999"])
def test_a_page_that_is_out_of_date_moves_nothing(cast: Cast, version: str) -> None:
    case = to_gateway(cast)
    client = client_of(cast.supervisor)
    sent = client.post(address(case), {"version": version, "reason": WHY})
    assert sent.headers["Location"] == address(case)
    assert "was not moved" in client.get(address(case)).content.decode()
    case.refresh_from_db()
    assert case.pack_id == "england-wales-2018"


def test_a_reason_is_asked_for(cast: Cast) -> None:
    case = to_gateway(cast)
    sent = client_of(cast.supervisor).post(address(case), {"version": str(case.version), "reason": " "})
    assert sent.status_code == 422
    assert "Say why the case is moved" in sent.content.decode()


def test_the_page_says_why_a_case_cannot_be_moved(cast: Cast) -> None:
    case = to_gateway(cast)
    take(case, "gateway-assessment", cast.officer, outcome="channel")
    page = client_of(cast.supervisor).get(address(case))
    assert "waits for sign-off first" in page.content.decode()
    assert "Move the case" not in page.content.decode()
    for unknown in ("england-wales-2018", "nowhere"):
        assert client_of(cast.supervisor).get(address(case, unknown)).status_code == 404


def test_a_form_that_was_begun_before_goes_on_under_the_newer_policy(cast: Cast) -> None:
    case = to_gateway(cast)
    draft = Draft.objects.begin_on(case, "gateway-assessment", person=cast.officer)
    move(case, cast.supervisor)
    page = client_of(cast.officer).get(reverse("cases:section", args=[draft.pk, "vulnerability"]))
    assert "Is there a mental health condition" in page.content.decode()


def test_both_policies_stand_side_by_side_on_every_list(cast: Cast) -> None:
    old, new = to_channel(cast), to_channel(cast)
    move(new, cast.supervisor)
    take(new, "consent-withdrawn", cast.practitioner, **{"consent-end": "withdrawn"})
    assert [p.id for p in packs_in_use()] == ["england-wales-2018", NEWER]
    supervisor = client_of(cast.supervisor)
    for name in ("cases:list", "cases:referrals", "cases:checks", "web:home"):
        assert supervisor.get(reverse(name)).status_code == 200
    listed = supervisor.get(reverse("cases:list"), {"stage": "without-consent"}).content.decode()
    assert new.reference in listed
    assert old.reference not in listed
    assert "Adopted by Channel" in listed


def test_a_check_counts_each_case_by_its_own_policy(cast: Cast) -> None:
    cases = [to_gateway(cast), to_gateway(cast)]
    before = {f.check.id: f for f in checks.report(*packs_in_use())}
    move(cases[0], cast.supervisor)
    after = {f.check.id: f for f in checks.report(*packs_in_use())}
    for id_ in ("gateway-before-exit", "owner-set", "recorded-within", "information-in-time"):
        assert (after[id_].applies, after[id_].out_of_line) == (before[id_].applies, before[id_].out_of_line)
    assert "assessed-without-consent" in after
    alone = {f.check.id: f for f in checks.report(current_pack())}
    assert alone["owner-set"].applies == before["owner-set"].applies - 1


# Many at once


def many(cast: Cast, **options: Any) -> policy_change.Report:
    with context.asking(cast.supervisor):
        return policy_change.move_many(NEWER, by=again(cast.supervisor), reason=WHY, **options)


def test_many_are_moved_and_each_that_is_not_says_why(cast: Cast, tmp_path: Path) -> None:
    ready, waiting = to_gateway(cast), to_gateway(cast)
    take(waiting, "gateway-assessment", cast.officer, outcome="channel")
    report = many(cast)
    assert report.moved == 1
    assert [line.why_not for line in report.left] == ["“Gateway assessment” waits for sign-off first."]
    report.write(tmp_path / "report.csv")
    rows = list(csv.reader((tmp_path / "report.csv").read_text(encoding="utf-8").splitlines()))
    assert {tuple(row) for row in rows[1:]} == {
        (ready.reference, "moved", ""),
        (waiting.reference, "not moved", "“Gateway assessment” waits for sign-off first."),
    }
    ready.refresh_from_db()
    assert ready.pack_id == NEWER
    assert Entry.objects.get(chain=ready.pk, act="move-to-policy").actor == cast.supervisor.pk


def test_a_run_that_was_broken_off_goes_on_where_it_ended(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases = [to_gateway(cast) for _ in range(3)]
    monkeypatch.setattr(policy_change, "BATCH", 1)

    def broken(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        policy_change.move_many(NEWER, by=again(cast.supervisor), reason=WHY, progress=broken)
    assert Case.objects.filter(pack_id=NEWER).count() == 1
    assert many(cast).moved == 2
    assert many(cast).lines == []
    assert Entry.objects.filter(act="move-to-policy").count() == len(cases)


def test_a_dry_run_says_the_same_and_changes_nothing(cast: Cast) -> None:
    to_gateway(cast)
    assert many(cast, dry_run=True).moved == 1
    assert not Case.objects.filter(pack_id=NEWER).exists()


def test_nobody_moves_what_is_not_theirs(cast: Cast) -> None:
    to_gateway(cast)
    other = cast.stranger.current_posts[0].organisation
    assert many(cast, force=other).lines == []
    with pytest.raises(NotAllowed):
        policy_change.move_many(NEWER, by=again(cast.officer), reason=WHY)
    with pytest.raises(NotNow):
        policy_change.move_many("nowhere", by=again(cast.supervisor), reason=WHY)
    with pytest.raises(NotNow):
        policy_change.force_called("nowhere")
