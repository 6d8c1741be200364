"""Posters and slips as PDF. Material for everybody: no number and no watermark, unlike a file of records."""

from collections.abc import Sequence

import qrcode
from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from port2port.base.errors import Invalid, Problem
from port2port.members.data_files import LANGUAGES, label
from port2port.site.pdf import rendered
from port2port.training.campaigns.library import Material

POSTER, SLIPS = "training/papers/poster.typ", "training/papers/slips.typ"
PICTURE = "/training/static/training/campaigns/%s.svg"
PAPERS = ("a4", "a3")
SHORT, LARGE, SMALL = 34, 50, 42  # a headline of so many characters stands in so many points on A4


def poster(found: Material, *, language: str, paper: str, tell: str = "") -> bytes:
    """Return a poster. Raises Invalid for a language or a size that there is none in."""
    problems = []
    if language not in LANGUAGES:
        problems.append(Problem("language", _("Choose nl, fr, de or en.")))
    if paper not in PAPERS:
        problems.append(Problem("paper", _("Choose a3 or a4.")))
    if problems:
        raise Invalid(problems)
    headline = label(found.head.headline, language)
    with override(language):
        danger = _("Danger now? Call 101 (police) or 112 (fire, ambulance).")
    data = {
        "paper": paper, "language": language, "title": found.head.label(language), "name": found.head.label(language),
        "headline": headline, "size": LARGE if len(headline) <= SHORT else SMALL, "picture": PICTURE % found.slug,
        "points": [{"say": label(one.say, language), "more": label(one.more, language)} for one in found.points],
        "close": label(found.head.close, language), "danger": danger, "tell": tell,
        "sources": "; ".join(one.label(language) for one in found.sources),
    }  # fmt: skip
    return rendered(POSTER, data)


def slips(found: Material, codes: Sequence[str], *, language: str) -> bytes:
    """Return slips to be cut, eight on a page: each with a code that opens once, as text and as QR (ISO/IEC 18004)."""
    with override(language):
        says = _("A few questions, one minute. Nobody sees who answers. This slip opens once.")
    address = settings.SITE_URL + reverse("pulse")
    data = {
        "language": language, "title": found.head.label(language), "says": says, "address": address,
        "slips": [{"code": one, "qr": _dots(settings.SITE_URL + reverse("pulse_slip", args=[one]))} for one in codes],
    }  # fmt: skip
    return rendered(SLIPS, data)


def _dots(text: str) -> list[str]:
    made = qrcode.QRCode(border=0, error_correction=qrcode.constants.ERROR_CORRECT_M)
    made.add_data(text)
    return ["".join("1" if one else "0" for one in row) for row in made.get_matrix()]
