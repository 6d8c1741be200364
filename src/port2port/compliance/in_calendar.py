"""What of the deadlines stands in a calendar: the days on which mine fall due. The duty's name alone, never whose."""

import hashlib
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from port2port.compliance import words
from port2port.compliance.book import rules_in_force
from port2port.compliance.waiting import duty, mine
from port2port.members.acting import Actor
from port2port.sharing.calendar import Entry

BACK = timedelta(days=90)  # how long what is settled stays in the feed, so that the day becomes free
AHEAD = timedelta(days=400)
MOST = 200
KEY_LENGTH = 24


def entries(actor: Actor, at: datetime) -> list[Entry]:
    """Return the entries of whoever acts: all-day, one for each thing owed that has a day."""
    if actor.organisation is None:
        return []
    book = rules_in_force().book
    # What is late stays on its day until it is done, however long that is.
    wanted = Q(outcome="pending", due__lte=at + AHEAD) | Q(settled_at__gte=at - BACK)
    rows = mine(duty(actor)).filter(wanted).exclude(outcome="broken")
    related = ("subject", "subject__facility", "subject__port", "subject__organisation", "subject__record")
    found = []
    for row in rows.select_related(*related).order_by("due", "subject_id", "key")[:MOST]:
        if row.due is None:
            continue
        one, day = words.line(row, book, at=at), timezone.localdate(row.due)
        name = hashlib.sha256(f"{row.subject_id} {row.key}".encode()).hexdigest()[:KEY_LENGTH]
        found.append(
            Entry(
                key=f"deadline-{name}", sequence=int(row.computed_at.timestamp()), starts=day,
                ends=day + timedelta(days=1), summary=_("Deadline: %(what)s") % {"what": one.what},
                url=f"{settings.SITE_URL}{one.href}", updated_at=row.computed_at,
                cancelled=row.outcome != "pending", busy=False,
            )
        )  # fmt: skip
    return found
