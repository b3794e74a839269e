"""What the worker does about documents."""

from datetime import timedelta

from django.utils import timezone
from procrastinate.contrib.django import app

from handrail.cases.files import keeping
from handrail.cases.files.models import Document
from handrail.cases.files.store import Store

ORPHAN = timedelta(days=1)
AT_ONCE = 500


@app.periodic(cron="37 2 * * *")
@app.task(name="documents.sweep", queueing_lock="documents.sweep")
def sweep(timestamp: int) -> int:
    """Remove what lies in the store without a row; gives how many. `timestamp` is when this was due.

    It is left where adding a document broke off, and where a row was erased. What is younger than a day may
    belong to a row that is just being written.
    """
    store = keeping.store()
    removed, names = 0, []
    for name in store.older_than(timezone.now() - ORPHAN):
        names.append(name)
        if len(names) == AT_ONCE:
            removed, names = removed + _remove_orphans(store, names), []
    return removed + _remove_orphans(store, names)


def _remove_orphans(store: Store, names: list[str]) -> int:
    known = set(Document.objects.filter(name__in=names).values_list("name", flat=True))
    orphans = [name for name in names if name not in known]
    for name in orphans:
        store.remove(name)
    return len(orphans)
