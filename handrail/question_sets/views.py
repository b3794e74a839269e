"""Questions that are answered once a year: list the sets, answer one, compare two years."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from handrail.access.audience import Audience
from handrail.access.inputs import number
from handrail.access.pages import Menu, page
from handrail.access.views.people import person_of
from handrail.cases.errors import Stale
from handrail.forms.sheet import Sheet
from handrail.organisations.models import Organisation, Person
from handrail.organisations.reach import forces_of, forces_of_posts
from handrail.policy.answers import Typed, as_typed, options_of
from handrail.policy.questions import answer_in_words
from handrail.policy.schema.form import Form
from handrail.policy.schema.pack import Pack
from handrail.policy.schema.question_set import QuestionSet
from handrail.question_sets import acts
from handrail.question_sets.acts import Given
from handrail.question_sets.models import Year
from handrail.records.packs import current_pack

FIRST = 2015  # the year in which the Prevent duty began


@dataclass(frozen=True, slots=True)
class Row:
    """One question with its answers in two years, and the counts known in each."""

    label: str
    newer: str
    older: str
    newer_known: int | None
    older_known: int | None

    @property
    def differs(self) -> bool:
        """Whether the answers of the two years differ."""
        return self.newer != self.older


@page(Audience.CHECK_READERS, menu=Menu("Yearly questions", 82))
@require_GET
def years(request: HttpRequest) -> HttpResponse:
    """List the sets that the user may answer, and the answers sent for each year."""
    person = person_of(request)
    begun = Year.objects.visible_to(person).select_related("force").order_by("force__name", "set_id", "-year")
    by_year = {(row.set_id, row.force_id, row.year): row for row in begun}
    now = timezone.localdate().year
    own = forces_of_posts(person)
    context = {
        "pack": current_pack(),
        "answered": [row for row in by_year.values() if row.version],
        "to_answer": [
            (asked, force, year, by_year.get((asked.id, force.pk, year)))
            for asked in current_pack().question_sets
            for force in own
            if acts.post_of(asked, force, person)
            for year in (now, now - 1)
        ],
    }
    return render(request, "question_sets/years.html", context)


@page(Audience.CHECK_READERS)
@require_http_methods(["GET", "POST"])
def year(request: HttpRequest, set_id: str, force_id: UUID, year: int) -> HttpResponse:
    """Answer the yearly questions beside the answers of the year before."""
    person = person_of(request)
    force = _force(person, force_id)
    found = Year.objects.visible_to(person).filter(set_id=set_id, force=force, year=year).first()
    pack = found.pack if found else current_pack()
    asked = _asked(pack, set_id)
    if not FIRST <= year <= timezone.localdate().year:
        raise Http404
    before = _given(person, asked, force, year - 1)
    known = acts.known_of(asked, force, year)
    form = pack.form_by_id[asked.form]
    sheet = Sheet(tuple(form.questions.values()), pack, typed=_begun(found, form, known)).sent(request)
    if request.method == "POST":
        if acts.post_of(asked, force, person) is None:
            raise PermissionDenied
        found = acts.year_of(pack, asked, force, year, person)
        try:
            if said := _done(request, found, sheet, person):
                messages.success(request, said)
                return redirect("question_sets:years")
        except Stale as stale:
            sheet.problem = stale.reason
        found.refresh_from_db()
    context = {
        "asked": asked,
        "force": force,
        "year": year,
        "sheet": sheet,
        "found": found,
        "seen": (found or Year()).state,
        "before": _rows(None, before),
        "known": [(form.questions[id_].label, number) for id_, number in known.items()],
        "may_answer": acts.post_of(asked, force, person) is not None,
    }
    return render(request, "question_sets/year.html", context, status=sheet.status)


def _done(request: HttpRequest, row: Year, sheet: Sheet, person: Person) -> str:
    """Send the answers or keep them as a draft; return what to tell the user, "" if an answer is wrong."""
    seen = request.POST.get("seen", "")
    if "later" not in request.POST and sheet.is_right():
        acts.send(row, sheet.reading.answers, by=person, seen=seen)
        return f"The answers for {row.year} have been recorded."
    acts.save_draft(row, sheet.typed, seen=seen)
    return "Your draft has been saved." if "later" in request.POST else ""


@page(Audience.CHECK_READERS)
@require_GET
def compare(request: HttpRequest, set_id: str, force_id: UUID) -> HttpResponse:
    """Show two years of a force side by side: the last two that were answered, or those chosen."""
    person = person_of(request)
    force = _force(person, force_id)
    rows = Year.objects.visible_to(person).answered().filter(set_id=set_id, force=force).order_by("-year")
    by_year = {row.year: row for row in rows}
    newer = _chosen(request, "newer", by_year) or max(by_year, default=0)
    older = _chosen(request, "older", by_year) or max((one for one in by_year if one < newer), default=0)
    context = {
        "asked": rows[0].question_set if by_year else _asked(current_pack(), set_id),
        "force": force,
        "newer": newer,
        "older": older,
        "rows": _rows(acts.given_in(by_year.get(newer)), acts.given_in(by_year.get(older))),
    }
    return render(request, "question_sets/compare.html", context)


def _asked(pack: Pack, set_id: str) -> QuestionSet:
    asked = pack.question_set_by_id.get(set_id)
    if asked is None:
        raise Http404
    return asked


def _force(person: Person, force_id: UUID) -> Organisation:
    """Return the force, where the user belongs to it or oversees it; 404 otherwise."""
    force = forces_of(person).filter(pk=force_id).first()
    if force is None:
        raise Http404
    return force


def _given(person: Person, asked: QuestionSet, force: Organisation, year: int) -> Given | None:
    rows = Year.objects.visible_to(person).filter(set_id=asked.id, force=force, year=year)
    return acts.given_in(rows.first())


def _begun(found: Year | None, form: Form, known: Mapping[str, int]) -> Typed:
    """Return the input that a form begins with: the draft, the answers sent, or the known counts."""
    if found and found.typed:
        return dict(found.typed)
    sent = acts.given_in(found)
    answers = sent.answers if sent else known
    return {
        name: values
        for id_, answer in answers.items()
        for name, values in as_typed(form.questions[id_], answer)
    }


def _chosen(request: HttpRequest, name: str, by_year: Mapping[int, Year]) -> int:
    year = number(request.GET.get(name, "")) or 0
    return year if year in by_year else 0


def _rows(newer: Given | None, older: Given | None) -> list[Row]:
    """Return the questions of two years, in the words of the newer one that asks them."""
    asked = {id_: one for given in (older, newer) if given for id_, one in given.form.questions.items()}
    return [
        Row(
            question.label,
            _words(id_, newer),
            _words(id_, older),
            newer.known.get(id_) if newer else None,
            older.known.get(id_) if older else None,
        )
        for id_, question in asked.items()
    ]


def _words(id_: str, given: Given | None) -> str:
    if given is None or given.answers.get(id_) is None:
        return ""
    return answer_in_words(given.form.questions[id_], given.answers[id_], options_of(given.pack))
