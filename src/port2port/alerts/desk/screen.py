"""What stands on the screen of a desk, in the reader's words: made again whenever something happens."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from port2port.alerts import sentences
from port2port.alerts.desk import queries
from port2port.alerts.desk.queries import OpenNow
from port2port.alerts.words import Card, card
from port2port.members.acting import current_actor
from port2port.members.areas import atlas_of, position_of
from port2port.members.data_files import label
from port2port.members.facts import facts
from port2port.members.places import known_places
from port2port.reports import waiting as reports_waiting
from port2port.reports.figures import position_of as report_position
from port2port.reports.figures import with_waterways
from port2port.reports.words import card as report_card
from port2port.sharing import queries as sharing
from port2port.site import map_data
from port2port.site.reader import language

MOST_OTHERS, MOST_REPORTS, MOST_NEEDS, MOST_DOING = 4, 8, 2, 3
SHOWN = "X-Desk-Shown"


@dataclass(frozen=True)
class Row:
    """An alert on the screen: its card, whether it waits for this desk, and which tone says so."""

    card: Card
    waits: bool

    @property
    def tone(self) -> str:
        """How it sounds: an exercise never as if it were real."""
        if self.card.shown.alert.status != "Actual":
            return "exercise"
        return "urgent" if self.card.shown.urgent else "alert"

    @property
    def lasts(self) -> bool:
        """Whether it sounds until somebody acknowledges it."""
        return self.waits and self.card.shown.urgent

    @property
    def doing(self) -> list[str]:
        """What to do first; the line that only marks an exercise is left out, since the headline carries it."""
        lines = self.card.texts.instruction.splitlines()
        return [line for line in lines if not self.card.mark or line.replace(self.card.mark, "").strip()][:MOST_DOING]


def desk_name() -> str:
    """Return whose desk this is: "Port of Antwerp-Bruges, quay 1"; "" for who acts for no organisation."""
    known, facility, organisation = facts(), queries.own_facility(), current_actor().organisation
    found = known.organisations.get(organisation) if organisation is not None else None
    parts = [label(found.names, language())] if found is not None else []
    if facility in known.facilities:
        parts.append(label(known.facilities[facility].names, language()))
    return ", ".join(parts)


def screen(*, at: datetime, known: str) -> dict[str, Any]:
    """Return everything on the screen. `known`: the proof, from an answer before, of what was journalled as read.

    Reading AMBER is written down once an hour for a screen that shows the same, and at once when it shows other things.
    """
    found = queries.open_now(at=at)
    proof = _proof(found, at)
    if not constant_time_compare(known, proof):
        sharing.note_reading("alert", [row.record for row in found.alerts], at=at, act="listed")
        sharing.note_reading("report", [row.record for row in found.reports], at=at, act="listed")
    rows = [Row(card(one), queries.waits(one)) for one in found.alerts]
    waiting = sum(1 for row in rows if row.waits)
    reports = [report_card(row) for row in found.reports]
    actor = current_actor()
    return {
        "at": at,
        "proof": proof,
        "answer": answer(waiting, len(rows)),
        "lead": rows[0] if rows else None,
        "others": rows[1 : 1 + MOST_OTHERS],
        "more": max(0, len(rows) - 1 - MOST_OTHERS),
        "others_answer": _others_answer(len(rows) - 1),
        "reports": reports[:MOST_REPORTS],
        "reports_answer": _reports_answer(len(reports)),
        "chart": _chart(rows, reports),
        "needs": reports_waiting.needs(actor, at)[:MOST_NEEDS] if actor.organisation is not None else [],
        "handover": queries.waiting_handover(),
    }


def answer(waiting: int, in_force: int) -> str:
    """Return what the screen says in one line."""
    if waiting:
        return ngettext("%(n)d alert needs your acknowledgement", "%(n)d alerts need your acknowledgement", waiting) % {
            "n": waiting
        }
    if in_force:
        return ngettext("%(n)d alert is in force", "%(n)d alerts are in force", in_force) % {"n": in_force}
    return _("No alert is in force")


def _others_answer(count: int) -> str:
    return ngettext("%(n)d more is in force", "%(n)d more are in force", count) % {"n": count} if count > 0 else ""


def _reports_answer(count: int) -> str:
    if not count:
        return _("No report in 24 hours")
    number = f"{count}+" if count >= queries.MOST_REPORTS else str(count)
    return ngettext("%(n)s report in 24 hours", "%(n)s reports in 24 hours", count) % {"n": number}


def _proof(found: OpenNow, at: datetime) -> str:
    """Return what only this server can say: this person, under this hat, read these records within this hour.

    A screen sends it back, so that what it is shown again every minute does not flood the journal; it cannot be
    guessed for what was not journalled.
    """
    actor = current_actor()
    records = sorted(f"{record.id}.{record.version}" for record in found.records)
    said = "|".join([str(actor.person), str(actor.hat), f"{at:%Y%m%d%H}", *records])
    return salted_hmac("port2port.alerts.desk", said, algorithm="sha256").hexdigest()


def _chart(rows: list[Row], reports: list[Any]) -> map_data.Chart:
    """Return the map: where the alerts apply, ringed what waits and is urgent, and where the reports were."""
    places = known_places()
    atlas = atlas_of(places)
    points: dict[tuple[float, float], map_data.Point] = {}
    for one in reports:
        position = report_position(one)
        if position is not None:
            points[position] = map_data.Point(
                name=one.report.title, lat=position[0], lon=position[1], kind="report", href=one.href, size=0.2
            )
    for row in reversed(rows):
        for area in row.card.shown.draft.areas:
            position = position_of(area, places)
            if position is not None:
                name = sentences.area_name(area, atlas, language())
                points[position] = map_data.Point(
                    name=name.partition(" (")[0], lat=position[0], lon=position[1], kind="place", size=0.35,
                    href=row.card.href, ringed=row.lasts,
                )  # fmt: skip
    said = _("Where the alerts apply and where the reports were")
    return with_waterways(map_data.chart(points.values(), label=said), places)
