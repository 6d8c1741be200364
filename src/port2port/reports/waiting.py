"""What in the reports waits for whoever acts: matches, questions, own reports that nobody closed."""

from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from port2port.members.acting import Actor
from port2port.members.rules import Need
from port2port.reports.models import MatchNote, Observable, Report
from port2port.reports.observable_queries import asks_to_us, open_notes
from port2port.reports.observable_words import kind_word
from port2port.reports.routing import waiting as routing
from port2port.reports.together import waiting as together

CLOSE_AFTER = timedelta(days=30)
OLDEST_SHOWN = timedelta(days=365)
MOST_MATCHES = 3


def needs(actor: Actor, at: datetime) -> list[Need]:
    """Return what waits in the reports for whoever acts."""
    return [*_matches(), *_asks(actor), *routing.needs(actor, at), *together.needs(at), *_left_open(actor, at)]


def _matches() -> list[Need]:
    """Return the later matches of what is the organisation's that nobody has looked at."""
    found = []
    for note in open_notes()[:MOST_MATCHES]:
        if note.report is not None:
            found.append(_occasion(note, note.report))
        elif note.observable is not None:
            found.append(_seen_again(note, note.observable))
    return found


def _seen_again(note: MatchNote, observable: Observable) -> Need:
    return Need(
        title=_("%(kind)s on a report of yours was seen again") % {"kind": kind_word(observable.kind)},
        text=_("Seen again %(n)d times since.") % {"n": note.times} if note.times > 1 else observable.value,
        href=reverse("reports:observable", args=[note.observable_id]),
        action=_("Open"),
        icon="match",
    )


def _occasion(note: MatchNote, report: Report) -> Need:
    return Need(
        title=_("A later report may tell of the same event as yours"),
        text=_("Another member has it, and lets you know that it exists.") if note.met is None else report.title,
        href=reverse("reports:alike", args=[note.report_id]),
        action=_("Open"),
        icon="match",
    )


def _asks(actor: Actor) -> list[Need]:
    """Return the questions that wait for an answer of who may share."""
    waiting = sum(1 for one in asks_to_us() if one.state == "open") if actor.may("share") else 0
    if not waiting:
        return []
    return [
        Need(
            title=ngettext(
                "%(n)d question waits for your answer", "%(n)d questions wait for your answer", waiting
            ) % {"n": waiting},
            text=_("A member has what matches a report of yours, and asks to know more."),
            href=reverse("reports:asks"),
            action=_("Answer"),
            icon="ask",
        )
    ]  # fmt: skip


def _left_open(actor: Actor, at: datetime) -> list[Need]:
    """Return, for who looks after the organisation's reports, those that stayed open for a month."""
    if actor.organisation is None or not actor.may("steward"):
        return []
    count = Report.objects.filter(
        record__owner_id=actor.organisation,
        record__provenance__in=("member", "invented"),
        record__withdrawn_at=None,
        record__at__lt=at - CLOSE_AFTER,
        record__at__gt=at - OLDEST_SHOWN,
        state="open",
    ).count()
    if not count:
        return []
    return [
        Need(
            title=ngettext("%(n)d report of yours is still open", "%(n)d reports of yours are still open", count)
            % {"n": count},
            text=_("Reported more than a month ago. Close them with what came of it, so that others learn."),
            href=reverse("reports:list") + "?state=open&mine=1",
            action=_("Look at them"),
            icon="report",
        )
    ]
