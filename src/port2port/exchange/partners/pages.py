"""Pages of the organisation's systems: which there are, and each of them. For administrators; they only translate."""

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from port2port.alerts.delivery import actions as notices
from port2port.alerts.delivery.queries import webhooks
from port2port.base.clock import now
from port2port.base.errors import Invalid
from port2port.exchange.models import Reading
from port2port.exchange.partners import actions, preview, queries, words
from port2port.exchange.partners.forms import CertificateForm
from port2port.exchange.partners.preview import FORMS, Sent
from port2port.exchange.partners.queries import Machine
from port2port.exchange.taxii.collections import collections
from port2port.members.identity_pages import in_browser
from port2port.members.tokens import SCOPES
from port2port.sharing.references import reference


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """Show every system that reads or sends for the organisation: nodes, machines, webhooks."""
    at = now()
    found, told = queries.own_machines(at=at), webhooks()
    number = len(found) + len(told)
    answer = ngettext("%(n)s system reads or sends for you", "%(n)s systems read or send for you", number)
    rows = [
        {"name": one.name, "badge": words.badge(one), "last": one.used_on, "seen": seen_at(one),
         "kind": words.kind(one), "href": page_of(one)}
        for one in found
    ] + [
        {"name": one.name, "badge": words.webhook_badge(one), "last": None, "seen": None, "kind": _("Webhook"),
         "href": reverse("exchange:webhook", args=[one.id])}
        for one in told
    ]  # fmt: skip
    context = {
        "answer": answer % {"n": number} if number else _("No system reads or sends for you"),
        "rows": sorted(rows, key=lambda row: str(row["name"]).casefold()),
    }
    return render(request, "exchange/partners.html", context)


def seen_at(machine: Machine) -> datetime | None:
    """Return when the node or the TAK server that a machine stands for was met last."""
    other = machine.peer or machine.tak
    return other.seen_at if other is not None else None


def page_of(machine: Machine) -> str:
    """Return the address of the page of a machine: of a node, that of the link, of a TAK server its own."""
    if machine.peer is not None:
        return reverse("exchange:peer", args=[machine.peer.id])
    if machine.tak is not None:
        return reverse("exchange:tak_server", args=[machine.tak.id])
    return reverse("exchange:machine", args=[machine.hat.person_id])


@require_safe
def machine(request: HttpRequest, machine: UUID) -> HttpResponse:
    """Show one machine: what it may get, what it got, its tokens, what it would get now."""
    at = now()
    found = queries.own_machine(machine, at=at)
    if found.peer is not None or found.tak is not None:
        return redirect(page_of(found))
    return _machine(request, found, CertificateForm(), at)


def _machine(request: HttpRequest, found: Machine, form: CertificateForm, at: datetime) -> HttpResponse:
    system = shown(request, found, at=at)
    context = {
        "machine": found,
        "hat": found.hat,
        "system": system,
        "answer": words.answer(found, system["got"]),
        "badge": words.badge(found),
        "form": form,
    }
    return render(request, "exchange/machine.html", context, status=422 if form.errors else 200)


def shown(request: HttpRequest, found: Machine, *, at: datetime) -> dict[str, Any]:
    """Return what the page of a machine, or of the node it stands for, says of it as a system of the organisation."""
    form = next((one for one in FORMS if one == request.GET.get("form")), FORMS[0])
    got = queries.got(found.hat.person_id)
    made_by = queries.makers(found.tokens)
    return {
        "hat": found.hat,
        "highest": words.highest(found.hat, peer=found.peer is not None, at=at),
        "circles": queries.circles_of(found.hat.person_id),
        "collections": [one for one in collections() if one.threat],
        "got": got,
        "got_number": words.counted(got.number),
        "got_rows": [_got(row) for row in got.newest],
        "tokens": [
            {"token": one, "maker": made_by.get(one.made_by_id, ""), "scopes": [SCOPES[scope] for scope in one.scopes]}
            for one in found.tokens
        ],
        "form_name": form,
        "forms": [(one, words.FORMS[one]) for one in FORMS],
        "preview": [laid_out(one) for one in preview.preview(found, form, at=at)],
    }


def _got(row: Reading) -> dict[str, Any]:
    kind = row.record.kind
    return {
        "row": row,
        "kind": words.KINDS.get(kind, kind),
        "form": words.FORMS[row.form],
        "name": reference(row.record),
        "href": reverse(words.PAGES[kind], args=[row.record_id]) if kind in words.PAGES else "",
    }


def laid_out(one: Sent) -> dict[str, Any]:
    """Return what is shown of something that would be sent: JSON is laid out, and nothing of it changed."""
    text = one.body.decode()
    if text.startswith("{"):
        text = json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    return {"sent": one, "text": text}


@require_POST
@in_browser
def do(request: HttpRequest, machine: UUID) -> HttpResponse:
    """Pause a machine, let it go on, bind it to a certificate, renew or revoke a token of it."""
    at = now()
    found = queries.own_machine(machine, at=at)
    match request.POST.get("act"):
        case "pause" | "resume" as act:
            actions.pause(machine, paused=act == "pause", at=at)
        case "bind":
            form = CertificateForm(request.POST)
            if not form.is_valid() or not _bound(form, machine, at):
                return _machine(request, found, form, at)
            messages.success(request, _("Kept."))
        case "renew":
            token, secret = actions.renew(machine, _token(request), at=at)
            context = {"token": token, "secret": secret, "machine": found.hat}
            return render(request, "members/identity/token_made.html", context)
        case "revoke":
            ended = actions.revoke(machine, _token(request), at=at)
            messages.success(request, _("The token %(name)s no longer works.") % {"name": ended.name})
        case _:
            raise Invalid([])
    return redirect(page_of(found))


def _bound(form: CertificateForm, machine: UUID, at: datetime) -> bool:
    """Bind a machine to the certificate of a form, or say in the form why not."""
    try:
        actions.bind(machine, certificate=form.cleaned_data["certificate"], at=at)
    except Invalid as error:
        for problem in error.problems:
            form.add_error(problem.field, str(problem.message))
        return False
    return True


def _token(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("token", ""))
    except ValueError as error:
        raise Invalid([]) from error


@require_safe
def webhook(request: HttpRequest, webhook: UUID) -> HttpResponse:
    """Show one webhook: how it stands, what arrived, what it would be told now."""
    at = now()
    found = queries.webhook(webhook)
    told = queries.told(webhook)
    context = {
        "webhook": found,
        "answer": words.webhook_answer(found, told),
        "badge": words.webhook_badge(found),
        "told": told,
        "counts": [
            (_("Arrived"), words.counted(told.arrived)),
            (_("Waiting"), words.counted(told.waiting)),
            (_("Did not arrive"), words.counted(told.failed)),
        ],
        "test": words.test(found.test_code) if found.tested_at else "",
        "preview": [laid_out(one) for one in preview.for_webhook(found, at=at)],
    }
    return render(request, "exchange/webhook.html", context)


@require_POST
@in_browser
def webhook_do(request: HttpRequest, webhook: UUID) -> HttpResponse:
    """Test a webhook, pause it or let it go on. Its secret is renewed where it was made, and shown once."""
    queries.webhook(webhook)
    match request.POST.get("act"):
        case "pause" | "resume" as act:
            notices.pause_webhook(webhook, paused=act == "pause", at=now())
        case "test":
            notices.test_webhook(webhook)
            messages.success(request, _("The test is on its way. Load this page again to see what came of it."))
        case _:
            raise Invalid([])
    return redirect("exchange:webhook", webhook)
