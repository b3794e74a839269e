"""Before a concern about a colleague: what happens with it, whom else to speak to, and whom it is about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from handrail.access.audience import Audience
from handrail.access.pages import page
from handrail.access.views.people import person_of
from handrail.cases.case_access.namesakes import accounts_of
from handrail.cases.drafts.beginning import first_page
from handrail.cases.models import Draft
from handrail.cases.models.kinds import CASE
from handrail.cases.packs import current_pack
from handrail.govuk.fields import Field, Option
from handrail.organisations.models import Person, Post
from handrail.policy.schema.form import Meaning
from handrail.policy.schema.pack import Pack
from handrail.policy.schema.step import Step
from handrail.policy.step_kinds.staff_concern import STAFF_CONCERN

WRONG = 422
AT_MOST = 20
NAME_LENGTH = 120
NOBODY = "none"


def staff_step(roles: frozenset[str]) -> Step | None:
    """The step by which somebody with these roles raises a concern about a colleague, if there is one."""
    steps = STAFF_CONCERN.steps(current_pack())
    return next((step for step in steps if not roles.isdisjoint(step.by)), None)


@page(Audience.SIGNED_IN)
@require_http_methods(["GET", "POST"])
def colleague(request: HttpRequest) -> HttpResponse:
    """What to know before raising a concern about a colleague, and the search for whom it is about."""
    person = person_of(request)
    step = staff_step(person.roles)
    if step is None:
        raise Http404
    search = Search({name: request.POST.getlist(name) for name in request.POST})
    if request.method == "POST" and search.is_over():
        draft = Draft.objects.create(
            person=person,
            target_kind=CASE.name,
            pack_id=current_pack().id,
            step_id=step.id,
            typed=search.as_typed(step),
        )
        return redirect(first_page(draft))
    context = {"step": step, "form": current_pack().form_of(step), "search": search} | whom_else(
        current_pack(), step
    )
    return render(request, "pages/colleague.html", context, status=WRONG if search.errors else 200)


def whom_else(pack: Pack, step: Step) -> dict[str, object]:
    """Whom else somebody can speak to, and how without giving their name, as the policy has it for a step."""
    return {
        "confidants": STAFF_CONCERN.confidants(pack, step),
        "without_name": STAFF_CONCERN.ways_without_name(pack, step),
    }


@dataclass
class Search:
    """The search for whom a concern is about: what was typed, who may be meant, and who was chosen."""

    typed: Mapping[str, Sequence[str]]
    errors: dict[str, str] = field(default_factory=dict)

    def is_over(self) -> bool:
        """Whether the form can begin: somebody was chosen or said to have no account, or none was sought."""
        if self.searches and not self.name:
            self.errors["name"] = "Enter their name"
        elif not self.searches and self.name and not self._said("who"):
            self.errors["who"] = "Select who it is about, or that they are none of these"
        return not self.searches and not self.errors

    @property
    def searches(self) -> bool:
        """Whether what was sent asks for people to choose from."""
        return self._said("act") == "search"

    @property
    def name(self) -> str:
        """The name that was typed."""
        return self._said("name")

    @cached_property
    def found(self) -> list[Person]:
        """The accounts with a name near to that, by name."""
        near = accounts_of(self.name, [self.name]) if self.name else []
        return sorted((person for person in near if person.is_active), key=lambda person: person.name)

    @property
    def fields(self) -> dict[str, Field]:
        """The fields of the page, by name."""
        hint = "Names that are spelt nearly the same are found too."
        return {
            "name": Field(
                "text",
                "name",
                "Their name or work email",
                hint=hint,
                values=self.typed,
                errors=self.errors,
                max_length=NAME_LENGTH,
                autocomplete="off",
            ),
            "who": Field(
                "radios",
                "who",
                "Which of these is it?",
                hint="Whoever has a name near to this one is kept from the case, whichever you choose.",
                values=self.typed,
                errors=self.errors,
                options=[*self._options(), Option(NOBODY, "None of these, or they have no account here")],
            ),
        }

    def as_typed(self, step: Step) -> dict[str, list[str]]:
        """What is known by the search, as it would be typed into the form of this step."""
        chosen = next((person for person in self.found if str(person.pk) == self._said("who")), None)
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

    def _options(self) -> list[Option]:
        shown = self.found[:AT_MOST]
        posts = Post.objects.current().filter(person__in=shown).select_related("organisation").order_by("pk")
        works: dict[object, set[str]] = {}
        for post in posts:
            works.setdefault(post.person_id, set()).add(post.organisation.name)
        return [Option(str(p.pk), p.name, hint=", ".join(sorted(works.get(p.pk, ())))) for p in shown]

    def _said(self, name: str) -> str:
        return (list(self.typed.get(name) or ()) or [""])[-1].replace("\x00", "").strip()[:NAME_LENGTH]
