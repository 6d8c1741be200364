"""Pages for asking, changing, answering, merging and withdrawing a question. They only translate."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from port2port.base import idempotency
from port2port.base.clock import now
from port2port.base.errors import Conflict, Invalid, NotFound, Refused
from port2port.helpdesk import lesson_queries
from port2port.knowledge.experts.vocabulary import by_code
from port2port.knowledge.questions import actions, queries
from port2port.knowledge.questions.forms import AnswerForm, AskForm, MergeForm, WordsForm
from port2port.knowledge.questions.pages import question_page, suggestions
from port2port.knowledge.questions.queries import QUESTION
from port2port.knowledge.questions.rules import ACTS, ASKED_OF, LONGEST_TITLE, problems_of
from port2port.knowledge.questions.similar import similar
from port2port.knowledge.questions.words import Card
from port2port.members.acting import current_actor
from port2port.members.models import Circle
from port2port.reports.small_forms import WithdrawForm
from port2port.sharing import audiences
from port2port.sharing.addressing import circles_to_address
from port2port.sharing.queries import envelope
from port2port.sharing.rules import REASONS, decide
from port2port.sharing.tlp import Tlp
from port2port.site.reader import language

CREATED = 201
# Which topic of the network a topic of the help desk's lessons is.
TOPIC_OF_LESSON = {
    "access": "access_control", "screening": "screening", "protecting_staff": "approaches",
    "release": "release_process", "cyber": "cyber", "drones_cameras": "ai_cameras", "obligations": "security_plans",
}  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Ask what somebody wants to know, show what is alike and who knows, and send it; sent twice it is sent once."""
    actor, at = current_actor(), now()
    if not actor.may("report") or actor.organisation is None:
        raise Refused(REASONS["no-role"])
    many, _single = circles_to_address()
    data = request.POST if request.method == "POST" else None
    form = AskForm(data, circles=many, initial=_initial(request))
    if data is None or data.get("look"):
        return _ask(request, form)
    asked_of, circles, tlp = form.chosen()
    key = str(data.get("key") or uuid4())[:60]
    try:
        if form.errors:  # a circle that cannot be read must never become the default
            raise Invalid(problems_of(form.draft(asked_of), topics=by_code()))
        before = idempotency.claim(actor.person, key, what="POST knowledge:ask", content=b"", at=at)
        if before is not None:
            return HttpResponseRedirect(reverse("knowledge:question", args=[before.body.decode()]))
        made = actions.ask(
            draft=form.draft(asked_of), to=queries.addressing(asked_of, circles, tlp), at=at, confirmed=form.ticked()
        )
    except Invalid as error:
        idempotency.release(actor.person, key)
        form.put(error.problems)
        return _ask(request, form, status=422)
    body = str(made.record_id).encode()
    idempotency.keep(actor.person, key, status=CREATED, body=body, content_type="text/plain")
    messages.success(request, _("Asked."))
    return HttpResponseRedirect(reverse("knowledge:question", args=[made.record_id]))


def _initial(request: HttpRequest) -> dict[str, Any]:
    """Return how the form begins: with what the address says, or with a lesson of the help desk that one sees."""
    network = Circle.objects.filter(slug=queries.NETWORK, closed_at=None).values_list("id", flat=True)
    topic, asked_of = request.GET.get("topic", ""), request.GET.get("asked_of", "")
    initial: dict[str, Any] = {
        "language": language(),
        "tlp": int(Tlp.GREEN),
        "circles": [str(one) for one in network],
        "topic": topic if topic in by_code() else "",
        "asked_of": asked_of if asked_of in ASKED_OF else "network",
    }
    try:
        lesson = lesson_queries.lesson(UUID(request.GET.get("lesson", "")), at=now()).lesson
    except (ValueError, NotFound):
        return initial
    text = f"{lesson.question}\n\n> {' '.join(lesson.answer.split())}"
    return initial | {
        "title": lesson.title[:LONGEST_TITLE], "text": text, "language": lesson.language,
        "topic": TOPIC_OF_LESSON.get(lesson.topic, "other"),
    }  # fmt: skip


def _ask(request: HttpRequest, form: AskForm, status: int = 200) -> HttpResponse:
    title, topic = str(form["title"].value() or ""), str(form["topic"].value() or "")
    context = {"form": form, "key": request.POST.get("key") or str(uuid4())} | suggestions(title, topic)
    return render(request, "knowledge/questions/ask.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, asked: UUID) -> HttpResponse:
    """Put the words of one's question better."""
    found = queries.question(asked, at=now())
    decision = decide(current_actor(), "change", envelope(found.record), at=now())
    if not decision.allowed:
        raise Refused(decision.reason, kind=QUESTION, record=asked)
    row = found.question
    initial = {"title": row.title, "text": row.text, "topic": row.topic, "language": row.language}
    form = WordsForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST":
        try:
            version = int(str(request.POST.get("version", ""))[:9] or 0)
        except ValueError:
            version = 0
        try:
            draft = form.draft()
            if form.errors:
                raise Invalid([])
            actions.change(asked, draft=draft, at=now(), expected=version, confirmed=form.ticked())
            messages.success(request, _("Changed."))
            return HttpResponseRedirect(reverse("knowledge:question", args=[asked]))
        except Invalid as error:
            form.put(error.problems)
    context = {"form": form, "card": Card(found), "version": request.POST.get("version") or found.record.version}
    return render(request, "knowledge/questions/change.html", context, status=422 if form.errors else 200)


@require_POST
def do(request: HttpRequest, asked: UUID) -> HttpResponse:
    """Answer, or do one thing with a question: the button's name says which."""
    act = request.POST.get("act", "")
    form = AnswerForm(request.POST if act == "answer" else None)
    try:
        if act == "answer":
            form.is_valid()
            text, confirmed = form.cleaned_data.get("text") or "", bool(form.cleaned_data.get("confirmed"))
            actions.answer(asked, text=text, language=language(), at=now(), confirmed=confirmed)
            messages.success(request, _("Answered. Whoever asked is told."))
        else:
            actions.do(asked, act if act in ACTS else "", at=now(), target=_uuid(request.POST.get("target", "")))
            messages.success(request, _("Done."))
    except Invalid as error:
        found = queries.question(asked, at=now(), noted=False)
        if act == "answer":
            form.put(error.problems)
        return question_page(request, found, form, status=422)
    return HttpResponseRedirect(reverse("knowledge:question", args=[asked]))


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None


@require_http_methods(["GET", "HEAD", "POST"])
def merge(request: HttpRequest, asked: UUID) -> HttpResponse:
    """Ask into which question, of those that are alike, one's question is merged."""
    found = queries.question(asked, at=now())
    if not found.asker:
        raise Refused(_("Who asked does this."), kind=QUESTION, record=asked)
    if found.question.state not in ("open", "answered"):
        raise Conflict(_("The question is not in a state for this any more."))
    hits = similar(found.question.title, at=now(), kinds=(QUESTION,), without=asked)
    form = MergeForm(request.POST if request.method == "POST" else None, alike=hits)
    if request.method == "POST":
        try:
            target = _uuid(form.cleaned_data.get("into", "")) if form.is_valid() else None
            actions.do(asked, "merge", at=now(), target=target)
            messages.success(request, _("Merged. You can undo it on this page."))
            return HttpResponseRedirect(reverse("knowledge:question", args=[asked]))
        except Invalid as error:
            form.put(error.problems)
    context = {"form": form, "card": Card(found), "hits": hits}
    return render(request, "knowledge/questions/merge.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, asked: UUID) -> HttpResponse:
    """Take a question back, confirmed by naming it."""
    found = queries.question(asked, at=now())
    decision = decide(current_actor(), "withdraw", envelope(found.record), at=now())
    if not decision.allowed:
        raise Refused(decision.reason, kind=QUESTION, record=asked)
    if found.record.withdrawn_at is not None:
        raise Conflict(_("This was withdrawn."))
    form = WithdrawForm(request.POST if request.method == "POST" else None, reference=found.reference)
    if request.method == "POST" and form.is_valid():
        actions.withdraw(asked, reason=form.cleaned_data["reason"], at=now())
        messages.success(request, _("Withdrawn. It has gone from the screens of those who had it."))
        return HttpResponseRedirect(reverse("knowledge:questions"))
    people = audiences.preview(found.record.audience, Tlp(found.record.tlp))
    context = {"form": form, "card": Card(found), "people": people, "reference": found.reference}
    return render(request, "knowledge/questions/withdraw.html", context, status=422 if form.errors else 200)
