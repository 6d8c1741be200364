"""How packages are said: prepared values for the pages."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from port2port.members.data_files import label
from port2port.reports.attachments.shown import size_words
from port2port.reports.forms import OWN_NAMES
from port2port.site.reader import language
from port2port.site.words import number
from port2port.training.packages.models import Package, Run
from port2port.training.packages.reading import Found

SHOWN = 20


def standard_word(standard: str) -> str:
    """Return the name of a standard."""
    return f"SCORM {standard}"


def outcome_word(outcome: str) -> str:
    """Return what a run comes to, as a word."""
    return {"going": _("Begun"), "done": _("Completed"), "failed": _("Not passed")}[outcome]


def said(outcome: str) -> str:
    """Return what the player's page says once something was kept."""
    return {
        "going": _("Kept. You can stop and go on later, here or on another device."),
        "done": _("Completed. Your certificate is on the page of the course."),
        "failed": _("Kept. The package says that you did not pass; open it again to take it anew."),
    }[outcome]


def found_rows(found: Found) -> list[tuple[str, str]]:
    """Return what was found in a package, as names and values."""
    said, code = found.manifest, language()
    rows = [
        (_("Standard"), standard_word(said.standard)), (_("Title in the package"), said.title),
        (_("Opens first"), said.launch), (_("Files"), number(len(found.files), code)),
        (_("Size, unpacked"), size_words(found.size)),
    ]  # fmt: skip
    if said.passing is not None:
        rows.append((_("Passed from a score of"), number(said.passing, code, 0 if said.passing.is_integer() else 2)))
    return rows


def left_out(found: Found) -> str:
    """Return which files are left out, as a sentence; nothing when all are kept."""
    names = found.left_out
    if not names:
        return ""
    more = len(names) - SHOWN
    shown = ", ".join(names[:SHOWN]) + (f" … +{more}" if more > 0 else "")
    return ngettext(
        "%(n)d file is left out, since its kind is not opened here: %(names)s",
        "%(n)d files are left out, since their kind is not opened here: %(names)s", len(names),
    ) % {"n": len(names), "names": shown}  # fmt: skip


def own_row(package: Package) -> dict[str, Any]:
    """Return a package in the list of the courses that are the organisation's own."""
    head, retired = package.edition.content["head"], package.edition.retired_at is not None
    return {
        "title": label(head["names"], language()), "href": reverse("training:course", args=[package.edition.slug]),
        "badge": "closed" if retired else "ok", "word": _("Retired") if retired else _("Published"),
        "languages": [OWN_NAMES[code] for code in head["names"]], "at": package.made_at, "lacks": 0,
        "version": package.edition.version, "standard": standard_word(package.standard),
    }  # fmt: skip


def package_row(package: Package, run: Run | None) -> dict[str, Any]:
    """Return the package of a course as its page shows it, with how far the reader is."""
    slug = package.edition.slug
    return {
        "standard": standard_word(package.standard), "open": reverse("training:package_open", args=[slug]),
        "replace": reverse("training:package_replace", args=[slug]), "outcome": run.outcome if run else "",
        "word": outcome_word(run.outcome) if run else "", "at": run.updated_at if run else None,
        "retire": reverse("training:package_retire", args=[slug]), "retired": package.edition.retired_at is not None,
    }  # fmt: skip
