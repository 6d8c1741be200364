"""Pages of players from outside: no account, one link, one device. And of who invites them. They only translate."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from port2port.base.access import public
from port2port.base.clock import now
from port2port.base.errors import Invalid, NotFound
from port2port.helpdesk.proof import neighbourhood
from port2port.helpdesk.vocabulary import public_form
from port2port.members.data_files import label
from port2port.site.reader import language
from port2port.training.exercises import guests as inviting
from port2port.training.exercises import queries
from port2port.training.exercises.forms import GuestForm
from port2port.training.exercises.pages_live import asked_after, plays_as
from port2port.training.exercises.pages_write import BOTH, status, to
from port2port.training.exercises.rules import GUEST_COOKIE, LIVE, OPEN
from port2port.training.exercises.scenarios import word
from port2port.training.exercises.standing import running_it
from port2port.training.exercises.words import BADGES, Card, elapsed, role_word, texts

DAY_AND_HALF = 36 * 3600


def _place(request: HttpRequest) -> str:
    limits = public_form()
    return neighbourhood(
        request.META.get("REMOTE_ADDR", ""), ipv4_bits=limits.ipv4_bits, ipv6_bits=limits.ipv6_bits
    )  # fmt: skip


@require_http_methods(BOTH)
def guests(request: HttpRequest, exercise: UUID) -> HttpResponse:
    """List the players from outside and make a link for one more; it is shown once."""
    found = running_it(exercise, OPEN)
    form = GuestForm(request.POST if request.method == "POST" else None, roles=found.exercise.roles)
    link = ""
    if request.method == "POST" and form.is_valid():
        try:
            data = form.cleaned_data
            _guest, secret = inviting.invite(exercise, role=data["role"], function=data["function"], at=now())
        except Invalid as error:
            form.put(error.problems)
        else:
            link = settings.SITE_URL + reverse("training:guest_join", args=[secret])
            form = GuestForm(roles=found.exercise.roles)
    rows = [{"guest": one, "role": role_word(found.exercise, one.role)} for one in queries.guests(exercise)]
    context = {"form": form, "card": Card(found), "rows": rows, "link": link}
    return render(request, "training/guests.html", context, status=200 if link else status(request))


@require_POST
def end(request: HttpRequest, guest: UUID) -> HttpResponse:
    """End a link."""
    return to("exercise_guests", inviting.end_guest(guest, at=now()))


@public
@never_cache
@require_http_methods(BOTH)
def join(request: HttpRequest, secret: str) -> HttpResponse:
    """Ask before a link is opened, since a preview of a message may load it; then bind it to this device."""
    try:
        if request.method != "POST":
            inviting.waits(secret, _place(request))
            return render(request, "training/join.html")
        device = inviting.open_link(secret, _place(request))
    except inviting.Over as over:
        return _over(request, over)
    answer = HttpResponseRedirect(reverse("training:guest_play"))
    answer.set_cookie(
        GUEST_COOKIE, device, max_age=DAY_AND_HALF, httponly=True, samesite="Lax",
        secure=bool(settings.SESSION_COOKIE_SECURE),
    )  # fmt: skip
    return answer


@public
@never_cache
@require_safe
def play(request: HttpRequest) -> HttpResponse:
    """Show a guest what has come; `?part` only that, as the screen asks again. When it is over, say so."""
    try:
        found = inviting.read(_device(request), _place(request), at=now(), after=asked_after(request))
    except inviting.Over as over:
        return _over(request, over)
    exercise, code = found.exercise, language()
    context: dict[str, Any] = {
        "exercise": exercise,
        "state": word("states", exercise["state"], code),
        "badge": BADGES[exercise["state"]],
        "role": label(exercise["role"]["names"], code),
        "phrase": label(exercise["phrase"], code),
        "safety": texts(exercise["safety"]),
        "elapsed": elapsed(found.clock.seconds),
        "seconds": found.clock.second,
        "running": found.clock.running,
        "live": exercise["state"] in LIVE,
        "plays_as": plays_as(exercise["role"]["code"], exercise["state"]),
        "injects": [
            one | {"text": label(one["text"], code), "channel": word("channels", one["channel"], code),
                   "at": elapsed(one["second"])}
            for one in found.injects
        ],
        "react": "training:guest_react",
    }  # fmt: skip
    return render(request, "training/guest_rows.html" if "part" in request.GET else "training/guest.html", context)


@public
@never_cache
@sensitive_post_parameters("text")
@require_POST
def react(request: HttpRequest, inject: UUID) -> HttpResponse:
    """Say that a guest saw an inject, or what it would do. After the end nothing is kept, and that is said."""
    text = request.POST.get("text", "")
    try:
        inviting.react(_device(request), inject, _place(request), text=text)
    except inviting.Over as over:
        return _over(request, over, late=bool(text.strip()))
    return HttpResponseRedirect(reverse("training:guest_play"))


def _over(request: HttpRequest, over: inviting.Over, *, late: bool = False) -> HttpResponse:
    context = {"called_off": over.called_off, "late": late}
    return render(request, "training/guest_over.html", context, status=HTTPStatus.GONE)


def _device(request: HttpRequest) -> str:
    device = request.COOKIES.get(GUEST_COOKIE, "")
    if not device:
        raise NotFound(_("Open the link that you were given, on this device."))
    return device
