"""What a client asks for in the address (TAXII 2.1, sections 3.4 and 3.5), read into what a page is narrowed to."""

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from django.utils.translation import gettext_lazy as _

from port2port.base.errors import Port2PortError
from port2port.exchange.store.queries import ALL, FIRST, LAST, Asked

MOST, USUAL = 1000, 100  # objects a page
MOST_VALUES = 100  # of a filter
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z")
KNOWN = ("added_after", "limit", "next", "match[id]", "match[type]", "match[version]", "match[spec_version]")


class BadRequest(Port2PortError):
    """An address that cannot be read (TAXII 2.1: 400)."""

    status = 400
    code = "bad-request"
    title = _("This address cannot be read")


@dataclass(frozen=True)
class Request:
    """A page that is asked for. `nothing`: only objects of another version of STIX are wanted."""

    asked: Asked
    size: int
    nothing: bool


def read(query: Mapping[str, str], *, threat: str = "", identifier: str = "", versions: bool = True) -> Request:
    """Return what is asked for. `identifier`: one object; `versions`: whether the address may choose some.

    Raises BadRequest.
    """
    for name in query:
        if name not in KNOWN:
            raise BadRequest(_("There is no parameter %(name)s.") % {"name": name[:40]})
    after = [moment("added_after", query["added_after"])] if "added_after" in query else []
    after += [read_next(query["next"])] if "next" in query else []
    chosen: tuple[str | datetime, ...] = (ALL,)
    if versions:
        chosen = tuple(
            one if one in (LAST, FIRST, ALL) else moment("match[version]", one)
            for one in _values(query, "match[version]")
        ) or (LAST,)
    spec = _values(query, "match[spec_version]")
    asked = Asked(
        after=max(after, default=None),
        ids=(identifier,) if identifier else _values(query, "match[id]"),
        kinds=_values(query, "match[type]"),
        versions=chosen,
        threat=threat,
    )
    return Request(asked, _limit(query), bool(spec) and "2.1" not in spec)


def _values(query: Mapping[str, str], name: str) -> tuple[str, ...]:
    values = tuple(dict.fromkeys(one.strip() for one in query.get(name, "").split(",") if one.strip()))
    if len(values) > MOST_VALUES or any(len(one) > MOST or "\x00" in one for one in values):
        raise BadRequest(_("There are too many values of %(name)s.") % {"name": name})
    return values


def _limit(query: Mapping[str, str]) -> int:
    if "limit" not in query:
        return USUAL
    if not re.fullmatch(r"[0-9]{1,9}", query["limit"]) or int(query["limit"]) == 0:
        raise BadRequest(_("limit is a whole number above zero."))
    return min(int(query["limit"]), MOST)


def moment(name: str, text: str) -> datetime:
    """Return a moment as TAXII writes it (RFC 3339 in UTC with Z). Raises BadRequest."""
    try:
        if MOMENT.fullmatch(text):
            return datetime.fromisoformat(text)
    except ValueError:  # 30 February
        pass
    raise BadRequest(_("%(name)s is a moment such as 2026-11-28T01:02:03.456789Z.") % {"name": name})


def written(at: datetime) -> str:
    """Return a moment as TAXII writes it."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


def write_next(at: datetime) -> str:
    """Return the opaque value by which a client asks for the next page."""
    return base64.urlsafe_b64encode(written(at).encode()).decode().rstrip("=")


def read_next(text: str) -> datetime:
    """Return what `write_next` wrote. Raises BadRequest."""
    try:
        return moment("next", base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode())
    except (binascii.Error, ValueError) as error:
        raise BadRequest(_("next is not one of ours. Start at the first page.")) from error
