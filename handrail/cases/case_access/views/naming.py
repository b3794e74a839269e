"""Forms of the page on a restricted case, one for each act."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from uuid import UUID

from django.http import HttpRequest

from handrail.access.models import Exclusion
from handrail.cases.case_access.who_may_work import exclusions_of, near_in_name, people_of
from handrail.cases.models import Case
from handrail.cases.models.restriction import Category
from handrail.forms.sheet import Sheet, choice, reason
from handrail.organisations.capabilities import Capability
from handrail.organisations.models import Kind as Body
from handrail.organisations.models import Organisation, Person, Post
from handrail.organisations.roles import roles_that_may
from handrail.policy.schema.codes import Code
from handrail.policy.schema.form import Kind, Question

OF_POLICE = (Body.FORCE, Body.PREVENT_TEAM, Body.FIMU, Body.MASH)

CATEGORY = Question(
    id="category",
    kind=Kind.CHOICE,
    label="Why should only named people see this case?",
    missing="Select why only named people should see it",
)
ONE_OF_TWO = "Name at least one person, here or by email address below."
NAMED = Question(
    id="named",
    kind=Kind.CHOICES,
    label="People in this force who can work on the case",
    hint=ONE_OF_TWO,
    required=False,
)
ELSEWHERE = Question(
    id="elsewhere",
    kind=Kind.LONG_TEXT,
    label="People elsewhere",
    hint="Their email addresses in Handrail, one on each line.",
    required=False,
    max_length=1_000,
)
KEPT = Question(
    id="kept",
    kind=Kind.CHOICE,
    label="Who is not the person in this case?",
    missing="Select who it is not",
)
GRANT = Question(id="grant", kind=Kind.TEXT, label="Who no longer needs to work on this case?")
CONCERNED = Question(
    id="concerned",
    kind=Kind.LONG_TEXT,
    label="Who is involved and has a Handrail account?",
    hint="Their email addresses, one on each line. They will never see the case, whatever their role.",
    missing="Enter at least one email address",
    max_length=1_000,
)


def _why(act: str, label: str, missing: str, hint: str = "") -> Question:
    """Return the question for reasons. Its id contains the act, because one page holds several such forms."""
    return reason(label, missing, hint).model_copy(update={"id": f"{act}-reason"})


NAMED_READ = "Named people can read them."
QUESTIONS: Mapping[str, Sequence[Question]] = {
    "restrict": (
        CATEGORY,
        _why("restrict", "Reasons", "Say why only named people should see it", NAMED_READ),
        NAMED.model_copy(
            update={"hint": f"{ONE_OF_TWO} You will no longer see this case unless you name yourself."}
        ),
        ELSEWHERE,
        CONCERNED.model_copy(update={"required": False}),
    ),
    "name": (NAMED, ELSEWHERE, _why("name", "Why are they needed?", "Say why they are needed")),
    "end": (GRANT, _why("end", "Why do they no longer need it?", "Say why it ends")),
    "keep-from": (CONCERNED, _why("keep-from", "Why must they not see it?", "Say why they must not see it")),
    "not-them": (KEPT, _why("not-them", "How do you know?", "Say how you know that it is not them")),
    "answer-for": (
        _why(
            "answer-for",
            "Why are you taking responsibility for it?",
            "Enter why you are taking responsibility for it",
        ),
    ),
    "ask-to-lift": (
        _why(
            "ask-to-lift", "Why should the restriction be lifted?", "Say why the case need not be restricted"
        ),
    ),
    "lift": (_why("lift", "Why do you agree?", "Say why you decide so"),),
    "keep": (_why("keep", "Why should the restriction stay?", "Say why you decide so"),),
}


def people_to_name(force: Organisation) -> list[Post]:
    """Return current vetted posts in a force's police that can be named, by name, one for each person."""
    posts = Post.objects.current().filter(
        role__in=roles_that_may(Capability.BE_INVITED),
        organisation__kind__in=OF_POLICE,
        person__is_active=True,
    )
    own = posts.filter(organisation=force) | posts.filter(organisation__parent=force)
    listed = own.select_related("person", "organisation").order_by("person__name", "person_id", "role")
    first = {post.person_id: post for post in listed if post.is_vetted()}
    return list(first.values())


@dataclass
class Acting(Sheet):
    """Form of one act, with the people whom its answers name."""

    act: str = ""

    def check(self) -> None:
        """Report email addresses without an account, and an act that names nobody although it must."""
        asked = {question.id for question in self.questions}
        for name in asked & {"elsewhere", "concerned"}:
            if unknown := [one for one in self._addresses(name) if one not in self._accounts]:
                self.wrong(
                    name, f"No account here has the address “{unknown[0]}”. Check it, or leave it out."
                )
        if "named" in asked and not self.answers("named") and not self._addresses("elsewhere"):
            able = " who can work on it" if self.act == "restrict" else ""
            self.wrong("named", f"Select at least one person{able}")

    @property
    def why(self) -> str:
        """Reasons given."""
        return self.answer(f"{self.act}-reason")

    @property
    def named(self) -> list[Person]:
        """People ticked, then people given by email address."""
        ids = [UUID(one) for one in self.answers("named")]
        found = Person.objects.in_bulk(ids)
        return list(dict.fromkeys([*(found[one] for one in ids), *self.people("elsewhere")]))

    def people(self, name: str) -> list[Person]:
        """Return the people with the email addresses given in a field, one a line."""
        return [self._accounts[one] for one in self._addresses(name) if one in self._accounts]

    def _addresses(self, name: str) -> list[str]:
        return [line.strip().lower() for line in self.answer(name).splitlines() if line.strip()]

    @cached_property
    def _accounts(self) -> dict[str, Person]:
        given = [*self._addresses("elsewhere"), *self._addresses("concerned")]
        found = Person.objects.filter(email__in=given, is_active=True) if given else ()
        return {person.email: person for person in found}


@dataclass
class Forms:
    """Forms of the page by act. The form that was sent is bound to the request; the others are empty."""

    case: Case
    request: HttpRequest
    made: dict[str, Acting] = field(default_factory=dict)

    def __getitem__(self, act: str) -> Acting:
        if act not in self.made:
            asked = QUESTIONS[act]
            choices = {one.id: self._choices(one.id) for one in asked if one.id in OFFERED}
            sheet = Acting(asked, choices=choices, act=act)
            self.made[act] = sheet.sent(self.request) if act == self.act else sheet
        return self.made[act]

    @property
    def act(self) -> str:
        """Act whose form was sent; "" for none."""
        return self.request.POST.get("act", "")

    def _choices(self, name: str) -> list[Code]:
        if name == "named":
            posts = self.offered
            return [choice(p.person_id, p.person.name, f"{p.title}, {p.organisation}") for p in posts]
        if name == "kept":
            return [choice(person.pk, person.name) for person in self.kept_out]
        return [choice(category.value, str(category.label)) for category in Category]

    @cached_property
    def offered(self) -> list[Post]:
        """Posts of people who can be named: not named yet, not excluded, not near in name to the subject."""
        named = people_of(self.case) if self.case.restricted else []
        out = {person.pk for person in [*self.kept_out, *named]}
        return [post for post in self._of_force if post.person_id not in out]

    @cached_property
    def exclusions(self) -> list[Exclusion]:
        """Exclusions in force on the case, with their people."""
        return list(exclusions_of(self.case).select_related("person"))

    @cached_property
    def kept_out(self) -> list[Person]:
        """People with an exclusion on the case, then people of the force near in name to the subject."""
        near = near_in_name(self.case, [post.person for post in self._of_force])
        return list(dict.fromkeys([*(exclusion.person for exclusion in self.exclusions), *near]))

    @cached_property
    def _of_force(self) -> list[Post]:
        return people_to_name(self.case.force)


OFFERED = {"category", "named", "kept"}  # ids of the questions with choices
