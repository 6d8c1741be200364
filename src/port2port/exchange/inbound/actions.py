"""What is done with what others send: kept for the own organisation, taken away again."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
from django.db import connection
from django.utils.translation import gettext as _

from port2port.base import journal
from port2port.base.errors import NotFound, Refused
from port2port.base.ids import new_id
from port2port.exchange.inbound.checking import Bad, Taken, checked, opened
from port2port.exchange.models import Delivery, Inbound
from port2port.exchange.taxii.asking import written
from port2port.members.acting import action, current_actor
from port2port.sharing.rules import REASONS

KEEPING = Path(__file__).parent.parent / "data" / "keeping.toml"


class Keeping(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many days what was sent is kept; see the data file."""

    version: int
    source: str
    days: int


@cache
def keeping() -> Keeping:
    """Return the time of keeping. Raises ValueError for one that keeps nothing."""
    found = msgspec.toml.decode(KEEPING.read_bytes(), type=Keeping)
    if found.days < 1 or not found.source:
        raise ValueError("it is kept for a day at least, and a source is named")
    return found


def forget_old() -> int:
    """Delete what was sent too long ago, for the worker. Returns how many objects."""
    with connection.cursor() as cursor:
        cursor.execute("select exchange_forget(%s)", [keeping().days])
        gone: int = cursor.fetchone()[0]
    return gone


@action
def receive(raw: bytes, *, at: datetime) -> Delivery:
    """Keep the objects of an envelope for the own organisation, and return what became of each.

    What was sent before is there already. Raises Refused when the role may not report, BadRequest, TooMuch.
    """
    actor = current_actor()
    if actor.organisation is None or not actor.may("report"):
        raise Refused(REASONS["no-role"])
    found = list(checked(opened(raw)))
    delivery = Delivery(
        id=new_id(), organisation_id=actor.organisation, person_id=actor.person, at=at, total=len(found)
    )
    _one_at_a_time(actor.organisation)
    there = _there([one for one in found if isinstance(one, Taken)])
    fresh: list[Inbound] = []
    since = max([at, *(Inbound.objects.order_by("-added").values_list("added", flat=True)[:1])])
    for place, one in enumerate(found, start=1):
        if isinstance(one, Bad):
            delivery.refused.append({"id": one.stix_id, "version": written(at), "message": one.message})
            continue
        added = since + timedelta(microseconds=place)
        version = one.version or added
        before = there.get((one.stix_id, one.version))
        if before is not None and before != one.body:
            message = _("You sent another object of this id and version before.")
            delivery.refused.append({"id": one.stix_id, "version": written(version), "message": message})
            continue
        delivery.accepted.append({"id": one.stix_id, "version": written(version)})
        if before is None:
            there[one.stix_id, one.version] = one.body
            fresh.append(
                Inbound(
                    id=new_id(), organisation_id=actor.organisation, person_id=actor.person, delivery=delivery,
                    stix_id=one.stix_id, kind=one.kind, version=version, added=added, tlp=int(one.tlp), body=one.body,
                )
            )  # fmt: skip
    delivery.save(force_insert=True)
    # What a colleague sent, and one does not see, is there already all the same.
    Inbound.objects.bulk_create(fresh, batch_size=1000, ignore_conflicts=True)
    journal.write("stix.received", kind="stix", at=at, count=len(fresh), delivery=delivery.id)
    return delivery


def _one_at_a_time(organisation: Any) -> None:
    """Let two requests of one organisation follow each other: what comes later stands later."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext('exchange_inbound'), hashtext(%s))", [str(organisation)])


def _there(taken: Sequence[Taken]) -> dict[tuple[str, datetime | None], str]:
    """Return the bodies of those that were sent before; of what has no versions, by its id alone."""
    found: dict[tuple[str, datetime | None], str] = {}
    rows = Inbound.objects.filter(stix_id__in={one.stix_id for one in taken})
    for stix_id, version, added, body in rows.values_list("stix_id", "version", "added", "body"):
        found[stix_id, None if version == added else version] = body
    return found


@action
def take_away(stix_id: str, *, versions: Sequence[datetime], at: datetime) -> int:
    """Delete an object that was sent for the own organisation: these versions, or all. Returns how many there were.

    Raises NotFound.
    """
    rows = Inbound.objects.filter(stix_id=stix_id)
    if versions:
        rows = rows.filter(version__in=versions)
    deleted, _models = rows.delete()
    if not deleted:
        raise NotFound(kind="stix")
    journal.write("stix.deleted", kind="stix", at=at, count=deleted)
    return deleted
