"""What a security file says at a glance, from its events alone: what stands, since when, what came last. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

PLAN = ("pfsp_submitted", "pfsp_opinion_given", "pfsp_approved", "pfsp_refused", "psp_submitted", "psp_approved")
ASSESSMENT = ("pfsa_submitted", "pfsa_approved", "pfsa_refused", "pfsa_reviewed", "psa_approved")
OFFICER = {"pfso_appointed": "pfso_ended", "deputy_appointed": "deputy_ended"}
CLOSED = ("corrective_action_done", "finding_withdrawn")


@dataclass(frozen=True)
class Told:
    """An event as far as a digest looks at it."""

    kind: str
    at: datetime
    details: Mapping[str, str]


@dataclass(frozen=True)
class Digest:
    """The newest event of each matter, the level, who holds which function, and findings that are not put right."""

    assessment: Told | None = None
    plan: Told | None = None
    approved: Told | None = None
    statement: Told | None = None
    interim: Told | None = None
    drill: Told | None = None
    exercise: Told | None = None
    audit: Told | None = None
    level: Told | None = None
    officers: tuple[tuple[str, str], ...] = ()
    findings: tuple[str, ...] = ()


def digest(events: Iterable[Told]) -> Digest:
    """Return the digest of a history, whatever order it is in; what happened at one moment counts as it is given."""
    known = sorted(events, key=lambda one: one.at)
    return Digest(
        assessment=_last(known, *ASSESSMENT), plan=_last(known, *PLAN),
        approved=_last(known, "pfsp_approved", "psp_approved"), statement=_last(known, "statement_issued"),
        interim=_last(known, "interim_evaluation_done"), drill=_last(known, "drill_held"),
        exercise=_last(known, "exercise_held"), audit=_last(known, "audit_held"), level=_last(known, "level_set"),
        officers=_officers(known), findings=_findings(known),
    )  # fmt: skip


def _last(known: list[Told], *kinds: str) -> Told | None:
    return next((one for one in reversed(known) if one.kind in kinds), None)


def _officers(known: list[Told]) -> tuple[tuple[str, str], ...]:
    """Return who was appointed and whose appointment has not ended: what as, and initials or post."""
    held: dict[tuple[str, str], None] = {}
    for one in known:
        holder = one.details.get("holder", "")
        if one.kind in OFFICER:
            held[one.kind, holder] = None
        for begun, ended in OFFICER.items():
            if one.kind == ended:
                held.pop((begun, holder), None)
    return tuple(held)


def _findings(known: list[Told]) -> tuple[str, ...]:
    """Return the numbers of findings that were neither put right nor withdrawn."""
    made: dict[str, None] = {}
    for one in known:
        number = one.details.get("finding", "")
        if one.kind == "finding_made":
            made[number] = None
        elif one.kind in CLOSED:
            made.pop(number, None)
    return tuple(made)
