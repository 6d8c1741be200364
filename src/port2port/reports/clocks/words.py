"""Clocks in the reader's words: what is due when, how long that is, what was sent. No decision is made here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from port2port.compliance.book import rules_in_force
from port2port.compliance.words import BADGES, STATES, left, party
from port2port.members.data_files import label
from port2port.reports.clocks.models import Sending
from port2port.reports.clocks.queries import Clock, Clocks
from port2port.reports.routing.forms import filled, form_book
from port2port.reports.routing.queries import own_facts
from port2port.reports.routing.words import form_values
from port2port.reports.shown import Shown
from port2port.site.reader import language

CHANNELS: dict[str, str | Promise] = {
    "portal": gettext_lazy("their own system"),
    "mail": gettext_lazy("e-mail"),
    "phone": gettext_lazy("phone"),
    "letter": gettext_lazy("letter"),
    "other": gettext_lazy("another way"),
}


@dataclass(frozen=True)
class TextLine:
    """A text of which one would meet a clock: its name, and where it is prepared and recorded."""

    name: str
    href: str


@dataclass(frozen=True)
class ClockLine:
    """A clock made ready for the panel."""

    clock: Clock
    name: str
    authority: str
    badge: str
    word: str
    left: str
    late: bool
    citation: str
    to_verify: str
    texts: tuple[TextLine, ...]


def clock_line(one: Clock, report: Any, *, at: datetime) -> ClockLine:
    """Return a clock in the reader's language."""
    code, row = language(), one.row
    query = f"?case={row.case}" if row.case else ""
    texts = tuple(
        TextLine(form.label(code), reverse("reports:clock", args=[report, form.sends]) + query) for form in one.forms
    )
    return ClockLine(
        clock=one, name=one.rule.label(code), authority=party(rules_in_force().book, row.decided_by),
        badge=BADGES[one.state], word=str(STATES[one.state]),
        left=left(row.due, at) if one.open and row.due is not None else "",
        late=one.met_late, citation=one.rule.basis.citation,
        to_verify=label(one.rule.to_verify, code) if one.rule.to_verify else "", texts=texts if one.open else (),
    )  # fmt: skip


def heading(found: Clocks, *, at: datetime) -> str:
    """Return what the panel found: what is late, what is due next."""
    late = [one for one in found.clocks if one.state == "late" and one.open]
    if late:
        n = len(late)
        return ngettext("%(n)d clock has run out", "%(n)d clocks have run out", n) % {"n": n}
    running = [one for one in found.clocks if one.open and one.row.due is not None]
    if running:
        first = min(running, key=lambda one: one.row.due or at)
        told = {"what": first.rule.label(language()), "left": left(first.row.due or at, at)}
        return _("%(what)s: %(left)s") % told
    if any(one.open for one in found.clocks):
        return _("A clock runs without a stated time")
    return _("Every clock of this report is met") if found.clocks else _("No clock runs")


def sending_line(one: Sending) -> dict[str, Any]:
    """Return what was sent for a row; one whose event was corrected says so."""
    form = form_book().sending(one.kind)
    later = getattr(one.happening, "corrected_by", None)
    return {
        "name": form.label(language()) if form else one.kind, "at": one.sent_at, "channel": CHANNELS[one.channel],
        "reference": one.reference, "case": one.case, "href": reverse("reports:sending", args=[one.id]),
        "taken_back": later is not None and later.void, "corrected": later is not None and not later.void,
    }  # fmt: skip


def prepared(found: Shown, told: Clocks, clock: Clock, kind: str) -> str:
    """Return the text that would meet a clock, filled in from the report in the active language."""
    form = next(form for form in clock.forms if form.sends == kind)
    before = [one for one in told.sendings if getattr(one.happening, "corrected_by", None) is None]
    same = [one for one in before if _authority(one.kind) == form.authority]
    values: Mapping[str, str] = form_values(
        found, own_facts(), step=clock.rule.label(language()), due_at=clock.row.due, sent_before=same,
        case=clock.row.case,
    )  # fmt: skip
    return filled(form, values, language())


def _authority(kind: str) -> str:
    form = form_book().sending(kind)
    return form.authority if form else ""
