"""Pages of an organisation's notices, for its administrators. They only translate."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from port2port.alerts.delivery import actions, queries
from port2port.alerts.delivery.forms import ReachForm, WebhookForm
from port2port.base.clock import now
from port2port.base.errors import Invalid, NotFound
from port2port.members.identity_pages import in_browser
from port2port.members.people_queries import administrator


@require_http_methods(["GET", "HEAD", "POST"])
@in_browser
def organisation(request: HttpRequest) -> HttpResponse:
    """Whether push is allowed, whom to call, which machines are told, what failed."""
    administrator()
    form = _reach_form(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        actions.set_reach(
            push_allowed=form.cleaned_data["push_allowed"],
            step_minutes=form.cleaned_data["step_minutes"],
            chain=form.chain(),
            at=now(),
        )
        messages.success(request, _("Kept."))
        return redirect("notices:organisation")
    return _organisation(request, form, WebhookForm())


def _reach_form(sent: QueryDict | None) -> ReachForm:
    reach = queries.reach()
    begun: dict[str, object] = {"push_allowed": reach.push_allowed, "step_minutes": reach.step_minutes}
    begun |= {f"contact_{place}": str(one.person_id) for place, one in enumerate(queries.contacts(), 1)}
    return ReachForm(sent, initial=begun, people=queries.own_people())


def _organisation(request: HttpRequest, form: ReachForm, webhook_form: WebhookForm) -> HttpResponse:
    context = {
        "form": form,
        "webhook_form": webhook_form,
        "webhooks": queries.webhooks(),
        "failures": queries.failures(),
    }
    problem = form.errors or webhook_form.errors
    return render(request, "alerts/delivery_organisation.html", context, status=422 if problem else 200)


@require_POST
@in_browser
def add_webhook(request: HttpRequest) -> HttpResponse:
    """Take a machine on, and show its secret this once."""
    administrator()
    form = WebhookForm(request.POST)
    if form.is_valid():
        try:
            secret = actions.add_webhook(**form.cleaned_data, at=now())
            return _secret(request, form.cleaned_data["name"], secret)
        except Invalid as error:
            for problem in error.problems:
                form.add_error(problem.field, str(problem.message))
    return _organisation(request, _reach_form(None), form)


def _secret(request: HttpRequest, name: str, secret: str) -> HttpResponse:
    return render(request, "alerts/delivery_secret.html", {"name": name, "secret": secret})


@require_POST
@in_browser
def webhook(request: HttpRequest, webhook: UUID) -> HttpResponse:
    """Test, pause, resume, rotate or remove a webhook."""
    administrator()
    at = now()
    known = {one.id: one for one in queries.webhooks()}
    if webhook not in known:
        raise NotFound(kind="webhook", record=webhook)
    match request.POST.get("act"):
        case "rotate":
            return _secret(request, known[webhook].name, actions.rotate_webhook(webhook, at=at))
        case "test":
            actions.test_webhook(webhook)
            messages.success(request, _("The test is on its way. Load this page again to see what came of it."))
        case "pause" | "resume" as act:
            actions.pause_webhook(webhook, paused=act == "pause", at=at)
        case "remove":
            actions.remove_webhook(webhook, at=at)
            messages.success(request, _("It is told no more."))
        case _:
            raise Invalid([])
    return redirect("notices:organisation")


@require_POST
@in_browser
def replay(request: HttpRequest, notice: UUID) -> HttpResponse:
    """Send a notice that failed again."""
    actions.replay(notice, at=now())
    messages.success(request, _("It is being sent again."))
    return redirect("notices:organisation")
