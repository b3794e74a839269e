"""The sender of a referral from outside, as far as it may be shown, and their earlier referrals."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache

from django.db import connection
from django.utils import timezone

from handrail.cases.intake import keyed
from handrail.cases.intake.models import Confirmation, Contact, ContactKind
from handrail.cases.models import Case, Referral
from handrail.cases.models.referrals import referrals_of
from handrail.organisations.models import Person
from handrail.policy.schema.form import Meaning
from handrail.policy.step_kinds.opening import public_openings
from handrail.records.drafts import Draft
from handrail.records.packs import in_any, known_packs
from handrail.subjects.matching import Known, Name, outline_of

MOST_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Given:
    """The contact details that the sender gave in a draft; a detail is empty where it was not given."""

    email: str
    telephone: str


def given_in(draft: Draft) -> Given:
    """Return the sender's email address and telephone number from a public draft."""
    return Given(_typed(draft, Meaning.REFERRER_EMAIL), _typed(draft, Meaning.REFERRER_PHONE))


def about_whom(draft: Draft) -> str:
    """Return the subject's name as typed in a draft, which tells a sender's drafts apart."""
    return " ".join(filter(None, (_typed(draft, Meaning.GIVEN_NAME), _typed(draft, Meaning.FAMILY_NAME))))


def _typed(draft: Draft, meaning: Meaning) -> str:
    form = draft.pack.form_of(draft.pack.step_by_id[draft.step_id])
    question = form.meaning(meaning) if form else None
    values = draft.typed.get(question.id, []) if question else []
    return values[0].strip() if values else ""


def is_confirmed(draft: Draft) -> bool:
    """Return whether the email address that a draft gives now was confirmed by its code."""
    address = keyed.keyed("email", keyed.email(given_in(draft).email))
    return Confirmation.objects.filter(draft=draft, address=address, confirmed_at__isnull=False).exists()


def keep(case: Case, draft: Draft) -> None:
    """Store digests by which the sender of a new referral is recognised. Runs in its transaction."""
    given = given_in(draft)
    ways = [
        (ContactKind.EMAIL, keyed.email(given.email), is_confirmed(draft)),
        (ContactKind.TELEPHONE, keyed.telephone(given.telephone), False),
    ]
    Contact.objects.bulk_create(
        Contact(
            case=case,
            kind=kind,
            who=keyed.keyed(kind, text),
            subject=about(case),
            received_on=timezone.localdate(),
            confirmed=confirmed,
        )
        for kind, text, confirmed in ways
        if text
    )


def about(case: Case) -> bytes:
    """Return a digest of the subject's name; of the case's id where the name is unknown.

    Subjects with one name count as one person, an unnamed subject as a person of its own.
    """
    subject = case.subject
    named = subject and outline_of(Known(names=(Name(subject.given_name, subject.family_name),))).names
    name = subject.name_key if subject and named else ""
    return keyed.keyed("subject", name or str(case.pk))


@dataclass(frozen=True, slots=True)
class Sender:
    """What the user who assesses a referral is shown about its sender. It proposes nothing."""

    gave_email: bool
    is_known: bool
    confirmed: bool
    referrals: int
    people: int
    since: date
    others: list[Case]

    @property
    def in_words(self) -> str:
        """How many referrals this contact made, about how many people, since when."""
        if self.referrals < 2:
            return "No other referral came from this contact."
        people = "1 person" if self.people == 1 else f"{self.people} people"
        return f"This contact has made {self.referrals} referrals about {people} since {self.since:%B %Y}."


def sender_of(case: Case, person: Person, referral: Referral | None = None) -> Sender | None:
    """Return the sender of the referral that opened a case, or None.

    None for a user who does not work on the case, and for a referral that did not come by the public form.
    Counts cover every force; `others` holds only cases that the user may see. `referral` is the opening
    referral, where it is loaded already.
    """
    referral = referral or opening_of(case)
    if referral is None or referral.step_id not in _public_steps():
        return None
    if not (case.may_read or Case.objects.worked_on_by(person).filter(pk=case.pk).exists()):
        return None
    own = list(Contact.objects.filter(case=case))
    mails = [contact for contact in own if contact.kind == ContactKind.EMAIL]
    referrals, people, since = _counted(case)
    return Sender(
        gave_email=bool(mails),
        is_known=bool(own),
        confirmed=any(contact.confirmed for contact in mails),
        referrals=referrals,
        people=people,
        since=since or referral.received_on,
        others=_others(own, case, person),
    )


def opening_of(case: Case) -> Referral | None:
    """Return the referral that opened a case, even where another came on the day of its opening; or None."""
    received = referrals_of(case)
    return received[-1] if received else None


@cache
def _public_steps() -> frozenset[str]:
    """Return the ids of the public form's steps, in every policy."""
    return frozenset(in_any(known_packs(), public_openings))


def _counted(case: Case) -> tuple[int, int, date | None]:
    """Return the contact's number of referrals, of subjects, and the date of the first referral."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT referrals, people, since FROM outside_same_contact(%s)", [case.pk])
        referrals, people, since = cursor.fetchone() or (0, 0, None)
    return referrals, people, since


def _others(own: Iterable[Contact], case: Case, person: Person) -> list[Case]:
    """Return other cases of the contact that the user may see, the newest first; at most MOST_SHOWN."""
    same = Contact.objects.filter(who__in=[contact.who for contact in own]).exclude(case=case)
    seen = Case.objects.visible_to(person).filter(pk__in=same.values("case")).select_related("force")
    return list(seen.order_by("-opened_on")[:MOST_SHOWN])
