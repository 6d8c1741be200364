"""Working groups in the reader's words: offices, votes, states, rules of decision."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from port2port.sharing.models import Record
from port2port.sharing.tlp import Tlp
from port2port.workgroups.models import Decision, Meeting
from port2port.workgroups.queries import Shown
from port2port.workgroups.rules import DecisionRule

OFFICES: dict[str, str | Promise] = {
    "chair": gettext_lazy("Chair"),
    "secretary": gettext_lazy("Secretary"),
    "member": gettext_lazy("Member"),
}
ATTENDANCE: dict[str, str | Promise] = {
    "present": gettext_lazy("Present"),
    "excused": gettext_lazy("Excused"),
    "absent": gettext_lazy("Absent"),
    "replaced": gettext_lazy("Replaced by"),
}
VOTES: dict[str, str | Promise] = {
    "for": pgettext_lazy("vote", "For"),
    "against": pgettext_lazy("vote", "Against"),
    "abstain": pgettext_lazy("vote", "Abstains"),
}
POSITIONS: dict[str, str | Promise] = {
    "for": gettext_lazy("Agrees"),
    "against": gettext_lazy("Opposes"),
    "abstain": gettext_lazy("Stays out of it"),
}
DECISION_STATES: dict[str, tuple[str, str | Promise]] = {
    "proposed": ("open", gettext_lazy("Proposed")),
    "reached": ("ok", gettext_lazy("Decided")),
    "not_reached": ("error", gettext_lazy("Not reached")),
}
ACTION_STATES: dict[str, tuple[str, str | Promise]] = {
    "open": ("open", pgettext_lazy("action", "Open")),
    "done": ("ok", gettext_lazy("Done")),
    "dropped": ("closed", gettext_lazy("Dropped")),
}
HALF = Fraction(1, 2)


def votes_of(rule: DecisionRule) -> Mapping[str, str | Promise]:
    """Return the words for how an organisation stands: positions under consensus, votes under a majority."""
    return POSITIONS if rule.kind == "consensus" else VOTES


def rule_words(rule: DecisionRule) -> str:
    """Return a rule of decision as a sentence."""
    if rule.kind == "consensus" or rule.fraction is None:
        how = _("By consensus: no organisation opposes.")
    elif rule.fraction == 1:
        how = _("By all votes in favour.")
    else:
        how = _("By %(part)s of the votes for and against, one for each organisation.") % {"part": rule.fraction}
    if not rule.quorum:
        return how
    said = _("All organisations must take part.")
    if rule.quorum == HALF:
        said = _("Half of the organisations must take part.")
    elif rule.quorum < 1:
        said = _("%(part)s of the organisations must take part.") % {"part": rule.quorum}
    return f"{how} {said}"


def meeting_state(row: Meeting, *, at: datetime) -> tuple[str, str]:
    """Return where a meeting stands: the badge and its word."""
    if row.state == "cancelled":
        return "error", _("Cancelled")
    if row.state == "approved":
        return "ok", _("Minutes approved")
    if row.starts_at > at:
        return "open", _("Planned")
    return "part", _("Minutes are a draft")


def sees(record: Record, audience: list[str], *, why: bool = False) -> dict[str, Any]:
    """Return who sees a record, for the sees part."""
    found: dict[str, Any] = {"tlp": record.tlp, "audience": audience}
    return found | {"why_url": reverse("sharing:why", args=[record.id])} if why else found


@dataclass(frozen=True)
class Vote:
    """How an organisation stood."""

    organisation: str
    word: str | Promise


def votes(row: Decision, rule: DecisionRule, names: Mapping[UUID, str]) -> list[Vote]:
    """Return how each organisation stood, by name."""
    said = votes_of(rule)
    found = [Vote(names.get(UUID(key), ""), said.get(vote, vote)) for key, vote in row.votes.items()]
    return sorted(found, key=lambda vote: vote.organisation)


def narrower(shown: Shown[Any], circle: UUID, tlp: int) -> bool:
    """Tell whether a record is seen by fewer than the group."""
    return circle not in shown.record.addressed or shown.record.tlp > tlp


def span(row: Meeting) -> str:
    """Return when a meeting is: "12:00 to 14:00", with the day of its end when that is another."""
    begins, ends = timezone.localtime(row.starts_at), timezone.localtime(row.ends_at)
    if begins.date() == ends.date():
        return _("%(begins)s to %(ends)s") % {"begins": f"{begins:%H:%M}", "ends": f"{ends:%H:%M}"}
    return _("%(begins)s to %(ends)s") % {"begins": f"{begins:%H:%M}", "ends": f"{ends:%d/%m/%Y %H:%M}"}


def tlp_choices(*, least: int = Tlp.GREEN) -> list[tuple[str, str]]:
    """Return the marks that something of a group may bear."""
    return [(t.name, t.label) for t in (Tlp.GREEN, Tlp.AMBER, Tlp.RED) if t >= least]
