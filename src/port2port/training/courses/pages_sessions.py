"""Pages of sessions: planned by who trains, booked by oneself, closed with who came. They only translate."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from port2port.base.clock import now
from port2port.base.errors import Invalid
from port2port.members.acting import current_actor
from port2port.sharing.calendar import TYPE, Entry, calendar
from port2port.site.downloads import as_download
from port2port.training.courses import queries, session_actions
from port2port.training.courses.forms import BookForm, SessionForm, WhyForm
from port2port.training.courses.models import Session
from port2port.training.courses.pages import BOTH, INVALID
from port2port.training.courses.words import name_of, naming, public_name, session_row

AHEAD, MINUTES, SEATS = timedelta(days=14), 60, 20


def _to(identifier: UUID) -> HttpResponse:
    return HttpResponseRedirect(reverse("training:session", args=[identifier]))


@require_safe
def sessions(request: HttpRequest) -> HttpResponse:
    """Show the sessions of the own organisation: to come, then over."""
    at, mine, name = now(), queries.own_bookings(), naming()
    rows = [session_row(one, name(one.slug), mine=one.id in mine, at=at) for one in queries.sessions()]
    coming = [one for one in rows if one["state"] == "planned"]
    over = [one for one in reversed(rows) if one["state"] != "planned"]
    answer = ngettext("%(n)d session to come", "%(n)d sessions to come", len(coming)) % {"n": len(coming)}
    groups = [(word, found) for word, found in ((_("To come"), coming), (_("Over"), over)) if found]
    trains = queries.trains()
    context = {
        "answer": answer, "groups": groups, "trains": trains, "missed": _missed(at) if trains else [],
        "columns": [{"word": word} for word in (_("Course"), _("When"), _("Where"), _("State"))],
    }  # fmt: skip
    return render(request, "training/sessions.html", context)


def _missed(at: datetime) -> list[dict[str, Any]]:
    names, name = queries.team(), naming()
    return [
        session_row(one.session, name(one.session.slug), mine=False, at=at)
        | {"people": sorted(names[person] for person in one.people if person in names)}
        for one in queries.missed(at=at, on=timezone.localdate(at))
    ]


@require_http_methods(BOTH)
def new(request: HttpRequest) -> HttpResponse:
    """Plan a session; `instead_of`: the one whose substitute date it is."""
    queries.trainer()
    before = _before(request)
    day = (timezone.localtime(now()) + AHEAD).replace(hour=9, minute=0, second=0)
    initial: dict[str, Any] = {"starts_at": day, "minutes": MINUTES, "seats": SEATS,
                               "slug": request.GET.get("course", "")}  # fmt: skip
    if before is not None:
        initial |= {"slug": before.slug, "minutes": before.minutes, "seats": before.seats, "place": before.place,
                    "instead_of": before.id}  # fmt: skip
    form = SessionForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            made = session_actions.plan_session(
                plan=form.value(), at=now(), instead_of=form.cleaned_data["instead_of"]
            )  # fmt: skip
        except Invalid as error:
            form.put(error.problems)
        else:
            return _to(made.id)
    return _form(request, form, _("Plan a session"))


def _before(request: HttpRequest) -> Session | None:
    typed = request.GET.get("instead_of", "")
    try:
        return queries.session(UUID(typed)) if typed else None
    except ValueError:
        return None


@require_http_methods(BOTH)
def edit(request: HttpRequest, session: UUID) -> HttpResponse:
    """Change when, where and for how many."""
    row = queries.session(session)
    queries.trainer()
    initial = {"slug": row.slug, "starts_at": row.starts_at, "minutes": row.minutes, "place": row.place,
               "seats": row.seats}  # fmt: skip
    form = SessionForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            session_actions.change_session(session, plan=form.value(), at=now())
        except Invalid as error:
            form.put(error.problems)
        else:
            return _to(session)
    return _form(request, form, _("Change the session"))


def _form(request: HttpRequest, form: SessionForm, title: str) -> HttpResponse:
    context = {"form": form, "title": title}
    return render(request, "training/session_form.html", context, status=INVALID if form.errors else 200)


@require_safe
def session(request: HttpRequest, session: UUID) -> HttpResponse:
    """Show a session: to everybody of the organisation when and where; to who trains who is expected and who came."""
    row, at, trains = queries.session(session), now(), queries.trains()
    booked, names = queries.bookings(session), queries.team()
    mine = next((one for one in booked if one.person_id == current_actor().person), None)
    here = {one.person_id for one in booked}
    free = {person: name for person, name in names.items() if person not in here}
    return render(
        request,
        "training/session.html",
        {
            "row": session_row(row, name_of(row.slug), mine=mine is not None, at=at),
            "trains": trains,
            "booked": [
                {"person": one.person_id, "name": names.get(one.person_id, _("Somebody who left")), "came": one.came}
                for one in booked
            ] if trains else [],
            "free": row.seats - len(booked) if trains else None,
            "form": BookForm(people=free) if trains and free and row.starts_at > at else None,
            "open": row.state == "planned",
            "substitute": row.state != "planned",
        },
    )  # fmt: skip


@require_POST
def substitute(request: HttpRequest, session: UUID) -> HttpResponse:
    """Offer who did not come another date: the next session of the course, or a new one."""
    return _to(session_actions.offer_substitute(session, at=now()).id)


@require_POST
def book(request: HttpRequest, session: UUID) -> HttpResponse:
    """Book oneself, or colleagues."""
    chosen = [UUID(one) for one in request.POST.getlist("people") if _is_id(one)]
    session_actions.book(session, people=chosen or [current_actor().person], at=now())
    return _to(session)


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


@require_POST
def unbook(request: HttpRequest, session: UUID) -> HttpResponse:
    """Take a booking away: one's own, or a colleague's."""
    typed = request.POST.get("person", "")
    session_actions.unbook(session, person=UUID(typed) if _is_id(typed) else current_actor().person, at=now())
    return _to(session)


@require_POST
def attend(request: HttpRequest, session: UUID) -> HttpResponse:
    """Write down who came; with `close`, close it."""
    came = {
        one.person_id: str(one.person_id) in request.POST.getlist("came") for one in queries.bookings(session)
    }  # fmt: skip
    session_actions.attend(session, came=came, at=now())
    if request.POST.get("close"):
        session_actions.hold(session, at=now())
    return _to(session)


@require_http_methods(BOTH)
def call_off(request: HttpRequest, session: UUID) -> HttpResponse:
    """Call a session off."""
    row = queries.session(session)
    queries.trainer()
    form = WhyForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            session_actions.call_off_session(session, why=form.cleaned_data["why"], at=now())
        except Invalid as error:
            form.put(error.problems)
        else:
            return _to(session)
    context = {
        "title": _("Call off: %(course)s") % {"course": name_of(row.slug)}, "form": form, "button": _("Call it off"),
        "back": reverse("training:session", args=[session]), "back_word": name_of(row.slug),
        "says": _("Who is booked sees it on home and in the calendar. Then plan a substitute date."),
    }  # fmt: skip
    return render(request, "training/why.html", context, status=INVALID if form.errors else 200)


def entry(row: Session) -> Entry:
    """Return a session as an entry of a calendar: the course is public, the place is left to the platform."""
    return Entry(
        key=f"session-{row.id}", sequence=row.sequence, starts=row.starts_at,
        ends=row.starts_at + timedelta(minutes=row.minutes), summary=public_name(row.slug),
        url=settings.SITE_URL + reverse("training:session", args=[row.id]), updated_at=row.updated_at,
        cancelled=row.state == "called_off",
    )  # fmt: skip


@require_safe
def invitation(request: HttpRequest, session: UUID) -> HttpResponse:
    """Return a session as a file for one's calendar."""
    row = queries.session(session)
    made = entry(row)
    body = calendar([made], name=made.summary, method="CANCEL" if made.cancelled else "PUBLISH")
    return as_download(body, "session.ics", f"{TYPE}; charset=utf-8")
