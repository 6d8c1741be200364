"""What of the monitor waits for whoever acts: early signs for an analyst, and signals whose day has come."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from port2port.displacement import signals, warnings
from port2port.displacement.words import warning_title
from port2port.members.actor import Actor
from port2port.members.rules import Need
from port2port.sharing.references import ZONE

LOOKED_AT = 100


def needs(actor: Actor, at: datetime) -> list[Need]:
    """Return what waits for somebody who may share further; nothing for others."""
    if actor.organisation is None or not actor.may("share"):
        return []
    return [*_warnings(), *_due(at)]


def _warnings() -> list[Need]:
    found = warnings.warnings(states=("waiting",))
    if not found:
        return []
    title = ngettext(
        "%(n)d early sign waits for an analyst", "%(n)d early signs wait for an analyst", len(found)
    ) % {"n": len(found)}  # fmt: skip
    return [
        Need(
            title=title,
            text=warning_title(found[0]),
            href=reverse("displacement:warning", args=[found[0].id])
            if len(found) == 1
            else reverse("displacement:warnings"),
            action=_("Look"),
            icon="displacement",
        )
    ]


def _due(at: datetime) -> list[Need]:
    today = at.astimezone(ZONE).date()
    given, _slice = signals.signals(size=LOOKED_AT)
    due = [one for one in given if one.signal.due < today and signals.scores(one)]
    if not due:
        return []
    title = ngettext(
        "The day of %(n)d signal has come", "The day of %(n)d signals has come", len(due)
    ) % {"n": len(due)}  # fmt: skip
    return [
        Need(
            title=title,
            text=_("Say what became of it; it was somebody else’s."),
            href=reverse("displacement:signal", args=[due[-1].record.id]),
            action=_("Say it"),
            icon="displacement",
        )
    ]
