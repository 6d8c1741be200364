"""Pages for reading questions: the list, one with its answers, what is alike. They only translate."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from port2port.base.clock import now
from port2port.base.errors import NotFound
from port2port.knowledge.experts.queries import who_knows
from port2port.knowledge.experts.vocabulary import by_code
from port2port.knowledge.experts.words import ExpertCard
from port2port.knowledge.questions import queries
from port2port.knowledge.questions.forms import AnswerForm, FilterForm
from port2port.knowledge.questions.models import QuestionEvent
from port2port.knowledge.questions.queries import Shown
from port2port.knowledge.questions.rules import acts_of
from port2port.knowledge.questions.similar import similar
from port2port.knowledge.questions.words import ASKED_OF_WORDS, Card, answers_of, line
from port2port.knowledge.sections import sections
from port2port.members.acting import current_actor
from port2port.members.models import Person
from port2port.reports.words import withdrawal_words
from port2port.sharing import audiences
from port2port.sharing import queries as sharing
from port2port.sharing.queries import COUNT_LIMIT, envelope
from port2port.sharing.rules import decide
from port2port.sharing.tlp import Tlp

SHORTEST = 8  # characters of a question from which looking for others makes sense


@dataclass(frozen=True)
class Chip:
    """What the list can be narrowed to by one press."""

    word: str
    href: str
    current: bool
    count: int | None = None


@require_safe
def questions(request: HttpRequest) -> HttpResponse:
    """Show the questions one sees, newest first, narrowed by the address; those without an answer by one press."""
    only = request.GET.get("only", "")
    form = FilterForm(request.GET)
    found = queries.page(form.filters(only), at=now(), cursor=request.GET.get("cursor", ""))
    query = {name: str(value) for name, value in request.GET.items() if value and name != "cursor"}
    return render(
        request,
        "knowledge/questions/list.html",
        {
            "form": form,
            "sections": sections("knowledge:questions"),
            "answer": _answer(found.count, only),
            "rows": [Card(one) for one in found.rows],
            "chips": _chips(query, only),
            "narrowed": bool(set(query) - {"only"}),
            "may_ask": current_actor().may("report"),
            "pages": {
                "newer": _address(query, found.slice.previous) if found.slice.previous else "",
                "older": _address(query, found.slice.next) if found.slice.next else "",
            },
        },
    )


def _answer(count: int, only: str) -> str:
    number = {"n": "1,000+" if count > COUNT_LIMIT else str(count)}
    if only == "waiting":
        return ngettext("%(n)s question has no answer yet", "%(n)s questions have no answer yet", count) % number
    return ngettext("%(n)s question", "%(n)s questions", count) % number


def _chips(query: dict[str, str], only: str) -> list[Chip]:
    words = (("", _("All")), ("waiting", _("Without an answer")), ("mine", _("My questions")))
    found = []
    for code, word in words:
        kept = {name: value for name, value in (query | {"only": code}).items() if value}
        address = reverse("knowledge:questions") + (f"?{urlencode(kept)}" if kept else "")
        found.append(Chip(word, address, code == only))
    return found


def _address(query: dict[str, str], cursor: str) -> str:
    return f"{reverse('knowledge:questions')}?{urlencode(query | {'cursor': cursor})}"


@require_safe
def alike(request: HttpRequest) -> HttpResponse:
    """Answer what is like the question being written, and who knows about its topic, while somebody types."""
    context = suggestions(request.GET.get("title", ""), request.GET.get("topic", ""))
    return render(request, "knowledge/questions/alike.html", context)


def suggestions(title: str, topic: str) -> dict[str, Any]:
    """Return what helps while a question is written."""
    at = now()
    words = title.strip()
    hits = similar(words, at=at) if len(words) >= SHORTEST else []
    people = who_knows(topic, today=at.date()) if topic in by_code() else []
    return {"hits": hits, "people": [ExpertCard(one) for one in people], "topic_known": topic in by_code()}


@require_safe
def question(request: HttpRequest, asked: UUID) -> HttpResponse:
    """Show one question with its answers; 410 when it has gone."""
    try:
        found = queries.question(asked, at=now())
    except NotFound:
        stone = sharing.tombstone(asked)
        if stone is None:
            raise
        context = {"at": stone.at, "reason": withdrawal_words(stone.reason)}
        return render(request, "knowledge/questions/gone.html", context, status=410)
    return question_page(request, found, AnswerForm())


def question_page(request: HttpRequest, found: Shown, form: AnswerForm, status: int = 200) -> HttpResponse:
    """Return the page of a question with a form that may have come back."""
    record, actor, row = found.record, current_actor(), found.question
    events = queries.events(record.id)
    names = _names(events)
    acts = acts_of(row.state, asker=found.asker, accepted=row.accepted is not None)
    if not actor.may("report") or record.withdrawn_at is not None:
        acts = ()
    keys = [key for key in record.audience if key != actor.person]
    note = f"{audiences.preview(keys, Tlp(record.tlp)).words}."
    card = Card(found)
    into = queries.shown([row.merged_into], at=found.at) if row.merged_into else []
    people = [ExpertCard(one) for one in who_knows(row.topic, today=found.at.date())] if row.state == "open" else []
    return render(
        request,
        "knowledge/questions/question.html",
        {
            "card": card,
            "shown": found,
            "record": record,
            "sees": card.sees | {"note": note, "why_url": reverse("sharing:why", args=[record.id])},
            "answers": answers_of(found, events, names, acts),
            "line": line(events, names, card),
            "acts": acts,
            "form": form,
            "into": Card(into[0]) if into else None,
            "duplicates": [Card(one) for one in queries.duplicates(record.id, at=found.at)],
            "people": people,
            "may_do": found.asker and bool({"close", "reopen", "unmerge"} & set(acts)),
            "may_change": _may("change", found) and row.state != "merged",
            "may_widen": _may("share", found) and row.state != "merged",
            "may_withdraw": _may("withdraw", found),
            "facts": [
                (_("About"), card.topic),
                (_("Asked of"), ASKED_OF_WORDS[row.asked_of]),
                (_("Asked by"), card.owner),
                (_("Reference"), found.reference),
            ],
        },
        status=status,
    )


def _may(act: str, found: Shown) -> bool:
    if found.record.withdrawn_at is not None:
        return False
    return decide(current_actor(), act, envelope(found.record), at=found.at).allowed


def _names(events: list[QuestionEvent]) -> dict[UUID, str]:
    """Return the names of those who answered whom the actor may know."""
    wanted = {one.person_id for one in events}
    return dict(Person.objects.filter(id__in=wanted).values_list("id", "name")) if wanted else {}
