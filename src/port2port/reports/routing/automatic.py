"""Sending by itself: only where a rule allows it, and sender and receiver have both signed it in this version."""

from datetime import datetime
from typing import Protocol
from uuid import UUID

from port2port.members.acting import current_actor
from port2port.reports.models import Report
from port2port.reports.routing import queries
from port2port.reports.routing.kept import keep
from port2port.reports.routing.queries import Proposal
from port2port.reports.routing.rule_queries import signatures
from port2port.reports.routing.rules import ruleset
from port2port.reports.shown import shown
from port2port.sharing.addressing import Addressing
from port2port.sharing.tlp import Tlp


class Widen(Protocol):
    """How a report is shared with more: `reports.actions.widen_report`, handed in by it, which stands above this."""

    def __call__(self, identifier: UUID, /, *, to: Addressing, at: datetime) -> None:
        """Let these see it too."""


def route_automatically(report: Report, *, widen: Widen, at: datetime) -> list[Proposal]:
    """Send a report that was just made where signed rules say so, and return what was sent; part of its action.

    While no rule allows it, nothing is asked of the database. Signatures are read anew each time: one that was
    withdrawn counts no more. An actor who may not share sends nothing: the rules propose, and who may share decides.
    """
    rules = [rule for rule in ruleset().rules if rule.automatic_allowed]
    if not rules or not current_actor().may("share"):
        return []
    signed = {(one.rule, one.version, one.role, one.organisation_id) for one in signatures(rules)}
    if not signed:
        return []
    found = shown([report.record_id])[0]
    owner = found.record.owner_id
    sent = [
        one
        for one in queries.plan(found).proposals
        if one.rule.automatic_allowed
        and one.open
        and one.way == "share"
        and one.step == one.rule.steps[0]  # later steps are not fulfilled by the report as it stands now
        and one.organisation is not None
        and (one.rule.code, one.rule.version, "sender", owner) in signed
        and (one.rule.code, one.rule.version, "receiver", one.organisation.id) in signed
    ]
    circles = tuple(dict.fromkeys(one.circle for one in sent if one.circle))
    if circles:
        widen(report.record_id, to=Addressing(circles, Tlp(found.record.tlp)), at=at)
        for one in sent:
            keep(report.record_id, one, state="sent", at=at, sent_at=at, automatic=True)
        report.record.refresh_from_db(fields=["version", "audience", "addressed", "updated_at"])
    return sent
