"""Measures and objectives in the work of groups: as links, and as items that an agenda is offered."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from port2port.measures.shown import shown, shown_objectives
from port2port.workgroups.links import Linked
from port2port.workgroups.models import Group
from port2port.workgroups.offers import Offer

MOST_OFFERED = 20


def measures(ids: Sequence[UUID]) -> list[Linked]:
    """Return the measures among these that the actor sees."""
    return [
        Linked(
            row.id, "measure", _("Measure"), row.version.title, reverse("measures:detail", args=[row.id]), "measure"
        )
        for row in shown(list(ids))
    ]  # fmt: skip


def objectives(ids: Sequence[UUID]) -> list[Linked]:
    """Return the objectives among these that the actor sees."""
    return [
        Linked(
            row.record.id, "objective", _("Objective"), row.objective.title,
            reverse("measures:objective", args=[row.record.id]), "measure",
        )
        for row in shown_objectives(list(ids))
    ]  # fmt: skip


def in_consultation(group: Group, at: datetime) -> list[Offer]:
    """Return the measures that the members are asked about: the group's own first, then those that all of it reads.

    The title of an own one that somebody of the group does not read is its reference.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "select c.measure_id, c.until, workgroups_all_read(%s, c.measure_id) from measures_consultation c"
            " join sharing_record r on r.id = c.measure_id and r.withdrawn_at is null"
            " where c.closed_at is null and (c.group_id = %s or workgroups_all_read(%s, c.measure_id))"
            " order by c.group_id <> %s, c.until, c.id limit %s",
            [group.id, group.id, group.id, group.id, MOST_OFFERED],
        )
        found = {measure: (until, everybody) for measure, until, everybody in cursor.fetchall()}
    offered = []
    for row in shown(list(found)):
        until, everybody = found[row.id]
        title = row.version.title if everybody else _("Measure %(reference)s") % {"reference": row.reference}
        day = {"day": f"{timezone.localdate(until):%d/%m/%Y}"}
        note = _("Positions until %(day)s") % day if until >= at else _("Can be closed since %(day)s") % day
        offered.append(Offer("measure", row.id, title, note))
    return offered
