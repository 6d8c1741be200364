"""What of the desk waits: for its officer requests and breaches, by their day; for administrators that it is late."""

from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from port2port.governance.desk import queries
from port2port.governance.desk.catalogue import labels
from port2port.governance.desk.catalogue import requests as file
from port2port.governance.desk.rules import OPEN
from port2port.members.actor import Actor
from port2port.members.rules import Need
from port2port.site.reader import language

MOST = 4


def needs(actor: Actor, at: datetime) -> list[Need]:
    """Return what waits at the desk of whoever acts; nothing for most."""
    if actor.organisation is None:
        return []
    found: list[Need] = []
    if actor.may("erase") or actor.may("operate"):
        found += _breaches(at)
    if actor.may("erase"):
        found += _requests(at)
    if actor.may("administer"):
        found += _overdue()
    return found


def _breaches(at: datetime) -> list[Need]:
    waiting = [one for one in queries.breaches(at=at) if one.clock is not None][:MOST]
    return [
        Need(
            title=_("A breach waits for a decision: %(title)s") % {"title": one.row.title},
            text=one.clock.rule.label(language()) if one.clock else "",
            href=reverse("governance:breach", args=[one.row.id]), action=_("Open"), icon="warn",
            due=timezone.localdate(one.clock.due) if one.clock and one.clock.due else None,
            overdue=one.clock is not None and one.clock.state == "late",
        )
        for one in waiting
    ]  # fmt: skip


def _requests(at: datetime) -> list[Need]:
    kinds = labels(file().kinds, language())
    waiting = [one for one in queries.requests(at=at, state=OPEN) if one.clock is not None][:MOST]
    return [
        Need(
            title=_("Request %(number)s waits for an answer") % {"number": one.number}, text=kinds[one.row.kind],
            href=reverse("governance:request", args=[one.row.id]), action=_("Open"),
            due=timezone.localdate(one.clock.due) if one.clock and one.clock.due else None,
            overdue=one.clock is not None and one.clock.state == "late",
        )
        for one in waiting
    ]  # fmt: skip


def _overdue() -> list[Need]:
    """What an administrator is told when the desk did not act in time: that, and how many; nothing of what it is."""
    requests, breaches = queries.overdue()
    late = requests + breaches
    if not late:
        return []
    title = ngettext("%(n)d deadline of data protection is late", "%(n)d deadlines of data protection are late", late)
    return [
        Need(
            title=title % {"n": late}, text=_("The data-protection officer did not act in time. Ask them."),
            href=reverse("governance:processing"), action=_("Open"), overdue=True,
        )
    ]  # fmt: skip
