"""A user is told before an act what is linked to the case, what is unanswered, and whom to call."""

import re
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from handrail.access import context
from handrail.access.models import Exclusion, Reading, Verb
from handrail.cases.drafts.filling import Filling
from handrail.cases.errors import NotNow
from handrail.cases.models import Case
from handrail.cases.person.matches import background
from handrail.cases.person.matches.background import look_beyond
from handrail.cases.person.matches.linked import WITHHELD, Linked, linked_to
from handrail.cases.person.matches.tests.two import FIRST, MISSPELT, about, between, elsewhere, say, take_back
from handrail.cases.tests.cast import Cast, refer, stand, take, typed_for
from handrail.cases.tests.staff import again
from handrail.organisations.models import Person, Post
from handrail.organisations.vetting import Vetting
from handrail.records.drafts import Draft
from handrail.records.marking import level_of
from handrail.subjects import finding
from handrail.subjects.finding import Found, NearOne
from handrail.subjects.models import Link, Outline, PossibleMatch

LONG_AGO = date(2024, 1, 8)
ONE_LINKED = "1 other record is linked: the same person"
REASSURES = ("No record that is like this one was found", "None was found", "No other referral that you may")
ANYTHING = "other record|Linked as the same person|like this record|Found from another"
CALL = {"other-interest-contact": "DI Ellwood", "other-interest-number": "01632 960174"}
ADVISED = CALL | {"other-interest": "yes", "other-interest-before": "anybody speaks to the school"}


def close(case: Case, cast: Cast) -> None:
    """Make a case police-led, close it with no further action, and sign that off."""
    officer = cast.officer if case.force_id == cast.force.pk else cast.stranger
    supervisor = cast.supervisor
    nothing = {"outcome": "no-relevant-information", "other-interest": "no"}
    take(case, "information-assessment", cast.fimu, **nothing)
    take(case, "allocate", supervisor, owner=str(officer.pk))
    take(case, "gateway-assessment", officer, outcome="police-led", reason="He says so.")
    take(case, "gateway-sign-off", supervisor, outcome="agreed")
    take(case, "police-led-close", officer, outcome="no-further-concerns")
    take(case, "exit-checklist", officer, outcome="no-further-action")
    take(case, "exit-sign-off", supervisor, outcome="agreed")


@pytest.fixture
def first(cast: Cast) -> Case:
    """A closed case owned by the officer."""
    case = refer(cast, **FIRST)
    close(case, cast)
    return case


@pytest.fixture
def second(cast: Cast, first: Case) -> Case:
    """A misspelt referral from outside, which background matching proposes as a match of the first."""
    case = refer(cast, "referral", **MISSPELT)
    look_beyond()
    take(case, "safeguarding", cast.mash)
    return case


@pytest.fixture
def linked(cast: Cast, first: Case, second: Case) -> Case:
    """The second case, linked by the intelligence unit, advised on, and allocated to another officer."""
    say(second, between(first, second), "same", cast.fimu)
    take(second, "information-assessment", cast.fimu, outcome="other-policing-interest", **ADVISED)
    take(second, "allocate", cast.supervisor, owner=str(cast.second_officer.pk))
    return second


def page(person: Person, name: str, *parts: Any) -> str:
    client = Client()
    client.force_login(again(person))
    text = client.get(reverse(f"cases:{name}", args=parts), follow=True).text
    _, _, main = text.partition("<main")
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", main))


def linked_beforehand(person: Person, case: Case) -> list[Linked]:
    with context.asking(again(person)):
        return linked_to(about(case))


# What is linked


def test_the_officer_who_decides_a_repeat_referral_is_told_of_the_first_and_how_it_ended(
    cast: Cast, first: Case, linked: Case
) -> None:
    text = page(cast.second_officer, "begin", linked.pk, "gateway-assessment")
    for words in (
        ONE_LINKED,
        f"{first.reference}, {first.force.name}",
        "Closed since",
        "Exit checklist: No further action",
        "Gateway assessment: Keep as a police-led case",
        "Open it and say why",
        cast.officer.email,
        "Linked as the same person",  # and the table of referrals has it, whoever owns it
    ):
        assert words in text
    assert FIRST["family-name"] not in text
    assert not any(words in text for words in REASSURES)


@pytest.mark.parametrize(
    ("who", "step"),
    [
        ("second_officer", "gateway-assessment"),
        ("second_officer", "action"),
        ("second_officer", "police-led-close"),
        ("supervisor", "allocate"),
        ("supervisor", "gateway-sign-off"),
        ("practitioner", "channel-decision"),
        ("chair", "channel-decision"),
        ("fimu", "information-reassessment"),
        ("practitioner", "exit-checklist"),
        ("supervisor", "exit-sign-off"),
        ("practitioner", "twelve-month-review"),
        ("supervisor", "reopen"),
    ],
)
def test_it_stands_before_every_step_for_whoever_takes_it(
    cast: Cast, first: Case, linked: Case, who: str, step: str
) -> None:
    taken = linked.pack.step_by_id[step]
    pending = {"pending_step": taken.signs, "pending_outcome": "police-led", "pending_by": cast.nation.pk}
    Case.objects.filter(pk=linked.pk).update(
        stage_id=next(stage for stage in taken.stages if stage != "information"),
        stage_since=LONG_AGO,
        council=cast.council,
        taken=[*linked.taken, "police-led-plan"],
        **(pending | {"pending_number": 1} if taken.signs else {}),
    )
    text = page(getattr(cast, who), "begin", linked.pk, step)
    assert taken.act in text
    assert ONE_LINKED in text
    assert "Exit checklist: No further action" in text
    assert "Call DI Ellwood first" in text


def test_it_stands_on_the_case_and_once_more_before_what_was_written_is_sent(
    cast: Cast, first: Case, linked: Case
) -> None:
    assert ONE_LINKED in page(cast.second_officer, "case", linked.pk)
    client = Client()
    client.force_login(again(cast.second_officer))
    begun = client.post(reverse("cases:begin", args=[linked.pk, "gateway-assessment"]))
    draft = begun.headers["Location"].split("/")[2]
    text = page(cast.second_officer, "answers", draft)
    assert ONE_LINKED in text
    assert "Call DI Ellwood first" in text


def pages_of_form(who: Person, case: Case, step: str) -> list[str]:
    """Every page of the form of a step that is asked before anything is answered."""
    draft = Draft.objects.begin_on(case, step, person=who)
    sections = [section.id for section in Filling(draft).asked]
    assert sections
    return [page(who, "section", draft.pk, section) for section in sections]


def test_it_stands_on_every_page_of_the_form_with_what_was_decided(
    cast: Cast, first: Case, linked: Case
) -> None:
    shown = pages_of_form(cast.second_officer, linked, "gateway-assessment")
    assert len(shown) > 1
    for text in shown:
        assert ONE_LINKED in text
        assert f"{first.reference}, {first.force.name}" in text
        assert "Exit checklist: No further action" in text
        assert "Call DI Ellwood first" in text
        assert "Read what is on that record" in text
        assert FIRST["family-name"] not in text


def test_every_page_of_the_form_says_that_a_likeness_is_not_answered(cast: Cast, second: Case) -> None:
    Case.objects.filter(pk=second.pk).update(
        stage_id="gateway", owner=cast.second_officer, allocated=True, taken=[*second.taken, "allocate"]
    )
    second.refresh_from_db()
    for text in pages_of_form(cast.second_officer, second, "gateway-assessment"):
        assert "1 other record may be about the same person: not answered" in text


def test_every_page_of_the_form_says_that_a_pointer_stands(cast: Cast) -> None:
    first = elsewhere(cast, **FIRST)
    second = refer(cast, **MISSPELT)
    for text in pages_of_form(cast.officer, second, "information-assessment"):
        assert "1 other record may be about the same person" in text
        assert first.reference not in text


def test_a_page_of_a_form_says_nothing_of_records_that_only_named_people_see(
    cast: Cast, first: Case, linked: Case
) -> None:
    assert ONE_LINKED in pages_of_form(cast.second_officer, linked, "gateway-assessment")[0]
    Draft.objects.all().delete()
    Case.objects.filter(pk=first.pk).update(restricted=True)
    for text in pages_of_form(cast.second_officer, linked, "gateway-assessment"):
        assert "linked" not in text
        assert "may be about the same person" not in text


def test_of_a_linked_record_elsewhere_force_stage_outcome_and_whom_to_ask_are_told_and_no_name(
    cast: Cast,
) -> None:
    first = elsewhere(cast, **FIRST)
    second = refer(cast, **MISSPELT)
    match = between(first, second)
    assert first.reference not in page(cast.officer, "begin", second.pk, "safeguarding")  # a pointer alone
    say(second, match, "same", cast.officer)
    Case.objects.filter(pk=first.pk).update(owner=cast.stranger, allocated=True, stage_id="reviews")
    text = page(cast.officer, "case", second.pk)
    assert f"{first.reference}, Wessex Police" in text
    assert "Left, under review" in text
    assert f"Ask {cast.stranger.name}, Wessex Police ({cast.stranger.email})" in text
    assert "Open it" not in text
    assert FIRST["family-name"] not in text
    person = page(cast.officer, "person", second.pk)
    assert "A record held by Wessex Police, which you cannot see. Its stage is “Left, under review”" in person
    assert first.reference not in person


def test_each_linked_record_that_is_shown_is_a_line_in_the_log_of_reads(
    cast: Cast, first: Case, linked: Case
) -> None:
    lines = Reading.objects.filter(person=cast.second_officer.pk, records__contains=[first.pk])
    before = lines.count()
    page(cast.second_officer, "begin", linked.pk, "safeguarding")
    assert before == lines.exclude(verb=Verb.LISTED).count()
    assert lines.filter(verb=Verb.LISTED, page="cases:begin").count() == 1


def test_a_page_of_a_form_logs_the_linked_records_that_it_names_and_no_others(
    cast: Cast, first: Case, linked: Case
) -> None:
    others = []
    for place in range(3):
        other = refer(cast, **{"given-name": f"Perpetua{place}", "family-name": "Quillfether"})
        assert other.subject_id
        assert linked.subject_id
        Link.objects.create(
            subject_id=other.subject_id,
            other_id=linked.subject_id,
            record=other.pk,
            by=cast.fimu,
            number=1,
            at=timezone.now(),
        )
        others.append(other)
    Reading.objects.all().delete()
    text = pages_of_form(cast.second_officer, linked, "gateway-assessment")[0]
    assert "4 other records are linked" in text
    every = [first, *others]
    named = {case.pk for case in every if case.reference in text}
    assert len(named) == 3
    lines = Reading.objects.filter(person=cast.second_officer.pk, page="cases:section", verb=Verb.LISTED)
    logged = {record for line in lines for record in line.records}
    assert logged & {case.pk for case in every} == named


def test_what_only_named_people_see_is_in_nothing_and_not_in_the_count(
    cast: Cast, first: Case, linked: Case
) -> None:
    third = refer(cast, **{"given-name": "Zerlinda", "family-name": "Quillfether"})
    say(third, between(linked, third), "same", cast.officer)
    assert "2 other records are linked" in page(cast.second_officer, "case", linked.pk)
    Case.objects.filter(pk=third.pk).update(restricted=True)
    text = page(cast.second_officer, "case", linked.pk)
    assert ONE_LINKED in text
    assert third.reference not in text
    # Nor does a chain of links lead through it
    assert [one.record for one in linked_beforehand(cast.second_officer, linked)] == [first.pk]
    Case.objects.filter(pk=first.pk).update(restricted=True)
    assert linked_beforehand(cast.second_officer, linked) == []
    assert "linked" not in page(cast.second_officer, "begin", linked.pk, "safeguarding").lower()


def test_who_is_kept_from_a_linked_record_is_told_nothing_of_it(
    cast: Cast, first: Case, linked: Case
) -> None:
    assert linked_beforehand(cast.second_officer, linked)
    Exclusion.objects.create(
        record=first.pk, person=cast.second_officer, by=cast.lead, reason="A cousin.", since=timezone.now()
    )
    assert linked_beforehand(cast.second_officer, linked) == []


def test_the_database_tells_only_who_works_on_a_case_of_the_person(cast: Cast, linked: Case) -> None:
    assert [
        len(linked_beforehand(getattr(cast, who), linked)) for who in ("second_officer", "supervisor", "fimu")
    ] == [1] * 3
    # The officer of the first case is not of the second one; they oversee it and read nothing of it
    for who in ("officer", "stranger", "chair", "lead", "nation", "spoc", "administrator", "auditor"):
        assert linked_beforehand(getattr(cast, who), linked) == [], who


def test_a_link_that_was_taken_back_shows_nothing_more(cast: Cast, first: Case, linked: Case) -> None:
    take_back(linked, between(first, linked), cast.fimu)
    assert not Link.objects.live().exists()
    assert linked_beforehand(cast.second_officer, linked) == []
    assert ONE_LINKED not in page(cast.second_officer, "case", linked.pk)


def test_what_was_sent_back_was_not_decided_and_what_waits_says_so(cast: Cast, linked: Case) -> None:
    take(linked, "gateway-assessment", cast.second_officer, outcome="channel")
    first = Link.objects.get().other_id

    def decisions() -> list[tuple[str, bool]]:
        with context.asking(again(cast.supervisor)):
            [one] = linked_to(first)
        return [(said.outcome, said.waits) for said in one.decisions if said.title == "Gateway assessment"]

    assert decisions() == [("Refer to Channel", True)]
    take(linked, "gateway-sign-off", cast.supervisor, outcome="sent-back")
    assert decisions() == []
    take(linked, "gateway-assessment", cast.second_officer, outcome="police-led")
    take(linked, "gateway-sign-off", cast.supervisor, outcome="agreed")
    assert decisions() == [("Keep as a police-led case", False)]


def test_an_outcome_marked_above_the_reader_s_vetting_is_withheld_and_said_to_be(
    cast: Cast, first: Case, linked: Case
) -> None:
    assert {d.outcome for d in linked_beforehand(cast.second_officer, linked)[0].decisions} > {
        "No further action"
    }
    Post.objects.filter(person=cast.second_officer).update(vetting=Vetting.PARTNER)
    said = {d.title: d.outcome for d in linked_beforehand(cast.second_officer, linked)[0].decisions}
    assert said["Information assessment"] == WITHHELD  # marked for the police
    assert said["Exit checklist"] == "No further action"
    level = level_of(linked.pack.marking_by_id["official-sensitive-police"])
    Case.objects.filter(pk=first.pk).update(level=level)
    assert {d.outcome for d in linked_beforehand(cast.second_officer, linked)[0].decisions} == {WITHHELD}


# What may be said where nothing is


def test_that_nothing_was_found_is_said_once_it_was_looked_for_and_only_then(cast: Cast) -> None:
    case = refer(cast, "referral")
    for name, *more in (("begin", "safeguarding"), ("begin", "information-assessment")):
        assert not any(words in page(cast.fimu, name, case.pk, *more) for words in REASSURES)
    assert "that says nothing yet" in page(cast.fimu, "begin", case.pk, "information-assessment")
    assert "that says nothing yet" in page(cast.fimu, "likenesses", case.pk)
    look_beyond()
    text = page(cast.fimu, "begin", case.pk, "information-assessment")
    assert REASSURES[0] in text
    assert "That is no proof that there is none" in text
    assert "None was found" in page(cast.fimu, "likenesses", case.pk)


def test_a_search_that_left_records_out_never_leads_to_saying_that_nothing_was_found(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = refer(cast, "police-referral", cast.officer)
    monkeypatch.setattr(finding, "near", lambda *whom, **limits: Found(capped=True))
    short = refer(cast, "police-referral", cast.officer)
    look_beyond()
    assert "None was found" in page(cast.fimu, "likenesses", whole.pk)
    text = page(cast.fimu, "likenesses", short.pk)
    assert not any(words in text for words in REASSURES)
    assert "have not all been looked through" in text


def test_a_search_of_the_worker_that_left_records_out_counts_as_well(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = refer(cast, "police-referral", cast.officer)
    look_beyond()
    assert "None was found" in page(cast.fimu, "likenesses", case.pk)
    Outline.objects.update(looked_at=None)
    monkeypatch.setattr(background, "near_any", lambda whom: [NearOne([], capped=True) for _ in whom])
    look_beyond()
    text = page(cast.fimu, "likenesses", case.pk)
    assert not any(words in text for words in REASSURES)
    assert "have not all been looked through" in text


def test_the_worker_says_of_each_search_whether_it_was_cut(first: Case, second: Case) -> None:
    whom = [case.subject for case in (first, second) if case.subject]
    assert [one.capped for one in finding.near_any(whom)] == [False, False]
    assert [one.capped for one in finding.near_any(whom, most=2)] == [True, True]


@pytest.mark.parametrize("state", ["unanswered", "cannot-tell", "possible", "elsewhere", "linked"])
def test_it_is_not_said_while_anything_is_there(cast: Cast, first: Case, second: Case, state: str) -> None:
    match, case = between(first, second), second
    if state == "cannot-tell":
        say(second, match, state, cast.fimu)
    elif state == "linked":
        say(second, match, "same", cast.fimu)
    elif state == "possible":
        PossibleMatch.objects.update(strong=False, asked_number=None)
        second.follow_ups.all().delete()
    elif state == "elsewhere":
        case = first
    Case.objects.filter(pk=case.pk).update(stage_id="gateway", owner=cast.second_officer, allocated=True)
    for who, step in ((cast.second_officer, "gateway-assessment"), (cast.fimu, "information-reassessment")):
        for name, *more in (("begin", step), ("likenesses",), ("person",), ("case",)):
            text = page(who, name, case.pk, *more)
            assert not any(words in text for words in (*REASSURES, "that says nothing yet")), (name, text)
            assert re.search(ANYTHING, text), (name, text)


def test_a_panel_chair_who_finds_nobody_is_not_told_that_nobody_is_there(cast: Cast) -> None:
    first = elsewhere(cast, **FIRST)
    second = refer(cast, **MISSPELT)
    Case.objects.filter(pk=second.pk).update(council=cast.council, stage_id="channel-referred")
    text = page(cast.chair, "likenesses", second.pk)
    assert not any(words in text for words in REASSURES)
    assert "What is like this record is not shown to you" in text
    assert "Another record may be about the same person" in page(
        cast.chair, "begin", second.pk, "channel-decision"
    )
    say(second, between(first, second), "same", cast.officer)
    assert f"{first.reference}, Wessex Police" in page(cast.chair, "begin", second.pk, "channel-decision")


# What the intelligence unit learnt


def test_what_the_unit_learnt_is_carried_into_the_gateway(cast: Cast, linked: Case) -> None:
    text = page(cast.second_officer, "begin", linked.pk, "gateway-assessment")
    for words in (
        "Call DI Ellwood first: 01632 960174",
        "Before what: anybody speaks to the school",
        "Information assessment of",
        cast.fimu.name,
        "What the intelligence unit found of earlier referrals and contacts",
    ):
        assert words in text


def test_everything_that_happened_is_a_link_away_before_the_button_and_stands_below_it(
    cast: Cast, linked: Case
) -> None:
    client = Client()
    client.force_login(again(cast.second_officer))
    text = client.get(reverse("cases:begin", args=[linked.pk, "gateway-assessment"])).text
    above, button, below = text.partition(">Begin</button>")
    assert button
    assert 'href="#timeline"' in above
    assert 'id="timeline"' in below
    for number in range(1, linked.version + 1):
        assert reverse("cases:entry", args=[linked.pk, number]) + '"' in below
    assert ONE_LINKED in above  # what a decision must not miss stands before the button
    assert 'id="summary"' in above


def test_the_last_assessment_counts_and_where_nobody_has_to_be_called_nobody_is_named(
    cast: Cast, linked: Case
) -> None:
    take(linked, "information-reassessment", cast.fimu, **{"other-interest": "no"})
    text = page(cast.second_officer, "begin", linked.pk, "gateway-assessment")
    assert "Ellwood" not in text.partition(">Timeline<")[0]


def test_advice_above_the_reader_s_vetting_is_withheld_and_said_to_be_there(cast: Cast, linked: Case) -> None:
    Post.objects.filter(person=cast.second_officer).update(vetting=Vetting.PARTNER)
    text = page(cast.second_officer, "begin", linked.pk, "safeguarding") + page(
        cast.second_officer, "begin", linked.pk, "gateway-assessment"
    )
    assert "You cannot see what the intelligence unit says to know first:" in text
    assert "Ellwood" not in text


# What an unanswered question stops

ENDS = [
    ("gateway", "gateway-assessment", "exit", "second_officer"),
    ("channel-referred", "channel-decision", "not-adopted", "practitioner"),
    ("channel", "channel-close", "no-further-concerns", "practitioner"),
    ("police-led", "police-led-close", "other", "second_officer"),
    ("exit", "exit-checklist", "no-further-action", "practitioner"),
    ("exit", "exit-checklist", "signposted", "practitioner"),
    ("reviews", "twelve-month-review", "no-concerns", "practitioner"),
]


@pytest.mark.parametrize(("stage", "step", "outcome", "who"), ENDS)
def test_no_case_ends_while_it_is_not_answered_whose_another_record_is(
    cast: Cast, first: Case, second: Case, stage: str, step: str, outcome: str, who: str
) -> None:
    stand(second, stage, cast)
    with pytest.raises(NotNow, match="is still open"):
        take(second, step, getattr(cast, who), outcome=outcome)
    second.refresh_from_db()
    assert second.stage_id == stage
    say(second, between(first, second), "not-same", cast.fimu)
    take(second, step, getattr(cast, who), outcome=outcome)


def test_what_ends_nothing_is_not_stopped(cast: Cast, second: Case) -> None:
    stand(second, "exit", cast)
    take(second, "exit-checklist", cast.practitioner, outcome="not-ready")
    assert second.stage_id == "gateway"
    take(second, "gateway-assessment", cast.second_officer, outcome="channel")
    take(second, "gateway-sign-off", cast.supervisor, outcome="agreed")
    assert second.stage_id == "channel-referred"


def test_a_question_that_comes_before_the_sign_off_stops_that(cast: Cast, first: Case) -> None:
    case = refer(cast, "referral", **MISSPELT)
    stand(case, "exit", cast)
    take(case, "exit-checklist", cast.practitioner, outcome="no-further-action")
    look_beyond()
    with pytest.raises(NotNow, match="Answer it first"):  # found, and not asked about yet
        take(case, "exit-sign-off", cast.supervisor, outcome="agreed")
    text = page(cast.supervisor, "begin", case.pk, "exit-sign-off")
    assert "Until that is answered, this cannot be recorded: Agree." in text
    take(case, "exit-sign-off", cast.supervisor, outcome="sent-back")
    assert case.stage_id == "exit"


def test_whoever_sends_it_all_the_same_is_told_what_to_do_and_loses_nothing(cast: Cast, second: Case) -> None:
    stand(second, "gateway", cast)
    client = Client()
    client.force_login(again(cast.second_officer))
    begin = reverse("cases:begin", args=[second.pk, "gateway-assessment"])
    assert "cannot be recorded: Not for Prevent: leave" in " ".join(client.get(begin).text.split())
    at = client.post(begin).headers["Location"]
    draft = Draft.objects.get(target_id=second.pk, person=cast.second_officer)
    assert str(draft.pk) in at
    step, pack = second.pack.step_by_id[draft.step_id], second.pack
    draft.typed = typed_for(pack, step, second.force, outcome="exit", reason="He says that it was a joke.")
    draft.save()
    answers = reverse("cases:answers", args=[draft.pk])
    sent = client.post(answers, {"seen_version": second.version})
    assert sent.status_code == 409
    said = " ".join(sent.text.split())
    assert "“Whether another record is of the same person” is still open. Answer it first" in said
    assert reverse("cases:likenesses", args=[second.pk]) in said
    assert "He says that it was a joke." in said
