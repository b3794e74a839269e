"""Apply exclusions across linked records, so that a colleague kept from one is kept from all."""

from handrail.access.context import writing
from handrail.cases.case_access.keeping_out import keep_out_together
from handrail.cases.models import Case
from handrail.cases.person.matches.linked import linked_to
from handrail.organisations.models import Person, Post


def keep_out_of_linked(case: Case, *, by: Person, post: Post) -> None:
    """Apply the exclusions of a case, and of records linked to it, to each of them.

    Call inside a transaction, then `enter(by)` again, because the user may be one of the people excluded.
    """
    for linked in linked_to(case.subject_id) if case.subject_id else ():
        with writing(linked.record):
            other = Case.objects.select_related("force", "owner").get(pk=linked.record)
            keep_out_together(case, other, by=by, post=post)
