"""What of the measures waits for whoever acts: positions, consultations to close, planned dates, questions."""

from datetime import datetime

from babel.dates import format_date
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from port2port.measures import adoption_queries, agreement_queries
from port2port.measures.words import place_word
from port2port.members.actor import Actor
from port2port.members.rules import Need
from port2port.site.reader import language


def needs(actor: Actor, at: datetime) -> list[Need]:
    """Return what waits: positions asked, consultations whose time is over, planned dates, questions of other ports."""
    if actor.organisation is None:
        return []
    return [*_positions(at), *_to_close(at), *_due(at), *_questions()]


def _positions(at: datetime) -> list[Need]:
    return [
        Need(
            title=_("Position asked: %(title)s, by %(day)s") % {"title": one.title, "day": _day(one.until)},
            text=_("One position for your organisation."),
            href=reverse("measures:detail", args=[one.measure]) + "#position",
            action=_("Give position"),
            icon="position",
            due=timezone.localdate(one.until),
        )
        for one in agreement_queries.positions_waiting(at=at)
    ]


def _to_close(at: datetime) -> list[Need]:
    return [
        Need(
            title=_("The time for positions is over: %(title)s") % {"title": one.title},
            text=_("Close the consultation: the rule says what it comes to."),
            href=reverse("measures:detail", args=[one.measure]),
            action=pgettext("verb", "Close"),
            icon="position",
            due=timezone.localdate(one.until),
            overdue=True,
        )
        for one in agreement_queries.consultations_to_close(at=at)
    ]


def _due(at: datetime) -> list[Need]:
    today = timezone.localdate(at)
    cells = adoption_queries.due(today=today)
    titles = adoption_queries.due_titles(cells) if cells else {}
    found = []
    for cell in cells:
        code = (cell.facility.number or "") if cell.facility is not None else cell.port.locode
        late = cell.due is not None and cell.due < today
        said = _("The planned day has passed at %(place)s.") if late else _("The planned day comes near at %(place)s.")
        found.append(
            Need(
                title=_("Measure due: %(title)s") % {"title": titles.get(cell.measure_id, "")},
                text=said % {"place": place_word(cell)},
                href=reverse("measures:adopt", args=[cell.measure_id, code]),
                action=_("Say how far you are"),
                icon="measure",
                due=cell.due,
                overdue=late,
            )
        )
    return found


def _questions() -> list[Need]:
    waiting = adoption_queries.questions_waiting()
    if not waiting:
        return []
    title = ngettext(
        "%(n)d port asks how you did it", "%(n)d ports ask how you did it", len(waiting)
    ) % {"n": len(waiting)}  # fmt: skip
    return [
        Need(
            title=title,
            text=_("About a measure that you have in place."),
            href=reverse("measures:answer", args=[waiting[0].id]),
            action=pgettext("verb", "Answer"),
            icon="ask",
        )
    ]


def _day(moment: datetime) -> str:
    return format_date(timezone.localtime(moment), "EEE d MMM", language())
