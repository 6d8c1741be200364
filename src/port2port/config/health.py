"""How the platform itself does: `/healthz` (process), `/readyz` (database, migrations, worker), `/metrics`."""

import time

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse

from port2port.base.access import public
from port2port.base.errors import NotFound
from port2port.config.gate import CERTIFICATE
from port2port.members.acting import Paused, SignedOut, acting_by_token
from port2port.members.actor import current_actor, nobody
from port2port.members.roles import Act
from port2port.members.tokens import digest, presented
from port2port.sharing.platform import platform_state

LOOPBACK = {"127.0.0.1", "::1"}


@public
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers; nothing else is asked."""
    return JsonResponse({"status": "ok"})


@public
def readyz(request: HttpRequest) -> HttpResponse:
    """200 when the database answers, no migration is missing and a worker was seen in the last minute; else 503."""
    parts: dict[str, bool] = {"database": False, "migrations": False, "worker": False}
    try:
        with nobody():
            executor = MigrationExecutor(connection)
            parts["database"] = True
            parts["migrations"] = not executor.migration_plan(executor.loader.graph.leaf_nodes())
        parts["worker"] = platform_state().workers > 0
    except (DatabaseError, ImproperlyConfigured):
        connection.close()
    ready = all(parts.values())
    return JsonResponse({"status": "ready" if ready else "not ready", "parts": parts}, status=200 if ready else 503)


@public
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus text format 0.0.4, for a scraper on this machine or with an operator's token; no content, no names."""
    here = request.META.get("REMOTE_ADDR") in LOOPBACK and "port2port.forwarded" not in request.META
    if not here and not _by_operator(request):
        raise NotFound()
    state = platform_state()
    age = max(0.0, time.time() - state.sealed_at.timestamp()) if state.sealed_at else 0.0
    rows = [
        ("port2port_journal_sealed_entries", "counter", "Entries that have their place in the journal.", state.sealed),
        ("port2port_journal_unsealed_entries", "gauge", "Entries that wait for the sealer.", state.unsealed),
        ("port2port_journal_head_age_seconds", "gauge", "Seconds since the newest signed head.", round(age, 1)),
        ("port2port_jobs_waiting", "gauge", "Jobs that could start now.", state.waiting),
        ("port2port_jobs_failed", "gauge", "Jobs that failed for good.", state.failed),
        ("port2port_workers", "gauge", "Workers seen in the last minute.", state.workers),
        ("port2port_demo", "gauge", "1 in demo mode.", int(settings.DEMO)),
    ]
    text = "".join(f"# HELP {n} {h}\n# TYPE {n} {t}\n{n} {v}\n" for n, t, h, v in rows)
    return HttpResponse(text, content_type="text/plain; version=0.0.4; charset=utf-8")


def _by_operator(request: HttpRequest) -> bool:
    secret = presented(request.headers.get("Authorization", ""))
    try:
        with acting_by_token(digest(secret), certificate=request.META.get(CERTIFICATE, "")) as entry:
            return current_actor().may(Act.OPERATE) and "metrics" in entry.scopes
    except (SignedOut, Paused):
        return False
