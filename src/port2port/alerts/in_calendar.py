"""Alerts in a calendar: from when until when one holds, by the public word for what it is, marked if not real."""

from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from port2port.alerts import queries, sentences
from port2port.alerts.shown import Shown
from port2port.members.acting import Actor
from port2port.sharing.calendar import Entry
from port2port.sharing.tlp import Tlp
from port2port.site.reader import language

BACK = timedelta(days=7)
MOST = 100


def entries(actor: Actor, at: datetime) -> list[Entry]:
    """Return the alerts of the last days and those in force, up to TLP:GREEN, without places and texts.

    One that was updated goes when the message that took its place comes; one that was cancelled stays, as cancelled.
    """
    found = (
        queries.recent(since=at - BACK, widest=Tlp.GREEN, most=MOST, at=at) if actor.organisation is not None else []
    )
    return [_entry(row) for row in found if row.message != "Cancel" and row.state != "updated"]


def _entry(row: Shown) -> Entry:
    said = sentences.event_label(row.draft, language())
    return Entry(
        key=f"alert-{row.record.id}", sequence=row.record.version, starts=row.alert.valid_from,
        ends=row.alert.valid_until, summary=_("%(what)s (alert)") % {"what": said},
        url=settings.SITE_URL + reverse("alerts:detail", args=[row.record.id]), updated_at=row.record.updated_at,
        cancelled=row.state == "cancelled", busy=False,
    )  # fmt: skip
