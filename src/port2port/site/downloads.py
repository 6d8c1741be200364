"""Files that a browser keeps and never shows."""

from collections.abc import Mapping

from django.http import HttpResponse
from django.utils.http import content_disposition_header


def as_download(
    body: bytes | str, name: str, content_type: str, headers: Mapping[str, str] | None = None
) -> HttpResponse:
    """Return a file to be kept under a name, whatever characters are in it (RFC 6266)."""
    disposition = content_disposition_header(True, name) or "attachment"
    answer = HttpResponse(body, content_type=content_type, headers=headers)
    answer["Content-Disposition"] = disposition
    return answer
