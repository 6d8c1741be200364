"""Why a file is not taken, by code: each reason says what is wrong and, where there is one, the way round."""

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from port2port.base.errors import Port2PortError, Text

MEGABYTE = 1_000_000

# What a phone's picture or a plan as PDF needs, and what still goes through a mail server.
LARGEST_FILE = 10 * MEGABYTE
# 60 megapixels decoded are 240 MB: more than any phone makes, and bounded (a "decompression bomb" is a small file).
MOST_PIXELS = 60_000_000
# A plan, not an archive; the time to read one grows with its pages.
MOST_PAGES = 500
# Office files of hundreds of slides stay below; a zip bomb does not.
MOST_ENTRIES = 2_000
LARGEST_UNPACKED = 200 * MEGABYTE
# Sheets pack well, at most about fifty to one; deflate itself ends at 1,032 to one. Small parts may: no harm in them.
HIGHEST_RATIO = 200
RATIO_COUNTS_FROM = MEGABYTE

REASONS: dict[str, Text] = {
    "empty": _("The file is empty."),
    "too_large": format_lazy(_("The file is larger than {megabytes} MB."), megabytes=LARGEST_FILE // MEGABYTE),
    "unknown": _(
        "This kind of file is not taken. Pictures (JPEG, PNG, WebP), PDF, Office documents without macros (DOCX, XLSX, "
        "PPTX, ODT, ODS) and plain text are."
    ),
    "disagrees": _("The content is of another kind than the name of the file says. Give it its right name."),
    "several_kinds": _("The file is of two kinds at once. Such files are made to deceive; it is not taken."),
    "program": _("This is a program. Programs are never taken."),
    "archive": _("This is an archive. Add the files in it one by one."),
    "web_page": _("This is a web page or a drawing with code in it (HTML, SVG, XML). Save it as PDF or as a picture."),
    "mail": _("This is an e-mail. Copy its text into the report, without the addresses of persons."),
    "script": _("This is a script. Scripts are never taken."),
    "old_office": _("This is an Office file of the old kind (DOC, XLS, PPT). Save it as DOCX, XLSX or PPTX."),
    "heic": _("Pictures in HEIC cannot be read here. Save the picture as JPEG and add it again."),
    "encrypted": _("The file is encrypted or has a password. It cannot be looked into and is not taken."),
    "macros": _("The file holds macros or other code. Save it without them."),
    "embedded": _("Another file is embedded in this one. Take it out and add it by itself."),
    "not_utf8": _("The text is not in UTF-8. Save it as UTF-8 and add it again."),
    "control_characters": _("The text holds characters that no text has."),
    "formula": _("A cell of this table starts a program when it is opened. It is not taken."),
    "too_many_pixels": format_lazy(
        _("The picture has more than {megapixels} million points. Make it smaller."), megapixels=MOST_PIXELS // 10**6
    ),
    "too_many_pages": format_lazy(_("The document has more than {pages} pages."), pages=MOST_PAGES),
    "bomb": _("The file unpacks to far more than it should. It is not taken."),
    "damaged": _("The file is damaged, or is not what it seems to be. It cannot be read."),
    "too_hard": _("The file takes too long or too much memory to be looked at. It is not taken."),
    "not_examined": _("Files cannot be looked at now, so none are taken. Try again later."),
}


class NotAccepted(Port2PortError):
    """The file is not taken; the reason says why and what to do instead."""

    status = 422
    code = "not-accepted"
    title = _("This file is not taken")

    def __init__(self, reason: Text, code: str) -> None:
        super().__init__(reason)
        self.code = code


def refusal(code: str) -> NotAccepted:
    """Return the error for a code of `REASONS`; raises KeyError for another."""
    return NotAccepted(REASONS[code], code)
