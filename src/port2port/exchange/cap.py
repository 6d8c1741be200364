"""Alerts as OASIS Common Alerting Protocol 1.2 messages, and as an Atom feed (RFC 4287) that points to them.

Every text comes from `alerts.sentences`, so that one of an exercise cannot leave without its mark. A public statement
is not in the message: it has an embargo of its own.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

from port2port.alerts import sentences
from port2port.alerts.rules import Draft, mark_of
from port2port.alerts.sentences import MessageType
from port2port.alerts.vocabulary import by_code, vocabulary
from port2port.base.text import unreadable
from port2port.members.areas import Area, Atlas, CircleArea, FacilityArea, PolygonArea, PortArea, StretchArea
from port2port.sharing.tlp import Tlp

CAP = "urn:oasis:names:tc:emergency:cap:1.2"
CAP_TYPE = "application/cap+xml"
ATOM = "http://www.w3.org/2005/Atom"
ATOM_TYPE = "application/atom+xml"
XML_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"  # its prefix is known to every writer
LANGUAGE_TAGS: Mapping[str, str] = {"nl": "nl-BE", "fr": "fr-BE", "de": "de-BE", "en": "en"}
SCOPES: Mapping[Tlp, str] = {
    Tlp.CLEAR: "Public",
    Tlp.GREEN: "Restricted",
    Tlp.AMBER: "Restricted",
    Tlp.AMBER_STRICT: "Restricted",
    Tlp.RED: "Private",
}
NAME = re.compile(r"[^\s,<&]+")  # identifiers and senders: CAP 1.2, section 3.2.1
ADDRESS = re.compile(r"[^\s\"]+( [^\s\"]+)*")


@dataclass(frozen=True)
class CapReference:
    """An earlier message that this one changes."""

    sender: str
    identifier: str
    sent: datetime


@dataclass(frozen=True)
class CapSource:
    """What a message is made of: a draft without problems, the names of its places, and what the envelope adds.

    `identifier` names this message, not the alert: an update has its own. `addresses` are the circles it goes to;
    TLP:RED must have some, since CAP's scope Private must (section 3.2.1).
    """

    draft: Draft
    atlas: Atlas
    identifier: str
    sent: datetime
    tlp: Tlp
    sender_name: str
    message: MessageType = "Alert"
    references: tuple[CapReference, ...] = ()
    addresses: tuple[str, ...] = ()
    web: str = ""


@dataclass(frozen=True)
class FeedEntry:
    """An alert in a feed, and the address under which its CAP message is served, which is its id in the feed."""

    alert: CapSource
    url: str


def cap_alert(alert: CapSource, *, sender: str) -> bytes:
    """Return an alert as a CAP 1.2 document in UTF-8 with an `info` for each language.

    Raises ValueError for what CAP or XML cannot carry (control characters, a name with a space, an update that does
    not say of what, TLP:RED without addresses, a time without a zone); KeyError for codes not in the vocabulary.
    """
    draft = alert.draft
    if (alert.message == "Alert") == bool(alert.references):
        raise ValueError("an update or cancellation names the messages that it changes, a first alert none")
    if alert.tlp == Tlp.RED and not alert.addresses:
        raise ValueError("TLP:RED names to whom it goes")
    root = ET.Element("alert", {"xmlns": CAP})
    _add(root, "identifier", _name(alert.identifier))
    _add(root, "sender", _name(sender))
    _add(root, "sent", _time(alert.sent))
    _add(root, "status", draft.status)
    _add(root, "msgType", alert.message)
    _add(root, "scope", SCOPES[alert.tlp])
    if alert.tlp != Tlp.CLEAR:
        _add(root, "restriction", alert.tlp.label)
    if alert.addresses:
        _add(root, "addresses", " ".join(_address(address) for address in alert.addresses))
    _add(root, "code", alert.tlp.label)
    marks = dict.fromkeys(mark_of(draft, vocabulary(), language) for language in LANGUAGE_TAGS)
    if any(marks):
        _add(root, "note", " / ".join(marks))
    if alert.references:
        earlier = (f"{_name(r.sender)},{_name(r.identifier)},{_time(r.sent)}" for r in alert.references)
        _add(root, "references", " ".join(earlier))
    for language in LANGUAGE_TAGS:
        _add_info(root, alert, language)
    return _document(root)


def _add_info(root: ET.Element, alert: CapSource, language: str) -> None:
    """Append the `info` of one language, in the order of the schema."""
    draft, words = alert.draft, vocabulary()
    event = by_code(words.events, draft.event)
    cancelled = alert.message == "Cancel"
    info = ET.SubElement(root, "info")
    _add(info, "language", LANGUAGE_TAGS[language])
    _add(info, "category", event.category)
    _add(info, "event", sentences.event_label(draft, language))
    # A cancelled alert may have been a mistake: nothing need be done, but nobody has said that the danger is over.
    responses = ["None"] if cancelled else [by_code(words.instructions, c).response_type for c in draft.instructions]
    for response in dict.fromkeys(responses):
        _add(info, "responseType", response)
    _add(info, "urgency", "Past" if cancelled else draft.urgency)
    _add(info, "severity", draft.severity)
    _add(info, "certainty", draft.certainty)
    _add_pair(info, "eventCode", "port2port:event", draft.event)
    _add_pair(info, "eventCode", "port2port:threat", event.threat)
    _add(info, "effective", _time(draft.valid_from))
    _add(info, "expires", _time(draft.valid_until))
    _add(info, "senderName", alert.sender_name)
    _add(info, "headline", sentences.headline(draft, alert.atlas, language, message=alert.message))
    _add(info, "description", sentences.description(draft, alert.atlas, language, message=alert.message))
    _add(info, "instruction", sentences.instruction(draft, language, message=alert.message))
    if alert.web:
        _add(info, "web", alert.web)
    for code in () if cancelled else draft.instructions:
        _add_pair(info, "parameter", "port2port:instruction", code)
    for area in draft.areas:
        _add_area(info, area, sentences.area_name(area, alert.atlas, language))


def _add_area(info: ET.Element, area: Area, name: str) -> None:
    """Append an area. A facility has no UN/LOCODE beside its number: codes add up, and it would be the whole port."""
    element = ET.SubElement(info, "area")
    _add(element, "areaDesc", name)
    match area:
        case PortArea(port):
            _add_pair(element, "geocode", "UN/LOCODE", port)
        case FacilityArea(facility):
            _add_pair(element, "geocode", "port2port:facility", facility)
        case StretchArea(waterway, from_km, to_km):
            stretch = f"{waterway} {_decimal(from_km)} {_decimal(to_km)}"
            _add_pair(element, "geocode", "port2port:waterway-km", stretch)
        case PolygonArea(points):
            _add(element, "polygon", " ".join(f"{_decimal(lat)},{_decimal(lon)}" for lat, lon in points))
        case CircleArea(lat, lon, km):
            _add(element, "circle", f"{_decimal(lat)},{_decimal(lon)} {_decimal(km)}")


def atom_feed(
    entries: Iterable[FeedEntry], *, self_url: str, title: str, updated: datetime, language: str = "en"
) -> bytes:
    """Return an Atom feed in UTF-8 of the entries in the order given; its texts are in `language`.

    Raises ValueError for control characters and a time without a zone, KeyError for an unknown code or language.
    """
    feed = ET.Element("feed", {"xmlns": ATOM, XML_LANGUAGE: LANGUAGE_TAGS[language]})
    _add(feed, "id", self_url)
    _add(feed, "title", title)
    _add(feed, "updated", _rfc3339(updated))
    _add_link(feed, "self", ATOM_TYPE, self_url)
    for entry in entries:
        alert = entry.alert
        element = ET.SubElement(feed, "entry")
        _add(element, "id", entry.url)
        _add(element, "title", sentences.headline(alert.draft, alert.atlas, language, message=alert.message))
        _add(element, "updated", _rfc3339(alert.sent))
        _add(ET.SubElement(element, "author"), "name", alert.sender_name)
        _add_link(element, "alternate", CAP_TYPE, entry.url)
        _add(element, "rights", alert.tlp.label)
        # RFC 4287, 4.1.1.1: content that lies elsewhere needs a summary.
        _add(element, "summary", sentences.description(alert.draft, alert.atlas, language, message=alert.message))
        ET.SubElement(element, "content", {"type": CAP_TYPE, "src": _readable(entry.url)})
    return _document(feed)


def _add(parent: ET.Element, tag: str, text: str) -> None:
    ET.SubElement(parent, tag).text = _readable(text)


def _add_link(parent: ET.Element, relation: str, kind: str, url: str) -> None:
    ET.SubElement(parent, "link", {"rel": relation, "type": kind, "href": _readable(url)})


def _add_pair(parent: ET.Element, tag: str, name: str, value: str) -> None:
    element = ET.SubElement(parent, tag)
    _add(element, "valueName", name)
    _add(element, "value", value)


def _document(root: ET.Element) -> bytes:
    document: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return document


def _readable(text: str) -> str:
    """Return the text; raises ValueError for what XML 1.0 (2.2, 2.11) forbids or changes, and for what misleads."""
    if unreadable(text) or "\r" in text:
        raise ValueError("a text holds characters that an XML document cannot carry")
    return text


def _name(text: str) -> str:
    if not NAME.fullmatch(text):
        raise ValueError(f"a CAP name has no spaces, commas, < or &: {text!r}")
    return text


def _address(text: str) -> str:
    if not ADDRESS.fullmatch(text):
        raise ValueError(f"a CAP address is words without double quotes: {text!r}")
    return f'"{text}"' if " " in text else text


def _time(moment: datetime) -> str:
    """Return a moment as CAP writes it: whole seconds, UTC as -00:00, never as a letter (CAP 1.2, section 3.3.2)."""
    return _rfc3339(moment).replace("+00:00", "-00:00")


def _rfc3339(moment: datetime) -> str:
    """Return a moment as Atom writes it (RFC 4287, section 3.3), where -00:00 would be a place that nobody knows."""
    if moment.tzinfo is None:
        raise ValueError("a time needs its zone")
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def _decimal(value: float) -> str:
    """Return a number without an exponent or needless zeros; six decimals of a degree are a tenth of a metre."""
    text = f"{value:.6f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
