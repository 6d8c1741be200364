"""What a director sees at a glance, asked of each domain in one explicit table, as `needs` is.

Each number is what the policy lets this reader count, and leads to what it counts.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from port2port.displacement import board, run_queries, warnings
from port2port.measures import agreement_queries
from port2port.measures import queries as measures
from port2port.measures.matrix.queries import Matrix, matrix
from port2port.measures.matrix.rules import IN_PLACE
from port2port.measures.matrix.words import count_of, month, name_of, standing_out
from port2port.measures.vocabulary import word
from port2port.members.actor import Actor
from port2port.members.places import known_places
from port2port.members.queries import called
from port2port.reports import figures as report_figures
from port2port.reports import queries as reports
from port2port.sharing.exports import may_leave
from port2port.sharing.queries import COUNT_LIMIT
from port2port.site.reader import language
from port2port.workgroups import queries as groups
from port2port.workgroups import reading

STATES = ("draft", "consultation", "agreed", "in_force", "retired")


@dataclass(frozen=True)
class Figure:
    """A number with its words, where what it counts stands, and a remark. `late`: it is overdue."""

    word: str
    value: int
    href: str
    note: str = ""
    late: bool = False


@dataclass(frozen=True)
class Part:
    """A section: its heading says what it found. `named`: others' ports stand in it by name; no file takes it along."""

    code: str
    title: str
    figures: tuple[Figure, ...]
    named: bool = False
    late: int = 0  # overdue adoptions
    open: int = 0  # decisions that wait
    records: tuple[UUID, ...] = ()  # what it names


@dataclass(frozen=True)
class Seen:
    """What several sources ask for: read once."""

    actor: Actor
    at: datetime
    matrix: Matrix


Source = Callable[[Seen], Part]


def _objectives(seen: Seen) -> Part:
    found, _slice = measures.objectives(at=seen.at)
    found = [one for one in found if may_leave(one.record)]
    rows = []
    for one in found:
        standing = [row for row in one.measures if row.measure.state in ("agreed", "in_force")]
        note = ngettext("of %(n)d measure is agreed", "of %(n)d measures are agreed", len(one.measures)) % {
            "n": len(one.measures),
        }  # fmt: skip
        href = reverse("measures:objective", args=[one.record.id])
        rows.append(Figure(one.objective.title, len(standing), href, note))
    title = ngettext("%(n)d objective", "%(n)d objectives", len(rows)) % {"n": len(rows)}
    return Part("objectives", title, tuple(rows), records=tuple(one.record.id for one in found))


def _states(seen: Seen) -> Part:
    counts = measures.count_by_state()
    rows = tuple(
        Figure(word("states", state, language()), counts.get(state, 0), f"{reverse('measures:list')}?state={state}")
        for state in STATES
    )
    joint = sum(counts.get(state, 0) for state in ("agreed", "in_force"))
    title = ngettext("%(n)d measure is agreed or in force", "%(n)d measures are agreed or in force", joint) % {
        "n": joint,
    }  # fmt: skip
    return Part("states", title, rows)


def _ports(seen: Seen) -> Part:
    found = seen.matrix
    path = reverse("measures:matrix")
    rows = []
    for n, place in enumerate(found.places):
        done, apply = count_of(found, n)
        gaps = sum(1 for row in found.rows if row.gaps[n] is not None)
        note = _("in place, of %(n)d") % {"n": apply}
        if gaps:
            note += ", " + ngettext("%(n)d gap stands out", "%(n)d gaps stand out", gaps) % {"n": gaps}
        rows.append(Figure(name_of(place), done, f"{path}?at={place.code}", note))
    gaps = standing_out(found)
    title = ngettext("%(n)d gap stands out at the ports", "%(n)d gaps stand out at the ports", gaps) % {"n": gaps}
    return Part("ports", title if rows else _("No port of your own"), tuple(rows), named=found.named)


def _overdue(seen: Seen) -> Part:
    today = timezone.localdate(seen.at)
    path = reverse("measures:matrix")
    rows = [
        Figure(
            row.shown.version.title, (today - cell.due).days, f"{path}?measure={row.shown.id}",
            _("days late at %(port)s, planned for %(month)s") % {"port": name_of(place), "month": month(cell.due)},
            late=True,
        )
        for row in seen.matrix.rows
        for place, cell in zip(seen.matrix.places, row.cells, strict=True)
        if cell.due is not None and cell.due < today and cell.state not in (IN_PLACE, "not_applicable")
    ]  # fmt: skip
    late = ngettext("%(n)d adoption is overdue", "%(n)d adoptions are overdue", len(rows)) % {"n": len(rows)}
    title = late if rows else _("Nothing is overdue")
    records = tuple({row.shown.id for row in seen.matrix.rows if may_leave(row.shown.record)})
    return Part("overdue", title, tuple(rows), named=seen.matrix.named, late=len(rows), records=records)


def _decisions(seen: Seen) -> Part:
    waiting = agreement_queries.positions_waiting(at=seen.at)
    rows = [
        Figure(
            _("Measures that ask for your position"), len(waiting),
            reverse("measures:detail", args=[waiting[0].measure]) if len(waiting) == 1 else reverse("measures:list"),
        ),
        Figure(
            _("Measures in consultation"), measures.count_by_state().get("consultation", 0),
            f"{reverse('measures:list')}?state=consultation",
        ),
    ]  # fmt: skip
    for group in groups.my_groups():
        proposed = len(reading.proposals(group))
        href = reverse("workgroups:group", args=[group.id])
        rows.append(Figure(group.name, proposed, href, _("decisions proposed in the group")))
    open_now = len(waiting) + sum(row.value for row in rows[2:])
    title = ngettext("%(n)d decision waits", "%(n)d decisions wait", open_now) % {"n": open_now}
    return Part("decisions", title, tuple(rows), open=open_now)


def _reports(seen: Seen) -> Part:
    still_open = min(reports.count(reports.Filters(state="open")), COUNT_LIMIT)
    weeks = report_figures.weekly_counts(known_places(), at=seen.at)
    listed = reverse("reports:list")
    rows = [Figure(_("Open reports that you see"), still_open, f"{listed}?state=open")]
    more = [one for one in weeks if one.more_than_usual]
    rows += [
        Figure(called(one.names), one.counts[-1], f"{listed}?port={one.port}", _("this week, more than usual"))
        for one in more
    ]
    title = ngettext(
        "%(n)d port has more reports than usual", "%(n)d ports have more reports than usual", len(more)
    ) % {"n": len(more)}  # fmt: skip
    return Part("reports", title if more else _("Reports are as usual"), tuple(rows))


def _displacement(_seen: Seen) -> Part:
    waiting = len(warnings.warnings(states=["waiting"], sight="released"))
    run = run_queries.newest("released")
    rows = [
        Figure(
            _("Early signs that nobody has decided on"), waiting, f"{reverse('displacement:warnings')}?state=waiting"
        ),
        Figure(_("Other choices that were tried"), run_queries.variants("released"), reverse("displacement:runs")),
    ]
    shown = board.board(run) if run is not None else None
    if shown is not None:
        rows.insert(
            0, Figure(_("Claims that are supported or indicated"), len(shown.told), reverse("displacement:home"))
        )
        return Part("displacement", board.answer(shown), tuple(rows))
    return Part("displacement", _("Displacement has not been computed yet"), tuple(rows))


SOURCES: Sequence[Source] = (_overdue, _decisions, _ports, _states, _objectives, _reports, _displacement)


def parts_of(actor: Actor, at: datetime) -> list[Part]:
    """Return every section for whoever acts, in the order in which they are read."""
    seen = Seen(actor, at, matrix(at=at, rest=False))
    return [source(seen) for source in SOURCES]
