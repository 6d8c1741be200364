"""Where tries to sign in are counted: a Django cache in one table, so that all serving processes count together.

Django's own DatabaseCache pickles what it keeps and shows addresses in its keys. This one keeps JSON under HMACs.
Each statement is atomic; a lock that another transaction holds makes `add` wait for that transaction.
"""

import hashlib
import hmac
import json
import secrets
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.db import connection

from port2port.base import clock

FOREVER = timedelta(days=3650)
CLEAN_ONE_IN = 50


class ThrottleCache(BaseCache):
    """`CACHES["default"]`, which allauth uses for rate limits and for codes already used."""

    def __init__(self, location: str, params: dict[str, Any]) -> None:
        super().__init__(params)

    def add(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Keep the value unless one is there; return whether it was kept."""
        return self._write(
            "insert into members_throttle (key, value, until) values (%s, %s, %s) on conflict (key) do update"
            " set value = excluded.value, until = excluded.until where members_throttle.until <= %s returning true",
            [self._hashed(key, version), json.dumps(value), self._until(timeout), clock.now()],
        )

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        """Return the value, or the default when there is none any more."""
        with connection.cursor() as cursor:
            cursor.execute(
                "select value from members_throttle where key = %s and until > %s",
                [self._hashed(key, version), clock.now()],
            )
            row = cursor.fetchone()
        return default if row is None else json.loads(row[0])

    def set(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        """Keep the value; now and then what has expired is thrown away."""
        self._write(
            "insert into members_throttle (key, value, until) values (%s, %s, %s)"
            " on conflict (key) do update set value = excluded.value, until = excluded.until returning true",
            [self._hashed(key, version), json.dumps(value), self._until(timeout)],
        )
        if secrets.randbelow(CLEAN_ONE_IN) == 0:
            with connection.cursor() as cursor:
                cursor.execute(
                    "delete from members_throttle where key in (select key from members_throttle"
                    " where until <= %s limit 500 for update skip locked)",
                    [clock.now()],
                )

    def touch(self, key: str, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Give the value another end; return whether it was there."""
        return self._write(
            "update members_throttle set until = %s where key = %s and until > %s returning true",
            [self._until(timeout), self._hashed(key, version), clock.now()],
        )

    def delete(self, key: str, version: int | None = None) -> bool:
        """Forget the value; return whether it was there."""
        return self._write("delete from members_throttle where key = %s returning true", [self._hashed(key, version)])

    def clear(self) -> None:
        """Forget all values."""
        with connection.cursor() as cursor:
            cursor.execute("delete from members_throttle")

    def _write(self, statement: str, values: list[Any]) -> bool:
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.fetchone() is not None

    def _hashed(self, key: str, version: int | None) -> bytes:
        text = self.make_key(key, version)
        return hmac.new(settings.SECRET_KEY.encode(), text.encode(), hashlib.sha256).digest()

    def _until(self, timeout: Any) -> datetime:
        seconds = self.default_timeout if timeout is DEFAULT_TIMEOUT else timeout
        return clock.now() + (FOREVER if seconds is None else timedelta(seconds=seconds))
