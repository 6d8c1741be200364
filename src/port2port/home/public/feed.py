"""What is public as an Atom feed (RFC 4287)."""

from collections.abc import Iterable
from datetime import datetime
from xml.etree import ElementTree as ET

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from port2port.base.text import unreadable
from port2port.home.public.queries import Entry

ATOM = "http://www.w3.org/2005/Atom"
ATOM_TYPE = "application/atom+xml"
XML_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"  # its prefix is known to every writer


def atom(entries: Iterable[Entry], *, code: str, at: datetime) -> bytes:
    """Return the feed in a language. What no XML document can carry is left out. `at`: when it is empty."""
    told = [one for one in entries if not unreadable(one.title + one.text + one.owner)]
    own = f"{settings.SITE_URL}{reverse('public_feed', args=[code])}"
    root = ET.Element("feed", {"xmlns": ATOM, XML_LANGUAGE: code})
    _add(root, "id", own)
    _add(root, "title", _("Public: Port 2 Port"))
    _add(root, "updated", max((one.updated_at for one in told), default=at).isoformat())
    ET.SubElement(root, "link", {"rel": "self", "type": ATOM_TYPE, "href": own})
    for one in told:
        entry = ET.SubElement(root, "entry", {XML_LANGUAGE: one.language or code})
        _add(entry, "id", f"urn:uuid:{one.id}")
        _add(entry, "title", one.title)
        _add(entry, "updated", one.updated_at.isoformat())
        _add(ET.SubElement(entry, "author"), "name", one.owner)
        page = f"{settings.SITE_URL}{reverse('public_one', args=[code, one.id])}"
        ET.SubElement(entry, "link", {"rel": "alternate", "type": "text/html", "href": page})
        ET.SubElement(entry, "category", {"term": one.kind})
        _add(entry, "rights", "TLP:CLEAR")
        _add(entry, "summary", one.text)
    document: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return document


def _add(parent: ET.Element, tag: str, text: str) -> None:
    ET.SubElement(parent, tag).text = text.replace("\r", "")
