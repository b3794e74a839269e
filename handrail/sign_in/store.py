"""Session store: Django's own, with the signed-in user in the row and an end after idle time."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db import connection
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from handrail.organisations.models import Person
from handrail.organisations.rows import columns_of, loaded, selected
from handrail.sign_in.lapsed import FOR, KEPT
from handrail.sign_in.models import Session, kept_key

SIGNED_IN = "signed_in"
MINUTE = timedelta(minutes=1)
# Written as SQL, as every page of a signed-in user runs this query.
WITH_PERSON = f"""
SELECT {selected(Session, "session")}, {selected(Person, "person")}
FROM sign_in_session session LEFT JOIN organisations_person person ON person.id = session.person_id
WHERE session.session_key = %s AND session.expire_date > %s
"""  # noqa: S608 our own text


class SessionStore(DatabaseStore):
    """Loads and saves one session.

    A signed-in session ends after SESSION_IDLE without requests, and SESSION_LONGEST after it began at the
    latest.
    """

    seen_at: datetime | None = None
    _loaded: Person | None = None  # the signed-in user, loaded in one query with the session

    @property
    def key_salt(self) -> str:
        """The salt by which the session's data are signed; data copied to another key are void."""
        return f"{super().key_salt}.{self.session_key}"

    def exists(self, session_key: str) -> bool:
        """Return whether a session has this key."""
        return super().exists(kept_key(session_key))

    def delete(self, session_key: str | None = None) -> None:
        """Delete the session of this key, or this session."""
        key = session_key or self.session_key
        if key:
            super().delete(kept_key(key))

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """Return the row for the session's data."""
        row = super().create_model_instance(data)
        assert isinstance(row, Session)  # noqa: S101 the model of this store
        row.session_key = kept_key(row.session_key)
        who = data.get(SIGNED_IN)
        if who:
            now = timezone.now()
            row.handle = UUID(who["handle"])
            row.person_id = UUID(who["person"])
            row.began_at = datetime.fromisoformat(who["began_at"])
            row.seen_at = self.seen_at = now
            row.origin, row.device = who["origin"], who["device"]
            row.expire_date = ends_at(row.began_at, now)
        elif set(data) == {KEPT}:
            row.expire_date = min(row.expire_date, timezone.now() + timedelta(seconds=FOR))
        return row

    def _get_session_from_db(self) -> Session | None:
        with connection.cursor() as cursor:
            cursor.execute(WITH_PERSON, [kept_key(self.session_key or ""), timezone.now()])
            found = cursor.fetchone()
        if found is None:
            self._session_key = None
            return None
        row, person = loaded(Session, found), found[len(columns_of(Session)) :]
        self.seen_at, self._loaded = row.seen_at, loaded(Person, person) if row.person_id else None
        return row

    def signed_in(self) -> Person | None:
        """Return the signed-in user if the session is valid for them now, else None.

        None may also mean that the session was signed with a former SECRET_KEY; Django's `get_user` then
        decides.
        """
        holds, person = self.get(HASH_SESSION_KEY), self._loaded
        if person is None or not person.is_active or self.get(SESSION_KEY) != str(person.pk):
            return None
        same = constant_time_compare(str(holds), person.get_session_auth_hash())
        return person if same else None

    def touch(self) -> None:
        """Extend the session's idle time, writing at most once a minute."""
        who, now = self.get(SIGNED_IN), timezone.now()
        if who and (self.seen_at is None or now - self.seen_at >= MINUTE):
            end = ends_at(datetime.fromisoformat(who["began_at"]), now)
            Session.objects.filter(pk=kept_key(self.session_key or "")).update(seen_at=now, expire_date=end)
            self.seen_at = now


def ends_at(began_at: datetime, seen_at: datetime) -> datetime:
    """Return when a session ends if no request follows."""
    return min(seen_at + settings.SESSION_IDLE, began_at + settings.SESSION_LONGEST)
