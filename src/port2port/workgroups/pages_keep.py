"""Pages for keeping a group: found it, change it, its rule, its people, close it. They only translate."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from port2port.base.clock import now
from port2port.base.errors import Refused
from port2port.members.queries import directory
from port2port.sharing.tlp import Tlp
from port2port.workgroups import actions, queries
from port2port.workgroups.forms import GroupForm, NewGroupForm, RuleForm, SeatForm
from port2port.workgroups.models import Group
from port2port.workgroups.pages import home_of, reader_language
from port2port.workgroups.rules import written
from port2port.workgroups.submitting import submitted
from port2port.workgroups.words import OFFICES, rule_words
from port2port.workgroups.writing import kept

FORM = ["GET", "HEAD", "POST"]


@require_http_methods(FORM)
def new(request: HttpRequest) -> HttpResponse:
    """Found a group; whoever does it takes the chair."""
    if not queries.may_found():
        raise Refused(_("None of your roles in this organisation may found a working group."))
    form = NewGroupForm(request.POST if request.method == "POST" else None, initial=reader_language())
    if request.method == "POST":
        done, made = submitted(form, lambda: actions.found_group(**form.values(), rule=form.rule(), at=now()))
        if done and made is not None:
            messages.success(request, _("Founded. You are in the chair: now say who sits in it."))
            return redirect("workgroups:people", made.id)
    return render(request, "workgroups/new.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(FORM)
def edit(request: HttpRequest, group: UUID) -> HttpResponse:
    """Change what a group is called and for."""
    found = kept(group)
    initial = {name: getattr(found, name) for name in ("name", "label", "remit", "language", "version")}
    initial["tlp"] = Tlp(found.tlp).name
    form = GroupForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST":
        done, _made = submitted(
            form,
            lambda: actions.change_group(
                group, **form.values(), expected=form.cleaned_data["version"] or found.version, at=now()
            ),
        )
        if done:
            return redirect(home_of(group))
    return _form(request, found, form, _("Change the group"), _("Save"))


@require_http_methods(FORM)
def rule(request: HttpRequest, group: UUID) -> HttpResponse:
    """Let a group decide by another rule from now on."""
    found = kept(group)
    now_held = queries.decision_rule(group)
    initial = {"kind": now_held.kind, "quorum": written(now_held.quorum)}
    if now_held.fraction is not None:
        initial["fraction"] = written(now_held.fraction)
    form = RuleForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST":
        done, _made = submitted(
            form,
            lambda: actions.set_rule(group, rule=form.rule(), reason=form.cleaned_data["reason"], at=now()),
        )
        if done:
            messages.success(request, _("The rule holds from now on. What was decided keeps the rule it names."))
            return redirect(home_of(group))
    return _form(request, found, form, _("Decide by another rule"), _("Set the rule"), said=rule_words(now_held))


@require_http_methods(FORM)
def people(request: HttpRequest, group: UUID) -> HttpResponse:
    """Say who sits in a group, and as what."""
    found = kept(group)
    seats = queries.seats(found)
    known = directory()
    names = queries.organisation_names(set(known))
    seated = {seat.person for seat in seats}
    listed = sorted(
        (person.name.casefold(), f"{person.id}:{organisation}", f"{person.name}, {names.get(organisation, '')}")
        for organisation, persons in known.items()
        for person in persons
    )
    choices = [
        (_("Not in it yet"), [(key, word) for _n, key, word in listed if UUID(key[:36]) not in seated]),
        (_("In it: another office"), [(key, word) for _n, key, word in listed if UUID(key[:36]) in seated]),
    ]
    form = SeatForm(request.POST if request.method == "POST" else None, people=[c for c in choices if c[1]])
    if request.method == "POST":

        def seat() -> None:
            person, organisation, office = form.seat()
            actions.seat_person(group, person=person, organisation=organisation, office=office, at=now())

        done, _made = submitted(form, seat)
        if done:
            return redirect("workgroups:people", group)
    context = {"group": found, "form": form, "seats": [(seat, OFFICES[seat.office]) for seat in seats]}
    return render(request, "workgroups/people.html", context, status=422 if form.errors else 200)


@require_POST
def unseat(request: HttpRequest, group: UUID, person: UUID) -> HttpResponse:
    """Let somebody leave a group, oneself too."""
    found = queries.group(group)
    keeps = queries.keeps(found)
    actions.unseat_person(group, person=person, at=now())
    return redirect("workgroups:people", group) if keeps else redirect("workgroups:list")


@require_http_methods(FORM)
def close(request: HttpRequest, group: UUID) -> HttpResponse:
    """End a group, confirmed by naming it."""
    found = kept(group)
    problem = ""
    if request.method == "POST":
        if request.POST.get("confirm", "").strip().casefold() == found.name.casefold():
            actions.close_group(group, at=now())
            return redirect(home_of(group))
        problem = _("This is not %(name)s.") % {"name": found.name}
    context = {"group": found, "problem": problem, "back": home_of(group)}
    return render(request, "workgroups/close.html", context, status=422 if problem else 200)


def _form(
    request: HttpRequest, found: Group, form: GroupForm | RuleForm, answer: str, button: str, said: str = ""
) -> HttpResponse:
    context = {
        "group": found,
        "form": form,
        "answer": answer,
        "button": button,
        "said": said,
        "back": home_of(found.id),
    }
    return render(request, "workgroups/form.html", context, status=422 if form.errors else 200)
