"""What every operation of the API stands on: scopes, versions, and errors as they are documented."""

from collections.abc import Mapping
from typing import Any, Protocol
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Field, Schema
from pydantic import ConfigDict

from port2port.base.errors import Invalid, NotFound, Port2PortError, PreconditionFailed, Problem, Refused
from port2port.sharing.queries import Slice, tombstone


class Gone(Port2PortError):
    """It was withdrawn or has expired; you had it before."""

    status = 410
    code = "withdrawn"
    title = _("This was withdrawn")


class PreconditionRequired(Port2PortError):
    """A change names the version it is based on (RFC 6585 section 3)."""

    status = 428
    code = "precondition-required"
    title = _("Say which version you are changing")


class Versioned(Protocol):
    """What a change names a version of: a record, a group."""

    version: int


class Strict(Schema):
    """Refuses fields it does not know: mostly they are misspelt ones."""

    model_config = ConfigDict(extra="forbid")


class ProblemItem(Schema):
    """One thing to put right."""

    field: str = Field(description="Path in the JSON that was sent, or the name of a parameter")
    message: str
    row: int | None = None


class ProblemOut(Schema):
    """Problem details (RFC 9457), in the language of the request."""

    type: str = Field(examples=["urn:port2port:problem:invalid"])
    title: str
    status: int
    instance: str = ""
    detail: str = ""
    see: str = Field("", description="Where it can be put right: of `acceptance-due`, what is to be accepted")
    errors: list[ProblemItem] = []


def problems(*statuses: int) -> dict[int, Any]:
    """Return the documented errors of an operation; 401, 403 and 422 always stand among them."""
    return {status: ProblemOut for status in sorted({400, 401, 403, 422, *statuses})}


def needs(request: HttpRequest, scope: str, *others: str) -> None:
    """Raise Refused when the token carries neither this scope nor one of the others."""
    scopes = request.actor.scopes  # type: ignore[attr-defined]
    if scopes is not None and scopes.isdisjoint((scope, *others)):
        raise Refused(_("This token does not carry the scope %(scope)s.") % {"scope": scope})


def known_parameters(request: HttpRequest, *names: str) -> None:
    """Raise Invalid for a parameter nobody reads: mostly it is a misspelt one."""
    unknown = sorted(set(request.GET) - set(names))
    if unknown:
        raise Invalid([Problem(name, _("There is no such parameter.")) for name in unknown])


def by_path(error: Invalid, paths: Mapping[str, str]) -> Invalid:
    """Return the problems of a rule named by their place in the JSON that was sent."""
    return Invalid([Problem(paths.get(p.field, p.field), p.message, p.row) for p in error.problems])


def etag(version: int) -> str:
    """Return the entity tag of a version (RFC 9110 section 8.8.3)."""
    return f'"{version}"'


def expected_version(if_match: str, record: Versioned) -> int:
    """Return the version a change is based on.

    Raises PreconditionRequired when none is named, PreconditionFailed for another one.
    """
    if not if_match.strip():
        raise PreconditionRequired(_("Send If-Match with the ETag you read."))
    if if_match.strip() != "*" and etag(record.version) not in tags(if_match):
        raise PreconditionFailed(_("Somebody changed it since you read it. Read it again."))
    return record.version


def tags(header: str) -> set[str]:
    """Return the entity tags of a header, weak ones as strong."""
    return {tag.strip().removeprefix("W/") for tag in header.split(",")}


def has_already(if_none_match: str, version: int) -> bool:
    """Tell whether the client named this version as one that it has (RFC 9110 section 13.1.2)."""
    return bool(if_none_match) and (if_none_match.strip() == "*" or etag(version) in tags(if_none_match))


def gone(identifier: UUID, error: NotFound) -> Port2PortError:
    """Return what is said of a record that is not there: that it went, to who had it."""
    return error if tombstone(identifier) is None else Gone(_("It was withdrawn or has expired."))


def around(request: HttpRequest, part: Slice) -> dict[str, str | None]:
    """Return the addresses of the pages around this one, as `next` and `previous`."""

    def address(to: str) -> str | None:
        kept = {name: value for name, value in request.GET.items() if name != "cursor"}
        return f"{request.path}?{urlencode(kept | {'cursor': to})}" if to else None

    return {"next": address(part.next), "previous": address(part.previous)}
