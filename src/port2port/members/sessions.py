"""Sessions under the hash of their key: who reads the table or a backup cannot take one over.

Django's machinery, with who it is in columns beside the sealed data, so that ending somebody's sessions and
resolving a live stream need not open the data.
"""

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db import connection
from django.utils.crypto import constant_time_compare

from port2port.base import clock
from port2port.members.actor import nobody
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

    def fill(self, data: dict[str, Any]) -> None:
        """Take data that was read and opened already, so that `load` need not ask again."""
        self._session_cache = data


@dataclass(frozen=True)
class Recognised:
    """Whose session it is: the account, the person's name and language, and the hats as the database tells them."""

    account: Account
    name: str
    language: str
    hats: str


def recognise(store: SessionStore) -> Recognised | None:
    """Return whose session this is, with one statement, and fill the store.

    None when anything is not as usual (ended, expired, another password since, an old secret, not noted as seen for
    five minutes): then Django's own way decides, which also ends or renews what must be.
    """
    if not store.session_key:
        return None
    with nobody(), connection.cursor() as cursor:
        cursor.execute("select * from members_recognise(%s)", [hashed(store.session_key)])
        row = cursor.fetchone()
    if row is None or clock.now() - row[1] > SEEN_EVERY:
        return None
    data = store.decode(row[0])
    account = Account(
        id=row[2],
        email=row[3],
        password=row[4],
        last_login=row[5],
        is_active=row[6],
        second_factor_reset_at=row[7],
        person_id=row[8],
    )
    account._state.adding, account._state.db = False, connection.alias
    usual = (
        account.is_active
        and data.get(SESSION_KEY) == str(account.id)
        and data.get(BACKEND_SESSION_KEY) in settings.AUTHENTICATION_BACKENDS
        and constant_time_compare(data.get(HASH_SESSION_KEY, ""), account.get_session_auth_hash())
    )
    if not usual:
        return None
    store.fill(data)
    return Recognised(account, row[9], row[10], row[11])
