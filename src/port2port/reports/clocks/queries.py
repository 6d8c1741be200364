"""Reads of clocks: what a report obliges its organisation to, what was sent. The policy filters."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from port2port.base.errors import NotFound
from port2port.compliance import queries as owing
from port2port.compliance.book import rules_in_force
from port2port.compliance.models import Owed, Subject
from port2port.compliance.obligations import Rule, Rulebook
from port2port.compliance.owed import State
from port2port.compliance.words import rule_of
from port2port.members.acting import current_actor
from port2port.reports.clocks.models import Sending
from port2port.reports.routing.forms import Form, form_book

ORDER = ("late", "soon", "open", "fulfilled", "not_applicable")


@dataclass(frozen=True)
class Clock:
    """One thing owed after a report. `forms`: the texts of which one would meet it now, the usual one first."""

    row: Owed
    rule: Rule
    state: State
    forms: tuple[Form, ...]
    sending: Sending | None

    @property
    def open(self) -> bool:
        """Whether something is still to be sent."""
        return self.row.outcome == "pending"

    @property
    def met_late(self) -> bool:
        """Whether it was met, but after its time."""
        due, settled = self.row.due, self.row.settled_at
        return self.row.outcome == "fulfilled" and due is not None and settled is not None and settled > due


@dataclass(frozen=True)
class Clocks:
    """The clocks of a report that the actor sees, the most pressing first, and everything that was sent."""

    subject: Subject | None = None
    clocks: tuple[Clock, ...] = ()
    sendings: tuple[Sending, ...] = ()

    def waiting(self, kind: str, case: str) -> Clock | None:
        """Return the clock that a text of this kind would meet."""
        found = (c for c in self.clocks if c.open and c.row.case == case and kind in {form.sends for form in c.forms})
        return next(found, None)


def clocks(report: UUID, *, at: datetime) -> Clocks:
    """Return the clocks of the actor's organisation on a report; none where they are not the actor's to see."""
    organisation = current_actor().organisation
    subject = owing.clocks_of(report, organisation) if organisation is not None else None
    if organisation is None or subject is None:
        return Clocks()
    book = rules_in_force().book
    sent = tuple(
        Sending.objects.filter(report_id=report, organisation_id=organisation)
        .select_related("by", "happening", "happening__corrected_by")
        .order_by("sent_at")
    )
    by_event = {one.happening_id: one for one in sent}
    found = [
        clock for row in owing.everything_owed(subject.id) if (clock := _clock(row, book, by_event, at)) is not None
    ]
    found.sort(key=lambda one: (ORDER.index(one.state), one.row.due is None, one.row.due or one.row.since))
    return Clocks(subject, tuple(found), sent)


def _clock(row: Owed, book: Rulebook, sent: dict[UUID, Sending], at: datetime) -> Clock | None:
    rule = rule_of(book, row.rule, row.version)
    if rule is None:
        return None
    forms = [form for kind in rule.fulfilled_by if (form := form_book().sending(kind)) is not None]
    state = owing.state_of(row, at)
    return Clock(row, rule, state, tuple(forms), sent.get(row.proof) if row.proof else None)


def sending(identifier: UUID) -> Sending:
    """Return what was sent, with its text. Raises NotFound."""
    found = Sending.objects.select_related("by", "happening", "happening__corrected_by").filter(id=identifier).first()
    if found is None:
        raise NotFound(kind="report")
    return found
