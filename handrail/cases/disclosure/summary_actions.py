"""Make a summary of a case from its entries, redact it, and share the redacted version."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from hashlib import sha256
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone

from handrail.access import actions as access
from handrail.access.errors import NotAllowed
from handrail.access.grant_kinds import GrantKind
from handrail.access.models import Grant
from handrail.cases.case_access.keeping_out import keep_out
from handrail.cases.case_access.who_may_work import kept_from, near_in_name
from handrail.cases.disclosure.redaction import LEAST, TOGETHER, black_out, letters, redact
from handrail.cases.disclosure.share_actions import holders_in
from handrail.cases.engine.lock import hold, lock
from handrail.cases.errors import NotNow
from handrail.cases.models import Case
from handrail.cases.models.summary import Redacted, Redaction, Summary
from handrail.cases.timeline.entries import Event, event
from handrail.forms.answered import Answered
from handrail.organisations.capabilities import Capability
from handrail.organisations.models import Organisation, Person, Post
from handrail.organisations.roles import roles_that_may
from handrail.policy.schema.access import Marking
from handrail.records.marking import highest, level_of


def summarise(case_id: UUID, *, by: Person, title: str, numbers: Collection[int]) -> Summary:
    """Make a summary: the chosen entries as one text, in order of their numbers.

    Raises NotNow without entries, NotAllowed where the user's vetting does not reach all of them.
    """
    with transaction.atomic():
        case = lock(case_id, by)
        told = [found for number in sorted(numbers) if (found := event(case, number, by))]
        if not told:
            raise NotNow("Select at least one entry.")
        if any(happened.withheld for happened, _ in told) or not case.readable_by(by):
            raise NotAllowed("Leave out the entries for which you do not have the vetting.")
        marking = highest(case.marking, *(happened.marking for happened, _ in told))
        summary = Summary(
            id=uuid4(),
            case=case,
            title=title,
            text="\n\n".join(_as_text(happened, answers) for happened, answers in told),
            marking=marking.id,
            level=level_of(marking),
            by=by,
            at=timezone.now(),
        )
        summary.save(force_insert=True)
        said = {"record": str(case.pk), "entries": sorted(numbers), "sha256": digest_of(summary.text)}
        access.on_record(summary.pk, "summary-made", by=by, post=_post(by, case), content=said, reason="")
    return summary


def _as_text(happened: Event, answers: Sequence[Answered]) -> str:
    """Return an entry as lines without a blank one, so that a blank line stands between entries alone."""
    lines = "\n".join(_lines(happened, answers)).splitlines()
    return "\n".join(line for line in lines if line.strip())


def _lines(happened: Event, answers: Sequence[Answered]) -> Iterator[str]:
    outcome = f": {happened.outcome}" if happened.outcome else ""
    yield f"{_day(happened.happened_at)}: {happened.title}{outcome}."
    # The role and not the name: a summary leaves the case, and names of staff stay on it.
    yield f"By: {happened.role or happened.by}, {happened.organisation}."
    yield from _said(answers)
    if happened.reason:
        yield f"Reasons: {happened.reason}"


def _said(answers: Sequence[Answered], within: str = "") -> Iterator[str]:
    for one in answers:
        if one.inner:
            yield from _said(one.inner, f"{within}{one.label} – ")
        else:
            yield f"{within}{one.label}{TOGETHER}{one.answer}"


def _day(at: datetime) -> str:
    return f"{timezone.localtime(at):%-d %B %Y}"


def markings_for(summary: Summary, by: Person) -> list[Marking]:
    """Return the markings that a redacted version may have, since it is made to leave the case.

    None is above its summary or the user's vetting, and none keeps it on the screen.
    """
    every = summary.case.pack.marking_by_id.values()
    return [m for m in every if m.printed and level_of(m) <= min(summary.level, by.vetting)]


def preview(summary: Summary, title: str, out: Collection[int], words: Collection[str]) -> tuple[str, str]:
    """Return the title and text that would remain."""
    return black_out(title, words), redact(summary.text, out, words)


def identifying_words(summary: Summary) -> list[str]:
    """Return the subject's names, address and postcode, which a redacted version begins by taking out."""
    subject = summary.case.subject
    facts = (subject.given_name, subject.family_name, subject.address, subject.postcode) if subject else ()
    return [fact for fact in facts if len(letters(fact)) >= LEAST]


def make_redacted(
    summary: Summary,
    *,
    by: Person,
    title: str,
    out: Collection[int],
    words: Collection[str],
    marking: Marking,
) -> Redacted:
    """Save what remains of a summary as a redacted version, a record of its own. Raises NotAllowed."""
    with transaction.atomic():
        case = lock(summary.case_id, by)
        if summary.level > by.vetting or marking not in markings_for(summary, by):
            raise NotAllowed("You do not have the vetting for this summary.")
        left_title, left = preview(summary, title, out, words)
        now = timezone.now()
        redacted = Redacted(
            id=uuid4(),
            title=left_title[:200],
            text=left,
            marking_title=marking.title,
            handling=marking.handling,
            level=level_of(marking),
            made_on=timezone.localdate(now),
        )
        redacted.save(force_insert=True)
        link = Redaction(id=uuid4(), redacted=redacted, source=summary, case=case, by=by, at=now)
        link.save(force_insert=True)
        said = {"record": str(case.pk), "source": str(summary.pk), "sha256": digest_of(left)}
        access.on_record(link.pk, "redaction-made", by=by, post=_post(by, case), content=said, reason="")
    return redacted


def share(
    redaction: Redaction,
    to: Person | Organisation,
    *,
    by: Person,
    reason: str,
    basis: str,
    controller: str,
    until: datetime,
) -> Grant:
    """Share a redacted version with a partner, who does not see the case by it.

    Raises NotAllowed, or NotNow where the day is past or the partner could not read the version.
    """
    hold(redaction.case)
    post = _post_that_shares(by, redaction)
    if until <= timezone.now():
        raise NotNow("Enter a day in the future until which it is shared.")
    if redaction.case.restricted and isinstance(to, Organisation):
        raise NotNow("This case is restricted, so name a person.")
    if not can_read(to, redaction.redacted):
        marked = redaction.redacted.marking_title
        raise NotNow(f"Nobody there has the vetting for {marked}. Choose somebody else, or a lower marking.")
    _refuse_kept_out(redaction, to, by, post)
    return access.give(
        redaction.redacted_id,
        to,
        GrantKind.SHARED,
        by=by,
        post=post,
        reason=reason,
        until=until,
        basis=basis,
        controller=controller,
    )


def _refuse_kept_out(redaction: Redaction, to: Person | Organisation, by: Person, post: Post) -> None:
    """Exclude from the case people near in name who would read the redacted version.

    Raises NotNow where that is `to`, or everyone in `to` who could read it, or where it restricted the
    case.
    """
    case = redaction.case
    near = near_in_name(case, holders_in(to) if isinstance(to, Organisation) else [to])
    kept = {*kept_from(case), *(person.pk for person in near)}
    if isinstance(to, Organisation) and not can_read(to, redaction.redacted, kept):
        raise NotNow(f"Nothing would be shared: nobody at {to} can see this case. Choose somebody else.")
    was_restricted = case.restricted
    keep_out(case, near, by=by, post=post)
    if to.pk in kept or case.restricted != was_restricted:
        raise NotNow(f"{to.name} cannot see this case. Choose somebody else.")


def can_read(to: Person | Organisation, redacted: Redacted, kept: Collection[UUID] = ()) -> bool:
    """Return whether a person, or anybody in a body, has the vetting for a redacted version.

    `kept` are ids of people to leave out, because they are excluded from its case.
    """
    holders = Post.objects.current().vetted().filter(vetting__gte=redacted.level, person__is_active=True)
    holders = holders.exclude(person__in=kept)
    theirs = holders.filter(person=to) if isinstance(to, Person) else holders.filter(organisation=to)
    return theirs.filter(role__in=roles_that_may(Capability.BE_INVITED)).exists()


def withdraw(grant: Grant, redaction: Redaction, *, by: Person, reason: str) -> None:
    """End a share of a redacted version. Raises NotAllowed."""
    access.end(grant, by=by, post=_post_that_shares(by, redaction), reason=reason)


def _post_that_shares(by: Person, redaction: Redaction) -> Post:
    case = Case.objects.changed_by(by).filter(pk=redaction.case_id).select_related("force").first()
    posts = [post for post in by.posts_that_may(Capability.SHARE) if post.is_vetted()]
    if case is None or not posts:
        raise NotAllowed("Your role cannot share a case.")
    return next((post for post in posts if post.reaches(case.force)), posts[0])


def _post(by: Person, case: Case) -> Post:
    posts = [post for post in by.current_posts if post.is_vetted()]
    return next((post for post in posts if post.reaches(case.force)), posts[0])


def digest_of(text: str) -> str:
    """Return the digest of a text that the entry which made it holds."""
    return sha256(text.encode()).hexdigest()
