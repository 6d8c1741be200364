"""Warnings: what a run saw coming, for an analyst to release or to dismiss, and what came of it."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from port2port.base import journal
from port2port.base.errors import Conflict, Invalid, NotFound, Problem, Refused
from port2port.base.ids import new_id
from port2port.displacement.analysis.result import Result
from port2port.displacement.models import Warning
from port2port.displacement.rules import OUTCOMES, Track, first_of, month_before, track, why_problems
from port2port.members.acting import acting_as_system, action, current_actor
from port2port.members.facts import facts, remember
from port2port.members.places import known_places
from port2port.sharing.rules import REASONS

QUIET_MONTHS = 3  # what was decided is not asked again within a quarter
TELLING = ("indicated", "supported")
EVERY_METHOD = ""


@dataclass(frozen=True)
class Seen:
    """An early-warning signal: the port it moves to, the method, since when, and what stands behind it."""

    port: str
    method: str
    month: date
    probability: float | None = None
    evidence: dict[str, Any] = field(default_factory=dict)


def seen_in(result: Result) -> list[Seen]:
    """Return what of a result should reach somebody: claims about a port, alarms, clusters of now. Once for a cell."""
    now = first_of(result.method.as_of)
    found: dict[tuple[str, str], Seen] = {}

    def add(one: Seen) -> None:
        found.setdefault((one.port, one.method), one)

    for claim in result.claims:
        if claim.port is not None and claim.grade in TELLING:
            plain = asdict(claim)
            kept = {
                name: plain[name]
                for name in ("key", "measure", "grade", "ratio", "interval", "probability", "effort_known", "events")
            }
            add(Seen(claim.port, claim.category or EVERY_METHOD, now, claim.probability, {"kind": "claim"} | kept))
    for alarm in result.early_warning.alarms:
        shown = {"method": alarm.method, "observed": alarm.observed, "expected": alarm.expected, "limit": alarm.limit}
        week = {"kind": "alarm", "week": alarm.week.isoformat()}
        add(Seen(alarm.port, alarm.category, first_of(alarm.week), None, week | shown))
    for cluster in result.early_warning.clusters:
        shown = {
            "observed": cluster.observed, "expected": cluster.expected, "p": cluster.p,
            "start": cluster.start.isoformat(), "end": cluster.end.isoformat(), "ports": list(cluster.ports),
        }  # fmt: skip
        for port in cluster.ports[:1]:
            add(Seen(port, cluster.category or EVERY_METHOD, first_of(cluster.end), None, {"kind": "cluster"} | shown))
    return list(found.values())


def raise_warnings(run: UUID, *, sight: str, result: Result, at: datetime) -> int:
    """Keep what a run saw: not what waits already or was decided lately. Returns how many are new. As the worker."""
    made = 0
    with acting_as_system("worker"):
        places = known_places()
        lately = month_before(first_of(result.method.as_of), QUIET_MONTHS)
        rows = Warning.objects.filter(sight=sight)
        told = {(row.port_id, row.method) for row in rows if row.state == "waiting" or first_of(row.at.date()) > lately}
        for one in seen_in(result):
            spot = places.ports.get(one.port)
            if spot is None or (spot.id, one.method) in told:
                continue
            Warning(
                id=new_id(), run_id=run, sight=sight, port_id=spot.id, method=one.method, month=one.month,
                evidence=one.evidence, probability=one.probability, at=at,
            ).save(force_insert=True)  # fmt: skip
            told.add((spot.id, one.method))
            made += 1
        if made:
            journal.write("displacement.warned", kind="run", record=run, at=at, number=made)
    return made


def warnings(*, states: Iterable[str] = (), sight: str = "") -> list[Warning]:
    """Return the warnings that the actor sees, newest first."""
    found = Warning.objects.all()
    if states:
        found = found.filter(state__in=list(states))
    if sight:
        found = found.filter(sight=sight)
    rows = list(found.order_by("-at", "-id")[:200])
    known = facts()
    for row in rows:
        remember(row, "port", known.ports)
    return rows


def warning(identifier: UUID) -> Warning:
    """Return one warning. Raises NotFound, the same for absent and hidden."""
    found = Warning.objects.filter(id=identifier).first()
    if found is None:
        raise NotFound(kind="warning", record=identifier)
    remember(found, "port", facts().ports)
    return found


def decides() -> bool:
    """Tell whether the actor may release, dismiss and score: analysts and others who may share further."""
    actor = current_actor()
    return actor.organisation is not None and actor.may("share")


@action
def decide_warning(identifier: UUID, *, release: bool, reason: str, at: datetime) -> Warning:
    """Release a warning (an alert is then written from it) or dismiss it, with a reason that stays; once.

    Raises NotFound, Refused, Conflict when it was decided before, Invalid without a reason.
    """
    found = warning(identifier)
    if not decides():
        raise Refused(REASONS["no-role"], kind="warning", record=identifier)
    if found.state != "waiting":
        raise Conflict(_("This was decided before."))
    problems = why_problems("reason", reason)
    if problems:
        raise Invalid(problems)
    actor, state = current_actor(), "released" if release else "dismissed"
    changed = Warning.objects.filter(id=identifier, state="waiting").update(
        state=state, reason=reason.strip(), decided_by_id=actor.person, decided_for_id=actor.organisation, decided_at=at
    )
    if not changed:
        raise Conflict(_("This was decided before."))
    journal.write(f"displacement.{state}", kind="warning", record=identifier, at=at)
    return warning(identifier)


@action
def score_warning(identifier: UUID, *, outcome: str, why: str, at: datetime) -> Warning:
    """Say what came of a warning, dismissed ones too; once. Raises as `decide_warning` does."""
    found = warning(identifier)
    if not decides():
        raise Refused(REASONS["no-role"], kind="warning", record=identifier)
    if found.state == "waiting":
        raise Conflict(_("Release or dismiss it first."))
    problems = [] if outcome in OUTCOMES else [Problem("outcome", _("Choose what came of it."))]
    problems += why_problems("why", why)
    if problems:
        raise Invalid(problems)
    changed = Warning.objects.filter(id=identifier, outcome="").update(
        outcome=outcome, outcome_why=why.strip(), outcome_by_id=current_actor().person, outcome_at=at
    )
    if not changed:
        raise Conflict(_("This was scored before."))
    journal.write("displacement.scored", kind="warning", record=identifier, at=at, outcome=outcome)
    return warning(identifier)


def warning_track(rows: Iterable[Warning]) -> Track:
    """Return how the monitor's own warnings did, dismissed ones too: who dismisses much would look good otherwise."""
    return track((row.probability, row.outcome) for row in rows)
