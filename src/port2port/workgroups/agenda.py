"""What an agenda can be made of: minutes to approve, proposals, open actions, papers, what other domains offer."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from port2port.workgroups import reading
from port2port.workgroups.models import Group
from port2port.workgroups.offers import Offer, offered
from port2port.workgroups.reading import MeetingNow

OPEN_ACTIONS = "actions"


def offers_for(group: Group, now: MeetingNow, *, at: datetime) -> list[Offer]:
    """Return what could still be put on the agenda of a meeting, in the order in which meetings speak of it."""
    taken = {(item.row.about, item.row.target) for item in now.items}
    found = [
        Offer("meeting", row.id, _("Minutes of %(day)s") % {"day": f"{timezone.localdate(row.row.starts_at):%d/%m/%Y}"})
        for row in reading.before(now.meeting.row)
    ]
    actions = reading.open_actions(group)
    if actions:
        said = ngettext("%(n)d action is open", "%(n)d actions are open", len(actions)) % {"n": len(actions)}
        found.append(Offer(OPEN_ACTIONS, None, _("Open actions"), said))
    found += [Offer("decision", row.id, row.row.title, _("Proposed")) for row in reading.proposals(group)]
    found += [Offer("paper", row.id, row.row.title, _("Paper")) for row in now.papers]
    found += offered(group, at)
    return [offer for offer in found if (offer.about, offer.target) not in taken]
