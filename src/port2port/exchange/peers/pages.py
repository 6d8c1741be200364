"""Pages of other nodes: which there are, how it stands with each, what administrators do. They only translate."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from port2port.base.clock import now
from port2port.base.errors import Invalid
from port2port.exchange.models import Peer
from port2port.exchange.node import own_node
from port2port.exchange.partners.pages import shown
from port2port.exchange.partners.queries import own_machine
from port2port.exchange.peers import actions, queries, words
from port2port.exchange.peers.forms import PeerForm
from port2port.members.acting import current_actor
from port2port.members.people_queries import administrator
from port2port.members.roles import Act

SHOWN = 20


@require_http_methods(["GET", "HEAD", "POST"])
def listed(request: HttpRequest) -> HttpResponse:
    """Show the nodes that one's organisation is linked with, and link with another."""
    form = PeerForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        administrator()
        if form.is_valid():
            try:
                made = actions.link(
                    form.link(), verified=form.cleaned_data["verified"], language=(get_language() or "en")[:2], at=now()
                )
            except Invalid as error:
                _mark(form, error)
            else:
                messages.success(request, _("The link is made. It is tried within seconds: load this page again."))
                return redirect("exchange:peer", made.id)
    found = queries.peers()
    number = ngettext("Linked with %(n)s other node", "Linked with %(n)s other nodes", len(found))
    context = {
        "answer": number % {"n": len(found)} if found else _("Linked with no other node"),
        "rows": [{"peer": one, "badge": words.badge(one), "says": words.direction(one)} for one in found],
        "form": form,
        "node": own_node(),
        "may": current_actor().may(Act.ADMINISTER),
    }
    return render(request, "exchange/peers.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def peer(request: HttpRequest, peer: UUID) -> HttpResponse:
    """Show how it stands with a node, and change the link."""
    found = queries.peer(peer)
    form = PeerForm(request.POST if request.method == "POST" else None, peer=found)
    if request.method == "POST":
        administrator()
        if form.is_valid():
            try:
                actions.change(peer, form.link(), at=now())
            except Invalid as error:
                _mark(form, error)
            else:
                messages.success(request, _("Kept. It is tried within seconds."))
                return redirect("exchange:peer", peer)
    return _shown(request, found, form)


def _shown(request: HttpRequest, found: Peer, form: PeerForm, problem: str = "") -> HttpResponse:
    context = {
        "peer": found,
        "answer": words.answer(found),
        "badge": words.badge(found),
        "says": words.direction(found),
        "problem": words.problem(found.problem),
        "numbers": words.numbers(found),
        "behind": queries.waits_since(found),
        "reasons": words.reasons(found),
        "refused": words.last_refused(queries.refusals(found, SHOWN)),
        "withdrawn": queries.withdrawn_reports(found, SHOWN),
        "form": form,
        "wrong_name": problem,
        "tested": words.problem(found.test_code),
        "may": current_actor().may(Act.ADMINISTER),
    }
    at = now()
    if context["may"] and found.hat.until is None:
        context |= {"system": shown(request, own_machine(found.person_id, at=at), at=at)}
    return render(request, "exchange/peer.html", context, status=422 if form.errors or problem else 200)


@require_POST
def do(request: HttpRequest, peer: UUID) -> HttpResponse:
    """Pause a link, let it go on, read everything again, or end it."""
    found = queries.peer(peer)
    administrator()
    at = now()
    match request.POST.get("act"):
        case "pause" | "resume" as act:
            actions.pause(peer, paused=act == "pause", at=at)
        case "test":
            actions.test(peer, at=at)
            messages.success(request, _("It is tried now. Load this page again to see what came of it."))
        case "again":
            actions.read_again(peer, at=at)
            messages.success(request, _("All that it has is read again, in the background."))
        case "end":
            if request.POST.get("confirm", "").strip() != found.name:
                return _shown(request, found, PeerForm(peer=found), _("Type the name exactly as it stands above."))
            actions.end(peer, at=at)
            messages.success(request, _("The link with %(name)s is ended.") % {"name": found.name})
            return redirect("exchange:peers")
        case _:
            raise Invalid([])
    return redirect("exchange:peer", peer)


def _mark(form: PeerForm, error: Invalid) -> None:
    for problem in error.problems:
        form.add_error(problem.field if problem.field in form.fields else None, str(problem.message))
