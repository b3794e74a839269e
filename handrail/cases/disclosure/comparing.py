"""Comparison of summaries and redacted versions with the digests in the entries that made them."""

from collections.abc import Iterator, Mapping
from uuid import UUID

from handrail.access.actions import KIND
from handrail.cases.disclosure.summary_actions import digest_of
from handrail.cases.models.summary import Redacted, Redaction, Summary
from handrail.ledger.models import Entry
from handrail.ledger.rebuild import Difference

MADE: Mapping[str, type[Summary] | type[Redaction]] = {"summary-made": Summary, "redaction-made": Redaction}
SENT = Redacted._meta.db_table


def differences() -> Iterator[Difference]:
    """Yield each summary and redacted version that its entry did not make, or whose text was changed.

    One that was erased together with the content of its entry is no difference; the entry itself stays.
    """
    for act, model in MADE.items():
        table = model._meta.db_table
        entries = Entry.objects.filter(act=act, kind=KIND)
        expected = dict(entries.values_list("chain", "content__content__sha256").iterator())
        stored = _digests(model)
        for pk in expected.keys() | stored.keys():
            if pk in expected and expected[pk] is None:
                if pk in stored:
                    yield Difference(f"row {pk}", table, why=f"{table} has it, and its entry was erased")
            elif pk not in stored or pk not in expected:
                yield Difference(f"row {pk}", table)
            elif stored[pk] != expected[pk]:
                yield Difference(f"row {pk}", table if model is Summary else SENT, "text")
    for pk in Redacted.objects.filter(redaction=None).values_list("pk", flat=True):
        yield Difference(f"row {pk}", SENT, why=f"{SENT} has it, and no entry made it")


def _digests(model: type[Summary] | type[Redaction]) -> dict[UUID, str]:
    """Return the digest of each stored text, by the id of the chain of its entry."""
    text = "text" if model is Summary else "redacted__text"
    rows = model._default_manager.values_list("pk", text)
    return {pk: digest_of(said) for pk, said in rows.iterator()}
