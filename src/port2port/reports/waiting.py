"""What in the reports waits for whoever acts: own reports that nobody closed, fresh grave ones of others."""

from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from port2port.members.acting import Actor
from port2port.members.rules import Need
from port2port.reports.models import Report

CLOSE_AFTER = timedelta(days=30)
OLDEST_SHOWN = timedelta(days=365)


def needs(actor: Actor, at: datetime) -> list[Need]:
    """Return, for who looks after the organisation's reports, those that stayed open for a month."""
    if actor.organisation is None or not actor.may("steward"):
        return []
    count = Report.objects.filter(
        record__owner_id=actor.organisation,
        record__provenance__in=("member", "invented"),
        record__withdrawn_at=None,
        record__at__lt=at - CLOSE_AFTER,
        record__at__gt=at - OLDEST_SHOWN,
        state="open",
    ).count()
    if not count:
        return []
    return [
        Need(
            title=ngettext("%(n)d report of yours is still open", "%(n)d reports of yours are still open", count)
            % {"n": count},
            text=_("Reported more than a month ago. Close them with what came of it, so that others learn."),
            href=reverse("reports:list") + "?state=open&mine=1",
            action=_("Look at them"),
            icon="report",
        )
    ]
