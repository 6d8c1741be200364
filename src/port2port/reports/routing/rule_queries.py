"""Reading the rules: those in force, who signed them, what they would have done with past reports."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from port2port.base.errors import NotFound
from port2port.members.acting import current_actor
from port2port.members.models import Organisation
from port2port.reports import queries as reports
from port2port.reports.queries import Filters, Listing
from port2port.reports.routing.evaluate import Condition, Tried, explain, tried
from port2port.reports.routing.models import RuleTrust
from port2port.reports.routing.queries import facts_of_all
from port2port.reports.routing.rules import Rule, ruleset
from port2port.reports.shown import Shown

YEAR = timedelta(days=365)
MOST_TRIED = 1000
PAGE = 25


def rules_on(day: date) -> list[Rule]:
    """Return the rules in force on a day, in their order."""
    return [rule for rule in ruleset().rules if rule.in_force(day)]


def rule_on(code: str, day: date) -> Rule:
    """Return the version of a rule in force on a day. Raises NotFound."""
    found = next((rule for rule in rules_on(day) if rule.code == code), None)
    if found is None:
        raise NotFound(kind="rule")
    return found


def today(at: datetime) -> date:
    """Return the day of a moment, where the rules hold."""
    return at.astimezone(ruleset().zone).date()


def signatures(rules: Sequence[Rule] = ()) -> list[RuleTrust]:
    """Return the signatures in force under these versions of rules (all, when none is named), oldest first."""
    found = RuleTrust.objects.filter(withdrawn_at=None).select_related("organisation").order_by("signed_at")
    wanted = {(rule.code, rule.version) for rule in rules or ruleset().rules}
    return [one for one in found if (one.rule, one.version) in wanted]


def roles_open_to(rule: Rule, organisation: Organisation) -> tuple[str, ...]:
    """Return in which roles an organisation may sign a rule: who may be its sender, who may be its receiver."""
    roles = []
    if not rule.when.reporter_kinds or organisation.kind in rule.when.reporter_kinds:
        roles.append("sender")
    recipients = [ruleset().recipient(code) for code in rule.recipients]
    if organisation.kind in {one.organisation_kind for one in recipients}:
        roles.append("receiver")
    return tuple(roles)


def own_organisation() -> Organisation | None:
    """Return the organisation that the actor acts for."""
    identifier: UUID | None = current_actor().organisation
    return Organisation.objects.filter(id=identifier).first() if identifier else None


def tried_out(at: datetime) -> list[Tried]:
    """Return what each rule would have done with the reports of the last year that the actor sees (newest 1,000)."""
    past = reports.exportable(Filters(since=today(at - YEAR)), most=MOST_TRIED)
    return tried(ruleset(), facts_of_all(past))


@dataclass(frozen=True)
class Explained:
    """A report against a rule: every condition; it routes when all are met."""

    shown: Shown
    conditions: list[Condition]

    @property
    def routed(self) -> bool:
        """Tell whether the rule applies."""
        return all(one.met for one in self.conditions)


def explained(rule: Rule, *, at: datetime, cursor: str = "") -> tuple[Listing, list[Explained]]:
    """Return a page of the last year's reports that the actor sees, each against a rule as if it held all the time.

    Reading AMBER is journalled, once. Raises Invalid for a cursor that is not ours.
    """
    filters = Filters(since=today(at - YEAR))
    listing = reports.open_reports(filters, at=at, cursor=cursor, size=PAGE, counted=False)
    return listing, [
        Explained(one, explain(facts, rule, rule.valid_from)[1:])
        for one, facts in zip(listing.rows, facts_of_all(listing.rows), strict=True)
    ]
