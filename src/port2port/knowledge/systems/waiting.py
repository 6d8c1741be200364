"""What of the register waits for whoever acts: assessments that were not done of the own systems in use."""

from datetime import datetime

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from port2port.knowledge.systems.models import Installation
from port2port.knowledge.systems.queries import installed_of
from port2port.knowledge.systems.rules import OPEN, assessments_open
from port2port.members.actor import Actor
from port2port.members.rules import Need

MOST = 20


def needs(actor: Actor, at: datetime) -> list[Need]:
    """Return a need for each system in use that the own organisation looks after and did not assess."""
    if actor.organisation is None or not actor.may("steward"):
        return []
    today = timezone.localdate(at)
    waiting = Installation.objects.filter(
        Q(rights=OPEN) | Q(privacy=OPEN), Q(until=None) | Q(until__gte=today), record__withdrawn_at=None,
        record__owner_id=actor.organisation,
    ).order_by("since", "record_id")  # fmt: skip
    found = []
    for row in waiting[:MOST]:
        missing = assessments_open(installed_of(row), today=today)
        texts: dict[tuple[str, ...], str] = {
            ("rights",): _("The fundamental-rights impact assessment was not done."),
            ("privacy",): _("The data-protection impact assessment was not done."),
        }
        text = texts.get(missing, _("No impact assessment was done, neither of rights nor of data protection."))
        found.append(
            Need(
                title=_("Not assessed: %(name)s") % {"name": f"{row.maker} {row.product}"},
                text=text,
                href=reverse("knowledge:installation_edit", args=[row.record_id]) + "#id_rights_0",
                action=_("Say when it was done"),
                icon="camera",
            )
        )
    return found
