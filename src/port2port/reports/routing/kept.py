"""Writing down what was done about a proposal or a form: its row and its entry in the journal, together."""

from datetime import datetime
from uuid import UUID

from port2port.base import journal
from port2port.members.acting import current_actor
from port2port.reports.routing.models import Routing
from port2port.reports.routing.queries import DueForm, Proposal


def keep(
    report: UUID,
    about: Proposal | DueForm,
    *,
    state: str,
    at: datetime,
    sent_at: datetime | None = None,
    reference: str = "",
    note: str = "",
    automatic: bool = False,
) -> None:
    """Write it down, in the action of its caller, who holds the report locked."""
    organisation = about.organisation if isinstance(about, Proposal) else None
    recipient = about.recipient.code if isinstance(about, Proposal) else about.form.authority
    form = about.form.code if isinstance(about, DueForm) and about.own else ""
    Routing.objects.update_or_create(
        report_id=report,
        rule=about.rule.code,
        version=about.rule.version,
        recipient=recipient,
        organisation=organisation,
        step=about.step.code,
        form=form,
        defaults={
            "due_at": about.due_at,
            "state": state,
            "sent_at": sent_at,
            "by_id": current_actor().person,
            "reference": reference,
            "note": note,
        },
    )
    details: dict[str, journal.Detail] = {
        "rule": about.rule.code,
        "version": about.rule.version,
        "step": about.step.code,
        "recipient": recipient,
        "state": state,
        "automatic": automatic,
    }
    if form:
        details["form"] = form
    if organisation:
        details["to"] = organisation.id
    journal.write_many([journal.Happening("report.routed", "report", report, at=at, details=details)])
