"""What became of one try to deliver: delivered, to be tried again, failed for good, or the receiver is gone."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Literal

State = Literal["delivered", "again", "failed", "gone"]

CODE = re.compile(r"[a-z0-9_.:+-]{1,64}")
LONGEST_WAIT = 3600.0  # seconds; a receiver may slow us down, not put us off until the alert is stale
SECONDS = re.compile(r"[0-9]+")

# Another moment may go better. 408 is the receiver's own timeout (RFC 9110 section 15.5.9).
PASSING = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS})


@dataclass(frozen=True)
class Outcome:
    """One try: `code` may stand in the journal, for it never holds a text from the other side.

    `after` is how many seconds the receiver asked us to wait, with "again" only: wait at least as long, and at least
    as long as `next_try` says. After "again" the message may have arrived all the same (the answer was lost): the next
    try bears the same message id. Raises ValueError when the code is no code.
    """

    state: State
    code: str
    after: float | None = None

    def __post_init__(self) -> None:
        if not CODE.fullmatch(self.code):
            raise ValueError("an outcome's code is 1 to 64 of a-z 0-9 _ . : + -")


def of_status(status: int, *, retry_after: str | None, at: datetime, gone: Collection[int]) -> Outcome:
    """Return the outcome that an HTTP status means: 2xx is delivered, and nothing else is.

    `gone` are the statuses by which this kind of receiver says that it will not come back. A redirect is a failure:
    where it leads was never checked. An interim answer (1xx) in place of a final one is tried again.
    """
    code = f"http.{status}"
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return Outcome("delivered", code)
    if status in gone:
        return Outcome("gone", code)
    if status in PASSING or status < HTTPStatus.OK or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Outcome("again", code, wait_asked(retry_after, at=at))
    return Outcome("failed", code)


def wait_asked(value: str | None, *, at: datetime) -> float | None:
    """Return the seconds that a Retry-After header asks for, between 0 and one hour (RFC 9110 section 10.2.3).

    It holds seconds or an HTTP date, which is compared with `at`. Nothing when it is absent or neither.
    """
    text = (value or "").strip()
    if SECONDS.fullmatch(text):
        return min(float(text), LONGEST_WAIT)
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)  # the two obsolete forms of an HTTP date name no zone and mean UTC
    return min(max((moment - at).total_seconds(), 0.0), LONGEST_WAIT)
