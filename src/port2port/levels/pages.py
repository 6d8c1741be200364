"""Pages for reading levels: all ports, one port with its history, one notice with its answers. They only translate."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from port2port.base.clock import now
from port2port.compliance.queries import sight
from port2port.levels import in_file, queries, words
from port2port.levels.book import term
from port2port.levels.forms import Choices, MomentForm, TickForm
from port2port.levels.models import Notice, Order
from port2port.levels.queries import FacilityAnswer
from port2port.levels.rules import NORMAL, port_standing, spans
from port2port.members.acting import current_actor
from port2port.members.queries import called
from port2port.site.reader import language
from port2port.site.words import absolute

LATEST = 10


def _moment(request: HttpRequest) -> tuple[MomentForm, datetime, datetime, bool]:
    """Return the form, the moment asked for, this moment, and whether another one was asked for."""
    at = now()
    form = MomentForm(request.GET or None)
    asked = form.moment(at)
    return form, asked, at, asked != at


def may_enter() -> list[dict[str, Any]]:
    """Return the ports for which the actor may enter notices, as name and address."""
    if not current_actor().may("report"):
        return []
    ports = queries.entering(sight())
    return [{"name": called(one.names), "href": reverse("levels:enter", args=[one.code])} for one in ports]


@require_safe
def levels(request: HttpRequest) -> HttpResponse:
    """Show the level of each port, now or at a moment of the past, and the newest notices."""
    form, asked, at, past = _moment(request)
    states = queries.state(at=asked)
    told = {span.entry.id: span for span in spans(queries.entries())}
    rows = sorted((words.port_row(one) for one in states), key=lambda row: (-int(row["level"][-1:]), row["name"]))
    context = {
        "answer": words.answer(states, past=past),
        "form": form,
        "past": absolute(timezone.localtime(asked), language()) if past else "",
        "rows": rows,
        "notices": words.lines(queries.notices(size=LATEST), at=at, told=told),
        "enter": may_enter(),
        "sees": words.who_sees() if states else None,
    }
    return render(request, "levels/list.html", context)


@require_safe
def port(request: HttpRequest, port: str) -> HttpResponse:
    """Show a port's level, that of each facility, and every notice there was."""
    spot = queries.port(port)
    form, asked, at, past = _moment(request)
    told = spans(queries.entries(spot.id))
    state = port_standing(told, port=spot.id, at=asked)
    then = port_standing(spans(queries.entries(spot.id), known=asked), port=spot.id, at=asked)
    name = called(spot.names)
    seen = sight()
    rows = [words.facility_row(one) for one in queries.facility_states(spot, at=asked)]
    usual = words.level_word(NORMAL)
    context = {
        "answer": words.port_answer(name, state, past=past),
        "name": name, "spot": spot, "form": form,
        "past": absolute(timezone.localtime(asked), language()) if past else "",
        "then": words.level_word(then.level) if past and then.level != state.level else "",
        "raised": [row for row in rows if row["level"] != usual],
        "usual": [row for row in rows if row["level"] == usual],
        "meaning": term(state.level).label(language()),
        "notices": words.lines(
            queries.notices(port=spot.id), at=at, told={span.entry.id: span for span in told}
        ),
        "may_enter": current_actor().may("report") and seen.place(spot),
        "lists": spot.id in seen.ports,
        "sees": words.who_sees(),
    }  # fmt: skip
    return render(request, "levels/port.html", context)


@require_safe
def notice(request: HttpRequest, level: UUID) -> HttpResponse:
    """Show a notice; to those concerned its instruction, the answers they read, and what they may do."""
    at = now()
    row = queries.notice(level)
    asked = queries.order(row.id)
    answers = queries.answers(row, asked, at=at)
    own = queries.desks()
    seen, actor = sight(), current_actor()
    line = words.Line(row, queries.span_of(row), at)
    committee = row.port_id in seen.ports and actor.may("report")
    mine = [_desk(one, asked) for one in answers if one.spot.id in own and asked is not None]
    context = {
        "row": row, "line": line, "asked": asked, "mine": mine if actor.may("report") else [],
        "answer": _answer(row, answers, line), "facts": _facts(row, asked, line),
        "answers": [_answer_row(one, asked, row, committee=committee) for one in answers if one.spot.id not in own],
        "waits": any(not one["answer"] for one in mine) and not _dead(row),
        "counts": not _dead(row),
        "may_correct": row.organisation_id == actor.organisation and actor.may("report") and not _dead(row),
        "may_replace": actor.may("report") and seen.place(queries.port(row.port.locode)) and _held(row),
        "may_relay": committee and not row.exercise and not _dead(row) and not in_file.is_relayed(row),
        "has_alert": row.alert_id is not None and asked is not None,
        "sees": words.who_sees(),
    }  # fmt: skip
    return render(request, "levels/notice.html", context)


def _dead(row: Notice) -> bool:
    """Whether an entry was corrected, or only takes another one back."""
    return row.void or getattr(row, "corrected_by", None) is not None


def _held(row: Notice) -> bool:
    return row.id in {span.entry.id for span in queries.held_now(row.port_id)}


def _answer(row: Notice, answers: list[FacilityAnswer], line: words.Line) -> str:
    """Return the heading: for who reads several answers how many are missing, for others what the notice says."""
    left = sum(1 for one in answers if one.answer is None)
    if len(answers) > 1 and not _dead(row) and row.level:
        if not left:
            return _("All facilities have acknowledged level %(level)d") % {"level": row.level}
        told = ngettext(
            "%(n)d of %(all)d facilities has not acknowledged level %(level)d",
            "%(n)d of %(all)d facilities have not acknowledged level %(level)d",
            left,
        )
        return told % {"n": left, "all": len(answers), "level": row.level}
    return line.title


def _desk(one: FacilityAnswer, asked: Order | None) -> dict[str, Any]:
    numbers = queries.numbers_asked(asked) if asked is not None else []
    done = [str(number) for number in numbers if number in one.ticks and one.ticks[number].done]
    choices: Choices = [(str(number), words.number_word(number)) for number in numbers]
    form = TickForm(numbers=choices, initial={"number": done}, auto_id=f"id_{one.spot.code}_%s")
    return {
        "name": called(one.spot.names), "code": one.spot.code, "answer": one.answer, "late": one.late, "form": form,
    }  # fmt: skip


def _answer_row(one: FacilityAnswer, asked: Order | None, row: Notice, *, committee: bool) -> dict[str, Any]:
    numbers = queries.numbers_asked(asked) if asked is not None else []
    left = [words.number_word(number) for number in numbers if not (number in one.ticks and one.ticks[number].done)]
    if one.answer is not None:
        state = ("ok", _("Told by the port") if one.answer.relayed else _("Acknowledged"))
    else:
        state = ("error", _("Late")) if one.late else ("open", _("Not yet"))
    done = _("%(done)d of %(all)d done") % {"done": one.done(numbers), "all": len(numbers)}
    return {
        "name": called(one.spot.names), "code": one.spot.code, "badge": state[0], "word": state[1],
        "at": one.answer.at if one.answer is not None else None, "done": done if one.ticks else "",
        "open": left if one.ticks else [],
        "may_note": committee and one.answer is None and not _dead(row),
    }  # fmt: skip


def _facts(row: Notice, asked: Order | None, line: words.Line) -> list[tuple[str, Any]]:
    local = timezone.localtime
    ends = line.span.ends if line.span is not None else row.until
    facts = [
        (_("Level"), term(row.level).label(language())),
        (_("Port"), called(row.port.names)),
        (_("Covers"), words.where(row.facilities)),
        (_("Official notice"), row.reference),
        (_("From"), absolute(local(row.starts), language())),
        (_("Until"), absolute(local(ends), language()) if ends is not None else _("until a later notice")),
        (_("Entered by"), called(row.organisation.names)),
        (_("Entered on"), absolute(local(row.entered_at), language())),
    ]
    if asked is not None and not _dead(row):
        facts.append((_("To be acknowledged by"), absolute(local(asked.answer_by), language())))
    return facts
