"""What of routing waits for whoever looks after the organisation's reports: those that are due at an authority."""

from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from port2port.members.acting import Actor
from port2port.members.rules import Need
from port2port.reports.routing import queries
from port2port.reports.routing.words import proposal_line


def needs(actor: Actor, at: datetime) -> list[Need]:
    """Return what waits, as one: how many reports, due at whom, and since when at the longest."""
    if actor.organisation is None or not actor.may("steward"):
        return []
    late = queries.late(at)
    if not late:
        return []
    n = len(late)
    proposals = [one for _shown, found in late for one in found]
    first = min(one.due_at for one in proposals if one.due_at is not None)
    who = dict.fromkeys(proposal_line(one, at).who for one in proposals)
    return [
        Need(
            title=ngettext(
                "%(n)d report of yours must go to an authority", "%(n)d reports of yours must go to an authority", n
            )
            % {"n": n},
            text=", ".join(who),
            href=reverse("reports:detail", args=[late[0][0].record.id]) + "#routing" if n == 1 else _list(),
            action=_("Open"),
            icon="deadline",
            due=timezone.localtime(first).date(),
            overdue=any(not one.at_once for one in proposals),
        )
    ]


def _list() -> str:
    return reverse("reports:routing")
