"""Security verifications in the reader's words. No decision is made here."""

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from port2port.compliance.screening import queries
from port2port.compliance.screening.book import functions, port_bans
from port2port.compliance.screening.models import ScreeningFigure
from port2port.compliance.screening.queries import Row
from port2port.compliance.screening.rules import STANDINGS
from port2port.members.data_files import label
from port2port.members.queries import called
from port2port.sharing.tlp import Tlp
from port2port.site.reader import language

BADGES = {
    "refused": "error", "expired": "error", "renewing": "part", "verified": "ok", "applied": "part", "nothing": "error",
}  # fmt: skip


def who_sees() -> dict[str, Any]:
    """Return who sees a row, for the sees part: the law says it, nobody chooses."""
    return {
        "tlp": int(Tlp.AMBER_STRICT),
        "audience": [_("security officers and administrators of your organisation")],
        "note": _("Others learn numbers of places only."),
    }


def function_word(code: str) -> str:
    """Return what a critical function is called; one that the list no longer names is called by its code."""
    known = functions().get(code)
    return known.label(language()) if known is not None else code


def row_line(row: Row) -> dict[str, Any]:
    """Return a staff number for a row of the list."""
    place = row.screening.subject.facility
    until = timezone.localdate(row.valid_until) if row.valid_until is not None else None
    soon = row.soon and row.standing == "verified"
    return {
        "line": row.line, "href": reverse("compliance:screened", args=[row.screening.subject_id]),
        "function": function_word(row.line.function), "place": called(place.names) if place is not None else "",
        "until": until, "badge": "error" if row.late else "part" if soon else BADGES[row.standing],
        "word": _("Verified, falls due soon") if soon else STANDINGS[row.standing],
        "invented": row.screening.subject.invented,
    }  # fmt: skip


def figure_lines() -> list[dict[str, Any]]:
    """Return the numbers of others that the reader is told, by place."""
    return [_figure(one) for one in queries.figures()]


def _figure(one: ScreeningFigure) -> dict[str, Any]:
    place = one.facility
    return {
        "place": called(place.names) if place is not None else "", "employer": called(one.organisation.names),
        "staff": one.staff, "verified": one.verified, "month": one.month, "invented": one.invented,
    }  # fmt: skip


def ban_words() -> dict[str, Any]:
    """Return what a port ban is, and its official sources in the reader's language."""
    head, sources = port_bans()
    code = language()
    return {
        "what": head.label(code), "to_verify": label(head.to_verify, code),
        "sources": [
            {"name": one.label(code), "href": label(one.links, code), "citation": one.citation} for one in sources
        ],
    }  # fmt: skip
