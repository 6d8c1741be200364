"""What of campaigns waits for who trains: one that runs and nothing was done, slips before and after."""

from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from port2port.members.actor import Actor
from port2port.members.rules import Need
from port2port.site.reader import language
from port2port.training.campaigns import queries
from port2port.training.campaigns.library import name_of
from port2port.training.campaigns.models import Campaign
from port2port.training.courses.queries import trains


def needs(actor: Actor, at: datetime) -> list[Need]:
    """Return what waits."""
    if actor.organisation is None or actor.shielded:
        return []
    rows = queries.campaigns()
    if not rows or not trains():
        return []
    today, done = timezone.localdate(at), queries.with_deeds()
    found = []
    for row in rows:
        if row.starts_on <= today <= row.ends_on and row.id not in done:
            found.append(
                _need(row, _("It runs. Hang the poster, show the screen, send the message, and write it down."))
            )
        elif row.ends_on < today <= row.after_until and _ask_again(row):
            found.append(_need(row, _("It has ended. Ask the questions again, to see what changed.")))
    return found


def _ask_again(row: Campaign) -> bool:
    pulse = queries.pulse(row)
    return pulse.wave("before").told > 0 and pulse.wave("after").made == 0


def _need(row: Campaign, text: str) -> Need:
    href = reverse("training:campaign_run", args=[row.id])
    return Need(name_of(row.slug, language()), text, href, pgettext("verb", "Open"), icon="training")
