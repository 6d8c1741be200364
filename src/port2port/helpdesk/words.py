"""Cases in the reader's words: what pages and lists show of them."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from port2port.helpdesk import vocabulary
from port2port.helpdesk.lesson_queries import LessonShown
from port2port.helpdesk.models import Desk, Message
from port2port.helpdesk.queries import Pace, Shown
from port2port.members.data_files import label
from port2port.members.facts import facts
from port2port.sharing.models import Record
from port2port.site.reader import language
from port2port.site.words import number

DAY_HOURS = 24
DAYS_FROM = 48  # hours from which a time is said in days

STATE_WORDS: dict[str, str | Promise] = {
    "new": gettext_lazy("New"),
    "in_hand": gettext_lazy("In hand"),
    "waiting": gettext_lazy("Waiting for the company"),
    "escalated": gettext_lazy("Sent on"),
    "answered": gettext_lazy("Answered"),
    "closed": gettext_lazy("Closed"),
}
STATE_BADGES = {
    "new": "open", "in_hand": "part", "waiting": "part", "escalated": "part", "answered": "ok", "closed": "closed",
}  # fmt: skip
ACT_WORDS: dict[str, str | Promise] = {
    "open": gettext_lazy("Asked"),
    "write": gettext_lazy("Written"),
    "ask": gettext_lazy("Asked back"),
    "answer": gettext_lazy("Answered"),
    "note": gettext_lazy("Note of the desk, for nobody else"),
    "take": gettext_lazy("Taken in hand"),
    "escalate": gettext_lazy("Sent on"),
    "close": gettext_lazy("Closed"),
    "reopen": gettext_lazy("Opened again"),
}


def state_word(code: str) -> str:
    """Return a state in the reader's language."""
    return str(STATE_WORDS[code])


def topic_word(code: str) -> str:
    """Return a topic in the reader's language; one that is no longer in the list stands for itself."""
    try:
        return vocabulary.topic(code).label(language())
    except KeyError:
        return code


def topic_icon(code: str) -> str:
    """Return the icon of a topic."""
    try:
        return vocabulary.topic(code).icon
    except KeyError:
        return "other"


def duration(hours: float | None) -> str:
    """Return a time in hours, from two days on in days; "" when there is none."""
    if hours is None:
        return ""
    if hours < 1:
        return _("less than an hour")
    if hours < DAYS_FROM:
        whole = round(hours)
        return ngettext("%(n)s hour", "%(n)s hours", whole) % {"n": number(whole, language())}
    days = round(hours / DAY_HOURS)
    return ngettext("%(n)s day", "%(n)s days", days) % {"n": number(days, language())}


@dataclass(frozen=True)
class Card:
    """A case made ready for a row, a page or the list of what waits."""

    shown: Shown
    desk: Desk | None = None

    @property
    def record(self) -> Record:
        """Its envelope."""
        return self.shown.record

    @property
    def href(self) -> str:
        """Where it stands."""
        return reverse("helpdesk:case", args=[self.record.id])

    @property
    def title(self) -> str:
        """Its first sentence."""
        return self.shown.case.title

    @property
    def icon(self) -> str:
        """The icon of its topic."""
        return topic_icon(self.shown.case.topic)

    @property
    def topic(self) -> str:
        """What it is about."""
        return topic_word(self.shown.case.topic)

    @property
    def state(self) -> str:
        """Where it stands, in a word."""
        return state_word(self.shown.case.state)

    @property
    def badge(self) -> str:
        """The shape of its state."""
        return STATE_BADGES[self.shown.case.state]

    @property
    def late(self) -> bool:
        """Whether the desk is over its time."""
        return self.shown.late

    @property
    def due(self) -> datetime | None:
        """When the desk must have answered or closed it."""
        return self.shown.times.due()

    @property
    def due_word(self) -> str:
        """What is due then."""
        return _("Close by") if self.shown.case.first_answer_at else _("Answer by")

    @property
    def company(self) -> str:
        """Who asks."""
        company = self.shown.case.company
        return label(company.names, language()) if company is not None else _("A sender from outside")

    @property
    def owner(self) -> str:
        """Which organisation looks after it."""
        return label(self.record.owner.names, language())

    @cached_property
    def sees(self) -> dict[str, Any]:
        """Who sees it, for the sees part."""
        return {"tlp": self.record.tlp, "audience": self.shown.audience}


@dataclass(frozen=True)
class Line:
    """One thing said or done, as it stands in the conversation."""

    at: datetime
    what: str
    who: str
    text: str
    internal: bool
    ours: bool


def line_of(message: Message, found: Shown, names: dict[UUID, str]) -> Line:
    """Return a message in the reader's words. Persons are named to their own colleagues only: others see who for."""
    known = facts().organisations
    organisation = label(known[message.organisation_id].names, language()) if message.organisation_id in known else ""
    person = names.get(message.person_id, "") if message.person_id else ""
    who = ", ".join(part for part in (person, organisation) if part) or _("A sender from outside")
    what = str(ACT_WORDS[message.act])
    if message.act == "escalate" and message.circle is not None:
        what = _("Sent on to %(whom)s") % {"whom": label(message.circle.names, language())}
    return Line(message.at, what, who, message.text, message.internal, message.side == found.side)


def answer_of(late: int, new: int, open_: int) -> str:
    """Return what the desk's page finds, for its heading."""
    if late:
        return ngettext("%(n)d case is overdue", "%(n)d cases are overdue", late) % {"n": late}
    if new:
        return ngettext("%(n)d new case", "%(n)d new cases", new) % {"n": new}
    if open_:
        return ngettext("%(n)d open case, none is late", "%(n)d open cases, none is late", open_) % {"n": open_}
    return _("No open case")


def company_answer(waiting: int, open_: int) -> str:
    """Return what a company's page finds, for its heading."""
    if waiting:
        return ngettext("%(n)d case waits for you", "%(n)d cases wait for you", waiting) % {"n": waiting}
    if open_:
        return ngettext("%(n)d open case", "%(n)d open cases", open_) % {"n": open_}
    return _("Ask, and a named desk answers")


def pace_facts(pace: Pace, desk: Desk | None) -> list[tuple[str, str]]:
    """Return how fast the desk was, in words, each with what it rests on."""
    none = _("nothing yet in 90 days")
    said = _("%(median)s in the middle, %(worst)s at worst (%(n)s cases)")

    def both(median: float | None, worst: float | None, count: int) -> str:
        if not count:
            return none
        return said % {"median": duration(median), "worst": duration(worst), "n": number(count, language())}

    found = [
        (_("First answer"), both(pace.answer_median, pace.answer_worst, pace.answered)),
        (_("Closing"), both(pace.closing_median, pace.closing_worst, pace.closed)),
    ]
    if desk is not None:
        within = {"first": duration(desk.first_answer_hours), "closing": duration(desk.closing_hours)}
        found.append((_("Promised"), _("an answer within %(first)s, closed within %(closing)s") % within))
    return found


@dataclass(frozen=True)
class LessonCard:
    """A lesson made ready for a row or its page."""

    shown: LessonShown

    @property
    def record(self) -> Record:
        """Its envelope."""
        return self.shown.record

    @property
    def href(self) -> str:
        """Where it stands."""
        return reverse("helpdesk:lesson", args=[self.record.id])

    @property
    def topic(self) -> str:
        """What it is about."""
        return topic_word(self.shown.lesson.topic)

    @property
    def icon(self) -> str:
        """The icon of its topic."""
        return topic_icon(self.shown.lesson.topic)

    @property
    def owner(self) -> str:
        """Whose desk wrote it."""
        return label(self.record.owner.names, language())

    @property
    def sees(self) -> dict[str, Any]:
        """Who sees it, for the sees part."""
        return {"tlp": self.record.tlp, "audience": self.shown.audience}
