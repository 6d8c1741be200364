"""Parts of a file: players seek, and some (Safari's) play nothing that is only sent whole."""

import re
from collections.abc import Mapping
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse

ONE_RANGE = re.compile(r"bytes=(?P<first>[0-9]{0,15})-(?P<last>[0-9]{0,15})")


def ranged(request: HttpRequest, body: bytes, content_type: str, headers: Mapping[str, str]) -> HttpResponse:
    """Return a file, or the one range of it that was asked for; whole when several were (RFC 9110, section 14)."""
    headers = {**headers, "Accept-Ranges": "bytes"}
    asked = ONE_RANGE.fullmatch(request.headers.get("Range", ""))
    if asked is None or not (asked["first"] or asked["last"]):
        return HttpResponse(body, content_type=content_type, headers=headers)
    end = len(body) - 1
    if asked["first"]:
        first, last = int(asked["first"]), min(int(asked["last"] or end), end)
    else:
        first, last = max(0, len(body) - int(asked["last"])), end
    if first > last:
        headers["Content-Range"] = f"bytes */{len(body)}"
        return HttpResponse(status=HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, headers=headers)
    headers["Content-Range"] = f"bytes {first}-{last}/{len(body)}"
    part = body[first : last + 1]
    return HttpResponse(part, content_type=content_type, status=HTTPStatus.PARTIAL_CONTENT, headers=headers)
