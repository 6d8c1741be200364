"""Obligations in the reader's words: whose, what, by when, in which state. No decision is made here."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from port2port.compliance import queries
from port2port.compliance.actions import FUNCTIONS
from port2port.compliance.models import Happening, Owed, RuleChange, Subject
from port2port.compliance.obligations import Rule, Rulebook
from port2port.compliance.owed import State
from port2port.compliance.queries import FACILITY, PORT, SCREENING, WAITING, Place
from port2port.members.data_files import label
from port2port.members.queries import called
from port2port.sharing.references import reference
from port2port.site.reader import language
from port2port.site.words import day as day_word
from port2port.site.words import days_between

MINUTES = 60  # in an hour
HOURS_SHOWN = 73  # up to the 72 hours of the laws it is told in hours
LONGEST_CLOCK = timedelta(hours=HOURS_SHOWN)
END = 999999  # what ends with a day ends a microsecond before the next one
STATES: dict[State, str | Promise] = {
    "late": gettext_lazy("Late"),
    "soon": gettext_lazy("Soon"),
    "open": gettext_lazy("Next"),
    "fulfilled": gettext_lazy("Done"),
    "not_applicable": gettext_lazy("No longer owed"),
}
BADGES: dict[State, str] = {
    "late": "error", "soon": "part", "open": "open", "fulfilled": "ok", "not_applicable": "closed",
}  # fmt: skip
ORIGINS: dict[str, str | Promise] = {
    "imported": gettext_lazy("taken in from a file"),
    "reminder": gettext_lazy("written down for a reminder"),
    "invented": gettext_lazy("invented"),
    "report": gettext_lazy("as the report says"),
}
RULE_STATES: dict[str, tuple[str, str | Promise]] = {
    "proposed": ("part", gettext_lazy("Waits for a second person")),
    "on": ("ok", gettext_lazy("On")),
    "declined": ("closed", gettext_lazy("Declined")),
    "off": ("closed", gettext_lazy("Off")),
}
DETAILS: dict[str, str | Promise] = {
    "audit": gettext_lazy("Number of the audit"),
    "batch": gettext_lazy("Number of the batch"),
    "contract": gettext_lazy("Number of the contract"),
    "decision": gettext_lazy("Number of the decision"),
    "drill": gettext_lazy("Number of the drill"),
    "act": gettext_lazy("Number of the act"),
    "exercise": gettext_lazy("Number of the exercise"),
    "finding": gettext_lazy("Number of the finding"),
    "holder": gettext_lazy("Initials or post"),
    "level": gettext_lazy("Security level"),
    "occasion": gettext_lazy("Number of the occasion"),
    "on": gettext_lazy("On which day"),
    "priority": gettext_lazy("Priority of the facility"),
    "reason": gettext_lazy("Reason, as a code"),
    "request": gettext_lazy("Number of the request"),
}


def detail_word(name: str) -> str:
    """Return what a detail of an event is called; one that an administrator added is called by its code."""
    return str(DETAILS.get(name, name))


def rule_of(book: Rulebook, code: str, version: int) -> Rule | None:
    """Return one version of a rule, None where it is gone."""
    return next((rule for rule in book.rules if (rule.code, rule.version) == (code, version)), None)


def subject_words(subject: Subject) -> str:
    """Return whose file it is."""
    if subject.kind == FACILITY and subject.facility is not None:
        return called(subject.facility.names)
    if subject.kind == PORT and subject.port is not None:
        return called(subject.port.names)
    if subject.kind == SCREENING:  # never whose: a need, a mail and a calendar say the duty
        return _("somebody in a critical function")
    if subject.record is not None:
        return _("report %(reference)s") % {"reference": reference(subject.record)}
    organisation = called(subject.organisation.names) if subject.organisation is not None else ""
    if not subject.function:
        return organisation
    function = str(FUNCTIONS.get(subject.function, subject.function))
    who = subject.holder or (_("you or a colleague") if subject.person_id else "")
    return ", ".join(part for part in (function, who, organisation) if part)


def file_href(subject: Subject | None, code: str) -> str:
    """Return where a file is read: that of a report beside it, a staff number at the employer's list."""
    if subject is not None and subject.record_id is not None:
        return f"{reverse('reports:detail', args=[subject.record_id])}#clocks"
    if subject is not None and subject.kind == SCREENING:
        return reverse("compliance:screened", args=[subject.id])
    return reverse("compliance:file", args=[code])


def place_words(place: Place) -> str:
    """Return whose file it is, also where nothing was written into it yet."""
    return called(place.spot.names) if place.spot is not None else subject_words(place.subject or Subject())


@dataclass(frozen=True)
class Line:
    """One thing owed, made ready for a row."""

    what: str
    whose: str
    href: str
    owed_by: str
    decided_by: str
    due: datetime | None
    day: date | None
    opens: datetime | None
    state: State
    badge: str
    word: str
    case: str
    citation: str
    url: str
    to_verify: str
    relative: str
    invented: bool
    key: str
    rule: str
    code: str
    clock: str = ""


def left(due: datetime, at: datetime) -> str:
    """Return how long there is still, or how long it is late, in the unit that says it best."""
    late = at > due
    minutes = int(abs(due - at).total_seconds()) // 60
    if minutes < MINUTES:
        number, words = minutes, (ngettext("%(n)d minute", "%(n)d minutes", minutes))
    elif minutes < HOURS_SHOWN * MINUTES:
        number = minutes // MINUTES
        words = ngettext("%(n)d hour", "%(n)d hours", number)
    else:
        number = minutes // (24 * MINUTES)
        words = ngettext("%(n)d day", "%(n)d days", number)
    span = words % {"n": number}
    return _("%(time)s late") % {"time": span} if late else _("%(time)s left") % {"time": span}


def counts_in_hours(row: Owed) -> bool:
    """Whether the hour matters of what is due: it does not end with a day."""
    return (
        row.due is not None and row.due - row.since <= LONGEST_CLOCK and timezone.localtime(row.due).microsecond != END
    )


def line(row: Owed, book: Rulebook, *, at: datetime) -> Line:
    """Return a stored obligation in the reader's words."""
    rule, state = rule_of(book, row.rule, row.version), queries.state_of(row, at)
    day = timezone.localdate(row.due) if row.due is not None else None
    code = queries.code_of(row.subject)
    return Line(
        what=rule.label(language()) if rule is not None else row.rule,
        whose=subject_words(row.subject), href=file_href(row.subject, code),
        owed_by=party(book, row.owed_by), decided_by=party(book, row.decided_by), due=row.due, day=day,
        opens=row.opens, state=state, badge=BADGES[state], word=str(STATES[state]), case=row.case,
        citation=rule.basis.citation if rule is not None else "",
        url=(rule.basis.url or "") if rule is not None else "",
        to_verify=label(rule.to_verify, language()) if rule is not None and rule.to_verify else "",
        relative=days_between(day, timezone.localdate(at), language()) if day is not None else "",
        invented=row.subject.invented, key=row.key, rule=row.rule, code=code,
        clock=left(row.due, at) if row.due is not None and state in WAITING and counts_in_hours(row) else "",
    )  # fmt: skip


def party(book: Rulebook, code: str) -> str:
    """Return what a function is called."""
    return next((one.label(language()) for one in book.parties if one.code == code), code)


def kind_words(book: Rulebook, code: str) -> str:
    """Return what a kind of event is called."""
    kind = book.event_kinds.get(code)
    return kind.label(language()) if kind is not None else code


def answer(late: int, soon: int) -> str:
    """Return the heading: what is late and what comes soon."""
    if not late and not soon:
        return _("Nothing is late, and nothing falls due soon")
    first = (
        ngettext("%(n)d deadline is late", "%(n)d deadlines are late", late) % {"n": late}
        if late
        else _("Nothing is late")
    )
    second = (
        ngettext("%(n)d falls due soon", "%(n)d fall due soon", soon) % {"n": soon}
        if soon
        else _("nothing falls due soon")
    )
    return f"{first}, {second}"


def event_line(row: Happening, book: Rulebook, *, may_write: bool) -> dict[str, object]:
    """Return an entry of a file for the time line; what was corrected says so, and stays."""
    later = getattr(row, "corrected_by", None)
    details = [f"{detail_word(name)}: {value}" for name, value in row.details.items()]
    details += [_("Reference: %(reference)s") % {"reference": row.reference}] if row.reference else []
    details.append(f"{called(row.organisation.names)}, {ORIGINS.get(row.origin, row.origin)}")
    if row.corrects_id is not None:
        details.append(_("it did not happen") if row.void else _("corrects an earlier entry"))
    if later is not None:
        details.append(_("corrected since"))
    able = may_write and later is None and not row.void
    return {
        "at": row.at, "on": day_of(row.at), "what": kind_words(book, row.kind), "more": "; ".join(details),
        "href": reverse("compliance:correct", args=[row.id]) if able else "",
    }  # fmt: skip


def change_line(row: RuleChange) -> dict[str, object]:
    """Return a change of the rules for a row."""
    badge, word = RULE_STATES[row.state]
    return {
        "row": row, "name": label(row.entry["names"], language()), "badge": badge, "word": word,
        "href": reverse("compliance:rule", args=[row.id]), "by": called(row.organisation.names),
    }  # fmt: skip


def day_of(moment: datetime | None) -> str:
    """Return the day of a moment, "" for none."""
    return day_word(timezone.localdate(moment), language()) if moment is not None else ""
