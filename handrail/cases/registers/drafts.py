"""What becomes of drafts about register entries."""

from django.urls import reverse

from handrail.access.errors import NotAllowed
from handrail.cases.models.kinds import REGISTER_ENTRY
from handrail.cases.models.register_entry import RegisterEntry
from handrail.cases.registers import acts
from handrail.organisations.models import Person
from handrail.policy.step_kinds.register_entry import register_of
from handrail.records.drafts import Draft, DraftsOf, Sent


class RegisterDrafts(DraftsOf):
    """Drafts that begin a register entry or add to one."""

    kind = REGISTER_ENTRY.name

    def send(self, draft: Draft, by: Person | None, marking: str) -> Sent:
        """Record the draft's input in the register."""
        if by is None:
            raise NotAllowed("Sign in to take this step.")
        step, typed = draft.step_id, draft.typed
        if draft.target_id:
            seen = draft.seen_version
            register_entry = acts.add(draft.target_id, step, typed, by=by, seen_version=seen, marking=marking)
        else:
            register_entry = acts.begin(step, typed, by=by, marking=marking)
        return Sent(register_entry.pk, register_entry.reference)

    def takes_marking(self, draft: Draft) -> bool:
        """Return True: each entry may be marked higher, the first one too."""
        return True

    def left(self, draft: Draft) -> str:
        """Return the page of the register entry, or of the register where the draft begins one."""
        return super().left(draft) if draft.target_id else _register(draft)

    def sent(self, draft: Draft) -> str:
        """Return the page of the register entry, or of the register where the draft was discarded.

        It is the home page for an author whose access ended with their answer.
        """
        if draft.made_id is None:
            return _register(draft)
        read = draft.person and RegisterEntry.objects.read_by(draft.person).filter(pk=draft.made_id).exists()
        return super().sent(draft) if read else reverse("web:home")


def _register(draft: Draft) -> str:
    return reverse("cases:register", args=[register_of(draft.pack.step_by_id[draft.step_id])])
