"""This is exactly what they would receive: the newest that a system of the organisation gets, as it is sent.

It is read under the sight of who looks, and then only what the machine sees too is kept: what both see, and not how
many more there are. What is shown is made by the functions that serve it. Two things can differ, and both narrow: a
sharing group names the circles that both are in, and an observable that stands in several records is served once, as in
the last of those.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec
from django.utils.translation import override

from port2port.alerts.delivery.models import Webhook
from port2port.alerts.delivery.senders import Claim, webhook_content
from port2port.alerts.queries import Filters
from port2port.alerts.queries import page as alerts
from port2port.alerts.shown import Shown
from port2port.exchange import composed, hooked
from port2port.exchange.misp import events
from port2port.exchange.models import TakServer
from port2port.exchange.partners import queries
from port2port.exchange.partners.queries import Machine
from port2port.exchange.store import queries as store
from port2port.exchange.tak import queries as tak
from port2port.exchange.tak.cot import written

Form = Literal["stix", "misp", "cap"]
FORMS: tuple[Form, ...] = ("stix", "misp", "cap")
SHOWN = 10
LOOKED_AT = 500  # of the newest that one sees oneself


@dataclass(frozen=True)
class Sent:
    """Something that a system gets: what it is called, from which record, how narrow, since when, and all of it."""

    kind: str
    name: str
    record: UUID
    tlp: int
    at: datetime
    body: bytes


def preview(machine: Machine, form: Form, *, at: datetime) -> list[Sent]:
    """Return the newest that a machine would get in a form, newest first: what the actor sees too."""
    made: dict[Form, Callable[[Machine, datetime], list[Sent]]] = {"stix": _stix, "misp": _misp, "cap": _cap}
    return made[form](machine, at)


def for_webhook(webhook: Webhook, *, at: datetime) -> list[Sent]:
    """Return what a webhook is told of the newest alerts that the actor sees too, in its form.

    Of ids and codes, id and moment are each message's own.
    """
    rows = alerts(Filters(), at=at, size=SHOWN).rows
    told = queries.webhook_told(webhook.id, [row.record.id for row in rows])
    found = []
    for row in rows:
        if row.record.id in told:
            whole = hooked.written(webhook.form, told[row.record.id])
            found.append(_alert(row, webhook_content(_claim(webhook, row), whole, at=row.record.at).body))
    return found


def for_tak(server: TakServer, *, at: datetime) -> list[Sent]:
    """Return what a TAK server is shown now, of what the actor sees too."""
    found = tak.events(widest=server.tlp, language=server.language, at=at)
    seen = queries.both_see(server.person_id, {one.record for one in found})
    kept = [one for one in found if one.record in seen][:SHOWN]
    return [Sent(one.type, one.callsign, one.record, one.tlp, one.start, written(one, at=at)) for one in kept]


def _stix(machine: Machine, at: datetime) -> list[Sent]:
    rows = store.newest(LOOKED_AT)
    seen = queries.both_see(machine.hat.person_id, {row.record for row in rows if row.record is not None})
    kept = [(row, row.record) for row in rows if row.record is not None and row.record in seen][:SHOWN]
    store.note_reading([row for row, _record in kept], at=at)
    return [_object(row, record) for row, record in kept]


def _object(row: store.Stored, record: UUID) -> Sent:
    found = msgspec.json.decode(row.body)
    return Sent(found["type"], store.called(found), record, row.tlp, row.added, row.body.encode())


def _misp(machine: Machine, at: datetime) -> list[Sent]:
    rows = events.listed(LOOKED_AT)
    seen = queries.both_see(machine.hat.person_id, {row.record for row in rows})
    holding = queries.both_hold(machine.hat.person_id)
    kept = [row for row in rows if row.record in seen][:SHOWN]
    events.note_reading([(row.record, row.tlp) for row in kept], at=at)
    found = []
    for row in kept:
        made, record = events.one(row.uuid, holding=holding)
        found.append(Sent("event", str(made["info"]), record.id, record.tlp, row.changed, events.document(made)))
    return found


def _cap(machine: Machine, at: datetime) -> list[Sent]:
    with override(machine.hat.person.language):  # a token's answer is in its machine's language
        rows = alerts(Filters(), at=at, size=SHOWN).rows
        seen = queries.both_see(machine.hat.person_id, {row.record.id for row in rows})
        return [_alert(row, composed.document(composed.of_seen(row))) for row in rows if row.record.id in seen]


def _alert(row: Shown, body: bytes) -> Sent:
    return Sent("alert", row.reference, row.record.id, row.record.tlp, row.record.at, body)


def _claim(webhook: Webhook, row: Shown) -> Claim:
    alert = row.alert
    return Claim(
        delivery=row.record.id, channel="webhook", target=str(webhook.id), attempt=1, alert=row.record.id,
        message=alert.message, urgency=alert.urgency, status=alert.status, valid_until=alert.valid_until,
        address=webhook.url, form=webhook.form, language="en", p256dh="", auth="", secrets=(),
    )  # fmt: skip
