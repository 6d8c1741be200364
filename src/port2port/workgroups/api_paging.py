"""Cursors as addresses, and the version of a group: what both routers of working groups need."""

from urllib.parse import urlencode

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from port2port.base.errors import PreconditionFailed
from port2port.sharing.api_ground import PreconditionRequired, etag, tags
from port2port.sharing.queries import Slice
from port2port.workgroups.models import Group


def addresses(request: HttpRequest, part: Slice) -> dict[str, str | None]:
    """Return the addresses of the pages around this one."""

    def address(to: str) -> str | None:
        kept = {name: value for name, value in request.GET.items() if name != "cursor"}
        return f"{request.path}?{urlencode(kept | {'cursor': to})}" if to else None

    return {"next": address(part.next), "previous": address(part.previous)}


def expected_group(if_match: str, group: Group) -> int:
    """Return the version of a group that a change is based on. Raises PreconditionRequired, PreconditionFailed."""
    if not if_match.strip():
        raise PreconditionRequired(_("Send If-Match with the ETag you read."))
    if if_match.strip() != "*" and etag(group.version) not in tags(if_match):
        raise PreconditionFailed(_("Somebody changed it since you read it. Read it again."))
    return group.version
