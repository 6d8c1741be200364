"""The alert of a change: to exactly those concerned, in the place of the one before where that is possible."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import override

from port2port.alerts import actions as alerts
from port2port.alerts.models import Alert
from port2port.alerts.rules import Draft as AlertDraft
from port2port.alerts.shown import shown
from port2port.alerts.vocabulary import by_code, vocabulary
from port2port.levels.book import term
from port2port.levels.models import Notice
from port2port.levels.rules import Draft
from port2port.members.acting import current_actor
from port2port.members.areas import AREAS_MOST, Area, FacilityArea, PortArea
from port2port.members.data_files import label
from port2port.members.models import Circle, Organisation
from port2port.members.places import known_places
from port2port.sharing.actions import Terms
from port2port.sharing.addressing import Addressing
from port2port.sharing.tlp import Tlp

PURPOSE, BASIS = "port_security_isps", "shipping_code_maritime_security"
AUTHORITY = "national_maritime_security_authority"
ELSEWHERE = ("terminal_operator", "company")  # organisations at a port that do not look after it
STATUS_EXERCISE = "Exercise"


def answer_by(row: Notice, *, at: datetime) -> datetime:
    """Return until when a facility acknowledges: so long after it was told, or after it begins."""
    return max(row.starts, at) + timedelta(minutes=term(row.level).answer_minutes)


def announce(row: Notice, draft: Draft, former: Notice | None, *, at: datetime, provenance: str) -> Alert | None:
    """Alert those concerned; the alert before it is updated if it reached them all, or else cancelled.

    Returns None when there is nothing left to act on. Raises Invalid for a text that no alert may carry.
    """
    before = _before(former, at)
    if row.void:
        if before is not None:
            alerts.cancel_alert(before.record_id, reason=_reason(row, draft), at=at, language=draft.language)
        return None
    message = _message(row, draft, at)
    if message.valid_until <= max(at, message.valid_from):
        return None
    to = addressing(row)
    if before is not None and set(to.addressed) <= set(before.record.addressed):
        return alerts.update_alert(before.record_id, draft=message, at=at)
    if before is not None:
        alerts.cancel_alert(before.record_id, reason=_reason(row, draft), at=at, language=draft.language)
    return alerts.raise_alert(draft=message, to=to, terms=terms(), at=at, provenance=provenance)


def terms() -> Terms:
    """Return on which legal basis levels and declarations are shared."""
    return Terms(PURPOSE, BASIS, pap=Tlp.GREEN)


def _before(former: Notice | None, at: datetime) -> Alert | None:
    """Return the alert that is followed, if the own organisation looks after it and it is in force."""
    if former is None or former.alert_id is None:
        return None
    found = shown([former.alert_id], at=at)
    if not found or not found[0].in_force or found[0].record.owner_id != current_actor().organisation:
        return None
    return found[0].alert


def _message(row: Notice, draft: Draft, at: datetime) -> AlertDraft:
    level = term(row.level)
    event = by_code(vocabulary().events, level.event)
    begins = max(row.starts, at)
    longest = at + timedelta(days=vocabulary().head.longest_valid_days)
    ends = min(begins + timedelta(hours=level.alert_hours), longest, row.until or longest)
    return AlertDraft(
        event=event.code,
        urgency="Expected" if row.starts > at else event.urgency,
        severity=event.severity,
        certainty=event.certainty,
        status="Exercise" if row.exercise else "Actual",
        instructions=event.instructions,
        language=draft.language,
        areas=_areas(row, draft),
        valid_from=row.starts,
        valid_until=ends,
        text=_marked(_text(draft), row, draft.language),
    )


def _text(draft: Draft) -> str:
    with override(draft.language):
        line = _("Official notice: %(reference)s.") % {"reference": draft.reference.strip()}
    return f"{line}\n{draft.text.strip()}".strip()


def _reason(row: Notice, draft: Draft) -> str:
    with override(draft.language):
        line = _("A later entry stands in its place.") if not row.void else _("It was entered by mistake.")
    return _marked(line, row, draft.language)


def _marked(text: str, row: Notice, language: str) -> str:
    """Return a text that says that it is an exercise, where it is one: it may be quoted alone."""
    mark = by_code(vocabulary().statuses, STATUS_EXERCISE).mark or {}
    word = label(mark, language) if row.exercise else ""
    return f"{word}: {text}" if word and word not in text else text


def _areas(row: Notice, draft: Draft) -> tuple[Area, ...]:
    if not row.facilities or len(row.facilities) > AREAS_MOST:
        return (PortArea(draft.port),)
    return tuple(FacilityArea(code) for code in draft.facilities)


def addressing(row: Notice) -> Addressing:
    """Return whom a change concerns: the facilities with their operators, who looks after the port, the authority."""
    spots = [spot for spot in known_places().facilities.values() if spot.id in set(row.concerned)]
    operators = {spot.operator for spot in spots if spot.operator is not None}
    port = Organisation.objects.filter(ports=row.port_id, left_at=None).exclude(kind__in=ELSEWHERE)
    authority = Organisation.objects.filter(kind=AUTHORITY, left_at=None)
    wanted = {*operators, *port.values_list("id", flat=True), *authority.values_list("id", flat=True)}
    circles = Circle.objects.filter(closed_at=None)
    found = [
        *circles.filter(kind="facility", facility_id__in=row.concerned),
        *circles.filter(kind="organisation", organisation_id__in=wanted),
    ]
    actor = current_actor()
    reachable = [one for one in found if one.addressed_by == "everyone" or one.id in actor.keys]
    return Addressing(tuple(sorted(one.id for one in reachable)), Tlp.GREEN)


def acknowledge(row: Notice, *, at: datetime) -> None:
    """Acknowledge the alert of a notice with the notice, where the own desk has it and has not done so."""
    if row.alert_id is None:
        return
    found = shown([row.alert_id], at=at)
    if found and found[0].in_force and not found[0].acknowledged:
        alerts.acknowledge(row.alert_id, at=at)
