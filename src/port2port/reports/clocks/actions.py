"""What is done with clocks: begun where they should run, and what was sent written down with its text."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from port2port.base import journal
from port2port.base.errors import Conflict, Invalid, NotFound, Problem
from port2port.base.ids import new_id
from port2port.base.text import unreadable
from port2port.compliance.actions import Entry, record_event
from port2port.members.acting import action, current_actor
from port2port.members.data_files import LANGUAGES
from port2port.reports.clocks import queries
from port2port.reports.clocks.beginning import begin_clocks_of
from port2port.reports.clocks.models import CHANNELS, Sending
from port2port.reports.routing.forms import form_book
from port2port.reports.stewarding import held

TEXT_LONGEST = 40_000
REFERENCE_LONGEST = 80


@dataclass(frozen=True)
class Sent:
    """What was sent: which text (`kind` of event), for which request, as it was sent, when and how."""

    kind: str
    text: str
    sent_at: datetime | None
    channel: str
    reference: str = ""
    case: str = ""
    language: str = "en"


@action
def begin(report: UUID, *, at: datetime) -> None:
    """Let the clocks of a report begin that should run and do not. Raises NotFound, Refused."""
    held(report, "change")
    begin_clocks_of(report, at=at)


@action
def record_sent(report: UUID, sent: Sent, *, at: datetime) -> Sending:
    """Write down what was sent to an authority, with its text; what was owed is met by it, and the next clock begins.

    Nothing is sent by this. Raises NotFound, Refused, Invalid, Conflict when no clock waits for it.
    """
    held(report, "change")
    text, reference = plain(sent.text), sent.reference.strip()
    found = queries.clocks(report, at=at)
    organisation = current_actor().organisation
    if found.subject is None or organisation is None:
        raise NotFound(kind="report", record=report)
    waiting = found.waiting(sent.kind, sent.case)
    if waiting is None:
        raise Conflict(_("No clock of this report waits for that."))
    problems = _problems(sent, text, reference, since=waiting.row.since, at=at)
    if problems or sent.sent_at is None:
        raise Invalid(problems)
    details = {waiting.rule.same: sent.case} if waiting.rule.same else {}
    entry = Entry(sent.kind, sent.sent_at, details, reference)
    event = record_event(str(found.subject.id), entry=entry, at=at, with_text=True)
    form = form_book().sending(sent.kind)
    made = Sending(
        id=new_id(), report_id=report, organisation_id=organisation, happening=event, kind=sent.kind,
        case=sent.case, form=form.code if form else "", form_version=form_book().head.version, language=sent.language,
        text=text, sha256=hashlib.sha256(text.encode()).hexdigest(), channel=sent.channel, sent_at=sent.sent_at,
        reference=reference, by_id=current_actor().person, at=at,
    )  # fmt: skip
    made.save(force_insert=True)
    journal.write(
        "report.clock_sent", kind="report", record=report, at=at, what=sent.kind, sending=made.id, digest=made.sha256
    )
    return made


@action
def note_taken(report: UUID, *, kind: str, at: datetime) -> None:
    """Write into the journal that a prepared text was taken out as a file. Raises NotFound, Refused."""
    held(report, "change")
    journal.write("report.form_taken", kind="report", record=report, at=at, form=kind)


def plain(text: str) -> str:
    """Return a text as it is kept: lines end in a line feed, no blank lines around it."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def _problems(sent: Sent, text: str, reference: str, *, since: datetime, at: datetime) -> list[Problem]:
    problems = []
    if not text:
        problems.append(Problem("text", _("Write what was sent, or read out.")))
    if len(text) > TEXT_LONGEST or unreadable(text):
        problems.append(Problem("text", _("This is too long, or holds characters that cannot be shown.")))
    if sent.sent_at is None or sent.sent_at.tzinfo is None or sent.sent_at > at:
        problems.append(Problem("sent_at", _("Say when it was sent; that is not to come.")))
    elif sent.sent_at < since:
        problems.append(Problem("sent_at", _("This is before the clock began.")))
    if sent.channel not in CHANNELS:
        problems.append(Problem("channel", _("Say how it was sent.")))
    if len(reference) > REFERENCE_LONGEST or unreadable(reference) or "\n" in reference:
        problems.append(Problem("reference", _("At most %(n)d characters.") % {"n": REFERENCE_LONGEST}))
    if sent.language not in LANGUAGES:
        problems.append(Problem("language", _("This is not one of the values possible.")))
    return problems
