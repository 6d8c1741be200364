"""Sessions under the hash of their key: who reads the table or a backup cannot take one over.

Django's machinery, with who it is in columns beside the sealed data, so that ending somebody's sessions and
resolving a live stream need not open the data.
"""

import hashlib
from datetime import timedelta
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore

from port2port.base import clock
from port2port.members.models import Account, Session

SEEN_EVERY = timedelta(minutes=5)


def hashed(session_key: str) -> str:
    """Return the name under which a session is stored: the first 40 hexadecimal digits of its key's SHA-256."""
    return hashlib.sha256(session_key.encode()).hexdigest()[:40]


class SessionStore(DatabaseStore):
    """`SESSION_ENGINE`: the key travels in the cookie, the table holds its hash."""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def _get_session_from_db(self) -> Session | None:
        try:
            return Session.objects.get(session_key=hashed(self.session_key or ""), expire_date__gt=clock.now())
        except Session.DoesNotExist:
            self._session_key = None
            return None

    def load(self) -> dict[str, Any]:
        row = self._get_session_from_db()
        if row is None:
            return {}
        if clock.now() - row.seen_at > SEEN_EVERY:
            Session.objects.filter(session_key=row.session_key).update(seen_at=clock.now())
        return self.decode(row.session_data)

    def exists(self, session_key: str) -> bool:
        return Session.objects.filter(session_key=hashed(session_key)).exists()

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        account = data.get(SESSION_KEY)
        person = Account.objects.filter(pk=account).values_list("person_id", flat=True).first() if account else None
        now = clock.now()
        return Session(
            session_key=hashed(self._get_or_create_session_key()),  # type: ignore[attr-defined]  # Django's, unnamed in its stubs
            session_data=self.encode(data),
            expire_date=self.get_expiry_date(),
            person_id=person,
            hat_id=data.get("hat"),
            strong=bool(data.get("strong")),
            created_at=data.setdefault("created", now.isoformat()),
            seen_at=now,
            agent=str(data.get("agent", ""))[:200],
        )

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key:
            Session.objects.filter(session_key=hashed(key)).delete()
