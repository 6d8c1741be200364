"""The attachments of a report as its page shows them."""

from dataclasses import dataclass
from uuid import UUID

from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from port2port.base.errors import Text
from port2port.reports.attachments import queries
from port2port.reports.attachments.models import Attachment, Original

KILO = 1000
SHOWN = "image/"  # what is drawn anew may be shown; all else is only given out

TYPES: dict[str, Text] = {
    "application/pdf": "PDF",
    "text/plain": gettext_lazy("text"),
    "text/csv": "CSV",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "DOCX",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "XLSX",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": "PPTX",
    "application/vnd.oasis.opendocument.text": "ODT",
    "application/vnd.oasis.opendocument.spreadsheet": "ODS",
}

# What was taken out, for the reader; a code that is not here is one of many small things and is not named.
REMOVED: dict[str, Text] = {
    "exif": gettext_lazy("camera data"),
    "gps": gettext_lazy("position"),
    "author": gettext_lazy("author"),
    "comment": gettext_lazy("comments"),
    "revisions": gettext_lazy("earlier versions"),
    "properties": gettext_lazy("properties"),
    "javascript": gettext_lazy("scripts"),
    "attachments": gettext_lazy("embedded files"),
    "outside_link": gettext_lazy("links to files elsewhere"),
    "signature": gettext_lazy("signature"),
}


@dataclass(frozen=True)
class Line:
    """An attachment made ready for a page; `original` only for those who may read it."""

    row: Attachment
    own_only: bool
    original: Original | None

    @property
    def picture(self) -> bool:
        """Whether it may be shown and not only given out."""
        return self.row.media_type.startswith(SHOWN)

    @property
    def about(self) -> str:
        """Its kind and size, as "JPEG, 120 kB"."""
        kind = self.row.media_type
        word = kind.removeprefix(SHOWN).upper() if self.picture else TYPES.get(kind, kind)
        return str(format_lazy("{}, {}", word, size_words(self.row.size)))

    @property
    def removed(self) -> str:
        """What was taken out of it, in words."""
        return ", ".join(str(REMOVED[code]) for code in self.row.removed if code in REMOVED)


@dataclass(frozen=True)
class Section:
    """The attachments of a report, with the heading that says how many there are."""

    lines: list[Line]

    @property
    def heading(self) -> str:
        """What the section found."""
        if not self.lines:
            return _("Attachments")
        return ngettext("%(n)d attachment", "%(n)d attachments", len(self.lines)) % {"n": len(self.lines)}


def section(report: UUID) -> Section:
    """Return the attachments of a report that the actor sees, as its page shows them."""
    rows = queries.of_report(report)
    originals = queries.originals(report) if rows else {}
    return Section([Line(row, row.record_id != report, originals.get(row.id)) for row in rows])


def size_words(size: int) -> str:
    """Return a number of bytes as people say it, in thousands as disks count."""
    if size < KILO * KILO:
        return f"{max(1, round(size / KILO))} kB"
    return f"{size / KILO / KILO:.1f} MB"
