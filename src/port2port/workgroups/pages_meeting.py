"""Pages of a meeting: before, during and after it. They only translate; what is typed during it is saved at once."""

from typing import Any, Literal
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from port2port.base.clock import now
from port2port.base.errors import Conflict, Invalid, NotFound, Problem, Refused
from port2port.members.acting import current_actor
from port2port.members.models import Person
from port2port.sharing.calendar import TYPE, calendar
from port2port.site.downloads import as_download
from port2port.site.markdown import marked_up
from port2port.site.reader import language
from port2port.workgroups import agenda as offers
from port2port.workgroups import meeting_actions as actions
from port2port.workgroups import queries, reading
from port2port.workgroups.calendar import of_meeting
from port2port.workgroups.forms import (
    ActionForm,
    AttendanceForm,
    CorrectionForm,
    DecisionForm,
    ItemForm,
    MeetingForm,
    MinutesForm,
    local,
)
from port2port.workgroups.links import resolved
from port2port.workgroups.models import Decision, Item, Meeting
from port2port.workgroups.pack import pack as packed
from port2port.workgroups.pages import action_row, decision_row, gone, reader_language
from port2port.workgroups.queries import Shown
from port2port.workgroups.rules import difference
from port2port.workgroups.submitting import submitted
from port2port.workgroups.words import ATTENDANCE, meeting_state, narrower, sees, span, votes_of
from port2port.workgroups.writing import kept, sat_in

FORM = ["GET", "HEAD", "POST"]


@require_safe
def meeting(request: HttpRequest, meeting: UUID) -> HttpResponse:
    """Show a meeting: who is there, each item with its minutes, decisions and actions. 410 when withdrawn."""
    at = now()
    try:
        found = reading.whole(meeting, at=at)
    except NotFound:
        return gone(request, meeting)
    row, record = found.meeting.row, found.meeting.record
    group = queries.group(row.group_id)
    keeps = queries.keeps(group) and row.state == "planned"
    seats = queries.seats(group)
    rule = queries.decision_rule(group.id)
    organisations = {seat.organisation: seat.organisation_name for seat in seats}
    present = _present(found, seats)
    kind, word = meeting_state(row, at=at)
    items = [
        _item(one, found, group.circle_id, record.tlp)
        | (
            {
                "form": MinutesForm(
                    initial={"minutes": one.row.minutes, "language": one.row.language, "version": one.record.version},
                    auto_id=f"m{number}_%s",
                ),
                "decision_form": DecisionForm(
                    organisations=organisations, words=votes_of(rule), auto_id=f"d{number}_%s",
                    initial={f"vote_{key}": "for" if key in present else "" for key in organisations},
                ),
                "action_form": ActionForm(seats=seats, auto_id=f"a{number}_%s"),
            }
            if keeps
            else {}
        )
        for number, one in enumerate(found.items, 1)
    ]  # fmt: skip
    context = {
        "meeting": row, "record": record, "group": group, "keeps": keeps, "sits": queries.sits(group),
        "kind": kind, "state": word, "span": span(row), "sees": sees(record, found.meeting.audience, why=True),
        "items": items, "papers": [(one, sees(one.record, one.audience)) for one in found.papers],
        "attendance": _attendance(found, seats, keeps=keeps), "answer": _answer(found, at=at),
        "approved_by": _name(row.approved_by_id), "may_export": current_actor().may("export"),
        "may_correct": row.state == "approved" and queries.keeps(group),
        "quorum": _quorum(len(present), len(organisations)),
        "excuse": _excuse(found, at=at) if queries.sits(group) else "",
        "followed": [] if keeps else [one.id for one in found.records() if one.kind != "paper"],
    }  # fmt: skip
    return render(request, "workgroups/meeting.html", context)


def _answer(found: reading.MeetingNow, *, at: Any) -> str:
    row, items = found.meeting.row, len(found.items)
    if row.state == "cancelled":
        return _("%(title)s is cancelled") % {"title": row.title}
    said = ngettext("%(n)d item", "%(n)d items", items) % {"n": items}
    if row.starts_at > at:
        return _("%(title)s: %(items)s on the agenda") % {"title": row.title, "items": said}
    taken = sum(one.row.state != "proposed" for one in found.decisions)
    decided = ngettext("%(n)d decision", "%(n)d decisions", taken) % {"n": taken}
    given = ngettext("%(n)d action", "%(n)d actions", len(found.actions)) % {"n": len(found.actions)}
    return _("%(title)s: %(decisions)s, %(actions)s") % {"title": row.title, "decisions": decided, "actions": given}


def _present(found: reading.MeetingNow, seats: list[queries.Seated]) -> set[UUID]:
    """Return the organisations of which somebody is noted as there, or as replaced by somebody."""
    there = {person for person, row in found.attendance.items() if row.state in ("present", "replaced")}
    return {seat.organisation for seat in seats if seat.person in there}


def _excuse(found: reading.MeetingNow, *, at: Any) -> str:
    """Return what the reader may say of the own attendance: `excuse`, `come` or nothing."""
    row, noted = found.meeting.row, found.attendance.get(current_actor().person)
    if row.state != "planned" or row.ends_at <= at:
        return ""
    if noted is None:
        return "excuse"
    return "come" if noted.state == "excused" and noted.organisation_id == current_actor().organisation else ""


def _quorum(present: int, organisations: int) -> str:
    return ngettext(
        "%(present)d of %(n)d organisation present", "%(present)d of %(n)d organisations present", organisations
    ) % {"present": present, "n": organisations}


def _name(person: UUID | None) -> str:
    if person is None:
        return ""
    return Person.objects.filter(id=person).values_list("name", flat=True).first() or ""


def _attendance(found: reading.MeetingNow, seats: list[queries.Seated], *, keeps: bool) -> list[dict[str, Any]]:
    """Return who sits in the group, or was noted before leaving it, and whether each is there."""
    rows: list[dict[str, Any]] = []
    for number, seat in enumerate(seats, 1):
        noted = found.attendance.get(seat.person)
        initial = {
            "person": seat.person,
            "state": noted.state if noted else "",
            "replaced_by": noted.replaced_by if noted else "",
        }
        form = AttendanceForm(initial=initial, auto_id=f"p{number}_%s") if keeps else None
        if form is not None and noted is None:
            form.fields["state"].choices = [("", _("Not noted")), *ATTENDANCE.items()]  # type: ignore[attr-defined]
        rows.append({"name": seat.name, "organisation": seat.organisation_name, "noted": noted, "form": form})
    left = [row for person, row in found.attendance.items() if person not in {seat.person for seat in seats}]
    names = queries.organisation_names({row.organisation_id for row in left})
    rows += [
        {"name": _name(r.person_id), "organisation": names.get(r.organisation_id, ""), "noted": r, "form": None}
        for r in left
    ]
    for one in rows:
        one["word"] = ATTENDANCE[one["noted"].state] if one["noted"] else _("Not noted")
    return rows


def _item(one: Shown[Item], found: reading.MeetingNow, circle: UUID, tlp: int) -> dict[str, Any]:
    row = one.row
    corrections = found.corrections.get(one.id, [])
    told, before = [], row.minutes
    for correction in corrections:
        told.append((correction, _name(correction.by_id), difference(before, correction.minutes)))
        before = correction.minutes
    return {
        "shown": one, "item": row, "id": one.id, "version": one.record.version,
        "sees": sees(one.record, one.audience) if narrower(one, circle, tlp) else None,
        "minutes": marked_up(before), "empty": not before.strip(), "corrections": told, "number": len(corrections),
        "edited_by": _name(row.edited_by_id),
        "decisions": [decision_row(d) for d in found.decisions if d.row.item_id == one.id],
        "actions": [action_row(a) for a in found.actions if a.row.item_id == one.id],
        **_about(row),
    }  # fmt: skip


def _about(row: Item) -> dict[str, Any]:
    """Return what an item is about, if the reader sees it."""
    if row.about == offers.OPEN_ACTIONS:
        group = queries.group(row.meeting.group_id)
        return {"open_actions": [action_row(one) for one in reading.open_actions(group)]}
    if row.target is None:
        return {}
    if row.about == "meeting":
        earlier = queries.shown(Meeting, [row.target])
        return {"minutes_of": earlier[0].row, "minutes_version": earlier[0].record.version} if earlier else {}
    if row.about == "decision":
        return {"proposed": [decision_row(one) for one in queries.shown(Decision, [row.target])]}
    if row.about == "paper":
        return {"about_href": reverse("workgroups:paper", args=[row.target])}
    linked = resolved([(row.about, row.target)])
    return {"about_href": linked[0].href} if linked else {}


@require_http_methods(FORM)
def convene(request: HttpRequest, group: UUID) -> HttpResponse:
    """Call a meeting."""
    found = kept(group)
    if not current_actor().may("report"):
        raise Refused(_("None of your roles writes records. Name a secretary: the chair need not write."))
    form = MeetingForm(request.POST if request.method == "POST" else None, initial=reader_language())
    if request.method == "POST":
        done, made = submitted(form, lambda: actions.convene(group, **form.values(), at=now()))
        if done and made is not None:
            return redirect("workgroups:agenda", made.record_id)
    context = {
        "group": found, "form": form, "answer": _("When does the group meet?"), "button": _("Call the meeting"),
        "back": reverse("workgroups:group", args=[group]),
    }  # fmt: skip
    return render(request, "workgroups/form.html", context, status=422 if form.errors else 200)


@require_http_methods(FORM)
def edit(request: HttpRequest, meeting: UUID) -> HttpResponse:
    """Move a meeting or call it otherwise; calendars follow."""
    found = queries.one(Meeting, meeting)
    group = kept(found.row.group_id)
    row = found.row
    initial = {
        "title": row.title, "starts_at": local(row.starts_at), "ends_at": local(row.ends_at), "place": row.place,
        "language": row.language, "version": found.record.version,
    }  # fmt: skip
    form = MeetingForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST":
        done, _made = submitted(
            form,
            lambda: actions.change_meeting(
                meeting, **form.values(), expected=form.cleaned_data["version"] or found.record.version, at=now()
            ),
        )
        if done:
            messages.success(request, _("Changed. Calendars follow within an hour or so."))
            return _back(meeting)
    context = {
        "group": group, "form": form, "answer": _("When and where do you meet instead?"), "button": _("Save"),
        "back": reverse("workgroups:meeting", args=[meeting]),
    }  # fmt: skip
    return render(request, "workgroups/form.html", context, status=422 if form.errors else 200)


@require_http_methods(FORM)
def cancel(request: HttpRequest, meeting: UUID) -> HttpResponse:
    """Cancel a meeting, or hold a cancelled one after all."""
    found = queries.one(Meeting, meeting)
    group = kept(found.row.group_id)
    if request.method == "POST":
        if found.row.state == "cancelled":
            actions.restore_meeting(meeting, expected=found.record.version, at=now())
            messages.success(request, _("The meeting is held after all."))
        else:
            actions.cancel_meeting(meeting, expected=found.record.version, at=now())
            messages.success(request, _("Cancelled. Calendars show it so. You can take this back."))
        return _back(meeting)
    return render(request, "workgroups/cancel.html", {"meeting": found.row, "group": group, "span": span(found.row)})


@require_http_methods(FORM)
def agenda(request: HttpRequest, meeting: UUID) -> HttpResponse:
    """Build the agenda: put on what is offered or what one types, order it, take off."""
    at = now()
    found = reading.whole(meeting, at=at)
    row, record = found.meeting.row, found.meeting.record
    group = kept(row.group_id)
    form = ItemForm(
        request.POST if request.method == "POST" else None, seats=queries.seats(group), least=record.tlp,
        initial=reader_language(),
    )  # fmt: skip
    del form.fields["language"]  # a title is in the reader's, without asking
    if request.method == "POST":

        def add() -> Item:
            data = form.cleaned_data
            return actions.add_item(
                meeting, title=data["title"], language=language(), about=data["about"], target=data["target"],
                **form.audience(), at=at,
            )  # fmt: skip

        done, _made = submitted(form, add)
        if done:
            return redirect("workgroups:agenda", meeting)
    number = len(found.items)
    context = {
        "meeting": row, "group": group, "form": form, "span": span(row), "sees": sees(record, found.meeting.audience),
        "items": [_item(one, found, group.circle_id, record.tlp) for one in found.items],
        "dropped": [_item(one, found, group.circle_id, record.tlp) for one in found.dropped],
        "offers": offers.offers_for(group, found, at=at),
        "answer": ngettext("%(n)d item on the agenda", "%(n)d items on the agenda", number) % {"n": number}
        if number
        else _("The agenda is empty"),
    }  # fmt: skip
    return render(request, "workgroups/agenda.html", context, status=422 if form.errors else 200)


@require_POST
def attendance(request: HttpRequest, meeting: UUID) -> HttpResponse:
    """Note whether somebody is there."""
    kept(queries.one(Meeting, meeting).row.group_id)
    form = AttendanceForm(request.POST)
    if not form.is_valid():
        raise Invalid([Problem(name, str(errors[0])) for name, errors in form.errors.items()])
    data = form.cleaned_data
    actions.note_attendance(
        meeting, person=data["person"], state=data["state"], replaced_by=data["replaced_by"], at=now()
    )
    if _wants_json(request):
        return JsonResponse({"saved": _saved()})
    return _back(meeting, "#attendance")


@require_POST
def excuse(request: HttpRequest, meeting: UUID) -> HttpResponse:
    """Say that one cannot come, or that one can after all."""
    what = request.POST.get("do", "")
    if what == "excuse":
        actions.excuse_oneself(meeting, at=now())
        messages.success(request, _("You are excused. You can take this back until the meeting is over."))
    elif what == "come":
        actions.come_after_all(meeting, at=now())
        messages.success(request, _("You are expected again."))
    else:
        sat_in(queries.one(Meeting, meeting).row.group_id)
        raise Invalid([])
    return _back(meeting, "#attendance")


@require_POST
def item(request: HttpRequest, item: UUID) -> HttpResponse:
    """Save the minutes of an item. Somebody else's newer ones are shown beside what was typed; nothing is lost."""
    form = MinutesForm(request.POST)
    before = queries.one(Item, item)
    kept(before.row.meeting.group_id)
    if not form.is_valid():
        raise Invalid([Problem(name, str(errors[0])) for name, errors in form.errors.items()])
    data = form.cleaned_data
    try:
        version = actions.write_minutes(
            item, minutes=data["minutes"], language=data["language"], expected=data["version"] or 0, at=now()
        )
    except Conflict:
        if _wants_json(request) or before.row.meeting.state != "planned":
            raise
        theirs = queries.one(Item, item)
        form = MinutesForm(initial=data | {"version": theirs.record.version})
        context = {
            "form": form, "item": theirs.row, "who": _name(theirs.row.edited_by_id),
            "pieces": difference(theirs.row.minutes, data["minutes"]), "meeting": theirs.row.meeting,
        }  # fmt: skip
        return render(request, "workgroups/conflict.html", context, status=409)
    if _wants_json(request):
        return JsonResponse({"version": version, "saved": _saved()})
    return _back(before.row.meeting_id, f"#item-{item}")


def _saved() -> str:
    return _("Saved %(clock)s") % {"clock": f"{timezone.localtime(now()):%H:%M}"}


def _wants_json(request: HttpRequest) -> bool:
    return request.headers.get("Accept", "").startswith("application/json")


@require_POST
def item_change(request: HttpRequest, item: UUID) -> HttpResponse:
    """Move an item up or down, take it off the agenda or put it back."""
    found = queries.one(Item, item)
    what = request.POST.get("do", "")
    if what in ("up", "down"):
        actions.move_item(item, up=what == "up", at=now())
    elif what in ("drop", "restore"):
        actions.change_item(item, dropped=what == "drop", expected=found.record.version, at=now())
    else:
        kept(found.row.meeting.group_id)
        raise Invalid([])
    return redirect("workgroups:agenda", found.row.meeting_id)


@require_http_methods(FORM)
def correct(request: HttpRequest, item: UUID) -> HttpResponse:
    """Let approved minutes say something else from now on; what was approved stays beside it."""
    found = queries.one(Item, item)
    group = kept(found.row.meeting.group_id)
    if found.row.meeting.state != "approved":
        raise Conflict(_("These minutes are still a draft: write them."))
    last = found.row.corrections.order_by("-number").first()
    initial = {
        "minutes": last.minutes if last else found.row.minutes, "version": found.record.version,
        "number": last.number if last else 0,
    }  # fmt: skip
    form = CorrectionForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST":

        def save() -> None:
            data = form.cleaned_data
            actions.correct_minutes(
                item,
                minutes=data["minutes"],
                reason=data["reason"],
                number=data["number"],
                expected=data["version"],
                at=now(),
            )

        done, _made = submitted(form, save)
        if done:
            return _back(found.row.meeting_id, f"#item-{item}")
    context = {
        "group": group, "form": form, "answer": _("What should the approved minutes say?"), "button": _("Correct"),
        "said": _("What was approved stays as it is; readers see what the correction changes, who made it and why."),
        "back": reverse("workgroups:meeting", args=[found.row.meeting_id]),
    }  # fmt: skip
    return render(request, "workgroups/form.html", context, status=422 if form.errors else 200)


@require_POST
def approve(request: HttpRequest, meeting: UUID) -> HttpResponse:
    """Approve the minutes of an earlier meeting (`of`) at this one."""
    here = queries.one(Meeting, meeting)
    kept(here.row.group_id)
    try:
        earlier = queries.one(Meeting, UUID(request.POST.get("of", "")))
    except ValueError as error:
        raise Invalid([]) from error
    actions.approve_minutes(earlier.id, approved_in=meeting, expected=earlier.record.version, at=now())
    messages.success(request, _("Approved. These minutes stay as they are."))
    return _back(meeting)


@require_safe
def invitation(request: HttpRequest, meeting: UUID) -> HttpResponse:
    """Answer one meeting for a calendar: the group's public label, the time, the address."""
    found = reading.read(Meeting, meeting, at=now())
    entry = of_meeting(found)
    method: Literal["CANCEL", "PUBLISH"] = "CANCEL" if entry.cancelled else "PUBLISH"
    body = calendar([entry], name="Port 2 Port", method=method)
    name = f"meeting-{timezone.localdate(found.row.starts_at):%Y%m%d}.ics"
    return as_download(body, name, f"{TYPE}; charset=utf-8; method={method}")


@require_safe
def pack(request: HttpRequest, meeting: UUID) -> HttpResponse:
    """Answer the pack of a meeting as PDF: numbered, with the reader's name across it, remembered."""
    file = packed(meeting, at=now())
    return as_download(file.body, file.name, "application/pdf")


def _back(meeting: UUID, part: str = "") -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("workgroups:meeting", args=[meeting]) + part)
