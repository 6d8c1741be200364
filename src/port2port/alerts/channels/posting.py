"""One POST to a receiver outside: checked address, one deadline for all of it, no redirect, the answer's body unread.

Every channel sends through `post`. It holds no state, so any number of threads may send at once.
"""

import http.client
from collections.abc import Collection, Mapping
from contextlib import suppress
from datetime import datetime
from http import HTTPStatus

from port2port.alerts.channels.addresses import Forbidden, Resolved
from port2port.alerts.channels.line import FAILURES, INTERNET, Reach, code_of, connected
from port2port.alerts.channels.outcome import Outcome, of_status

BODY_READ = 1024  # bytes of the answer's body, so that a polite receiver can finish; then we hang up
ANSWER_READ = 65_536  # bytes of the whole answer, head included
GONE = frozenset({HTTPStatus.GONE})


def post(
    url: str,
    *,
    body: bytes,
    headers: Mapping[str, str],
    at: datetime,
    reach: Reach = INTERNET,
    gone: Collection[int] = GONE,
) -> Outcome:
    """Send `body` to `url` and return what became of it, whatever the other side does; `at` is compared with a
    Retry-After date.

    Codes: "http.STATUS"; "forbidden.WHY" (failed); and, to be tried again, "dns", "timeout", "tls.certificate", "tls",
    "connection", "answer" (not HTTP). Raises ValueError only for a header that cannot be sent, which is our own fault.
    """
    try:
        with connected(url, reach=reach, longest=ANSWER_READ) as (connection, there):
            status, retry_after = _exchange(connection, there, body, headers)
    except FAILURES as problem:
        # An expired certificate is mostly mended within hours; an address that is not ours to reach is not.
        return Outcome("failed" if isinstance(problem, Forbidden) else "again", code_of(problem))
    return of_status(status, retry_after=retry_after, at=at, gone=gone)


def _exchange(
    connection: http.client.HTTPConnection, there: Resolved, body: bytes, headers: Mapping[str, str]
) -> tuple[int, str | None]:
    """Return the status and Retry-After of the answer. From the status on, nothing in its body changes the outcome."""
    always = {"Host": there.place.authority, "User-Agent": "port2port", "Connection": "close"}
    connection.request("POST", there.place.path, body, {**always, **headers})
    answer = connection.getresponse()
    with suppress(OSError, http.client.HTTPException):
        answer.read(BODY_READ)
    return answer.status, answer.getheader("Retry-After")
