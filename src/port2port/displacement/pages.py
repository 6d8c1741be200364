"""The monitor's pages: the answer, one measure, how it is known, published figures, the paper. They only translate."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from port2port.base.clock import now
from port2port.base.errors import NotFound
from port2port.displacement import board as boards
from port2port.displacement import effort_queries, papers, run_queries, running, signals, warnings, what_ifs
from port2port.displacement.analysis.sentences import vigilance_sentence
from port2port.displacement.board import Board
from port2port.displacement.explaining import data_facts, method_facts
from port2port.displacement.figures import figures_of
from port2port.displacement.models import Run
from port2port.displacement.pages_signals import row as signal_row
from port2port.displacement.pages_warnings import row as warning_row
from port2port.displacement.rules import SIGHTS
from port2port.displacement.words import port_word, sight_word, track_line
from port2port.measures.adoption_queries import reads_all_cells
from port2port.members.acting import current_actor
from port2port.site.downloads import as_download
from port2port.site.reader import language

FEW = 5
MEASURES_SHOWN = 8
SERIES_SHOWN = 12
LEDGER_SHOWN = 20


def _run(request: HttpRequest) -> tuple[str, Run | None]:
    """Return the sight asked for, and the run: one by its id, or the newest of the choice fixed beforehand.

    Raises NotFound for a run that is not seen or no id, and for a sight that one does not read.
    """
    asked = request.GET.get("run", "")
    if asked:
        try:
            run = running.own_or_seen(UUID(asked))
        except ValueError:
            raise NotFound() from None
        return run.sight, run
    sight = request.GET.get("sight", SIGHTS[0])
    if sight not in SIGHTS or (sight == "named" and not reads_all_cells()):
        raise NotFound()
    return sight, run_queries.newest(sight)


def _shown(request: HttpRequest) -> Board:
    _sight, run = _run(request)
    shown = boards.board(run) if run is not None else None
    if shown is None:
        raise NotFound()
    return shown


def _sees(sight: str) -> dict[str, Any]:
    return {"tlp": boards.TLP[sight], "audience": [sight_word(sight)]}


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show the answer from storage: claims, the network, series, the ledger, warnings, signals, effort."""
    sight, run = _run(request)
    shown = boards.board(run) if run is not None else None
    actor = current_actor()
    waiting = warnings.warnings(states=("waiting",), sight=sight)
    given, _slice = signals.signals(size=FEW)
    query = f"?{urlencode({'run': str(run.id)})}" if request.GET.get("run") and run else f"?sight={sight}"
    context: dict[str, Any] = {
        "board": shown,
        "sees": _sees(sight),
        "sights": [{"word": sight_word(code), "href": f"?sight={code}", "current": code == sight} for code in SIGHTS]
        if reads_all_cells()
        else [],
        "under_way": run_queries.under_way(sight),
        "query": query,
        "sight": sight,
        "analyses": run_queries.analyses(),
        "supposes": what_ifs.supposes(),
        "enters": effort_queries.enters_effort(),
        "warnings": [warning_row(one) for one in waiting[:FEW]],
        "warning_count": len(waiting),
        "track": track_line(warnings.warning_track(warnings.warnings(sight=sight))),
        "signals": [signal_row(one) for one in given],
        "may_signal": actor.may("report") and actor.organisation is not None,
        "exports": shown is not None and actor.may("export") and sight == "released",
    }
    if shown is not None:
        context |= {
            "answer": boards.answer(shown),
            "chart": boards.chart(shown),
            "claims": shown.told or shown.claims[:FEW],
            "more_claims": len(shown.claims) - len(shown.told or shown.claims[:FEW]),
            "measures": shown.measures[:MEASURES_SHOWN],
            "more_measures": shown.measures[MEASURES_SHOWN:],
            "series": shown.drawn(SERIES_SHOWN),
            "ledger": shown.ledger(LEDGER_SHOWN),
            "ledger_rest": max(0, len(shown.result.ledger) - LEDGER_SHOWN),
            "cost": boards.cost_words(shown.result),
        }
    return render(request, "displacement/home.html", context)


@require_safe
def measure(request: HttpRequest, measure: UUID) -> HttpResponse:
    """Show what a measure did where it is and next door. NotFound for one that is not in a result one reads."""
    shown = _shown(request)
    found = next((one for one in (*shown.measures, *shown.not_analysed) if one.result.identifier == str(measure)), None)
    if found is None:
        raise NotFound()
    ports = {phase.port for phase in found.result.phases} | {one.claim.port for one in found.claims if one.claim.port}
    context = {
        "board": shown, "one": found, "sees": _sees(shown.run.sight), "query": f"?run={shown.run.id}",
        "series": shown.drawn(SERIES_SHOWN, ports),
        "ledger": shown.ledger(measure=str(measure)),
        "placebos": found.result.placebos,
    }  # fmt: skip
    return render(request, "displacement/measure.html", context)


@require_safe
def how(request: HttpRequest) -> HttpResponse:
    """Show how it is known: method, data, assumptions, what would change it, code version."""
    shown = _shown(request)
    context = {
        "board": shown, "sees": _sees(shown.run.sight), "method": method_facts(shown),
        "data": data_facts(shown), "effort": boards.effort_lines(shown.result),
        "cost": boards.cost_words(shown.result), "tipping": [one for one in shown.claims if one.tipping],
        "early": shown.result.early_warning, "vigilance": vigilance_sentence(shown.result),
        "query": f"?run={shown.run.id}",
    }  # fmt: skip
    return render(request, "displacement/how.html", context)


@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """Show published figures, as they were published, with their sources."""
    port, metric = request.GET.get("port", ""), request.GET.get("metric", "")
    every = figures_of()
    ports = sorted({one.port_unlocode for one in every})
    metrics = sorted({one.metric for one in every})

    def chips(name: str, values: list[tuple[str, str]], now_: str, other: dict[str, str]) -> list[dict[str, Any]]:
        return [
            {"word": word, "href": "?" + urlencode({**other, name: value}), "current": value == now_}
            for value, word in values
        ]

    context = {
        "rows": [
            {"one": one, "port": port_word(one.port_unlocode), "metric": papers.metric_word(one.metric)}
            for one in figures_of(port, metric)
        ],
        "ports": chips("port", [("", _("All")), *((p, port_word(p)) for p in ports)], port, {"metric": metric}),
        "metrics": chips("metric", [("", _("All")), *((m, papers.metric_word(m)) for m in metrics)], metric,
                         {"port": port}),
        "language": language(),
    }  # fmt: skip
    return render(request, "displacement/figures.html", context)


@require_POST
def paper(request: HttpRequest) -> HttpResponse:
    """Give the answer as PDF, with its figures; numbered, watermarked and remembered."""
    run = request.POST.get("run", "")
    try:
        found = running.own_or_seen(UUID(run))
    except ValueError:
        raise NotFound() from None
    file = papers.result_paper(found, at=now())
    return as_download(file.body, file.name, "application/pdf")
