"""What waits for whoever acts, asked of each domain in one explicit table."""

from collections.abc import Callable
from datetime import date, datetime

from port2port.alerts import waiting as alerts_waiting
from port2port.compliance import waiting as compliance_waiting
from port2port.displacement import waiting as displacement_waiting
from port2port.exchange.mail import waiting as mail_waiting
from port2port.exchange.peers import waiting as peers_waiting
from port2port.exchange.tak import waiting as tak_waiting
from port2port.governance.charter import waiting as charter_waiting
from port2port.governance.desk import waiting as desk_waiting
from port2port.helpdesk import waiting as helpdesk_waiting
from port2port.knowledge.experts import waiting as experts_waiting
from port2port.knowledge.practices import waiting as practices_waiting
from port2port.knowledge.questions import waiting as questions_waiting
from port2port.knowledge.systems import waiting as systems_waiting
from port2port.levels import waiting as levels_waiting
from port2port.measures import waiting as measures_waiting
from port2port.measures.operations import waiting as operations_waiting
from port2port.members import people_queries
from port2port.members.actor import Actor
from port2port.members.rules import Need
from port2port.reports import pages_protected, waiting
from port2port.sharing import needs as sharing_needs
from port2port.training.campaigns import waiting as campaigns_waiting
from port2port.training.courses import waiting as courses_waiting
from port2port.training.exercises import waiting as exercises_waiting
from port2port.training.stores import waiting as stores_waiting
from port2port.workgroups import waiting as workgroups

Source = Callable[[Actor, datetime], list[Need]]

SOURCES: tuple[Source, ...] = (
    alerts_waiting.needs,
    levels_waiting.needs,
    sharing_needs.needs,
    measures_waiting.needs,
    operations_waiting.needs,
    displacement_waiting.needs,
    compliance_waiting.needs,
    charter_waiting.needs,
    desk_waiting.needs,
    people_queries.needs,
    waiting.needs,
    workgroups.needs,
    helpdesk_waiting.needs,
    questions_waiting.needs,
    experts_waiting.needs,
    pages_protected.needs,
    practices_waiting.needs,
    systems_waiting.needs,
    peers_waiting.needs,
    tak_waiting.needs,
    mail_waiting.needs,
    exercises_waiting.needs,
    courses_waiting.needs,
    campaigns_waiting.needs,
    stores_waiting.needs,
)


def needs_of(actor: Actor, at: datetime) -> list[Need]:
    """Return everything that waits: urgent, then overdue, then by the day it is due, then as the domains stand."""
    found = [need for source in SOURCES for need in source(actor, at)]
    return sorted(found, key=lambda need: (not need.urgent, not need.overdue, need.due or date.max))
