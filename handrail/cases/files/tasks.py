"""Tasks of the worker for documents."""

from datetime import timedelta

from django.utils import timezone
from procrastinate.contrib.django import app

from handrail.cases.files import keeping
from handrail.cases.files.models import Document
from handrail.cases.files.store import Store
from handrail.queue.lanes import Lane

ORPHAN = timedelta(days=1)
AT_ONCE = 500


@app.periodic(cron="37 2 * * *")
@app.task(name="documents.sweep", queueing_lock="documents.sweep", lock=Lane.BACKGROUND)
def sweep(timestamp: int) -> int:
    """Delete stored content that has no row; return how much. `timestamp` is when this was due.

    Such content is left where adding a document failed, and where a row was erased. Content younger than a
    day is spared, since its row may not be committed yet.
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
