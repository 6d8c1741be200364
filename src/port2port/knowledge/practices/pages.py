"""Pages for reading practices: the list, one, its versions, its files. They only translate."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from port2port.base.clock import now
from port2port.base.errors import NotFound
from port2port.knowledge.practices import files, pictures, queries
from port2port.knowledge.practices.files import one_file
from port2port.knowledge.practices.forms import FilterForm, LinkForm, PublishForm
from port2port.knowledge.practices.models import PracticeFile
from port2port.knowledge.practices.queries import KIND
from port2port.knowledge.practices.rules import REVIEWED_FOR, may_publish
from port2port.knowledge.practices.shown import Shown, shown
from port2port.knowledge.practices.use_actions import may_endorse
from port2port.knowledge.practices.words import Card, changes, uses_words
from port2port.knowledge.sections import sections
from port2port.members.acting import current_actor
from port2port.members.data_files import label
from port2port.members.facts import facts
from port2port.members.places import known_places
from port2port.reports.attachments.pages import ALONE, given_out
from port2port.reports.attachments.shown import SHOWN, size_words
from port2port.reports.words import withdrawal_words
from port2port.sharing import audiences
from port2port.sharing import queries as sharing
from port2port.sharing.beside import beside
from port2port.sharing.models import Record
from port2port.sharing.queries import COUNT_LIMIT, envelope
from port2port.sharing.rules import decide
from port2port.sharing.tlp import Tlp
from port2port.site.reader import language
from port2port.workgroups.about import about


@require_safe
def practice_list(request: HttpRequest) -> HttpResponse:
    """Show the practices one sees, newest first, or those that fit the address."""
    at = now()
    form = FilterForm(request.GET, places=known_places())
    filters = form.filters()
    listing = queries.page(filters, at=at, cursor=request.GET.get("cursor", ""))
    query = {name: str(value) for name, value in request.GET.items() if value and name != "cursor"}
    today = timezone.localdate(at)
    return render(
        request,
        "knowledge/practices/list.html",
        {
            "sections": sections("knowledge:list"),
            "form": form,
            "filters": filters,
            "answer": _answer(listing.count, narrowed=filters.any),
            "rows": [{"card": Card(row), "stale": row.stale(today)} for row in listing.rows],
            "columns": [
                {"word": one}
                for one in (_("Practice"), _("How far proven"), _("Owner"), _("Review"), _("Who sees this"))
            ],
            "pages": {
                "newer": _address(query, listing.slice.previous) if listing.slice.previous else "",
                "older": _address(query, listing.slice.next) if listing.slice.next else "",
            },
            "may_write": current_actor().may("report") and current_actor().organisation is not None,
        },
    )


def _answer(count: int, *, narrowed: bool) -> str:
    number = "1,000+" if count > COUNT_LIMIT else str(count)
    if narrowed:
        return ngettext("%(n)s practice fits", "%(n)s practices fit", count) % {"n": number}
    return ngettext("%(n)s practice to learn from", "%(n)s practices to learn from", count) % {"n": number}


def _address(query: dict[str, str], cursor: str) -> str:
    return f"{reverse('knowledge:list')}?{urlencode(query | {'cursor': cursor})}"


@require_safe
def practice(request: HttpRequest, practice: UUID) -> HttpResponse:
    """Show one practice; `?newest=1` its newest text, for who looks after it. 410 when it was withdrawn."""
    at = now()
    newest = request.GET.get("newest") == "1"
    try:
        found = queries.practice(practice, at=at, newest=newest)
    except NotFound:
        return _gone(request, practice)
    actor, card, row = current_actor(), Card(found), found.practice
    changes_it = decide(actor, "change", envelope(found.record), at=at).allowed
    changes_it = changes_it and not found.withdrawn and not found.editorial
    waits = row.published is not None and row.number > row.published and found.own
    latest = shown([practice], newest=True)[0] if changes_it else found
    refusal = may_publish(actor.acts, person=actor.person, last_writer=latest.text.made_by_id) if changes_it else ""
    rows = queries.files(practice)
    return render(
        request,
        "knowledge/practices/detail.html",
        {
            "card": card,
            "parts": card.parts(
                pictures.addresses(rows, lambda one: reverse("knowledge:practice_picture", args=[one]))
            ),
            "record": found.record,
            "practice": row,
            "facts": _facts(card),
            "sees": _sees(found.record, card.sees),
            "stale": found.stale(timezone.localdate(at)),
            "newest": newest,
            "waits": waits,
            "original": _original(found),
            "translations": [Card(one) for one in queries.translations(practice)],
            "endorsements": [
                {"row": one, "who": label(one.organisation.names, language())} for one in queries.endorsements(practice)
            ],
            "uses": uses_words(found.uses),
            "mine": queries.own_endorsement(practice),
            "may_endorse": may_endorse(found),
            "ties": _ties(found, at),
            "link_form": LinkForm() if actor.may("report") and not found.withdrawn else None,
            "in_groups": about(practice, at=at),
            "beside": beside(KIND, practice, at=at),
            "files": [_file(one) for one in rows],
            "may_change": changes_it,
            "may_widen": changes_it and row.published is not None and _may_widen(found, at),
            "may_withdraw": changes_it and decide(actor, "withdraw", envelope(found.record), at=at).allowed,
            "refusal": refusal,
            "will_see": _will_see(latest) if changes_it and row.state != "published" else None,
            "publish_form": PublishForm(
                initial={"review_on": row.review_on or (timezone.localdate(at) + REVIEWED_FOR)}
            ),
            "may_translate": actor.may("report") and row.published is not None and not found.withdrawn,
        },
    )


def _picture_address(file: UUID) -> str:
    return reverse("knowledge:practice_picture", args=[file])


def _may_widen(found: Shown, at: datetime) -> bool:
    """Tell whether the reader may share it with more: as with publishing, not who wrote what is published."""
    actor, published = current_actor(), shown([found.id])[0]
    allowed = decide(actor, "share", envelope(found.record), at=at).allowed
    return allowed and not may_publish(actor.acts, person=actor.person, last_writer=published.text.made_by_id)


def _ties(found: Shown, at: datetime) -> list[dict[str, Any]]:
    """Return what it belongs to, and which links the reader may take off: who looks after either side."""
    ties, actor = queries.ties(found.id), current_actor()
    records = [found.record, *Record.objects.filter(id__in=[one.to.id for one in ties])]
    mine = {record.id for record in records if decide(actor, "change", envelope(record), at=at).allowed}
    return [{"id": one.id, "to": one.to, "mine": bool({found.id, one.to.id} & mine)} for one in ties]


def _facts(card: Card) -> list[tuple[str, Any]]:
    found = card.shown
    return [
        (_("Reference"), found.reference),
        (_("Owner"), card.owner),
        (_("Port"), card.where),
        (_("Contact"), found.text.contact),
        (_("Language"), card.languages),
        (_("Version"), found.text.number),
    ]


def _original(found: Shown) -> dict[str, Any] | None:
    """Return the original of a translation, and whether it has moved on since."""
    if found.practice.original_id is None:
        return None
    original = shown([found.practice.original_id])
    if not original:
        return None
    published = original[0].practice.published or 0
    return {
        "card": Card(original[0]),
        "number": found.practice.original_number,
        "published": published,
        "moved_on": published > (found.practice.original_number or 0),
    }


def _will_see(found: Shown) -> dict[str, Any]:
    """Return whom a draft will reach when it is published, for the sees part."""
    row = found.practice
    return {
        "tlp": row.audience_tlp,
        "audience": audiences.words(row.audience, found.record.author_id),
    }


def _file(row: PracticeFile) -> dict[str, Any]:
    return {"row": row, "picture": row.media_type.startswith(SHOWN), "size": size_words(row.size)}


def _sees(record: Record, sees: dict[str, Any]) -> dict[str, Any]:
    keys = [key for key in record.audience if key != current_actor().person]
    told = record.withdrawn_at is None and record.tlp != Tlp.CLEAR
    note = f"{audiences.preview(keys, Tlp(record.tlp)).words}." if told else ""
    return sees | {"note": note, "why_url": reverse("sharing:why", args=[record.id])}


@require_safe
def versions(request: HttpRequest, practice: UUID) -> HttpResponse:
    """Show what changed from each version to the next, word by word, newest first."""
    found = queries.practice(practice, at=now(), newest=True)
    texts = queries.comparable(found)
    rows = [
        {"text": after, "changes": changes(before, after) if before is not None else []}
        for before, after in zip([None, *texts], texts, strict=False)
    ]
    card = Card(found)
    context = {"card": card, "sees": _sees(found.record, card.sees), "rows": rows[::-1], "number": len(rows)}
    return render(request, "knowledge/practices/versions.html", context | {"published": found.practice.published})


@require_safe
def file(request: HttpRequest, file: UUID) -> HttpResponse:
    """Give a picture or document out."""
    row = one_file(file)
    return given_out(files.content(row, at=now()), row.media_type, row.filename)


@require_safe
def picture(request: HttpRequest, file: UUID) -> HttpResponse:
    """Show a picture, which was drawn anew when it was added. Nothing else is shown."""
    row = one_file(file)
    if not row.media_type.startswith(SHOWN):
        raise NotFound()
    return HttpResponse(files.content(row, at=now()), content_type=row.media_type, headers=ALONE)


def _gone(request: HttpRequest, identifier: UUID) -> HttpResponse:
    """Answer what is left for those who had it: when, by whom and why it went. Raises NotFound for all others."""
    stone = sharing.tombstone(identifier)
    if stone is None or stone.kind != KIND:
        raise NotFound()
    owner = facts().organisations.get(stone.owner)
    return render(
        request,
        "knowledge/practices/gone.html",
        {
            "expired": stone.why == "expired",
            "at": stone.at,
            "owner": label(owner.names, language()) if owner is not None else "",
            "reason": withdrawal_words(stone.reason),
        },
        status=410,
    )
