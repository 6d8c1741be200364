"""Parts of a file (RFC 9110, section 14)."""

import pytest
from django.test import RequestFactory

from port2port.site.ranges import ranged

BODY = b"0123456789"


def asked(value: str):
    request = RequestFactory().get("/", **({"HTTP_RANGE": value} if value else {}))
    return ranged(request, BODY, "video/webm", {"X-Content-Type-Options": "nosniff"})


@pytest.mark.parametrize(
    ("value", "status", "part", "said"),
    [
        ("", 200, BODY, None),
        ("bytes=0-", 206, BODY, "bytes 0-9/10"),
        ("bytes=2-4", 206, b"234", "bytes 2-4/10"),
        ("bytes=7-99", 206, b"789", "bytes 7-9/10"),
        ("bytes=-3", 206, b"789", "bytes 7-9/10"),
        ("bytes=-99", 206, BODY, "bytes 0-9/10"),
        ("bytes=10-", 416, b"", "bytes */10"),
        ("bytes=-0", 416, b"", "bytes */10"),
        ("bytes=4-2", 416, b"", "bytes */10"),
        ("bytes=0-1,4-5", 200, BODY, None),
        ("bytes=-", 200, BODY, None),
        ("lines=0-1", 200, BODY, None),
        (f"bytes={'9' * 5000}-", 200, BODY, None),
    ],
)
def test_a_part_is_given_as_it_was_asked_for(value, status, part, said):
    answer = asked(value)
    assert (answer.status_code, answer.content, answer.headers.get("Content-Range")) == (status, part, said)
    assert answer["Accept-Ranges"] == "bytes" and answer["X-Content-Type-Options"] == "nosniff"
