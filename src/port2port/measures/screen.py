"""Parts of a measure's page that need a thought: its steps, its positions, and what its steward may do now."""

from datetime import datetime
from typing import Any

from babel.dates import format_date
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from port2port.measures.agreement_queries import Round
from port2port.measures.queries import Related
from port2port.measures.rules import TURNS
from port2port.measures.shown import Shown
from port2port.measures.vocabulary import word
from port2port.measures.words import STANCE_BADGES
from port2port.members.acting import current_actor
from port2port.members.data_files import label
from port2port.members.facts import facts
from port2port.sharing.queries import envelope
from port2port.sharing.rules import decide
from port2port.site.reader import language

WAY = ("draft", "consultation", "agreed", "in_force", "retired")


def steps_of(found: Shown, newest: Round | None) -> list[dict[str, Any]]:
    """Return the steps of a joint measure; none for one that was published elsewhere."""
    state, measure = found.measure.state, found.measure
    if state == "published":
        return []
    when = {
        "draft": found.record.at,
        "consultation": newest.consultation.opened_at if newest is not None else None,
        "agreed": measure.agreed_at,
        "in_force": measure.in_force_at,
        "retired": measure.retired_at,
    }
    reached = WAY.index(state)
    way = WAY if state == "retired" else WAY[:-1]
    return [
        {
            "word": word("states", step, language()),
            "when": _day(when[step]) if n <= reached else "",
            "done": n < reached and when[step] is not None,
            "current": n == reached,
        }
        for n, step in enumerate(way)
        if n >= reached or when[step] is not None
    ]


def _day(moment: datetime | None) -> str:
    return format_date(timezone.localtime(moment), "d MMM y", language()) if moment is not None else ""


def position_rows(found: Round) -> list[dict[str, Any]]:
    """Return who is asked with what each said: objections first, those who have not answered last."""
    known = facts().organisations
    order = {stance: n for n, stance in enumerate(("object", "reservation", "abstain", "agree"))}
    rows = []
    for organisation in found.asked:
        said = found.of(organisation)
        rows.append(
            {
                "name": label(known[organisation].names, language()) if organisation in known else "",
                "word": word("stances", said.stance, language()) if said is not None else "",
                "badge": STANCE_BADGES[said.stance] if said is not None else "",
                "reason": said.reason if said is not None else "",
                "at": said.at if said is not None else None,
                "rank": order[said.stance] if said is not None else len(order),
                "before": [
                    word("stances", one.stance, language())
                    for one in found.past
                    if said is not None and one.position_id == said.id
                ],
            }
        )
    return sorted(rows, key=lambda row: (row["rank"], row["name"]))


def replaces(one: Related, *, at: datetime) -> bool:
    """Tell whether a measure replaces this predecessor by merging or splitting, and its reader may end that."""
    return (
        not one.later
        and one.kind in ("merged", "split")
        and "retired" in TURNS[one.shown.measure.state]
        and not one.shown.withdrawn
        and decide(current_actor(), "withdraw", envelope(one.shown.record), at=at).allowed
    )


def may_turn(found: Shown, newest: Round | None, *, at: datetime) -> list[dict[str, Any]]:
    """Return what a steward may do with a measure in its state: a word, where, and whether it is the next step."""

    def to(name: str) -> str:
        return reverse(f"measures:{name}", args=[found.id])

    state = found.measure.state
    if state == "draft":
        said = newest is not None and newest.version.number == found.measure.number
        ask = [] if said else [{"word": _("Put it to the members"), "href": to("consult"), "next": True}]
        return [*ask, {"word": _("Give it up"), "href": to("retire")}]
    if state == "consultation":
        closes = newest is not None and newest.may_close(at)
        close = [{"word": _("Close the consultation"), "post": to("close"), "next": True}] if closes else []
        return [*close, {"word": _("Stop the consultation"), "post": to("stop")}]
    if state == "agreed":
        return [
            {"word": _("Put it in force"), "post": to("in_force"), "next": True},
            {"word": _("End it"), "href": to("retire")},
        ]
    if state == "in_force":
        return [{"word": _("End it"), "href": to("retire")}]
    return []
