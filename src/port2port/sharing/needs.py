"""What of sharing waits for whoever acts, for the home page."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from port2port.members.acting import Actor
from port2port.members.rules import Need
from port2port.sharing.models import Glass


def needs(actor: Actor, at: datetime) -> list[Need]:
    """Return what waits: the glass over our records was broken; a request of mine may be opened; one needs me."""
    found: list[Need] = []
    if actor.organisation is not None and actor.may("audit"):
        broken = Glass.objects.filter(
            owner_id=actor.organisation, approved_at__isnull=False, seen_by_owner_at=None
        ).count()
        if broken:
            title = ngettext(
                "The glass over %(n)d record of yours was broken",
                "The glass over %(n)d records of yours was broken",
                broken,
            )
            found.append(_need(title % {"n": broken}, _("See who asked, who approved, and why."), _("Look")))
    if not actor.may("operate"):
        return found
    ready = Glass.objects.filter(asked_by_id=actor.person, until__gt=at).count()
    if ready:
        found.append(
            _need(
                _("Your request was approved"), _("It can be opened once, within the hour."), pgettext("verb", "Open")
            )
        )
    waiting = len(list(Glass.objects.raw("select * from sharing_glass_waiting()")))
    if waiting:
        title = ngettext(
            "%(n)d request to break the glass waits for a second person",
            "%(n)d requests to break the glass wait for a second person",
            waiting,
        )
        found.append(_need(title % {"n": waiting}, _("Read the reason before you approve."), _("Look")))
    return found


def _need(title: str, text: str, action: str) -> Need:
    return Need(title=title, text=text, href=reverse("sharing:glass"), action=action, icon="eye")
