"""Alarms about misuse from inside: raised by the worker, looked at by the organisation's own auditors.

An alarm says who and how many, never which records. Nobody is compared with a colleague, nothing is ranked.
"""

from datetime import datetime
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from port2port.base import journal
from port2port.base.errors import Conflict, NotFound, Refused
from port2port.members.acting import action, current_actor
from port2port.sharing.misuse import Limits, limit, over_quota, unusual
from port2port.sharing.models import MisuseAlarm

SHOWN = 100
LONGEST_REMARK = 400


def watch(rule: Limits, *, at: datetime) -> int:
    """Compare each person's last hour with their habit, and the last day's exports with the quota.

    Acts as the system principal `worker`. Returns how many alarms are new: at most one a person, kind and day.
    """
    raised = 0
    with connection.cursor() as db:
        db.execute(
            "select person, organisation, number, history from sharing_reading(%s, %s)",
            [rule.reading.floor, rule.reading.days],
        )
        for person, organisation, number, history in db.fetchall():
            if unusual(number, history, rule.reading):
                raised += _raise(person, organisation, "reading", number, int(limit(history, rule.reading)), at)
        db.execute("select person, organisation, exports, records from sharing_exporting()")
        for person, organisation, exports, records in db.fetchall():
            if over_quota(exports, records, rule.exporting):
                raised += _raise(person, organisation, "export", records, rule.exporting.records, at)
    return raised


def forget(rule: Limits) -> int:
    """Forget exports and alarms whose time is over, as the worker. Returns how many exports."""
    with connection.cursor() as db:
        db.execute("select sharing_forget_exports(%s)", [rule.keeping.days])
        return int(db.fetchone()[0])


def _raise(person: UUID, organisation: UUID, kind: str, number: int, usual: int, at: datetime) -> bool:
    with connection.cursor() as db:
        db.execute("select sharing_alarm(%s, %s, %s, %s, %s)", [person, organisation, kind, number, usual])
        alarm = db.fetchone()[0]
    if alarm is None:
        return False
    journal.write(
        "misuse.alarm", kind="alarm", reason=kind, at=at, alarm=alarm, person=person, of=organisation, number=number
    )
    return True


def alarms() -> list[MisuseAlarm]:
    """Return the alarms of the own organisation, newest first. Raises Refused without the act `audit`."""
    actor = current_actor()
    if actor.organisation is None or not actor.may("audit"):
        raise Refused(_("Alarms are read by the organisation's administrators and data-protection officers."))
    return list(MisuseAlarm.objects.filter(organisation_id=actor.organisation).order_by("-at")[:SHOWN])


def waiting(person: UUID) -> int:
    """Return how many alarms nobody has looked at that this person may look at."""
    return MisuseAlarm.objects.filter(seen_at=None).exclude(person_id=person).count()


@action
def look_at(alarm: UUID, *, remark: str, at: datetime) -> None:
    """Note that an alarm was looked at, with a remark.

    Raises NotFound for an alarm that is not one's organisation's, Conflict for one about oneself or looked at before.
    """
    actor = current_actor()
    if not actor.may("audit") or not MisuseAlarm.objects.filter(id=alarm).exists():
        raise NotFound()
    done = MisuseAlarm.objects.filter(id=alarm, seen_at=None).exclude(person_id=actor.person)
    if not done.update(seen_by_id=actor.person, seen_at=at, remark=remark.strip()[:LONGEST_REMARK]):
        raise Conflict(_("Somebody has looked at this already, or it is about you: then somebody else looks at it."))
    journal.write("misuse.looked", kind="alarm", at=at, alarm=alarm)
