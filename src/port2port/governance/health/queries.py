"""What the page of health rests on: facts that every member may know, and of the own organisation what is its own."""

from dataclasses import dataclass
from datetime import date, datetime
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed

from django.conf import settings
from django.db import connection

from port2port.alerts.delivery import queries as delivery
from port2port.base.noted import JOURNAL_VERIFIED, RESTORE_TESTED, noted
from port2port.members import circle_queries
from port2port.members.acting import current_actor
from port2port.members.circle_queries import CircleRow
from port2port.reports.routing.rule_queries import rules_on, signatures, today
from port2port.reports.routing.rules import Rule
from port2port.sharing.platform import PlatformState, platform_state

PROGRAM = "port2port"


@dataclass(frozen=True)
class Health:
    """The facts, as they are. `failing`: None for who does not administer the organisation."""

    circles: tuple[CircleRow, ...]
    rules: tuple[Rule, ...]
    automatic: int
    review_quarter: str
    review_due: date | None
    review_done_at: datetime | None
    restored_at: datetime | None
    verified_at: datetime | None
    verified_clean: bool
    verified_elsewhere: bool
    heads_mailed: bool
    platform: PlatformState
    failing: int | None
    version: str


def health(*, at: datetime) -> Health:
    """Return the facts for the actor."""
    actor = current_actor()
    with connection.cursor() as cursor:
        cursor.execute("select quarter, due, done_at from governance_last_review()")
        quarter, due, done_at = cursor.fetchone() or ("", None, None)
    rules = tuple(rules_on(today(at)))
    restored, verified = noted(RESTORE_TESTED), noted(JOURNAL_VERIFIED)
    return Health(
        circles=tuple(row for row in circle_queries.circles() if row.mine),
        rules=rules,
        automatic=len({one.rule for one in signatures(rules) if one.organisation_id == actor.organisation}),
        review_quarter=quarter,
        review_due=due,
        review_done_at=done_at,
        restored_at=restored.get("at"),
        verified_at=verified.get("at"),
        verified_clean=bool(verified.get("clean")),
        verified_elsewhere=bool(verified.get("heads_from_elsewhere")),
        heads_mailed=bool(settings.OPTIONS.heads_mail_to),
        platform=platform_state(),
        failing=len(delivery.failures()) if actor.may("administer") else None,
        version=release(),
    )


def release() -> str:
    """Return the release of the program, or "" where it runs from a clone."""
    try:
        return installed(PROGRAM)
    except PackageNotFoundError:
        return ""
