"""What of mail waits for whoever may report: how many messages; never what they say."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from port2port.exchange.mail import queries
from port2port.members.actor import Actor
from port2port.members.roles import Act
from port2port.members.rules import Need


def needs(actor: Actor, _at: datetime) -> list[Need]:
    """Return one need while messages wait for the own organisation."""
    waiting = queries.waiting() if actor.organisation is not None and actor.may(Act.REPORT) else 0
    if not waiting:
        return []
    return [
        Need(
            title=ngettext("%(n)s message waits", "%(n)s messages wait", waiting) % {"n": waiting},
            text=_("It came by mail. Make a report of it, or throw it away."),
            href=reverse("exchange:mail"),
            action=_("Open it"),
            icon="link",
        )
    ]
