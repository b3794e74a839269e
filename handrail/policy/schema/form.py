"""Forms: their sections and questions, and what an answer means to Handrail beyond the record."""

from enum import StrEnum
from functools import cached_property
from typing import Literal

from pydantic import Field

from handrail.policy.base import Frozen, Id, Sourced, Text

# Reserved ids for a decision and its reason; no question of a form may have them.
OUTCOME = "outcome"
REASON = "reason"


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
    """The meaning of an answer to Handrail beyond being part of the record."""

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
    REGISTER_ENTRY_KIND = "register-entry.kind"
    REGISTER_ENTRY_TITLE = "register-entry.title"
    REGISTER_ENTRY_FORCE = "register-entry.force"
    REGISTER_ENTRY_OWNER = "register-entry.owner"
    REGISTER_ENTRY_END = "register-entry.end"
    REGISTER_ENTRY_GROUP = "register-entry.group"
    DOCUMENT_TITLE = "document.title"
    THREAT = "threat.stated"
    # Findings of the intelligence unit, shown first to everybody who acts on the case afterwards.
    ADVICE_EARLIER = "advice.earlier"
    ADVICE_CALL = "advice.call"
    ADVICE_NUMBER = "advice.number"
    ADVICE_BEFORE = "advice.before"
    ASKED_FOR = "follow-up.what"
    ASKED_PERSON = "follow-up.person"
    ASKED_ORGANISATION = "follow-up.organisation"
    ASKED_UNTIL = "follow-up.due"
    ASKED_REFERRER = "follow-up.referrer"
    REPORTED = "follow-up.report"
    # A form answered by a link: its e-mail address, and the text above its questions.
    LINK_EMAIL = "follow-up.email"
    LINK_WORDS = "follow-up.words"
    # Details of the subject: `detail.<kind>.<part>`, and parts that apply to every kind.
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
        """The kind of detail that an answer is a part of, and the part; None for other meanings."""
        of, *rest = self.value.split(".")
        return (rest[0], rest[1]) if of == "detail" and len(rest) == 2 else None


class Fact(StrEnum):
    """A fact of a case that questions may depend on; `cases/facts.py` computes it."""

    PERSON_KNOWN = "person-known"
    EARLIER_REFERRALS = "earlier-referrals"
    RESTRICTED = "restricted"
    FACTORS_FOUND = "factors-found"
    FACTORS_WITHOUT_PLAN = "factors-without-plan"
    DETAILS_OF_ENTRY = "details-of-entry"
    REFERRERS_WITH_ACCOUNT = "referrers-with-account"
    FORCES_TO_CHOOSE = "forces-to-choose"
    OPEN_GROUPS = "open-groups"


class Condition(Frozen):
    """A question is asked only when another answer of the form, or a fact of the case, is one of `is`.

    A fact may have any value where `is` is empty.
    """

    question: Id | None = None
    fact: Fact | None = None
    is_: tuple[str, ...] = Field(alias="is", default=())


class Question(Frozen):
    """One question of a form.

    In place of a code list, `members` names the people or bodies to choose from, or to ask about one by
    one. `on_behalf` keeps it for users who record what others told them: the public form does not ask it.
    """

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
    members: Id | None = None
    names_partners: bool = False
    carried: bool = False
    retired: bool = False
    on_behalf: bool = False


class Section(Frozen):
    """A part of a form that is shown at one time.

    `urgent` marks the page that comes directly after a threat was stated; it shows how to call for help.
    """

    id: Id
    title: Text
    part: str = ""
    intro: str = ""
    urgent: bool = False
    when: Condition | None = None
    questions: tuple[Question, ...] = Field(min_length=1)


class Form(Sourced):
    """A set of questions in the order in which they are asked.

    `searches`: its author searches other systems, so the known names, dates of birth, addresses and contacts
    of the person stand beside it.
    """

    id: Id
    title: Text
    intro: str = ""
    declaration: str = ""
    searches: bool = False
    sections: tuple[Section, ...] = Field(min_length=1)

    @cached_property
    def questions(self) -> dict[str, Question]:
        """Return every top-level question of the form, by id, in order."""
        return {q.id: q for section in self.sections for q in section.questions}

    @property
    def always_asked(self) -> list[Question]:
        """The required questions that depend on no other answer and on no fact."""
        asked = (q for section in self.sections if section.when is None for q in section.questions)
        return [q for q in asked if q.required and q.when is None and not q.retired]

    def meaning(self, meaning: Meaning) -> Question | None:
        """Return the question whose answer has this meaning; None where the form asks none."""
        return next((q for q in self.questions.values() if q.means is meaning), None)
