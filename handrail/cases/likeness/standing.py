"""Which other records stand beside the one of a case: linked by somebody, or proposed and not denied."""

from collections.abc import Collection
from uuid import UUID

from handrail.cases.models import Case
from handrail.subjects.models import Link, Proposal
from handrail.subjects.proposals import Answer

MOST_LINKED = 200
NOT_ANSWERED = "May be the same person: nobody has answered"
STANDING = {
    Answer.SAME: "Linked as the same person",
    Answer.NOT_SAME: "Said not to be the same person",
    Answer.CANNOT_TELL: "May be the same person: it could not be told",
}


def alike(case: Case) -> set[UUID]:
    """The subjects that are linked to that of a case, or are very like it and were not said to be another.

    As far as the database shows who asks that there is such a record at all.
    """
    if case.subject_id is None:
        return set()
    pairs = Proposal.objects.beside(case.subject_id)
    asked = pairs.filter(strong=True).exclude(answer=Answer.NOT_SAME).values_list("subject", "other")
    return (linked({case.subject_id}) | _both(asked)) - {case.subject_id}


def standing_beside(case: Case) -> dict[UUID, str]:
    """By subject, in words, how it stands beside that of a case: linked, or proposed and what was said."""
    if case.subject_id is None:
        return {}
    pairs = Proposal.objects.beside(case.subject_id)
    said = {
        each: STANDING[Answer(answer)] if answer else NOT_ANSWERED
        for *pair, answer in pairs.values_list("subject", "other", "answer")
        for each in pair
    }
    return {**said, **dict.fromkeys(linked({case.subject_id}), STANDING[Answer.SAME])}


def linked(subjects: Collection[UUID]) -> set[UUID]:
    """These subjects and all that are linked to them one after the other, by links that who asks sees."""
    found, new = set(subjects), set(subjects)
    while new and len(found) < MOST_LINKED:
        pairs = Link.objects.live().beside(new)
        new = _both(pairs.values_list("subject", "other")) - found
        found |= new
    return found


def _both(pairs: Collection[tuple[UUID, UUID]]) -> set[UUID]:
    return {each for pair in pairs for each in pair}
