"""Pages for reading: what is late, soon and next; a security file; the authority's overview. They only translate."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from port2port.base.clock import now
from port2port.compliance import overview, queries, words
from port2port.compliance.actions import FUNCTIONS
from port2port.compliance.book import rules_in_force
from port2port.compliance.digest import Digest, Told, digest
from port2port.compliance.models import Happening, Owed, Subject
from port2port.compliance.obligations import Rulebook
from port2port.compliance.queries import FACILITY, PORT, SHOWN, WAITING, Place, Waiting
from port2port.compliance.screening import queries as screening
from port2port.compliance.screening import words as screening_words
from port2port.members.acting import current_actor
from port2port.members.places import known_places
from port2port.members.queries import called
from port2port.sharing.beside import beside
from port2port.sharing.sheets import XLSX
from port2port.sharing.tlp import Tlp
from port2port.site.downloads import as_download
from port2port.site.reader import language
from port2port.site.words import number

MOST_FILES = 60
MOST_DONE = 40
WHOLE_LIST = 25


def who_sees() -> dict[str, Any]:
    """Return who sees a security file, for the sees part: the law says it, nobody chooses."""
    return {
        "tlp": int(Tlp.AMBER_STRICT),
        "audience": [_("PFSO of the facility"), _("local committee of the port"), _("national authority")],
        "note": _("As the law says; others learn numbers only."),
    }


@require_safe
def deadlines(request: HttpRequest) -> HttpResponse:
    """Show what of mine is late, soon and next, and my files; to others the numbers."""
    at = now()
    book, seen = rules_in_force().book, queries.sight()
    counts = queries.numbers(at=at)
    chosen = next((state for state in WAITING if request.GET.get("show") == state), None)
    sections = [
        _section(request, state, counts[state], book, at, whole=chosen == state)
        for state in ((chosen,) if chosen else WAITING)
        if counts[state] or chosen
    ]
    files = _files(seen, at)
    context = {
        "answer": words.answer(counts["late"], counts["soon"]),
        "chips": [_chip(None, None, chosen), *(_chip(state, counts[state], chosen) for state in WAITING)],
        "sections": sections,
        "files": files[:MOST_FILES],
        "more_files": max(0, len(files) - MOST_FILES),
        "figures": _figures(book),
        "national": seen.national,
        "keeps_rules": seen.keeps_rules,
        "may_write": current_actor().may("report") and bool(files),
        "screening": screening.screens() or screening.told_numbers(),
        "sees": who_sees() if files else None,
    }
    return render(request, "compliance/list.html", context)


def _start(request: HttpRequest) -> int:
    text = request.GET.get("from", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < len(str(SHOWN)) * 3 else 0


def _chip(state: Waiting | None, count: int | None, chosen: Waiting | None) -> dict[str, Any]:
    address = reverse("compliance:list")
    if state is None:
        return {"word": _("All"), "href": address, "current": chosen is None}
    return {"word": words.STATES[state], "href": f"{address}?show={state}", "current": chosen == state, "count": count}


def paged(request: HttpRequest, count: int, size: int, name: str, state: Waiting | None) -> tuple[int, dict[str, str]]:
    """Return from where a page of a list begins, and the addresses of the pages beside it."""
    first, address = _start(request), reverse(name)

    def page(to: int) -> str:
        return f"{address}?{urlencode(({'show': state} if state is not None else {}) | {'from': to})}"

    return first, {
        "newer": page(max(0, first - size)) if first else "",
        "older": page(first + size) if count > first + size else "",
    }


def _section(
    request: HttpRequest, state: Waiting, count: int, book: Rulebook, at: datetime, *, whole: bool
) -> dict[str, Any]:
    size = SHOWN if whole else WHOLE_LIST
    start, pages = paged(request, count, size, "compliance:list", state)
    first = start if whole else 0
    rows = [words.line(row, book, at=at) for row in queries.owed(state, at=at)[first : first + size]]
    titles = {
        "late": ngettext("%(n)s is late", "%(n)s are late", count),
        "soon": ngettext("%(n)s falls due soon", "%(n)s fall due soon", count),
        "open": ngettext("%(n)s comes after that", "%(n)s come after that", count),
    }
    return {
        "state": state,
        "title": titles[state] % {"n": number(count, language())},
        "rows": rows,
        "all_href": f"{reverse('compliance:list')}?show={state}" if count > len(rows) and not whole else "",
        "pages": pages if whole else {},
    }


def _files(seen: queries.Sight, at: datetime) -> list[dict[str, Any]]:
    """Return the files one sees, those with something late first; places into whose file nothing was written too."""
    counts = queries.numbers_by_subject(at=at)
    stored = queries.files()
    codes = {queries.code_of(one) for one in stored}
    found = [
        _file_row(words.subject_words(one), queries.code_of(one), one, counts.get(one.id, (0, 0))) for one in stored
    ]
    if not seen.national:
        places = known_places()
        for spot in (*places.ports.values(), *places.facilities.values()):
            if seen.place(spot) and spot.code not in codes:
                found.append(_file_row(called(spot.names), spot.code, None, (0, 0)))
    return sorted(found, key=lambda row: (-row["late"], -row["soon"], row["name"]))


def _file_row(name: str, code: str, subject: Subject | None, counts: tuple[int, int]) -> dict[str, Any]:
    return {
        "name": name, "code": code, "href": reverse("compliance:file", args=[code]), "late": counts[0],
        "soon": counts[1], "invented": subject is not None and subject.invented, "begun": subject is not None,
    }  # fmt: skip


def _figures(book: Rulebook) -> list[dict[str, Any]]:
    rules = {rule.code: rule for rule in book.rules}
    return [
        {"name": rules[one.rule].label(language()) if one.rule in rules else one.rule, "figure": one}
        for one in queries.figures()
    ]


@require_safe
def file(request: HttpRequest, place: str) -> HttpResponse:
    """Show a security file: what stands, what is owed, who holds which function, and the time line."""
    at = now()
    found, book = queries.place(place), rules_in_force().book
    subject = found.subject
    events = queries.events_of(subject.id) if subject is not None else []
    writes = _writes(found)
    waiting = [words.line(row, book, at=at) for state in WAITING for row in _owed(subject, state, at)]
    late, soon = (sum(one.state == state for one in waiting) for state in ("late", "soon"))
    context = {
        "place": found,
        "name": words.place_words(found),
        "answer": words.answer(late, soon),
        "waiting": waiting,
        "facts": _facts(digest(_told(events)), found),
        "officers": _officers(found, book, at),
        "time_line": [words.event_line(one, book, may_write=writes) for one in events],
        "done": [words.line(row, book, at=at) for row in _done(subject)],
        "may_write": writes,
        "invented": subject is not None and subject.invented,
        "sees": who_sees() if found.kind in (FACILITY, PORT) else None,
        "platform_of_record": found.kind in (FACILITY, PORT),
        "beside": beside(f"file_{found.kind}", found.spot.id, at=at) if found.spot is not None else [],
    }
    return render(request, "compliance/file.html", context)


def _writes(place: Place) -> bool:
    if place.subject is not None:
        return queries.records(place.subject.id)
    return current_actor().may("report")


def _owed(subject: Subject | None, state: Waiting, at: datetime) -> list[Owed]:
    return list(queries.owed(state, at=at, subjects=[subject.id])) if subject is not None else []


def _done(subject: Subject | None) -> list[Owed]:
    if subject is None:
        return []
    found = Owed.objects.filter(subject=subject, outcome="fulfilled").order_by("-settled_at")
    return list(
        found.select_related(
            "subject", "subject__facility", "subject__port", "subject__organisation", "subject__record"
        )[:MOST_DONE]
    )


def _told(events: list[Happening]) -> list[Told]:
    """Return what happened as it is known now: without what was corrected, and what did not happen."""
    return [
        Told(one.kind, one.at, one.details)
        for one in reversed(events)
        if not one.void and getattr(one, "corrected_by", None) is None
    ]


def _facts(told: Digest, place: Place) -> list[tuple[str, str]]:
    book = rules_in_force().book

    def last(one: Told | None) -> str:
        return f"{words.kind_words(book, one.kind)}, {words.day_of(one.at)}" if one is not None else ""

    facts = [
        (_("Security level"), told.level.details.get("level", "") if told.level is not None else ""),
        (_("Assessment"), last(told.assessment)),
        (_("Plan"), last(told.plan)),
        (_("Plan approved"), words.day_of(told.approved.at) if told.approved is not None else ""),
        (_("Statement of approval"), words.day_of(told.statement.at) if told.statement is not None else ""),
        (_("Last interim evaluation"), words.day_of(told.interim.at) if told.interim is not None else ""),
        (_("Last drill"), words.day_of(told.drill.at) if told.drill is not None else ""),
        (_("Last exercise"), words.day_of(told.exercise.at) if told.exercise is not None else ""),
        (_("Last audit"), words.day_of(told.audit.at) if told.audit is not None else ""),
        (_("Findings not put right"), ", ".join(told.findings)),
    ]
    appointed = [f"{words.kind_words(book, kind)}: {holder}" for kind, holder in told.officers]
    return [*facts, (_("Appointed"), "; ".join(appointed))]


def _officers(place: Place, book: Rulebook, at: datetime) -> list[dict[str, Any]]:
    if place.kind != FACILITY or place.spot is None:
        return []
    people = queries.officers(place.spot.id)
    waiting = list(queries.owed("late", at=at, subjects=[one.id for one in people]))
    waiting += list(queries.owed("soon", at=at, subjects=[one.id for one in people]))
    certificates = queries.certificates([one.id for one in people])
    return [
        {
            "name": words.subject_words(one), "function": FUNCTIONS.get(one.function, one.function),
            "href": reverse("compliance:file", args=[str(one.id)]), "certificate": certificates.get(one.id),
            "waiting": [words.line(row, book, at=at) for row in waiting if row.subject_id == one.id],
        }
        for one in people
    ]  # fmt: skip


@require_safe
def overview_page(request: HttpRequest) -> HttpResponse:
    """Show the national authority what is late, by port, and nothing that is in order."""
    parts = overview.exceptions(at=now())
    late = sum(len(part.lines) for part in parts)
    places = sum(part.places for part in parts)
    first = ngettext("%(n)s deadline is late", "%(n)s deadlines are late", late) % {"n": number(late, language())}
    second = ngettext("at %(n)s place", "at %(n)s places", places) % {"n": number(places, language())}
    context = {
        "answer": f"{first} {second}" if late else _("Nothing is late in any port"),
        "parts": parts,
        "may_take": current_actor().may("export"),
        "screened": screening_words.figure_lines(),
        "sees": who_sees() | {"audience": [_("national authority")]},
    }
    return render(request, "compliance/overview.html", context)


@require_safe
def overview_file(request: HttpRequest) -> HttpResponse:
    """Answer the overview as XLSX."""
    found = overview.take_out(at=now())
    return as_download(found.body, found.name, XLSX)
