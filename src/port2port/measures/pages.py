"""Pages for reading measures: the list, an objective, one measure, its versions, the proof. They only translate."""

from collections.abc import Iterable
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
from port2port.measures import adoption_queries, agreement_queries, queries
from port2port.measures.adoption_models import Adoption, Answer
from port2port.measures.agreement_queries import Round
from port2port.measures.differences import differences
from port2port.measures.forms import FilterForm, PositionForm, RemarkForm
from port2port.measures.queries import KIND, OBJECTIVE, Filters
from port2port.measures.rules import ADOPTABLE, exact_text
from port2port.measures.screen import may_turn, position_rows, replaces, steps_of
from port2port.measures.shown import draft_of, shown_objectives
from port2port.measures.vocabulary import word
from port2port.measures.words import (
    Card,
    cell_words,
    difference_words,
    objective_sees,
    rest_words,
    rule_words,
    tally_words,
    text_facts,
    text_paragraphs,
    threat_word,
)
from port2port.members.acting import current_actor
from port2port.members.data_files import label
from port2port.members.facts import facts
from port2port.members.models import Port
from port2port.members.places import known_places
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

DONE = frozenset({"in_place", "not_applicable"})
IN_FORCE = ("agreed", "in_force")


@require_safe
def measure_list(request: HttpRequest) -> HttpResponse:
    """Show how far the own port is, what is asked of it, the joint measures and what was published elsewhere."""
    at = now()
    form = FilterForm(request.GET, places=known_places())
    filters = form.filters()
    joint = [] if filters.any else queries.measures(at=at, states=("draft", "consultation", "agreed", "in_force"))
    objectives, _slice = queries.objectives(at=at) if not filters.any else ([], None)
    shown_filters = filters if filters.any else Filters(state="published")
    listing = queries.page(shown_filters, at=at, cursor=request.GET.get("cursor", ""))
    ports = [port for port in adoption_queries.own_ports() if port.member]
    port = _port(request.GET.get("at", ""), ports)
    cells = {
        (cell.measure_id, cell.port_id): cell
        for cell in adoption_queries.adoption_cells([row.id for row in joint])
        if cell.facility_id is None and not cell.published
    }
    waiting = {one.measure for one in agreement_queries.positions_waiting(at=at)}
    rank = {state: n for n, state in enumerate(("consultation", "in_force", "agreed", "draft"))}
    rows = [
        {
            "card": Card(row),
            "cell": cell_words(cell) if port is not None and (cell := cells.get((row.id, port.id))) else None,
            "adopts": row.measure.state in IN_FORCE,
            "waits": row.id in waiting,
        }
        for row in sorted(joint, key=lambda row: (row.id not in waiting, rank[row.measure.state]))
    ]
    query = {name: str(value) for name, value in request.GET.items() if value and name != "cursor"}
    return render(
        request,
        "measures/list.html",
        {
            "form": form,
            "filters": filters,
            "answer": _answer(rows, port) if not filters.any else _found(listing.count),
            "waiting": len(waiting),
            "rows": rows,
            "port": port,
            "port_name": label(port.names, language()) if port is not None else "",
            "ports": [
                {
                    "word": label(one.names, language()),
                    "href": f"{reverse('measures:list')}?{urlencode({'at': one.locode})}",
                    "current": one == port,
                }
                for one in ports
            ],
            "objectives": [
                {"row": one, "threat": threat_word(one.record.threat), "measures": [Card(m) for m in one.measures]}
                for one in objectives
            ],
            "published": [Card(row) for row in listing.rows],
            "published_answer": _published(listing.count),
            "pages": {
                "newer": _address(query, listing.slice.previous) if listing.slice.previous else "",
                "older": _address(query, listing.slice.next) if listing.slice.next else "",
            },
            "may_propose": current_actor().may("report"),
            "columns": _columns(port),
            "published_columns": [{"word": one} for one in (_("What"), _("Where"), _("Since"), _("Source"))],
            "found_columns": [{"word": one} for one in (_("What"), _("State"), _("Counters"), _("Who sees this"))],
        },
    )


def _columns(port: Port | None) -> list[dict[str, Any]]:
    names = [_("Measure"), _("State"), _("Counters"), _("Who sees this")]
    if port is not None:
        names.insert(2, label(port.names, language()))
    return [{"word": one} for one in names]


def _port(wanted: str, ports: list[Port]) -> Port | None:
    return next((one for one in ports if one.locode == wanted), ports[0] if ports else None)


def _answer(rows: list[dict[str, Any]], port: Port | None) -> str:
    standing = [row for row in rows if row["adopts"]]
    if not standing:
        return _("No joint measure is agreed yet")
    if port is None:
        return ngettext(
            "%(n)d joint measure is agreed or in force", "%(n)d joint measures are agreed or in force", len(standing)
        ) % {"n": len(standing)}
    missing = sum(1 for row in standing if row["cell"] is None or row["cell"]["cell"].state not in DONE)
    name = label(port.names, language())
    if not missing:
        return _("All %(n)d joint measures are in place at %(port)s") % {"n": len(standing), "port": name}
    return ngettext(
        "%(k)d of %(n)d measure not yet in place at %(port)s",
        "%(k)d of %(n)d measures not yet in place at %(port)s",
        len(standing),
    ) % {"k": missing, "n": len(standing), "port": name}


def _found(count: int) -> str:
    number = "1,000+" if count > COUNT_LIMIT else str(count)
    return ngettext("%(n)s measure fits", "%(n)s measures fit", count) % {"n": number}


def _published(count: int) -> str:
    number = "1,000+" if count > COUNT_LIMIT else str(count)
    return ngettext(
        "%(n)s measure was published about ports", "%(n)s measures were published about ports", count
    ) % {"n": number}  # fmt: skip


def _address(query: dict[str, str], cursor: str) -> str:
    return f"{reverse('measures:list')}?{urlencode(query | {'cursor': cursor})}"


@require_safe
def objective(request: HttpRequest, objective: UUID) -> HttpResponse:
    """Show one objective with its measures; 410 when it was withdrawn."""
    at = now()
    try:
        found = queries.objective(objective, at=at)
    except NotFound:
        return _gone(request, objective)
    changes = decide(current_actor(), "change", envelope(found.record), at=at).allowed
    cards = [Card(one) for one in found.measures if one.measure.state != "retired"]
    standing = sum(1 for card in cards if card.shown.measure.state in IN_FORCE)
    answer = ngettext("%(k)d of %(n)d measure is agreed", "%(k)d of %(n)d measures are agreed", len(cards)) % {
        "k": standing, "n": len(cards),
    }  # fmt: skip
    return render(
        request,
        "measures/objective.html",
        {
            "shown": found,
            "record": found.record,
            "title": found.objective.title,
            "answer": answer if cards else _("No measure serves it yet"),
            "threat": threat_word(found.record.threat),
            "owner": label(found.record.owner.names, language()),
            "cards": cards,
            "in_groups": about(objective, at=at),
            "sees": _sees(found.record, objective_sees(found)),
            "may_change": changes and found.record.withdrawn_at is None,
            "may_propose": current_actor().may("report"),
        },
    )


@require_safe
def detail(request: HttpRequest, measure: UUID) -> HttpResponse:
    """Show one measure: text, where it stands, positions, own adoption, the rest. 410 when it was withdrawn."""
    at = now()
    try:
        found = queries.measure(measure, at=at)
    except NotFound:
        return _gone(request, measure)
    card, actor = Card(found), current_actor()
    rounds = agreement_queries.rounds(measure)
    cells = adoption_queries.adoption_cells([measure])
    adopts = found.measure.state in ADOPTABLE
    stewards = decide(actor, "withdraw", envelope(found.record), at=at).allowed and not found.withdrawn
    exchanges, shared = adoption_queries.exchanges(measure)
    parent = found.measure.objective_id
    aims = shown_objectives([parent]) if parent else []
    newest = rounds[0] if rounds else None
    speaks = newest is not None and newest.takes_positions(at) and agreement_queries.asks_us(newest)
    return render(
        request,
        "measures/detail.html",
        {
            "card": card,
            "record": found.record,
            "measure": found.measure,
            "version": found.version,
            "paragraphs": text_paragraphs(found.draft),
            "facts": [*text_facts(found.draft), *_source(card)],
            "sees": _sees(found.record, card.sees),
            "steps": steps_of(found, newest),
            "round": _round(newest) if newest is not None else None,
            "position_form": PositionForm(initial=_initial(newest)) if speaks and newest is not None else None,
            "said": word("stances", own.stance, language())
            if speaks and newest is not None and (own := newest.of(actor.organisation))
            else "",
            "in_groups": about(measure, at=at),
            "beside": beside(KIND, measure, at=at),
            "remark_form": RemarkForm(),
            "remarks": [
                {"row": one, "owner": label(one.organisation.names, language())} for one in queries.comments(measure)
            ],
            "aim": aims[0] if aims else None,
            "lineage": [
                {
                    "word": word("lineage_kinds", one.kind, language()),
                    "later": one.later,
                    "card": Card(one.shown),
                    "ends": replaces(one, at=at),
                }
                for one in queries.lineage(measure)
            ],
            "adopts": adopts,
            "own": _own(cells) if adopts else [],
            "cells": [cell_words(cell) for cell in cells if not _is_own(cell)] if adopts else [],
            "named": adoption_queries.reads_all_cells(),
            "rest": rest_words(adoption_queries.unnamed_rest([measure]).get(measure)) if adopts else "",
            "exchanges": [
                {
                    "question": one.question,
                    "ours": one.ours,
                    "who": label(one.question.organisation.names, language()),
                    "answers": _answers(one.answers),
                }
                for one in exchanges
            ],
            "shared_answers": _answers(shared),
            "may_ask": adopts and (actor.may("steward") or actor.may("speak")),
            "may_remark": actor.organisation is not None and (actor.may("report") or actor.may("speak")),
            "may_change": stewards and found.measure.state in ("draft", "consultation"),
            "may_share": decide(actor, "share", envelope(found.record), at=at).allowed and not found.withdrawn,
            "may_narrow": stewards,
            "turns": may_turn(found, newest, at=at) if stewards else [],
            "may_derive": actor.may("report"),
            "outcome": newest is not None and newest.consultation.outcome,
        },
    )


def _answers(found: Iterable[Answer]) -> list[dict[str, Any]]:
    return [{"row": one, "who": label(one.organisation.names, language())} for one in found]


def _initial(found: Round | None) -> dict[str, str]:
    if found is None:
        return {}
    own = found.of(current_actor().organisation)
    said = {"stance": own.stance, "reason": own.reason} if own is not None else {}
    return said | {"read": found.version.hash}


def _round(found: Round) -> dict[str, Any]:
    return {
        "number": found.version.number,
        "until": found.consultation.until,
        "open": found.open,
        "rule": rule_words(found.rule),
        "group": found.group,
        "tally": tally_words(found.tally),
        "stands": found.stands_agreed,
        "outcome": word("outcomes", found.consultation.outcome, language()) if found.consultation.outcome else "",
        "positions": position_rows(found),
    }


def _source(card: Card) -> list[tuple[str, Any]]:
    if card.shown.measure.state != "published":
        return []
    return [(_("Source"), card.shown.measure.source_name), (_("Address"), card.shown.measure.source_url)]


def _is_own(cell: Adoption) -> bool:
    return any(spot.port.id == cell.port_id and (spot.facility and spot.facility.id) == cell.facility_id
               for spot in adoption_queries.own_spots()) and not cell.published  # fmt: skip


def _own(cells: list[Adoption]) -> list[dict[str, Any]]:
    """Return the own places with what was told of them."""
    told = {(cell.port_id, cell.facility_id): cell for cell in cells if not cell.published}
    return [
        {
            "code": spot.code,
            "name": label(spot.names, language()),
            "told": cell_words(cell)
            if (cell := told.get((spot.port.id, spot.facility.id if spot.facility else None)))
            else None,
        }
        for spot in adoption_queries.own_spots()
    ]


def _sees(record: Record, sees: dict[str, Any]) -> dict[str, Any]:
    keys = [key for key in record.audience if key != current_actor().person]
    told = record.withdrawn_at is None and record.tlp != Tlp.CLEAR
    note = f"{audiences.preview(keys, Tlp(record.tlp)).words}." if told else ""
    return sees | {"note": note, "why_url": reverse("sharing:why", args=[record.id])}


@require_safe
def versions(request: HttpRequest, measure: UUID) -> HttpResponse:
    """Show what changed from each version of the text to the next, word by word."""
    found = queries.measure(measure, at=now())
    texts = queries.versions(measure)
    rounds = {one.version.id: one for one in agreement_queries.rounds(measure)}
    rows = [
        {
            "version": after,
            "changes": difference_words(differences(draft_of(before), draft_of(after))) if before is not None else [],
            "asked": rounds.get(after.id),
            "outcome": word("outcomes", one.consultation.outcome, language())
            if (one := rounds.get(after.id)) and one.consultation.outcome
            else "",
        }
        for before, after in zip([None, *texts], texts, strict=False)
    ]
    card = Card(found)
    return render(
        request,
        "measures/versions.html",
        {"card": card, "sees": _sees(found.record, card.sees), "rows": rows[::-1], "number": len(texts)},
    )


@require_safe
def proof(request: HttpRequest, measure: UUID) -> HttpResponse:
    """Show who agreed to which text when, from the journal, with each entry's place and what it takes to check it."""
    found = queries.measure(measure, at=now())
    entries = agreement_queries.proof(measure)
    known = facts().organisations
    rows = [
        {
            "entry": one,
            "organisation": label(known[one.entry.organisation].names, language())
            if one.entry.organisation in known
            else "",
            "word": _said(one),
        }
        for one in entries
    ]
    card = Card(found)
    return render(
        request,
        "measures/proof.html",
        {
            "card": card,
            "sees": _sees(found.record, card.sees),
            "rows": rows,
            "texts": [(one, exact_text(draft_of(one))) for one in queries.versions(measure)],
            "fitting": sum(1 for one in entries if one.fits),
            "answer": ngettext(
                "%(n)d entry of the journal proves this", "%(n)d entries of the journal prove this", len(entries)
            ) % {"n": len(entries)} if entries else _("Nobody has been asked yet"),
        },
    )  # fmt: skip


def _said(one: agreement_queries.Proof) -> str:
    if one.entry.act == "measure.position":
        return word("stances", str(one.said.get("position", "")), language())
    if one.entry.act == "measure.closed":
        return _("Closed: %(outcome)s") % {"outcome": word("outcomes", str(one.said.get("outcome", "")), language())}
    return _("Put to the members") if one.entry.act == "measure.opened" else ""


def _gone(request: HttpRequest, identifier: UUID) -> HttpResponse:
    """Answer what is left for those who had it: when, by whom and why it went. Raises NotFound for all others."""
    stone = sharing.tombstone(identifier)
    if stone is None or stone.kind not in (KIND, OBJECTIVE):
        raise NotFound()
    owner = facts().organisations.get(stone.owner)
    return render(
        request,
        "measures/gone.html",
        {
            "expired": stone.why == "expired",
            "at": stone.at,
            "owner": label(owner.names, language()) if owner is not None else "",
            "reason": withdrawal_words(stone.reason),
        },
        status=410,
    )
