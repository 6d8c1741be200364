"""Pages for reading exercises and the library of scenarios. They only translate."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from port2port.base.clock import now
from port2port.base.errors import NotFound
from port2port.members.acting import current_actor
from port2port.members.data_files import label
from port2port.reports.vocabulary import vocabulary
from port2port.sharing.addressing import people_to_address
from port2port.site.reader import language
from port2port.training.exercises import queries
from port2port.training.exercises.forms import SeatForm
from port2port.training.exercises.queries import Shown
from port2port.training.exercises.rules import AFTER, LIVE, OPEN
from port2port.training.exercises.scenarios import library, word
from port2port.training.exercises.words import Card, inject_row, part_rows, scenario_row, seat_rows, texts
from port2port.training.sections import sections


def _columns(*words: Any) -> list[dict[str, Any]]:
    return [{"word": one} for one in words]


@require_safe
def exercise_list(request: HttpRequest) -> HttpResponse:
    """Show the exercises that run, those to come, and those that are over."""
    rows = queries.exercises(at=now())
    running = [one for one in rows if one.exercise.state in LIVE]
    coming = [one for one in rows if one.exercise.state == "planned"]
    past = [one for one in reversed(rows) if one.exercise.state not in OPEN]
    groups = [(_("Running now"), running), (_("To come"), coming), (_("Over"), past)]
    return render(
        request,
        "training/list.html",
        {
            "sections": sections("training:list"),
            "answer": _answer(len(running), len(coming)),
            "groups": [(word_, [Card(one) for one in found]) for word_, found in groups if found],
            "may_plan": may_plan(),
            "columns": _columns(_("Exercise"), _("When"), _("Where"), _("State"), _("Who sees this")),
        },
    )


def may_plan() -> bool:
    """Tell whether the actor may plan an exercise."""
    return current_actor().organisation is not None and current_actor().may("report")


def _answer(running: int, coming: int) -> str:
    if running:
        return ngettext("%(n)d exercise is running", "%(n)d exercises are running", running) % {"n": running}
    if coming:
        return ngettext("%(n)d exercise is planned", "%(n)d exercises are planned", coming) % {"n": coming}
    return _("No exercise is planned")


@require_safe
def scenarios(request: HttpRequest) -> HttpResponse:
    """Show the library, by threat."""
    found: dict[str, list[dict[str, Any]]] = {}
    for one in library().values():
        found.setdefault(one.head.threat, []).append(scenario_row(one))
    named = [(one.label(language()), found[one.code]) for one in vocabulary().threats if one.code in found]
    number = len(library())
    return render(
        request,
        "training/scenarios.html",
        {
            "answer": ngettext("%(n)d scenario to start from", "%(n)d scenarios to start from", number) % {"n": number},
            "groups": named,
            "columns": _columns(_("Scenario"), _("Size"), _("How many minutes?"), _("Injects")),
        },
    )


@require_safe
def scenario(request: HttpRequest, scenario: str) -> HttpResponse:
    """Show one scenario whole: who plays, what comes when, what should be done, how it is judged."""
    one = library().get(scenario)
    if one is None:
        raise NotFound()
    code = language()
    names = {role.code: role.label(code) for role in one.roles} | {"all": _("Everybody who plays")}
    return render(
        request,
        "training/scenario.html",
        {
            "row": scenario_row(one),
            "modi": [m for m in vocabulary().modi_operandi if m.code in one.head.modi_operandi],
            "roles": [(role.label(code), label(role.does, code)) for role in one.roles],
            "lists": [
                (_("What it is for"), texts(line.names for line in one.objectives)),
                (_("Preparation"), texts(line.names for line in one.preparation)),
                (_("Safety"), texts(line.names for line in one.safety)),
                (_("Questions for the debriefing"), texts(line.names for line in one.questions)),
                (_("Sources"), texts(line.names for line in one.sources)),
            ],
            "injects": [
                {
                    "minute": inject.minute, "to": ", ".join(names[role] for role in inject.to),
                    "channel": word("channels", inject.channel, code), "text": label(inject.text, code),
                    "expected": texts(inject.expected),
                }
                for inject in one.injects
            ],
            "criteria": [(line.label(code), word("scales", line.scale, code)) for line in one.criteria],
            "may_plan": may_plan(),
            "isps": ", ".join(one.head.isps),
        },
    )  # fmt: skip


@require_safe
def exercise(request: HttpRequest, exercise: UUID) -> HttpResponse:
    """Show one exercise: to who takes part what everybody knows, to its staff the script."""
    found = queries.exercise(exercise, at=now())
    row, actor = found.exercise, current_actor()
    open_, script = row.state in OPEN, queries.script(exercise)
    return render(
        request,
        "training/exercise.html",
        {
            "card": Card(found),
            "exercise": row,
            "found": found,
            "parts": part_rows(found),
            "seats": [
                one | {"may_leave": open_ and one["seat"].kind != "lead" and _may_unseat(found, one["seat"])}
                for one in seat_rows(found, queries.seats(exercise))
            ],
            "roles": [
                (label(one["names"], language()), label(one["does"], language()) if one["does"] else "")
                for one in row.roles
            ],
            "safety": texts(row.safety),
            "phrase": label(row.phrase, language()),
            "seat_form": SeatForm(people=people_to_address() if found.runs or actor.may("steward") else [],
                                  roles=row.roles) if open_ and _may_seat(found) else None,
            "live": row.state in LIVE,
            "after": row.state in AFTER,
            "changes": found.runs and row.state == "planned",
            "script": _script(found) if script is not None else None,
        },
    )  # fmt: skip


def _script(found: Shown) -> dict[str, Any]:
    """Return what staff knows, and after it everybody who took part."""
    held = queries.script(found.id)
    document = held.document if held is not None else {}
    hidden = queries.expected(found.id)
    return {
        "injects": [
            inject_row(found.exercise, one) | {"expected": texts(hidden.get(one.id, []))}
            for one in queries.injects(found.id)
        ],
        "lists": [
            (_("What it is for"), texts(document.get("objectives", []))),
            (_("Preparation"), texts(document.get("preparation", []))),
            (_("Questions for the debriefing"), texts(document.get("questions", []))),
        ],
    }


def _may_seat(found: Shown) -> bool:
    ours = current_actor().organisation in {one.organisation_id for one in found.parts} | {found.record.owner_id}
    return found.runs or (ours and (found.seat is None or current_actor().may("steward")))


def _may_unseat(found: Shown, seat: Any) -> bool:
    actor = current_actor()
    own = seat.person_id == actor.person or (actor.may("steward") and seat.organisation_id == actor.organisation)
    return found.runs or (seat.kind == "player" and own)
