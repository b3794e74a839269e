"""Answers of the entries of one record in words, as its timeline and paper show them."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any

from handrail.cases.choices import choices_of
from handrail.cases.engine.record import AS_WRITTEN, IMPORTED
from handrail.forms.answered import Answered, in_order
from handrail.ledger.models import Entry
from handrail.organisations.models import Person
from handrail.policy.questions import beside, options_for
from handrail.policy.schema.form import Form
from handrail.policy.schema.pack import Pack
from handrail.records.kinds import Recorded, kind_of
from handrail.records.members import as_kept
from handrail.records.packs import policy_of


class EntryAnswers:
    """Answers of these entries in words. Choices and owners are looked up once for all of them."""

    def __init__(self, record: Recorded, entries: Iterable[Entry]) -> None:
        self._entries = list(entries)
        self._choices = choices_of(record.force)
        self._whole = f"The whole {kind_of(record).label.lower()}"

    @cached_property
    def _owners(self) -> dict[str, str]:
        said = (_content_of(entry).get("responsible") for entry in self._entries)
        owners = {responsible["owner"] for responsible in said if responsible and responsible["owner"]}
        people = Person.objects.filter(pk__in=owners).values_list("pk", "name") if owners else ()
        return {str(pk): name for pk, name in people}

    def of(self, entry: Entry, only: Collection[str] | None = None) -> list[Answered]:
        """Return the answers of one entry, or those to the questions `only`; none where it is erased."""
        pack, step = policy_of(entry)
        form, content = pack.form_of(step), _content_of(entry)
        if form is None:
            return list(self._built_in(pack, content))
        options = beside(options_for(pack, step, self._choices), as_kept(content))
        asked = [q for q in form.questions.values() if only is None or q.id in only]
        said = [*in_order(asked, content.get("answers", {}), options), *_as_written(form, content)]
        return said if only is None else [one for one in said if one.name in only]

    def _built_in(self, pack: Pack, content: Mapping[str, Any]) -> Iterator[Answered]:
        """Yield what an entry of a built-in step says: the owner from then on, and raised markings."""
        if responsible := content.get("responsible"):
            yield Answered("Owner", self._owners.get(responsible["owner"], "Nobody"), "owner")
        for marked in content.get("marked", ()):
            what = f"Entry {marked['number']}" if marked["number"] else self._whole
            marking = pack.marking_by_id.get(marked["marking"])
            yield Answered(what, marking.title if marking else marked["marking"], "marking")


def _content_of(entry: Entry) -> dict[str, Any]:
    content: dict[str, Any] = entry.content.content if hasattr(entry, "content") else {}
    return content


def _as_written(form: Form, content: Mapping[str, Any]) -> list[Answered]:
    """Return values of an imported file that no answer can hold, such as a year of birth."""
    written = content.get(IMPORTED, {}).get(AS_WRITTEN, {})
    return [
        Answered(f"{form.questions[name].label}, as the file had it", text, name)
        for name, text in written.items()
        if name in form.questions
    ]
