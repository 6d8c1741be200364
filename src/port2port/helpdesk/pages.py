"""Pages for members: the desk, all cases, one case, a new one. They only translate."""

from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from port2port.base import idempotency
from port2port.base.clock import now
from port2port.base.errors import Invalid, NotFound, Refused
from port2port.helpdesk import actions, lesson_queries, queries
from port2port.helpdesk.forms import FilterForm, QuestionForm, SayForm
from port2port.helpdesk.queries import Shown
from port2port.helpdesk.rules import ACTS, acts_of
from port2port.helpdesk.vocabulary import portwatch
from port2port.helpdesk.words import (
    Card,
    LessonCard,
    answer_of,
    company_answer,
    line_of,
    pace_facts,
)
from port2port.members.acting import current_actor
from port2port.members.data_files import label
from port2port.members.models import Person
from port2port.sharing import audiences
from port2port.sharing import queries as sharing
from port2port.sharing.addressing import reporter
from port2port.sharing.queries import COUNT_LIMIT
from port2port.sharing.rules import REASONS
from port2port.sharing.tlp import Tlp
from port2port.site.reader import language

CREATED = 201


@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """Show a desk what waits for it and how fast it is; show a company its own cases."""
    at, actor = now(), current_actor()
    shown = queries.open_cases(at=at)
    ours = [Card(one) for one in shown if one.side == "desk"]
    asked = [Card(one) for one in shown if one.side == "sender"]
    let_in = [Card(one) for one in shown if one.side == "other"]
    works = queries.works_at_desk()
    own = queries.own_desk()
    if works:
        late = sum(one.late for one in ours)
        new_ = sum(one.shown.case.state in ("new", "escalated") and not one.shown.case.holder_id for one in ours)
        heading = answer_of(late, new_, len(ours))
    else:
        heading = company_answer(sum(one.shown.case.state == "waiting" for one in asked), len(asked))
    return render(
        request,
        "helpdesk/desk.html",
        {
            "answer": heading,
            "works": works,
            "desk": own,
            "desk_name": label(own.names, language()) if own is not None else "",
            "ours": ours,
            "names": _names({one.shown.case.holder_id for one in ours}),
            "asked": asked,
            "let_in": let_in,
            "pace": pace_facts(queries.pace(at=at), own) if works else None,
            "may_ask": actor.may("report") and actor.organisation is not None,
            "columns": _columns(),
        },
    )


def _columns() -> list[dict[str, str]]:
    return [{"word": word} for word in (_("What"), _("Who asks"), _("State"), _("Due"), _("In whose hands"))]


def _names(persons: set[UUID | None]) -> dict[UUID, str]:
    """Return the names of those of these persons whom the actor may know."""
    wanted = [one for one in persons if one is not None]
    return dict(Person.objects.filter(id__in=wanted).values_list("id", "name")) if wanted else {}


@require_safe
def cases(request: HttpRequest) -> HttpResponse:
    """Show every case one sees, newest first, narrowed by the address."""
    form = FilterForm(request.GET)
    found = queries.page(form.filters(), at=now(), cursor=request.GET.get("cursor", ""))
    query = {name: str(value) for name, value in request.GET.items() if value and name != "cursor"}
    count = "1,000+" if found.count > COUNT_LIMIT else str(found.count)
    rows = [Card(one) for one in found.rows]
    return render(
        request,
        "helpdesk/cases.html",
        {
            "form": form,
            "answer": ngettext("%(n)s case", "%(n)s cases", found.count) % {"n": count},
            "rows": rows,
            "names": _names({one.shown.case.holder_id for one in rows}),
            "columns": _columns(),
            "narrowed": bool(query),
            "pages": {
                "newer": _address(query, found.slice.previous) if found.slice.previous else "",
                "older": _address(query, found.slice.next) if found.slice.next else "",
            },
        },
    )


def _address(query: dict[str, str], cursor: str) -> str:
    return f"{reverse('helpdesk:cases')}?{urlencode(query | {'cursor': cursor})}"


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Ask what it is about, and bring it to a desk; a tip about a crime is shown where it goes instead."""
    at, actor = now(), current_actor()
    if not actor.may("report") or actor.organisation is None:
        raise Refused(REASONS["no-role"])
    data = request.POST if request.method == "POST" else None
    ports = queries.ports()
    form = QuestionForm(data, ports=ports, initial={"port": reporter().port})
    if data is None:
        return _new(request, form)
    if form.tip:
        return render(request, "helpdesk/tip.html", {"portwatch": portwatch(), "name": portwatch().label(language())})
    key = str(data.get("key") or uuid4())[:60]
    try:
        before = idempotency.claim(actor.person, key, what="POST helpdesk:new", content=b"", at=at)
        if before is not None:
            return HttpResponseRedirect(reverse("helpdesk:case", args=[before.body.decode()]))
        made = actions.open_case(
            draft=form.draft(), at=at, confirmed=form.ticked("confirmed"), not_a_tip=form.ticked("not_a_tip")
        )
    except Invalid as error:
        idempotency.release(actor.person, key)
        form.put(error.problems)
        return _new(request, form, status=422)
    idempotency.keep(actor.person, key, status=CREATED, body=str(made.record_id).encode(), content_type="text/plain")
    messages.success(request, _("Sent. The desk has it."))
    return HttpResponseRedirect(reverse("helpdesk:case", args=[made.record_id]))


def _new(request: HttpRequest, form: QuestionForm, status: int = 200) -> HttpResponse:
    ports = queries.ports()
    context = {
        "form": form,
        "key": request.POST.get("key") or str(uuid4()),
        "portwatch": portwatch(),
        "desks": [
            (label(one.names, language()), [label(p.names, language()) for p in ports.values() if p.id in one.ports])
            for one in queries.desks()
        ],
    }
    return render(request, "helpdesk/new.html", context, status=status)


@require_safe
def case(request: HttpRequest, case: UUID) -> HttpResponse:
    """Show one case: what was said, who has it in hand, until when; 410 when it has gone."""
    try:
        found = queries.case(case, at=now())
    except NotFound:
        stone = sharing.tombstone(case)
        if stone is None:
            raise
        return render(request, "helpdesk/gone.html", {"at": stone.at}, status=410)
    return case_page(request, found, SayForm())


def case_page(request: HttpRequest, found: Shown, form: SayForm, act: str = "", status: int = 200) -> HttpResponse:
    """Return the page of a case with a form that may have come back."""
    record, actor = found.record, current_actor()
    said = queries.messages(record.id)
    names = _names({found.case.holder_id, *(m.person_id for m in said)})
    acts = acts_of(found.side, found.case.state)
    if not actor.may("report") or (found.side == "desk" and not actor.may("steward")) or record.withdrawn_at:
        acts = ()
    keys = [key for key in record.audience if key != actor.person]
    note = f"{audiences.preview(keys, Tlp(record.tlp)).words}."
    lesson = None
    if found.case.lesson is not None:
        try:
            lesson = LessonCard(lesson_queries.lesson(found.case.lesson, at=found.at))
        except NotFound:
            lesson = None
    one = Card(found)
    return render(
        request,
        "helpdesk/case.html",
        {
            "card": one,
            "shown": found,
            "record": record,
            "sees": one.sees | {"note": note, "why_url": reverse("sharing:why", args=[record.id])},
            "lines": [line_of(message, found, names) for message in said],
            "acts": acts,
            "saying": [act_ for act_ in ("answer", "ask", "write", "note") if act_ in acts],
            "may_send_on": "escalate" in acts and actor.may("share"),
            "may_learn": found.side == "desk" and actor.may("steward") and not found.case.lesson
            and found.case.state in ("answered", "closed"),
            "lesson": lesson,
            "form": form,
            "tried": act,
            "facts": [
                (_("About"), one.topic),
                (_("Port"), label(record.port.names, language()) if record.port else ""),
                (_("Asked by"), one.company),
                (_("Looked after by"), one.owner),
                (_("In whose hands"), names.get(found.case.holder_id, "") if found.case.holder_id else ""),
                (_("Reference"), found.reference),
            ],
        },
        status=status,
    )  # fmt: skip


@require_POST
def do(request: HttpRequest, case: UUID) -> HttpResponse:
    """Say or do one thing in a case: the button's name says which."""
    act = request.POST.get("act", "")
    form = SayForm(request.POST)
    form.is_valid()
    text, confirmed = form.cleaned_data.get("text") or "", bool(form.cleaned_data.get("confirmed"))
    try:
        if act not in ACTS:
            queries.case(case, at=now(), noted=False)
            raise Invalid([])
        actions.do(case, act, text=text, confirmed=confirmed, at=now())
    except Invalid as error:
        form.put(error.problems)
        return case_page(request, queries.case(case, at=now(), noted=False), form, act, status=422)
    messages.success(request, _("Done."))
    return HttpResponseRedirect(reverse("helpdesk:case", args=[case]))
