"""The API of the displacement monitor: it translates, calls one query or one action, and translates back."""

from typing import Any, Literal
from urllib.parse import urlencode
from uuid import UUID

import msgspec
from django.http import HttpRequest
from django.urls import reverse
from ninja import Router, Status
from ninja.params.functions import Query as query

from port2port.base.clock import now
from port2port.base.errors import NotFound
from port2port.displacement import effort_actions, effort_queries, papers, run_queries, running, signals, warnings
from port2port.displacement.api_shapes import (
    BoardOut,
    DecisionIn,
    EffortChangeOut,
    EffortIn,
    EffortOut,
    KeepIn,
    OutcomeIn,
    RunIn,
    RunOut,
    SignalIn,
    SignalOut,
    SignalPage,
    WarningOut,
    change_out,
    effort_out,
    run_out,
    signal_out,
    warning_out,
)
from port2port.displacement.figures import figures_of
from port2port.displacement.models import Run
from port2port.measures.adoption_queries import reads_all_cells
from port2port.reports import addressing
from port2port.reports.api import addressed
from port2port.reports.api_shapes import WithdrawalIn
from port2port.reports.vocabulary import modi_operandi
from port2port.sharing import actions as sharing
from port2port.sharing.addressing import reporter
from port2port.sharing.api_ground import known_parameters, needs, problems
from port2port.sharing.api_shapes import AudienceIn
from port2port.site.downloads import as_download

router = Router(tags=["displacement"])
LARGEST_PAGE = 100


def _run(run: Run, *, whole: bool = False) -> dict[str, Any]:
    url = reverse("api-1:displacement_run", args=[run.id])
    return run_out(run, url=url, standing=run_queries.is_standing(run), whole=whole)


@router.get("", response={200: BoardOut} | problems(404), url_name="displacement", summary="What may have moved",
            operation_id="read_displacement")  # fmt: skip
def board(request: HttpRequest, sight: Literal["released", "named"] = query("released")) -> Any:
    """Return the newest result of the choice fixed beforehand. Scope: read."""
    needs(request, "read")
    known_parameters(request, "sight")
    if sight == "named" and not reads_all_cells():
        raise NotFound()
    found, busy = run_queries.newest(sight), run_queries.under_way(sight)
    return {
        "sight": sight, "variants": run_queries.variants(sight), "under_way": busy.id if busy else None,
        "run": _run(found, whole=True) if found else None,
    }  # fmt: skip


@router.get("/effort", response={200: list[EffortOut]} | problems(), summary="Effort of your ports",
            operation_id="list_effort")  # fmt: skip
def effort(request: HttpRequest, port: str = query("", max_length=5, description="UN/LOCODE")) -> Any:
    """Return what your ports told; what is not there is unknown. Scope: read."""
    needs(request, "read")
    known_parameters(request, "port")
    return [effort_out(row) for row in effort_queries.effort(port=port)]


@router.put("/effort", response={200: EffortChangeOut} | problems(), summary="Tell effort of your ports",
            operation_id="tell_effort")  # fmt: skip
def tell_effort(
    request: HttpRequest, sent: list[EffortIn],
    dry_run: bool = query(False, description="Only say what would change"),
) -> Any:  # fmt: skip
    """Tell how much you looked; all values or none. Scope: report."""
    needs(request, "report")
    known_parameters(request, "dry_run")
    told = [one.told() for one in sent]
    return change_out(
        effort_actions.plan(told, at=now()) if dry_run else effort_actions.tell_effort(told, at=now())
    )  # fmt: skip


@router.get("/figures", response={200: list[dict[str, Any]]} | problems(), summary="Published figures of ports",
            operation_id="list_figures")  # fmt: skip
def figures(
    request: HttpRequest, port: str = query("", max_length=5), metric: str = query("", max_length=40)
) -> Any:  # fmt: skip
    """Return published figures with their sources, newest first. Scope: read."""
    needs(request, "read")
    known_parameters(request, "port", "metric")
    return [msgspec.to_builtins(one) for one in figures_of(port, metric)]


@router.get("/runs", response={200: list[RunOut]} | problems(), summary="What was tried",
            operation_id="list_displacement_runs")  # fmt: skip
def runs(request: HttpRequest) -> Any:
    """Return the newest runs without their results. Scope: read."""
    needs(request, "read")
    known_parameters(request)
    return [_run(run) for run in run_queries.runs()]


@router.post("/runs", response={201: RunOut} | problems(404), summary="Redo it with other choices",
             operation_id="ask_displacement_run")  # fmt: skip
def ask_run(request: HttpRequest, sent: RunIn) -> Any:
    """Ask for a run; one under way under the same choice is returned instead. Scope: report."""
    needs(request, "report")
    return Status(201, _run(running.ask_run(choice=sent.choice.choice(), sight=sent.sight, at=now())))


@router.get("/runs/{uuid:run}", response={200: RunOut} | problems(404), url_name="displacement_run",
            summary="One run", operation_id="read_displacement_run")  # fmt: skip
def read_run(request: HttpRequest, run: UUID) -> Any:
    """Return how far a run is, and its result once it is there. Scope: read."""
    needs(request, "read")
    known_parameters(request)
    return _run(running.own_or_seen(run), whole=True)


@router.post("/runs/{uuid:run}/stop", response={200: RunOut} | problems(404, 409), summary="Stop a run",
             operation_id="stop_displacement_run")  # fmt: skip
def stop_run(request: HttpRequest, run: UUID) -> Any:
    """Ask for a run to stop. Scope: report."""
    needs(request, "report")
    return _run(running.stop_run(run, at=now()))


@router.post("/runs/{uuid:run}/keep", response={200: RunOut} | problems(404, 409), summary="Keep a variant",
             operation_id="keep_displacement_run")  # fmt: skip
def keep_run(request: HttpRequest, run: UUID, sent: KeepIn) -> Any:
    """Keep a variant you tried under a name. Scope: report."""
    needs(request, "report")
    return _run(running.keep_run(run, name=sent.name, at=now()))


@router.get("/runs/{uuid:run}/paper", response={200: None} | problems(404), summary="The answer as PDF",
            operation_id="read_displacement_paper")  # fmt: skip
def paper(request: HttpRequest, run: UUID) -> Any:
    """Return a result as PDF: numbered, watermarked, remembered. Scope: export."""
    needs(request, "export")
    known_parameters(request)
    file = papers.result_paper(running.own_or_seen(run), at=now())
    return as_download(file.body, file.name, "application/pdf")


@router.get("/warnings", response={200: list[WarningOut]} | problems(), summary="Warnings of the monitor",
            operation_id="list_displacement_warnings")  # fmt: skip
def list_warnings(request: HttpRequest) -> Any:
    """Return warnings, newest first: those that wait, and those decided. Scope: read."""
    needs(request, "read")
    known_parameters(request)
    return [warning_out(row) for row in warnings.warnings()]


@router.post("/warnings/{uuid:warning}/decision", response={200: WarningOut} | problems(404, 409),
             summary="Release or dismiss a warning", operation_id="decide_displacement_warning")  # fmt: skip
def decide_warning(request: HttpRequest, warning: UUID, sent: DecisionIn) -> Any:
    """Decide once, with a reason that stays. The alert itself is raised as any alert. Scope: report."""
    needs(request, "report")
    return warning_out(warnings.decide_warning(warning, release=sent.release, reason=sent.reason, at=now()))


@router.post("/warnings/{uuid:warning}/outcome", response={200: WarningOut} | problems(404, 409),
             summary="Say what came of a warning", operation_id="score_displacement_warning")  # fmt: skip
def score_warning(request: HttpRequest, warning: UUID, sent: OutcomeIn) -> Any:
    """Say what came of it, once. Scope: report."""
    needs(request, "report")
    return warning_out(warnings.score_warning(warning, outcome=sent.outcome, why=sent.why, at=now()))


@router.get("/signals", response={200: SignalPage} | problems(), summary="Signals of officers",
            operation_id="list_signals")  # fmt: skip
def list_signals(
    request: HttpRequest,
    cursor: str = query("", max_length=300, description="From `next` or `previous` of a page"),
    size: int = query(25, ge=1, le=LARGEST_PAGE, description="Signals on a page"),
) -> Any:
    """Return a page of the signals you see, newest first. Scope: read."""
    needs(request, "read")
    known_parameters(request, "cursor", "size")
    found, slice_ = signals.signals(cursor=cursor, size=size)

    def address(to: str) -> str | None:
        return f"{request.path}?{urlencode({'cursor': to, 'size': size})}" if to else None

    return {
        "items": [_signal(one) for one in found], "next": address(slice_.next), "previous": address(slice_.previous),
    }  # fmt: skip


def _signal(given: signals.Given) -> dict[str, Any]:
    return signal_out(given, url=reverse("api-1:displacement_signal", args=[given.record.id]))


@router.post("/signals", response={201: SignalOut} | problems(), summary="Give a signal",
             operation_id="give_signal")  # fmt: skip
def give_signal(request: HttpRequest, sent: SignalIn) -> Any:
    """Say what you think moves, and how sure you are; it stands as you give it. Scope: report."""
    needs(request, "report")
    said, who = sent.foreseen(), reporter()
    threat = next((one.threat for one in modi_operandi() if one.code == said.method), "other")
    to = addressed(sent.audience or AudienceIn.model_validate({}), threat, who, port=said.port)
    made = signals.give_signal(signal=said, to=to, terms=addressing.terms_for(threat, who), at=now())
    return Status(201, _signal(signals.signal(made.record_id, at=now())))


@router.get("/signals/{uuid:signal}", response={200: SignalOut} | problems(404), url_name="displacement_signal",
            summary="One signal", operation_id="read_signal")  # fmt: skip
def read_signal(request: HttpRequest, signal: UUID) -> Any:
    """Return one signal and what became of it. Scope: read."""
    needs(request, "read")
    known_parameters(request)
    return _signal(signals.signal(signal, at=now()))


@router.post("/signals/{uuid:signal}/outcome", response={200: SignalOut} | problems(404, 409),
             summary="Say what became of a signal", operation_id="score_signal")  # fmt: skip
def score_signal(request: HttpRequest, signal: UUID, sent: OutcomeIn) -> Any:
    """Say what became of somebody else's signal, once. Scope: report."""
    needs(request, "report")
    signals.score_signal(signal, outcome=sent.outcome, why=sent.why, at=now())
    return _signal(signals.signal(signal, at=now()))


@router.post("/signals/{uuid:signal}/withdraw", response={204: None} | problems(404, 409),
             summary="Withdraw a signal", operation_id="withdraw_signal")  # fmt: skip
def withdraw_signal(request: HttpRequest, signal: UUID, sent: WithdrawalIn) -> Any:
    """Take a signal back; who had it is told. Scope: report."""
    needs(request, "report")
    sharing.withdraw(signals.signal(signal, at=now()).record, reason=sent.reason, at=now())
    return Status(204, None)
