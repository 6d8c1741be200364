"""How a year is said: prepared values for the page."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from port2port.compliance.book import rules_in_force
from port2port.compliance.obligations import Rulebook
from port2port.compliance.queries import code_of
from port2port.compliance.words import file_href, line, subject_words
from port2port.site.reader import language
from port2port.site.words import day
from port2port.training.courses.words import naming
from port2port.training.year.queries import Proposal, Year, scenarios_of

SIZES = ("drill", "exercise")
NAMES_SHOWN = 4


def answer(year: Year) -> str:
    """Return the heading: how many dates wait for a yes."""
    waiting = sum(one.open and one.on is not None for one in year.proposals)
    if not waiting:
        return _("Nothing is left to plan until %(day)s") % {"day": day(year.until, language())}
    return ngettext(
        "%(n)d date would meet what is owed until %(day)s", "%(n)d dates would meet what is owed until %(day)s", waiting
    ) % {"n": waiting, "day": day(year.until, language())}  # fmt: skip


def months(year: Year, names: Mapping[UUID, str], typed: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the rows by month of their day, each with what was typed into it."""
    book, course, found = rules_in_force().book, naming(), dict[str, list[dict[str, Any]]]()
    for number, one in enumerate(year.proposals, start=1):
        heading = date_format(one.on or one.due, "F Y")
        found.setdefault(heading, []).append(_row(one, number, _what(one, book, course), names, typed))
    return [{"heading": heading, "rows": rows} for heading, rows in found.items()]


def _row(one: Proposal, number: int, what: str, names: Mapping[UUID, str], typed: Mapping[str, Any]) -> dict[str, Any]:
    chosen = typed.getlist("want") if hasattr(typed, "getlist") else None
    return {
        "number": number, "key": one.key, "what": what, "whose": _whose(one, names), "href": _href(one),
        "due": one.due, "late": one.window.late, "on": one.on, "first": one.window.first, "last": one.window.last,
        "open": one.open, "declined": one.declined, "planned": one.planned, "size": one.what,
        "planned_href": reverse("training:exercise", args=[one.planned]) if one.planned is not None else "",
        "typed": typed.get(f"on-{one.key}", one.on.isoformat() if one.on is not None else ""),
        "wanted": one.open and one.on is not None and (chosen is None or one.key in chosen),
        "scenarios": _scenarios(one, typed.get(f"scenario-{one.key}", one.scenario)) if one.what in SIZES else [],
    }  # fmt: skip


def _what(one: Proposal, book: Rulebook, course: Callable[[str], str]) -> str:
    if one.what == "session":
        return _("Session: %(course)s") % {"course": course(one.code)}
    versions = [rule for rule in book.rules if rule.code == one.code]
    return versions[-1].label(language()) if versions else one.code


def _whose(one: Proposal, names: Mapping[UUID, str]) -> str:
    if one.file is not None:
        return subject_words(one.file)
    known = sorted(names[person] for person in one.people if person in names)
    shown = ", ".join(known[:NAMES_SHOWN])
    more = len(known) - NAMES_SHOWN
    return shown if more <= 0 else _("%(names)s and %(n)d more") % {"names": shown, "n": more}


def _href(one: Proposal) -> str:
    if one.file is not None:
        return file_href(one.file, code_of(one.file))
    return reverse("training:course", args=[one.code])


def _scenarios(one: Proposal, chosen: str) -> list[dict[str, Any]]:
    return [
        {"slug": model.slug, "name": model.head.label(language()), "chosen": model.slug == chosen}
        for model in scenarios_of(one.what)
    ]


def others(year: Year, *, at: datetime) -> Iterable[Any]:
    """Return what else falls due for own people in a function."""
    book = rules_in_force().book
    return [line(one, book, at=at) for one in year.others]
