"""The posts in an organisation and in the organisations directly below."""

from datetime import date

from django.db.models import Q

from handrail.organisations.models import Organisation, Post


def posts_in(body: Organisation, day: date) -> list[Post]:
    """Return the vetted posts on a day in an organisation and in its teams and councils, of open accounts."""
    posts = Post.objects.current(day).vetted(day).filter(person__is_active=True)
    here = posts.filter(Q(organisation=body) | Q(organisation__parent=body))
    return list(here.select_related("person", "organisation"))
