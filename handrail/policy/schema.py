"""What a policy pack may say: the typed shape of every TOML file in it.

Every part carries its `source`: the id of an entry in the pack's `sources`. The id `local-choice` marks a
value that the national source leaves open, so that nobody mistakes it for national policy.
"""

from datetime import date, time
from enum import StrEnum
from functools import cached_property
from typing import Literal

from pydantic import Field

from handrail.policy import base
from handrail.policy.base import Frozen, Id, Sourced, Text
from handrail.policy.guards import Guard

LOCAL_CHOICE = base.LOCAL_CHOICE
Calendar = base.Calendar


class Source(Frozen):
    """A document that the pack rests on."""

    id: Id
    title: Text
    where: str = ""


class Code(Frozen):
    """One value of a code list: its `id` is kept in the record, its `label` is shown.

    A list of bands gives the numbers that each begins and ends with, both in it. `inverse` is what a relation
    is called from the other side, where that is not the same.
    """

    id: Id
    label: Text
    hint: str = ""
    least: int | None = None
    most: int | None = None
    inverse: Id | None = None


class CodeList(Sourced):
    """A closed list of values: its own codes, or those of other lists one after another.

    On a case that only named people see, `restricted` are offered alone where it names any. Those that
    `with_account` names are offered only where somebody who referred the person has an account here.
    """

    id: Id
    title: Text
    codes: tuple[Code, ...] = ()
    of: tuple[Id, ...] = ()
    restricted: tuple[Id, ...] = ()
    with_account: tuple[Id, ...] = ()

    @cached_property
    def labels(self) -> dict[str, str]:
        """The label of each code, by its id."""
        return {code.id: code.label for code in self.codes}


class Pair(Frozen):
    """A code of the older pack and what says the same in the newer; one may be missing, with a note."""

    older: Id | None = None
    newer: Id | None = None
    note: str = ""


class CodeMapping(Sourced):
    """How the answers of a list of the extended pack are said in this one; codes of the same id are the same.

    `list` is of the extended pack, `to` of this one, where that is not the list of the same id.
    """

    id: Id
    title: Text
    list: Id
    to: Id | None = None
    codes: tuple[Pair, ...] = Field(min_length=1)

    @property
    def target(self) -> str:
        """The list of this pack that the answers are said in."""
        return self.to or self.list


class Kind(StrEnum):
    """The kinds of answer that a question can ask for."""

    TEXT = "text"
    LONG_TEXT = "long-text"
    DATE = "date"
    NUMBER = "number"
    YES_NO = "yes-no"
    CHOICE = "choice"
    CHOICES = "choices"
    PERSON = "person"
    ORGANISATION = "organisation"
    EACH = "each"


class Meaning(StrEnum):
    """What an answer tells Handrail beyond being part of the record."""

    GIVEN_NAME = "subject.given_name"
    FAMILY_NAME = "subject.family_name"
    DATE_OF_BIRTH = "subject.date_of_birth"
    APPROXIMATE_AGE = "subject.approximate_age"
    GENDER = "subject.gender"
    ETHNICITY = "subject.ethnicity"
    ADDRESS = "subject.address"
    POSTCODE = "subject.postcode"
    TOWN = "subject.town"
    SECTOR = "referral.sector"
    CONCERN = "referral.concern"
    FORCE = "referral.force"
    REFERRER_NAME = "referral.referrer_name"
    REFERRER_EMAIL = "referral.referrer_email"
    REFERRER_PHONE = "referral.referrer_phone"
    RESTRICTION = "restriction.category"
    ACCOUNT = "restriction.account"
    ABOUT = "restriction.about"
    OWNER = "case.owner"
    COUNCIL = "case.council"
    AWAITED_FROM = "case.awaited_from"
    ANSWER = "request.answer"
    HAPPENED_ON = "entry.happened_on"
    FEEDBACK = "feedback.said"
    FEEDBACK_WITHHELD = "feedback.withheld"
    MATTER_KIND = "matter.kind"
    MATTER_TITLE = "matter.title"
    DOCUMENT_TITLE = "document.title"
    THREAT = "threat.stated"
    # What the intelligence unit learnt and everybody who acts on the case afterwards has to know first.
    ADVICE_EARLIER = "advice.earlier"
    ADVICE_CALL = "advice.call"
    ADVICE_NUMBER = "advice.number"
    ADVICE_BEFORE = "advice.before"
    ASKED_FOR = "follow-up.what"
    ASKED_PERSON = "follow-up.person"
    ASKED_ORGANISATION = "follow-up.organisation"
    ASKED_UNTIL = "follow-up.due"
    # What is learnt of whom a case is about: `detail.<kind>.<part>`, and what holds for whichever it is.
    NAME_SORT = "detail.name.sort"
    NAME_TITLE = "detail.name.title"
    NAME_GIVEN = "detail.name.given"
    NAME_FAMILY = "detail.name.family"
    NAME_ORDER = "detail.name.order"
    OTHER_NAMES = "detail.other-names.names"
    ONLINE_NAME = "detail.online-name.name"
    ONLINE_WHERE = "detail.online-name.where"
    TELEPHONE = "detail.telephone.number"
    EMAIL = "detail.email.address"
    LIVES_AT = "detail.address.address"
    LIVES_IN = "detail.address.town"
    LIVES_POSTCODE = "detail.address.postcode"
    BORN_ON = "detail.date-of-birth.born"
    AGED = "detail.approximate-age.age"
    RELATION = "detail.relation.sort"
    RELATED_TO = "detail.relation.name"
    DETAIL_SOURCE = "detail.source"
    DETAIL_SINCE = "detail.since"
    DETAIL_UNTIL = "detail.until"
    DETAIL_WRONG = "detail.wrong"
    DETAIL_ENDED = "detail.ended"

    @property
    def detail(self) -> tuple[str, str] | None:
        """The kind of detail that an answer is a part of, and which part; None where it is none."""
        of, *rest = self.value.split(".")
        return (rest[0], rest[1]) if of == "detail" and len(rest) == 2 else None


class Fact(StrEnum):
    """What is known of a case, by which a question may be asked; `cases/facts.py` works it out."""

    PERSON_KNOWN = "person-known"
    EARLIER_REFERRALS = "earlier-referrals"
    RESTRICTED = "restricted"
    FACTORS_FOUND = "factors-found"
    FACTORS_WITHOUT_PLAN = "factors-without-plan"
    DETAILS_OF_ENTRY = "details-of-entry"
    REFERRERS_WITH_ACCOUNT = "referrers-with-account"


class Condition(Frozen):
    """A question is asked only when another one of the same form, or a fact of the case, is one of these.

    A fact may be anything where `is` names nothing.
    """

    question: Id | None = None
    fact: Fact | None = None
    is_: tuple[str, ...] = Field(alias="is", default=())


class Question(Frozen):
    """One question of a form."""

    id: Id
    kind: Kind
    label: Text
    hint: str = ""
    required: bool = True
    missing: str = ""
    codes: Id | None = None
    when: Condition | None = None
    means: Meaning | None = None
    max_length: int | None = Field(default=None, gt=0, le=50_000)
    input: Literal["text", "email", "tel", "postcode"] = "text"
    autocomplete: str = ""
    least: int | None = None
    most: int | None = None
    future: bool = False
    past: bool = True
    oldest_years: int = 120
    roles: tuple[Id, ...] = ()
    organisations: tuple[Id, ...] = ()
    ask: tuple["Question", ...] = ()
    among: Fact | None = None
    names_partners: bool = False
    carried: bool = False
    retired: bool = False


class Section(Frozen):
    """A part of a form that is shown at one time.

    `urgent` is for the page that comes at once after a threat was stated: it shows how to call for help.
    """

    id: Id
    title: Text
    part: str = ""
    intro: str = ""
    urgent: bool = False
    when: Condition | None = None
    questions: tuple[Question, ...] = Field(min_length=1)


class Form(Sourced):
    """A set of questions in the order in which they are asked."""

    id: Id
    title: Text
    intro: str = ""
    declaration: str = ""
    sections: tuple[Section, ...] = Field(min_length=1)

    @cached_property
    def questions(self) -> dict[str, Question]:
        """Every question of the form at its top level, by id, in order."""
        return {q.id: q for section in self.sections for q in section.questions}

    def meaning(self, meaning: Meaning) -> Question | None:
        """The question whose answer has this meaning, if the form asks one."""
        return next((q for q in self.questions.values() if q.means is meaning), None)


class Marking(Sourced):
    """How something on record is to be handled, and how far somebody has to be vetted to read it.

    A pack gives them in order, the least sensitive first. `handling` is for whoever reads or prints it.
    """

    id: Id
    title: Text
    handling: str = ""
    vetting: Literal["baseline", "partner", "police", "management"]
    printed: bool = True


UNMARKED = Marking(
    id="official-sensitive",
    title="OFFICIAL-SENSITIVE",
    vetting="baseline",
    source=LOCAL_CHOICE,
    note="For a pack that declares no markings.",
)


class StageKind(StrEnum):
    """Whether a case in a stage is being worked on, watched after leaving, or at rest."""

    OPEN = "open"
    WATCHED = "watched"
    CLOSED = "closed"


class Stage(Sourced):
    """Where a case stands.

    `beside_as` names a stage whose steps that are taken beside anything else are taken here too; `was` names
    the stages of the extended pack that it takes the place of.
    """

    id: Id
    title: Text
    description: Text
    kind: StageKind
    beside_as: Id | None = None
    was: tuple[Id, ...] = ()


class Outcome(Sourced):
    """What a step may lead to. Whoever chooses it gives a reason in words."""

    id: Id
    title: Text
    hint: str = ""
    to: Id | None = None
    signed_off: bool = False
    confirms: bool = False
    ends: bool = False
    after: tuple[Id, ...] = ()
    until_months: int | None = Field(default=None, gt=0)


class Step(Sourced):
    """An act that moves or adds to a case; the only way a case changes.

    Of a `restricted` one, `confidants` and `without_name` name the code lists that its page shows before the
    form: whom else somebody can speak to, and how a concern is raised without giving a name.
    """

    id: Id
    title: Text
    act: Text
    hint: str = ""
    by: tuple[Id, ...] = ()
    public: bool = False
    opens: bool = False
    restricted: bool = False
    confidants: Id | None = None
    without_name: Id | None = None
    stages: tuple[Id, ...] = ()
    in_register: Id | None = None
    form: Id | None = None
    decision: str = ""
    outcomes: tuple[Outcome, ...] = ()
    to: Id | None = None
    after: tuple[Id, ...] = ()
    signs: Id | None = None
    beside: bool = False
    once: bool = False
    ends: bool = False
    clock: Literal["runs", "stops", "restarts"] = "runs"
    shows_history: bool = False
    shows_leaving: bool = False
    file: bool = False
    is_note: bool = False
    corrects: tuple[Id, ...] = ()
    marking: Id | None = None
    refers: bool = False
    joining: Literal["", "join", "receive", "part", "release"] = ""
    likeness: Literal["", "asks", "answers", "undoes"] = ""
    informs: tuple[Id, ...] = ()
    since_here: bool = False

    def outcome(self, outcome: str | None) -> Outcome | None:
        """The outcome with this id, or None."""
        return next((o for o in self.outcomes if o.id == outcome), None)


class OutcomeOf(Frozen):
    """A step taken with one of its outcomes."""

    step: Id
    outcome: Id


class Register(Sourced):
    """What is put on record without a case: each matter in it stands by itself and is about nobody.

    Steps name it by `in_register`. `about_nobody`: who writes is reminded to leave out whom it is about. A
    matter may become a case by the step `becomes`; `became_by` records that, and `carries` says which answers
    of the step that began it are put into which questions of the referral.
    """

    id: Id
    title: Text
    statement: Text
    about_nobody: bool = False
    becomes: Id | None = None
    became_by: Id | None = None
    carries: dict[Id, Id] = Field(default_factory=dict)


class Limit(Sourced):
    """How long may pass from one thing to another, in working days, in months or in hours.

    Hours run through nights, weekends and holidays. `on_threat`: it begins when a threat is stated, on a
    case or in the register of its step, lapses when the flag is lowered, and stands before all else that is
    due. It is kept by `step` and by each of `also_kept_by`; `unchecked` says why no check asks whether it
    was. `settled_first`: while it runs, no decision takes the case to a stage at which `step` can no longer
    be taken.
    """

    id: Id
    title: Text
    statement: Text
    after_steps: tuple[Id, ...] = ()
    after_outcomes: tuple[OutcomeOf, ...] = ()
    on_stages: tuple[Id, ...] = ()
    within_stages: tuple[Id, ...] = ()
    step: Id
    working_days: int | None = Field(default=None, gt=0)
    months: int | None = Field(default=None, gt=0)
    hours: int | None = Field(default=None, gt=0)
    on_threat: bool = False
    stops: bool = True
    first_counts: bool = False
    latest_months: int | None = Field(default=None, gt=0)
    also_kept_by: tuple[Id, ...] = ()
    settled_first: bool = False
    unchecked: str = ""


class Stopped(Frozen):
    """A step that waits until a follow-up has ended: with one of its outcomes, or whatever its outcome."""

    step: Id
    outcome: Id | None = None


class FollowUp(Sourced):
    """Something that somebody is asked to do for a case, from the asking to how it ended.

    Steps ask (`opened_by`), take it on, refuse it, pass it on to somebody else, and end it; all but the first
    name the entry that asked. `gives` says what becomes theirs who take it on: the case, or its force.
    `unchecked` says why no check asks whether it was answered in time.
    `holds_up` names what is not decided, and not signed off, while one is open.
    """

    id: Id
    title: Text
    statement: Text
    opened_by: tuple[Id, ...] = Field(min_length=1)
    accepted_by: Id | None = None
    refused_by: Id | None = None
    refusal_ends: bool = False
    passed_on_by: Id | None = None
    ended_by: tuple[Id, ...] = ()
    answer_working_days: int | None = Field(default=None, gt=0)
    working_days: int | None = Field(default=None, gt=0)
    one_at_a_time: bool = False
    gives: Literal["nothing", "owner", "force"] = "nothing"
    unchecked: str = ""
    holds_up: tuple[Stopped, ...] = ()

    def stops_step(self, step: str, outcome: str | None) -> bool:
        """Whether a step is not taken with this outcome while one is open."""
        return any(one.step == step and one.outcome in {None, outcome} for one in self.holds_up)

    @cached_property
    def answered_by(self) -> frozenset[str]:
        """The steps that answer one that was asked, by naming its entry."""
        return frozenset(filter(None, (self.accepted_by, self.refused_by, self.passed_on_by, *self.ended_by)))


class CheckKind(StrEnum):
    """The whole language of checks; `packs/README.md` explains each with an example."""

    TAKEN_BEFORE = "taken-before"
    TAKEN_WHILE = "taken-while"
    WITHIN_LIMIT = "within-limit"
    SIGNED_BY_ANOTHER = "signed-by-another"
    RECORDED_WITHIN = "recorded-within"
    OWNER_SET = "owner-set"
    ANSWERED = "answered"
    FACTORS_ANSWERED = "factors-answered"
    FOLLOWED_UP = "followed-up"
    GUARDED = "guarded"


class Check(Sourced):
    """A statement about every case, that compiles to one query."""

    id: Id
    statement: Text
    out_of_line: Text
    kind: CheckKind
    step: Id | None = None
    before: Id | None = None
    stage: Id | None = None
    limit: Id | None = None
    question: Id | None = None
    outcome: Id | None = None
    follow_up: Id | None = None
    guards: tuple[Id, ...] = ()
    days: int | None = Field(default=None, gt=0)


class Access(Sourced):
    """How long access lasts that is given for a time, and which lists say why it may be given."""

    opened_hours: int = Field(gt=0)
    reviewed_within_working_days: int = Field(gt=0)
    invited_days: int = Field(gt=0)
    shared_days: int = Field(gt=0)
    sample_days: int = Field(gt=0)
    sample_cases: int = Field(gt=0)
    purposes: Id
    findings: Id
    bases: Id


class Factors(Sourced):
    """Where a case's factors are found, planned for and explained, so that none is left out on the way.

    `assessed` is a form, `questions` those in it that are asked for each factor, and the answer `present` to
    `finding` says that one is there. `planned` and `explained` are questions for each factor; the first says
    by `done` whether something is done about it. Cases leave by the step `left_by`.
    """

    assessed: Id
    questions: tuple[Id, ...] = Field(min_length=1)
    finding: Id
    present: Id
    planned: Id
    done: Id
    left_by: Id
    explained: Id


class Call(Frozen):
    """A way to call for help at once, and `where` that is published."""

    id: Id
    title: Text
    how: Text
    where: Text


class Threat(Frozen):
    """What a stated threat sets off: a flag on the case, that stands until a person lowers it.

    `stated` are the answers to a question that means `threat.stated` by which it is raised; no other answer
    and no free text raises it. `lowered_by` is the step that lowers it; until then no decision ends the case,
    and `refusal` says what to do. `page` is put into every form after
    the section that asks such a question, and asked where the flag is raised. It shows `calls`. Why
    it is so stands with the code lists, the steps and the limit.
    """

    tag: Text
    stated: tuple[Id, ...] = Field(min_length=1)
    lowered_by: Id
    refusal: Text
    page: Section
    calls: tuple[Call, ...] = Field(min_length=1)


class Paper(Sourced):
    """What of a case goes onto paper: why it may be printed, which steps hold its plan, and how much."""

    purposes: Id
    plans: tuple[Id, ...] = ()
    decisions: int = Field(gt=0)


class Documents(Sourced):
    """Which files are kept on a case, and how much of what; the server takes no file above 25 megabytes."""

    kinds: tuple[Literal["pdf", "png", "jpeg", "docx", "xlsx", "odt", "csv", "text"], ...] = (
        "pdf", "png", "jpeg", "docx", "xlsx", "odt", "csv", "text",
    )  # fmt: skip
    most_megabytes: int = Field(default=20, gt=0, le=25)
    most_in_a_case: int = Field(default=200, gt=0)
    most_pages: int = Field(default=1000, gt=0)
    most_megapixels: int = Field(default=120, gt=0)
    most_unpacked_megabytes: int = Field(default=100, gt=0, le=200)
    most_parts: int = Field(default=2000, gt=0)


UNSAID = Documents(source=LOCAL_CHOICE, note="For a pack that says nothing of documents.")


class Notices(Sourced):
    """When somebody is told of what is due or late, when who answers for them is, and when mail goes out.

    Working days by the pack's calendar: before something is due, and after it was.
    """

    due_soon_working_days: int = Field(gt=0)
    review_soon_working_days: int = Field(gt=0)
    escalate_after_working_days: int = Field(gt=0)
    escalate_again_after_working_days: int = Field(gt=0)
    digest_at: time


class Chronology(Sourced):
    """How long nothing has to be recorded of a person until their chronology says so."""

    gap_days: int = Field(default=90, gt=0)


UNSAID_GAP = Chronology(source=LOCAL_CHOICE, note="For a pack that says nothing of gaps.")


class Pack(Frozen):
    """A national policy, whole."""

    id: Id
    title: Text
    summary: Text
    in_force_from: date
    calendar: Calendar
    words: dict[str, str]
    draft_days: int = Field(gt=0)
    access: Access
    paper: Paper
    notices: Notices
    sources: tuple[Source, ...]
    roles: tuple[Code, ...]
    stages: tuple[Stage, ...]
    code_lists: tuple[CodeList, ...]
    forms: tuple[Form, ...]
    steps: tuple[Step, ...]
    limits: tuple[Limit, ...]
    checks: tuple[Check, ...]
    guards: tuple[Guard, ...] = ()
    follow_ups: tuple[FollowUp, ...] = ()
    markings: tuple[Marking, ...] = ()
    registers: tuple[Register, ...] = ()
    marking: Id | None = None
    extends: Id | None = None
    mappings: tuple[CodeMapping, ...] = ()
    factors: Factors | None = None
    threat: Threat | None = None
    documents: Documents = UNSAID
    chronology: Chronology = UNSAID_GAP

    @cached_property
    def role_titles(self) -> dict[str, str]:
        """What each role is called, by its id."""
        return {role.id: role.label for role in self.roles}

    @cached_property
    def stage_by_id(self) -> dict[str, Stage]:
        """Every stage by its id."""
        return {stage.id: stage for stage in self.stages}

    @cached_property
    def step_by_id(self) -> dict[str, Step]:
        """Every step by its id."""
        return {step.id: step for step in self.steps}

    @cached_property
    def form_by_id(self) -> dict[str, Form]:
        """Every form by its id."""
        return {form.id: form for form in self.forms}

    @cached_property
    def codes_by_id(self) -> dict[str, CodeList]:
        """Every code list by its id; one that is made of others has their codes."""
        own = {codes.id: codes.codes for codes in self.code_lists}
        joined = {
            codes.id: tuple(code for other in codes.of for code in own.get(other, ()))
            for codes in self.code_lists
            if codes.of
        }
        return {
            codes.id: codes.model_copy(update={"codes": joined[codes.id]}) if codes.of else codes
            for codes in self.code_lists
        }

    def codes_of(self, list_id: str | None) -> tuple[Code, ...]:
        """The codes of a list, none where no list is named."""
        return self.codes_by_id[list_id].codes if list_id else ()

    @cached_property
    def marking_by_id(self) -> dict[str, Marking]:
        """Every marking by its id."""
        return {marking.id: marking for marking in self.markings or (UNMARKED,)}

    def marking_of(self, step: Step | None) -> Marking:
        """The marking of what a step records, where nobody chooses a higher one; None is a whole case."""
        chosen = (step.marking if step else None) or self.marking
        return self.marking_by_id[chosen] if chosen else next(iter(self.marking_by_id.values()))

    def markings_from(self, least: Marking) -> list[Marking]:
        """A marking and those above it."""
        every = list(self.marking_by_id.values())
        return every[every.index(least) :]

    @cached_property
    def limit_by_id(self) -> dict[str, Limit]:
        """Every limit by its id."""
        return {limit.id: limit for limit in self.limits}

    @cached_property
    def follow_up_by_id(self) -> dict[str, FollowUp]:
        """Every kind of follow-up by its id."""
        return {follow_up.id: follow_up for follow_up in self.follow_ups}

    @cached_property
    def asking(self) -> dict[str, FollowUp]:
        """The kind of follow-up that a step asks for, by the step."""
        return {step: follow_up for follow_up in self.follow_ups for step in follow_up.opened_by}

    @cached_property
    def answering(self) -> dict[str, FollowUp]:
        """The kind of follow-up that a step answers, by the step."""
        return {step: follow_up for follow_up in self.follow_ups for step in follow_up.answered_by}

    @cached_property
    def guard_by_id(self) -> dict[str, Guard]:
        """Every guard by its id."""
        return {guard.id: guard for guard in self.guards}

    def guards_of(self, step: Step) -> list[Guard]:
        """The guards that an entry of this step has to keep, in the pack's order."""
        return self._guards_by_step.get(step.id, [])

    @cached_property
    def _guards_by_step(self) -> dict[str, list[Guard]]:
        names = {step for guard in self.guards for step in guard.steps}
        return {name: [guard for guard in self.guards if name in guard.steps] for name in names}

    @cached_property
    def check_by_id(self) -> dict[str, Check]:
        """Every check by its id."""
        return {check.id: check for check in self.checks}

    @cached_property
    def register_by_id(self) -> dict[str, Register]:
        """Every register by its id."""
        return {register.id: register for register in self.registers}

    def steps_of(self, register: Register) -> list[Step]:
        """The steps whose entries stand in a register, in the pack's order."""
        return [step for step in self.steps if step.in_register == register.id]

    @cached_property
    def source_by_id(self) -> dict[str, Source]:
        """Every source by its id."""
        return {source.id: source for source in self.sources}

    @cached_property
    def correcting(self) -> frozenset[str]:
        """The steps that correct an earlier entry, by naming it."""
        return frozenset(step.id for step in self.steps if step.corrects)

    def correction_of(self, step: Step) -> Step | None:
        """The step by which an entry of this step is corrected, where the policy has one."""
        return next((other for other in self.steps if step.id in other.corrects), None)

    def likeness_step(self, what: Literal["asks", "answers", "undoes"]) -> Step | None:
        """The step by which the policy asks, answers or undoes whether two records are of one person."""
        return next((step for step in self.steps if step.likeness == what), None)

    @cached_property
    def file_step(self) -> Step | None:
        """The step that adds a document, if the policy has one."""
        return next((step for step in self.steps if step.file), None)

    def form_of(self, step: Step) -> Form | None:
        """The form that a step asks for, if any."""
        return self.form_by_id[step.form] if step.form else None

    def states_threat(self, answer: object) -> bool:
        """Whether an answer to a question that means `threat.stated` raises the flag."""
        return self.threat is not None and isinstance(answer, str) and answer in self.threat.stated

    @cached_property
    def threat_limit(self) -> Limit | None:
        """The limit that begins when a threat is stated on a case, if the policy has one."""
        return self.threat_limit_in(None)

    def threat_limit_in(self, register: str | None) -> Limit | None:
        """The limit that begins when a threat is stated in a register, or on a case for None."""
        found = ((self.step_by_id.get(limit.step), limit) for limit in self.limits if limit.on_threat)
        return next((limit for step, limit in found if step and step.in_register == register), None)

    def stages_of(self, kind: StageKind) -> list[str]:
        """The ids of the stages of one kind."""
        return [stage.id for stage in self.stages if stage.kind is kind]
