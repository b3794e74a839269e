"""The page before a concern about a colleague: what happens next, confidants, and the search for them."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from handrail.access.audience import Audience
from handrail.access.pages import page
from handrail.access.views.people import person_of
from handrail.cases.case_access.namesakes import accounts_of
from handrail.cases.drafts.beginning import first_page
from handrail.cases.models.kinds import CASE
from handrail.forms.sheet import Sheet, choice
from handrail.organisations.models import Person, Post
from handrail.policy.schema.codes import Code
from handrail.policy.schema.form import Kind, Meaning, Question
from handrail.policy.schema.pack import Pack
from handrail.policy.schema.step import Step
from handrail.policy.step_kinds.staff_concern import STAFF_CONCERN
from handrail.records.drafts import Draft
from handrail.records.packs import current_pack

AT_MOST = 20
NAME_LENGTH = 120
NOBODY = "none"
NONE_OF_THESE = "None of these, or they have no account here"


def staff_step(roles: frozenset[str]) -> Step | None:
    """Return the step by which these roles raise a concern about a colleague, or None."""
    steps = STAFF_CONCERN.steps(current_pack())
    return next((step for step in steps if not roles.isdisjoint(step.by)), None)


@page(Audience.SIGNED_IN)
@require_http_methods(["GET", "POST"])
def colleague(request: HttpRequest) -> HttpResponse:
    """Show what to know before raising a concern about a colleague, search for them, and begin the form."""
    person = person_of(request)
    step = staff_step(person.roles)
    if step is None:
        raise Http404
    search = searching(request)
    if search.is_right() and not search.searches:
        draft = Draft.objects.create(
            person=person,
            target_kind=CASE.name,
            pack_id=current_pack().id,
            step_id=step.id,
            typed=search.as_typed(step),
        )
        return redirect(first_page(draft))
    context = {
        "step": step,
        "form": current_pack().form_of(step),
        "search": search,
        "most": AT_MOST,
    } | whom_else(current_pack(), step)
    return render(request, "pages/colleague.html", context, status=search.status)


def whom_else(pack: Pack, step: Step) -> dict[str, object]:
    """Return the policy's confidants for a step, and its ways to raise a concern without giving a name."""
    return {
        "confidants": STAFF_CONCERN.confidants(pack, step),
        "without_name": STAFF_CONCERN.ways_without_name(pack, step),
    }


NAME = Question(
    id="name",
    kind=Kind.TEXT,
    label="Their name or work email",
    hint="The search also finds similar spellings.",
    required=False,
    max_length=NAME_LENGTH,
    autocomplete="off",
)
WHO = Question(
    id="who",
    kind=Kind.CHOICE,
    label="Which of these is it?",
    hint="Users with a similar name cannot see the case, whichever you choose.",
    required=False,
)
ACT = Question(id="act", kind=Kind.CHOICE, label="What to do", required=False)
ACTS = (choice("search", "Search"), choice("begin", "Begin"))


@dataclass
class Search(Sheet):
    """The search for the colleague: the name typed, the accounts found, and the one chosen.

    The search is complete when an account was chosen, when the user said that there is none, or without a
    name.
    """

    found: Sequence[Person] = ()

    def check(self) -> None:
        """Note an error for a search without a name, and for a name without a choice."""
        if self.searches and not self.name:
            self.wrong("name", "Enter their name")
        elif not self.searches and self.name and not self.answer("who"):
            self.wrong("who", "Select who it is about, or that they are none of these")

    @property
    def searches(self) -> bool:
        """Whether the submitted form asks for accounts to choose from."""
        return self.answer("act") == "search"

    @property
    def name(self) -> str:
        """The name that was typed."""
        return self.answer("name")

    def as_typed(self, step: Step) -> dict[str, list[str]]:
        """Return what the search found as input of this step's form."""
        chosen = next((person for person in self.found if str(person.pk) == self.answer("who")), None)
        given, _, family = (chosen.name if chosen else self.name).rpartition(" ")
        said = {
            Meaning.GIVEN_NAME: given,
            Meaning.FAMILY_NAME: family,
            Meaning.ACCOUNT: chosen.email if chosen else "",
        }
        form = current_pack().form_of(step)
        questions = {meaning: form.meaning(meaning) if form else None for meaning in said}
        return {
            question.id: [said[meaning]]
            for meaning, question in questions.items()
            if question and said[meaning]
        }


def searching(request: HttpRequest) -> Search:
    """Return the search as submitted, with the active accounts whose name is like the one typed."""
    name = Sheet((NAME,)).sent(request).answer("name")
    near = accounts_of(name, [name]) if name else []
    found = sorted((person for person in near if person.is_active), key=lambda person: person.name)
    choices = {"act": ACTS, "who": [*_choices(found[:AT_MOST]), choice(NOBODY, NONE_OF_THESE)]}
    return Search((NAME, WHO, ACT), choices=choices, found=found).sent(request)


def _choices(shown: Sequence[Person]) -> list[Code]:
    """Return people as choices, each with the organisations in which they hold a post."""
    posts = Post.objects.current().filter(person__in=shown).select_related("organisation").order_by("pk")
    works: dict[object, set[str]] = {}
    for post in posts:
        works.setdefault(post.person_id, set()).add(post.organisation.name)
    return [choice(one.pk, one.name, ", ".join(sorted(works.get(one.pk, ())))) for one in shown]
