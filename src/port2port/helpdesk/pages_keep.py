"""Pages for sending a case on and for what was learned from it. They only translate."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from port2port.base.clock import now
from port2port.base.errors import Conflict, Invalid, NotFound, Refused
from port2port.helpdesk import actions, lesson_queries, queries
from port2port.helpdesk.actions import LessonDraft
from port2port.helpdesk.forms import EscalateForm, LessonForm
from port2port.helpdesk.words import Card, LessonCard, topic_word
from port2port.members.acting import current_actor
from port2port.members.models import Circle
from port2port.reports.small_forms import WithdrawForm
from port2port.reports.words import withdrawal_words
from port2port.sharing import audiences
from port2port.sharing import queries as sharing
from port2port.sharing.addressing import circles_to_address
from port2port.sharing.beside import beside
from port2port.sharing.queries import envelope
from port2port.sharing.references import reference
from port2port.sharing.rules import REASONS, decide
from port2port.sharing.tlp import Tlp
from port2port.site.reader import language

EVERYONE, MEMBERS = "everyone", "all-members"


@require_http_methods(["GET", "HEAD", "POST"])
def escalate(request: HttpRequest, case: UUID) -> HttpResponse:
    """Ask to whom a case is sent on, what they should do, and who looks after it from then on."""
    found = queries.case(case, at=now())
    decision = decide(current_actor(), "share", envelope(found.record), at=now())
    if not decision.allowed:
        raise Refused(decision.reason, kind=queries.CASE, record=case)
    if found.case.closed_at is not None:
        raise Conflict(_("This case is closed."))
    form = EscalateForm(request.POST if request.method == "POST" else None, circles=queries.targets())
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            actions.escalate(
                case, circle=UUID(data["circle"]), reason=data["reason"], hand_over=bool(data["hand_over"]), at=now()
            )
            messages.success(request, _("Sent on. Whoever asked sees to whom."))
            return HttpResponseRedirect(reverse("helpdesk:case", args=[case]))
        except Invalid as error:
            form.put(error.problems)
    context = {"form": form, "card": Card(found)}
    return render(request, "helpdesk/escalate.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def make_lesson(request: HttpRequest, case: UUID) -> HttpResponse:
    """Ask what was learned, until nothing in it tells whose case it was, and who may read it."""
    found = queries.case(case, at=now())
    if found.side != "desk" or not current_actor().may("steward"):
        raise Refused(REASONS["not-owner"], kind=queries.CASE, record=case)
    if found.case.lesson is not None:
        raise Conflict(_("A lesson was made of this case already."))
    many, _single = circles_to_address()
    known = {
        circle.slug: str(circle.id) for circle in Circle.objects.filter(slug__in=(EVERYONE, MEMBERS), closed_at=None)
    }
    initial = {"language": language(), "tlp": int(Tlp.GREEN), "circles": [known[MEMBERS]] if MEMBERS in known else []}
    # Contacts of companies are in no circle but their own: what they should read goes to everyone, TLP:CLEAR.
    choices = [*many, (known[EVERYONE], _("Everyone, contacts of companies too (TLP:CLEAR)"))]
    form = LessonForm(request.POST if request.method == "POST" else None, circles=choices, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        draft = LessonDraft(data["title"], data["question"], data["answer"], data["language"])
        try:
            made = actions.share_lesson(
                case, draft=draft, to=form.addressing(UUID(one) for one in data["circles"]), at=now()
            )
            messages.success(request, _("Shared. The lesson does not say where it comes from."))
            return HttpResponseRedirect(reverse("helpdesk:lesson", args=[made.record_id]))
        except Invalid as error:
            form.put(error.problems)
    context = {
        "form": form,
        "card": Card(found),
        "said": [m for m in queries.messages(case) if not m.internal and m.text],
    }
    return render(request, "helpdesk/make_lesson.html", context, status=422 if form.errors else 200)


@require_safe
def lessons(request: HttpRequest) -> HttpResponse:
    """Show what desks have learned, newest first, or what holds the words of the address."""
    q = request.GET.get("q", "")[:200]
    found = lesson_queries.lessons(at=now(), q=q, cursor=request.GET.get("cursor", ""))
    count = {"n": found.count}
    heading = ngettext("%(n)d lesson from the help desks", "%(n)d lessons from the help desks", found.count) % count
    address = reverse("helpdesk:lessons")
    context = {
        "answer": heading if found.count else _("No lesson found") if q else _("No lesson yet"),
        "q": q,
        "rows": [LessonCard(one) for one in found.rows],
        "pages": {
            "newer": f"{address}?cursor={found.slice.previous}" if found.slice.previous and not q else "",
            "older": f"{address}?cursor={found.slice.next}" if found.slice.next and not q else "",
        },
    }
    return render(request, "helpdesk/lessons.html", context)


@require_safe
def lesson(request: HttpRequest, lesson: UUID) -> HttpResponse:
    """Show one lesson; 410 when it was withdrawn."""
    try:
        found = lesson_queries.lesson(lesson, at=now())
    except NotFound:
        stone = sharing.tombstone(lesson)
        if stone is None:
            raise
        return render(
            request, "helpdesk/gone.html", {"at": stone.at, "reason": withdrawal_words(stone.reason)}, status=410
        )
    one = LessonCard(found)
    context = {
        "card": one,
        "lesson": found.lesson,
        "topic": topic_word(found.lesson.topic),
        "sees": one.sees | {"why_url": reverse("sharing:why", args=[lesson])},
        "beside": beside(queries.LESSON, lesson, at=now()),
        "may_withdraw": found.record.withdrawn_at is None
        and decide(current_actor(), "withdraw", envelope(found.record), at=now()).allowed,
    }
    return render(request, "helpdesk/lesson.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw_lesson(request: HttpRequest, lesson: UUID) -> HttpResponse:
    """Take a lesson back, confirmed by naming it."""
    found = lesson_queries.lesson(lesson, at=now())
    decision = decide(current_actor(), "withdraw", envelope(found.record), at=now())
    if not decision.allowed:
        raise Refused(decision.reason, kind=queries.LESSON, record=lesson)
    if found.record.withdrawn_at is not None:
        raise Conflict(_("This was withdrawn."))
    form = WithdrawForm(request.POST if request.method == "POST" else None, reference=reference(found.record))
    if request.method == "POST" and form.is_valid():
        actions.withdraw_lesson(lesson, reason=form.cleaned_data["reason"], at=now())
        messages.success(request, _("Withdrawn. It has gone from the screens of those who had it."))
        return HttpResponseRedirect(reverse("helpdesk:lesson", args=[lesson]))
    people = audiences.preview(found.record.audience, Tlp(found.record.tlp))
    context = {"form": form, "card": LessonCard(found), "people": people, "reference": reference(found.record)}
    return render(request, "helpdesk/withdraw_lesson.html", context, status=422 if request.method == "POST" else 200)
