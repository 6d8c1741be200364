"""Pages for what comes of meetings: papers, decisions, actions, links. They only translate."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from port2port.base.clock import now
from port2port.base.errors import Conflict, Invalid, Problem, Refused
from port2port.reports.small_forms import WithdrawForm
from port2port.sharing.models import Record
from port2port.sharing.pages import UUID_TEXT
from port2port.site.reader import language
from port2port.workgroups import links, queries, reading, work_actions
from port2port.workgroups.forms import ActionForm, DecisionForm, EndForm, LinkForm, TextForm, VotesForm
from port2port.workgroups.models import Action, Decision, Item, Paper
from port2port.workgroups.pages import may_withdraw, reader_language
from port2port.workgroups.submitting import submitted
from port2port.workgroups.words import sees, votes_of
from port2port.workgroups.writing import ONLY_KEEPERS, kept, sat_in

FORM = ["GET", "HEAD", "POST"]
FORM_ERROR = 422


@require_http_methods(FORM)
def hand_in(request: HttpRequest, group: UUID) -> HttpResponse:
    """Hand a paper in, for a meeting or for the group."""
    found = sat_in(group)
    initial = reader_language() | {"meeting": request.GET.get("meeting", "")}
    form = TextForm(request.POST if request.method == "POST" else None, seats=queries.seats(found), initial=initial)
    if request.method == "POST":

        def save() -> Paper:
            data = form.cleaned_data
            return work_actions.hand_in(
                group, title=data["title"], text=data["text"], language=data["language"], meeting=data["meeting"],
                **form.audience(), at=now(),
            )  # fmt: skip

        done, made = submitted(form, save)
        if done and made is not None:
            return redirect("workgroups:paper", made.record_id)
    context = {"group": found, "form": form, "answer": _("What should the group read?"), "button": _("Hand in")}
    return _text(request, context, form)


@require_http_methods(FORM)
def propose(request: HttpRequest, group: UUID) -> HttpResponse:
    """Propose that the group decides something."""
    found = sat_in(group)
    form = TextForm(
        request.POST if request.method == "POST" else None, seats=queries.seats(found), initial=reader_language()
    )
    if request.method == "POST":

        def save() -> Decision:
            data = form.cleaned_data
            return work_actions.propose(
                group, title=data["title"], text=data["text"], language=data["language"], **form.audience(), at=now()
            )

        done, made = submitted(form, save)
        if done and made is not None:
            return redirect("workgroups:decision", made.record_id)
    context = {"group": found, "form": form, "answer": _("What should the group decide?"), "button": _("Propose")}
    return _text(request, context, form)


def _text(request: HttpRequest, context: dict[str, Any], form: TextForm) -> HttpResponse:
    back = reverse("workgroups:group", args=[context["group"].id])
    return render(
        request, "workgroups/text_form.html", context | {"back": back}, status=FORM_ERROR if form.errors else 200
    )


@require_http_methods(FORM)
def withdraw_paper(request: HttpRequest, paper: UUID) -> HttpResponse:
    """Take a paper back, confirmed by naming it."""
    found = queries.one(Paper, paper)
    if not may_withdraw(found):
        raise Refused(_("Its author, or who looks after its organisation's records, takes it back."))
    form = WithdrawForm(request.POST if request.method == "POST" else None, reference=found.row.title)
    if request.method == "POST" and form.is_valid():
        work_actions.withdraw_paper(paper, reason=form.cleaned_data["reason"], at=now())
        messages.success(request, _("Withdrawn. Those who had it are told."))
        return redirect("workgroups:group", found.row.group_id)
    context = {"paper": found.row, "form": form, "sees": sees(found.record, found.audience)}
    return render(request, "workgroups/withdraw.html", context, status=FORM_ERROR if form.errors else 200)


@require_POST
def item_decision(request: HttpRequest, item: UUID) -> HttpResponse:
    """Write down a decision under an item of a meeting, with how each organisation stood."""
    found = queries.one(Item, item)
    group = kept(found.row.meeting.group_id)
    organisations = {seat.organisation: seat.organisation_name for seat in queries.seats(group)}
    words = votes_of(queries.decision_rule(group.id))
    form = DecisionForm(request.POST, organisations=organisations, words=words)

    def save() -> None:
        data = form.cleaned_data
        work_actions.write_down(
            item, title=data["title"], text=data["text"], language=language(), votes=form.votes(), at=now()
        )

    done, _made = submitted(form, save)
    if not done:
        context = {
            "group": group, "form": form, "answer": _("What is decided?"), "button": _("Write it down"),
            "back": reverse("workgroups:meeting", args=[found.row.meeting_id]),
        }  # fmt: skip
        return render(request, "workgroups/form.html", context, status=FORM_ERROR)
    return _back(found.row)


@require_POST
def item_action(request: HttpRequest, item: UUID) -> HttpResponse:
    """Give somebody something to do, under an item of a meeting."""
    found = queries.one(Item, item)
    group = kept(found.row.meeting.group_id)
    form = ActionForm(request.POST, seats=queries.seats(group))

    def save() -> None:
        data = form.cleaned_data
        work_actions.assign(
            group.id,
            text=data["text"],
            owner=UUID(data["owner"]),
            due=data["due"],
            language=language(),
            item=item,
            at=now(),
        )

    done, _made = submitted(form, save)
    if not done:
        context = {
            "group": group, "form": form, "answer": _("Who does what by when?"), "button": _("Give the action"),
            "back": reverse("workgroups:meeting", args=[found.row.meeting_id]),
        }  # fmt: skip
        return render(request, "workgroups/form.html", context, status=FORM_ERROR)
    return _back(found.row)


def _back(item: Item) -> HttpResponseRedirect:
    return HttpResponseRedirect(f"{reverse('workgroups:meeting', args=[item.meeting_id])}#item-{item.record_id}")


@require_http_methods(FORM)
def assign(request: HttpRequest, group: UUID) -> HttpResponse:
    """Give somebody of the group something to do, outside a meeting."""
    found = kept(group)
    form = ActionForm(request.POST if request.method == "POST" else None, seats=queries.seats(found))
    if request.method == "POST":

        def save() -> Action:
            data = form.cleaned_data
            return work_actions.assign(
                group, text=data["text"], owner=UUID(data["owner"]), due=data["due"], language=language(), at=now()
            )

        done, made = submitted(form, save)
        if done and made is not None:
            return redirect("workgroups:action", made.record_id)
    context = {
        "group": found, "form": form, "answer": _("Who does what by when?"), "button": _("Give the action"),
        "back": reverse("workgroups:group", args=[group]),
    }  # fmt: skip
    return render(request, "workgroups/form.html", context, status=FORM_ERROR if form.errors else 200)


@require_http_methods(FORM)
def decide(request: HttpRequest, decision: UUID) -> HttpResponse:
    """Note how the organisations stood; what that comes to follows from the group's rule."""
    found = queries.one(Decision, decision)
    group = kept(found.row.group_id)
    row = found.row
    organisations = {seat.organisation: seat.organisation_name for seat in queries.seats(group)}
    words = votes_of(queries.decision_rule(group.id))
    there = reading.present_at(row.item_id or request.GET.get("item", "")) if row.state == "proposed" else set()
    initial: dict[str, Any] = {
        f"vote_{key}": row.votes.get(str(key), "for" if key in there else "") for key in organisations
    }
    initial |= {"version": found.record.version, "item": request.GET.get("item", "")}
    form = VotesForm(
        request.POST if request.method == "POST" else None, organisations=organisations, words=words, initial=initial,
        items=_items(group.id) if row.item_id is None else (),
    )  # fmt: skip
    if request.method == "POST":

        def save() -> None:
            item = form.cleaned_data.get("item")
            expected = form.cleaned_data["version"] or found.record.version
            where = UUID(item) if item else None
            work_actions.decide(decision, votes=form.votes(), item=where, expected=expected, at=now())

        done, _made = submitted(form, save)
        if done:
            return redirect("workgroups:decision", decision)
    context = {
        "group": group, "form": form, "answer": _("How did each organisation stand?"), "button": _("Note it"),
        "said": row.title, "back": reverse("workgroups:decision", args=[decision]),
    }  # fmt: skip
    return render(request, "workgroups/form.html", context, status=FORM_ERROR if form.errors else 200)


def _items(group: UUID) -> list[tuple[str, str]]:
    """Return the items under which something can still be decided, the latest meeting's first."""
    rows = Item.objects.filter(meeting__group=group, meeting__state="planned", dropped_at=None).select_related(
        "meeting"
    )
    ordered = rows.order_by("-meeting__starts_at", "position")[: reading.MOST]
    return [(str(row.record_id), f"{row.meeting.title}: {row.title}") for row in ordered]


@require_http_methods(FORM)
def reword(request: HttpRequest, decision: UUID) -> HttpResponse:
    """Write a proposal otherwise."""
    found = queries.one(Decision, decision)
    group = sat_in(found.row.group_id)
    if not queries.writes(decision):
        raise Refused(ONLY_KEEPERS, kind="decision", record=decision)
    if found.row.state != "proposed":
        raise Conflict(_("This was decided: it stays as it is."))
    row = found.row
    initial = {"title": row.title, "text": row.text, "language": row.language, "version": found.record.version}
    form = TextForm(request.POST if request.method == "POST" else None, seats=[], initial=initial)
    for name in ("persons", "tlp", "language"):
        del form.fields[name]
    if request.method == "POST":

        def save() -> None:
            data = form.cleaned_data
            expected = data["version"] or found.record.version
            work_actions.reword(decision, title=data["title"], text=data["text"], expected=expected, at=now())

        done, _made = submitted(form, save)
        if done:
            return redirect("workgroups:decision", decision)
    context = {
        "group": group, "form": form, "answer": _("What should the group decide?"), "button": _("Save"),
        "back": reverse("workgroups:decision", args=[decision]),
    }  # fmt: skip
    return render(request, "workgroups/form.html", context, status=FORM_ERROR if form.errors else 200)


@require_POST
def change_action(request: HttpRequest, action: UUID) -> HttpResponse:
    """Give an action other words, another owner or day."""
    found = queries.one(Action, action)
    group = kept(found.row.group_id)
    form = ActionForm(request.POST, seats=queries.seats(group))

    def save() -> None:
        data = form.cleaned_data
        work_actions.change_action(
            action, text=data["text"], owner=UUID(data["owner"]), due=data["due"],
            expected=data["version"] or found.record.version, at=now(),
        )  # fmt: skip

    return _action_form(request, action, form, save)


@require_POST
def end_action(request: HttpRequest, action: UUID) -> HttpResponse:
    """Say what came of an action."""
    found = queries.one(Action, action)
    form = EndForm(request.POST)

    def save() -> None:
        data = form.cleaned_data
        work_actions.end_action(
            action, state=data["state"], outcome=data["outcome"], expected=data["version"], at=now()
        )  # fmt: skip

    if not queries.writes(found.id):
        raise Refused(_("Its owner, the chair and the secretaries say what came of it."), kind="action", record=action)
    return _action_form(request, action, form, save)


def _action_form(request: HttpRequest, action: UUID, form: ActionForm | EndForm, save: Any) -> HttpResponse:
    done, _made = submitted(form, save)
    back = reverse("workgroups:action", args=[action])
    if done:
        return HttpResponseRedirect(back)
    context = {"form": form, "answer": _("Some of this must be put right"), "button": _("Save"), "back": back}
    return render(request, "workgroups/form.html", context, status=FORM_ERROR)


@require_POST
def reopen_action(request: HttpRequest, action: UUID) -> HttpResponse:
    """Take an action up again."""
    found = queries.one(Action, action)
    if not queries.writes(action):
        raise Refused(_("Its owner, the chair and the secretaries take it up again."), kind="action", record=action)
    work_actions.reopen_action(action, expected=found.record.version, at=now())
    return redirect("workgroups:action", action)


@require_POST
def link(request: HttpRequest, result: UUID) -> HttpResponse:
    """Link a decision or an action to a record, by its address or number."""
    form = LinkForm(request.POST)
    form.is_valid()
    numbers = UUID_TEXT.findall(form.cleaned_data.get("target", ""))
    back = _of(result)
    seen = Record.objects.filter(id=numbers[-1], kind__in=links.kinds()).first() if numbers else None
    if seen is None:
        raise Invalid([Problem("target", _("There is no such record that you see."))])
    work_actions.link(result, kind=seen.kind, target=seen.id, at=now())
    return HttpResponseRedirect(back)


@require_POST
def unlink(request: HttpRequest, result: UUID, link: UUID) -> HttpResponse:
    """Take a link off."""
    back = _of(result)
    work_actions.unlink(result, link=link, at=now())
    return HttpResponseRedirect(back)


def _of(result: UUID) -> str:
    """Return the address of a decision or an action. Raises NotFound; Refused for who may not write it."""
    is_action = Action.objects.filter(record_id=result).exists()
    if is_action:
        queries.one(Action, result)
    else:
        queries.one(Decision, result)
    if not queries.writes(result):
        raise Refused(ONLY_KEEPERS, kind="decision", record=result)
    return reverse("workgroups:action" if is_action else "workgroups:decision", args=[result])
