"""Campaigns in the calendar of who trains: their first and last day, under the public name of the campaign."""

from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from port2port.members.acting import Actor
from port2port.sharing.calendar import Entry
from port2port.site.reader import language
from port2port.training.campaigns import queries
from port2port.training.campaigns.library import name_of
from port2port.training.courses.queries import trains

PAST, DAY = timedelta(days=30), timedelta(days=1)


def entries(actor: Actor, at: datetime) -> list[Entry]:
    """Return the first and the last day of what the own organisation runs."""
    rows = queries.campaigns() if actor.organisation is not None else []
    if not rows or not trains():
        return []
    since, found = timezone.localdate(at) - PAST, []
    for row in rows:
        name, url = name_of(row.slug, language()), settings.SITE_URL + reverse("training:campaign_run", args=[row.id])
        for what, day, said in (
            ("starts", row.starts_on, _("%(name)s begins")), ("ends", row.ends_on, _("%(name)s ends")),
        ):  # fmt: skip
            if day >= since:
                found.append(
                    Entry(key=f"campaign-{what}-{row.id}", sequence=row.sequence, starts=day, ends=day + DAY,
                          summary=said % {"name": name}, url=url, updated_at=row.updated_at, busy=False)
                )  # fmt: skip
    return found
