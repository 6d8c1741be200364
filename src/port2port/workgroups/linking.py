"""How records of the domains below are shown as links."""

from collections.abc import Sequence
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from port2port.reports.shown import shown as reports_shown
from port2port.workgroups.links import Linked


def reports(ids: Sequence[UUID]) -> list[Linked]:
    """Return the reports among these that the actor sees."""
    return [
        Linked(
            row.record.id,
            "report",
            _("Report"),
            row.report.title,
            reverse("reports:detail", args=[row.record.id]),
            "report",
        )
        for row in reports_shown(list(ids))
    ]
