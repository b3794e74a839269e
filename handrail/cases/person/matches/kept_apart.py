"""Keeping colleagues of a similar name from every record that somebody linked, not from one of them alone."""

from handrail.access.context import writing
from handrail.cases.case_access.keeping_out import keep_out_together
from handrail.cases.models import Case
from handrail.cases.person.matches.linked import linked_to
from handrail.organisations.models import Person, Post


def keep_out_of_linked(case: Case, *, by: Person, post: Post) -> None:
    """Keep from a case and those linked to it whoever is kept from one of them, or near in name to it.

    The caller holds the transaction, and enters `by` again, who may be one of them.
    """
    for linked in linked_to(case.subject_id) if case.subject_id else ():
        with writing(linked.record):
            other = Case.objects.select_related("force", "owner").get(pk=linked.record)
            keep_out_together(case, other, by=by, post=post)
