"""What of sharing waits for whoever acts, for the home page."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from port2port.members.acting import Actor
from port2port.members.rules import Need
from port2port.sharing import alarms, exports, pairs
from port2port.sharing.models import Glass


def needs(actor: Actor, at: datetime) -> list[Need]:
    """Return what waits.

    A file of mine to delete; an alarm in my organisation; the glass over our records was broken; a request of mine may
    be opened; one needs me.
    """
    found: list[Need] = _misuse(actor) + _pairs(actor, at)
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


def _pairs(actor: Actor, at: datetime) -> list[Need]:
    """Return what of TLP:RED waits for the actor as the second person."""
    if actor.organisation is None or not actor.may("export"):
        return []
    asked = pairs.waiting(at)
    if not asked:
        return []
    title = ngettext(
        "%(n)d request to take out TLP:RED waits for you", "%(n)d requests to take out TLP:RED wait for you", len(asked)
    )
    return [
        Need(
            title=title % {"n": len(asked)}, text=_("Read the reason before you approve."),
            href=reverse("sharing:pairs"), action=_("Look"), icon="lock",
        )
    ]  # fmt: skip


def _need(title: str, text: str, action: str) -> Need:
    return Need(title=title, text=text, href=reverse("sharing:glass"), action=action, icon="eye")


def _misuse(actor: Actor) -> list[Need]:
    found: list[Need] = []
    if exports.recalled(actor.person):
        found.append(
            Need(
                title=_("Something you exported was withdrawn: delete it"), text=_("See which file it is."),
                href=reverse("sharing:exports"), action=_("Look"), icon="export",
            )
        )  # fmt: skip
    if actor.organisation is None or not actor.may("audit"):
        return found
    waiting = alarms.waiting(actor.person)
    if waiting:
        title = ngettext(
            "%(n)d alarm about unusual reading or exporting",
            "%(n)d alarms about unusual reading or exporting",
            waiting,
        )
        found.append(
            Need(
                title=title % {"n": waiting}, text=_("In your organisation. Ask the person first."),
                href=reverse("sharing:alarms"), action=_("Look"), icon="eye",
            )
        )  # fmt: skip
    return found
