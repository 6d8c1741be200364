"""What the pages of measures, reports and lessons show of practices: those linked, and the way to make one."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from port2port.helpdesk import lesson_queries
from port2port.helpdesk.queries import LESSON
from port2port.knowledge.practices.queries import KIND, linked_to
from port2port.knowledge.practices.shown import shown
from port2port.knowledge.practices.words import Card
from port2port.members.acting import current_actor
from port2port.reports.shown import shown as reports_shown
from port2port.sharing import queries as sharing
from port2port.sharing.models import Record
from port2port.sharing.queries import envelope
from port2port.sharing.rules import decide
from port2port.sharing.tlp import Tlp
from port2port.workgroups.links import Linked

TEMPLATE = "knowledge/practices/beside.html"
ON_MEASURE = "knowledge/practices/beside_measure.html"


def on_measure(measure: UUID, at: datetime) -> dict[str, Any]:
    """Return the practices that show how a measure was done."""
    return _linked(measure, at)


def on_report(report: UUID, at: datetime) -> dict[str, Any]:
    """Return the practices that came of a report, and where to make one of it when it is closed and one's own."""
    part = _linked(report, at)
    found = reports_shown([report])
    if found and found[0].report.state == "closed" and _turns(found[0].record, at):
        part["turn"] = f"{reverse('knowledge:practice_new')}?report={report}"
    return part


def on_lesson(lesson: UUID, at: datetime) -> dict[str, Any]:
    """Return the practices that came of a lesson, and where to make one of it when it is one's own."""
    part = _linked(lesson, at)
    found = lesson_queries.shown([lesson])
    if found and _turns(found[0].record, at):
        part["turn"] = f"{reverse('knowledge:practice_new')}?lesson={lesson}"
    return part


def practices(ids: Sequence[UUID]) -> list[Linked]:
    """Return the practices among these that the actor sees, as links."""
    return [
        Linked(row.id, KIND, _("Practice"), row.text.title, Card(row).href, "knowledge") for row in shown(list(ids))
    ]


def lessons(ids: Sequence[UUID]) -> list[Linked]:
    """Return the lessons among these that the actor sees, as links."""
    return [
        Linked(
            row.record.id, LESSON, _("Lesson"), row.lesson.title,
            reverse("helpdesk:lesson", args=[row.record.id]), "knowledge",
        )
        for row in lesson_queries.shown(ids)
    ]  # fmt: skip


def _linked(target: UUID, at: datetime) -> dict[str, Any]:
    found = linked_to(target)
    if not found:
        return {}
    sharing.note_reading(KIND, [one.record for one in found], at=at, act="listed")
    return {"cards": [Card(one) for one in found]}


def _turns(record: Record, at: datetime) -> bool:
    """Tell whether the actor may make a practice of a record: as `turning` decides."""
    allowed = decide(current_actor(), "change", envelope(record), at=at).allowed
    return allowed and record.withdrawn_at is None and record.tlp != Tlp.RED
