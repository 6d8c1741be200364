"""What a report must be: checks on plain values, all problems at once. Nothing here reads the clock or the database."""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from port2port.base.errors import Problem
from port2port.base.text import unreadable
from port2port.members.places import PORT_KM, Places, Spot
from port2port.reports.places import FACILITY_KM, FIELDS, LANDMARK_KM, Located, on_land
from port2port.reports.vocabulary import Vocabulary

TEXT_SHORTEST, TEXT_LONGEST, TITLE_LONGEST, PLACE_TEXT_LONGEST, OUTCOME_LONGEST = 10, 8000, 160, 160, 400
MOST_KG = 100_000.0
LONGEST_MARGIN = 720
GRACE = timedelta(minutes=5)  # a phone's clock may be ahead
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
LANGUAGES = ("nl", "fr", "de", "en")
SENTENCE_END = re.compile(r"(?<=[.!?])\s|\n")
COUNTRY = re.compile(r"[A-Z]{2}")
REQUIRED = _("This is needed.")
CYBER = "cyber_attack"
BREACHES = ("", "yes", "no", "unknown")


@dataclass(frozen=True)
class Draft:
    """A report as somebody wrote it: codes of the vocabulary, names of places; nothing is resolved yet."""

    threat: str
    text: str
    place: str
    occurred_at: datetime
    language: str
    nature: str = "suspicious"
    severity: str = "moderate"
    title: str = ""
    occurred_precision: str = "minute"
    occurred_margin: int | None = None
    port: str = ""
    facility: str = ""
    landmark: str = ""
    waterway: str = ""
    waterway_km: float | None = None
    lat: float | None = None
    lon: float | None = None
    place_text: str = ""
    modus_operandi: str = ""
    modus_operandi_also: tuple[str, ...] = ()
    phase: str = ""
    substance: str = ""
    quantity_kg: float | None = None
    origin_country: str = ""
    source: str = "seen"
    source_name: str = ""
    source_url: str = ""
    source_published_on: date | None = None
    source_precision: str = ""
    source_confidence: str = ""
    event_group: str = ""
    personal_data_breach: str = ""
    aware_since: datetime | None = None


def title_of(draft: Draft) -> str:
    """Return the title, or the first sentence of the text, shortened at a word."""
    title = " ".join(draft.title.split())
    if title:
        return title
    first = " ".join(SENTENCE_END.split(draft.text.strip(), maxsplit=1)[0].split()).rstrip(".")
    if len(first) <= TITLE_LONGEST:
        return first
    return first[: TITLE_LONGEST - 1].rsplit(" ", 1)[0].rstrip(",;:") + "…"


def problems_of(draft: Draft, words: Vocabulary, places: Places, *, at: datetime) -> list[Problem]:
    """Return everything that is wrong with a draft, in the order of the form."""
    return [
        *_code_problems(draft, words),
        *_text_problems(draft),
        *place_problems(draft, places),
        *_time_problems(draft, at),
        *_quantity_problems(draft),
        *_cyber_problems(draft, at),
    ]


def warnings_of(draft: Draft, words: Vocabulary) -> list[str | Promise]:
    """Return what may be a slip but is no reason to refuse."""
    found: list[str | Promise] = []
    method = next((m for m in words.modi_operandi if m.code == draft.modus_operandi), None)
    if method is not None and method.threat != draft.threat:
        found.append(_("The modus operandi is usually seen with another threat. Is that meant?"))
    if method is not None and draft.phase and draft.phase not in method.phases:
        found.append(_("This modus operandi is usually seen in another phase. Is that meant?"))
    return found


def _code_problems(draft: Draft, words: Vocabulary) -> Iterable[Problem]:
    methods = {m.code for m in words.modi_operandi}
    for name, value, known, needed in (
        ("threat", draft.threat, {t.code for t in words.threats}, True),
        ("nature", draft.nature, {t.code for t in words.natures}, True),
        ("severity", draft.severity, {t.code for t in words.severities}, True),
        ("modus_operandi", draft.modus_operandi, methods, False),
        ("phase", draft.phase, {t.code for t in words.phases}, False),
        ("substance", draft.substance, {t.code for t in words.substances}, False),
        ("occurred_precision", draft.occurred_precision, {t.code for t in words.date_precisions}, True),
        ("source", draft.source, {t.code for t in words.sources}, True),
        ("source_precision", draft.source_precision, {t.code for t in words.date_precisions}, False),
        ("source_confidence", draft.source_confidence, {t.code for t in words.confidences}, False),
        ("language", draft.language, set(LANGUAGES), True),
    ):
        if value and value not in known:
            yield Problem(name, _("This code is not in the vocabulary."))
        elif needed and not value:
            yield Problem(name, REQUIRED)
    if any(code not in methods for code in draft.modus_operandi_also):
        yield Problem("modus_operandi_also", _("This code is not in the vocabulary."))
    if len(draft.modus_operandi_also) > len(methods):
        yield Problem("modus_operandi_also", _("Name each modus operandi once."))


def _text_problems(draft: Draft) -> Iterable[Problem]:
    text = draft.text.strip()
    if not text:
        yield Problem("text", _("Say in two or three sentences what happened."))
    elif len(text) < TEXT_SHORTEST:
        yield Problem("text", _("Say a little more: at least 10 characters."))
    elif len(text) > TEXT_LONGEST:
        yield Problem("text", _("This is longer than 8,000 characters."))
    for name, value, most in (
        ("title", draft.title.strip(), TITLE_LONGEST),
        ("place_text", draft.place_text, PLACE_TEXT_LONGEST),
        ("source_name", draft.source_name, 160),
        ("source_url", draft.source_url, 2000),
        ("event_group", draft.event_group, 60),
    ):
        if len(value) > most:
            yield Problem(name, _("This is too long."))
    for name in ("text", "title", "place_text", "source_name", "source_url", "event_group"):
        value = getattr(draft, name)
        if unreadable(value):
            yield Problem(name, _("This holds characters that cannot be shown. Type it again."))
    if draft.source_url and not re.match(r"https?://[^\s/]+", draft.source_url):
        yield Problem("source_url", _("An address begins with http:// or https://."))
    if draft.origin_country and not COUNTRY.fullmatch(draft.origin_country):
        yield Problem("origin_country", _("A country is two capital letters, as EC."))


def _time_problems(draft: Draft, at: datetime) -> Iterable[Problem]:
    if draft.occurred_at.tzinfo is None:
        yield Problem("occurred_at", _("Say in which time zone this is."))
    elif draft.occurred_at > at + GRACE:
        yield Problem("occurred_at", _("This is in the future."))
    elif draft.occurred_at < EARLIEST:
        yield Problem("occurred_at", _("This is before 1990."))
    if draft.occurred_margin is not None:
        if not 0 <= draft.occurred_margin <= LONGEST_MARGIN:
            yield Problem("occurred_margin", _("Give 0 to 720 minutes."))
        elif draft.occurred_precision != "minute":
            yield Problem("occurred_margin", _("A margin in minutes goes with a time to the minute."))
    if draft.source_published_on is not None and draft.source_published_on > (at + timedelta(days=1)).date():
        yield Problem("source_published_on", _("This is in the future."))


def _quantity_problems(draft: Draft) -> Iterable[Problem]:
    if draft.quantity_kg is not None and not 0 <= draft.quantity_kg <= MOST_KG:  # also refuses what is no number
        yield Problem("quantity_kg", _("Give 0 to 100,000 kilograms."))


def breach_of(threat: str, said: str) -> str:
    """Return whether personal data were breached: of a cyber attack, what nobody said is not known."""
    return said or ("unknown" if threat == CYBER else "")


def _cyber_problems(draft: Draft, at: datetime) -> Iterable[Problem]:
    if draft.personal_data_breach not in BREACHES:
        yield Problem("personal_data_breach", _("This code is not in the vocabulary."))
    since = draft.aware_since
    for name, given in (("personal_data_breach", bool(draft.personal_data_breach)), ("aware_since", since is not None)):
        if given and draft.threat != CYBER:
            yield Problem(name, _("This goes with a cyber attack only."))
    if since is None:
        return
    if since.tzinfo is None:
        yield Problem("aware_since", _("Say in which time zone this is."))
    elif since > at + GRACE:
        yield Problem("aware_since", _("This is in the future."))
    elif draft.occurred_at.tzinfo is not None and since < _earliest(draft):
        yield Problem("aware_since", _("This is before it happened."))


def _earliest(draft: Draft) -> datetime:
    """Return the first moment at which it can have happened, as far as that is known to the minute or hour."""
    if draft.occurred_precision == "minute":
        return draft.occurred_at - timedelta(minutes=draft.occurred_margin or 0)
    if draft.occurred_precision == "hour":
        return draft.occurred_at.replace(minute=0, second=0, microsecond=0)
    return EARLIEST


def place_problems(draft: Draft, places: Places) -> list[Problem]:
    """Return what is wrong with where it was: unknown names, missing or needless fields, a position that cannot be."""
    if draft.place not in FIELDS:
        return [
            Problem("place", _("Say where it was.") if not draft.place else _("This code is not in the vocabulary."))
        ]
    found = list(_name_problems(draft, places))
    for name in FIELDS[draft.place]:
        if getattr(draft, name) in ("", None):
            found.append(Problem(name, REQUIRED))
    for name in ("facility", "landmark", "waterway", "waterway_km"):
        if getattr(draft, name) not in ("", None) and name not in FIELDS[draft.place]:
            found.append(Problem(name, _("This does not go with the kind of place chosen.")))
    return found or _position_problems(draft, places)


def _name_problems(draft: Draft, places: Places) -> Iterable[Problem]:
    if draft.port and draft.port not in places.ports:
        yield Problem("port", _("This port is not in the network."))
    if draft.facility and draft.facility not in places.facilities:
        yield Problem("facility", _("This port facility is not in the network."))
    elif draft.facility and draft.port not in ("", places.facilities[draft.facility].port):
        yield Problem("facility", _("This port facility lies in another port."))
    if draft.landmark and draft.landmark not in places.landmarks:
        yield Problem("landmark", _("This lock or bridge is not in the network."))
    if draft.waterway and draft.waterway not in places.waterways:
        yield Problem("waterway", _("This waterway is not in the network."))
    elif draft.waterway and draft.waterway_km is not None:
        length = places.waterways[draft.waterway].length_km
        if not 0 <= draft.waterway_km <= length:
            yield Problem("waterway_km", _("This waterway runs from kilometre 0 to %(end)g.") % {"end": length})


def _position_problems(draft: Draft, places: Places) -> list[Problem]:
    if (draft.lat is None) != (draft.lon is None):
        return [Problem("lon" if draft.lon is None else "lat", REQUIRED)]
    if draft.lat is None or draft.lon is None:
        return []
    if not (math.isfinite(draft.lat) and abs(draft.lat) <= 90):  # noqa: PLR2004 - degrees
        return [Problem("lat", _("A latitude lies between -90 and 90."))]
    if not (math.isfinite(draft.lon) and abs(draft.lon) <= 180):  # noqa: PLR2004 - degrees
        return [Problem("lon", _("A longitude lies between -180 and 180."))]
    if draft.place == "sea" and on_land(draft.lat, draft.lon):
        return [Problem("lat", _("This position lies on land. Choose a point on the map instead."))]
    spot, most = _named_spot(draft, places)
    if spot is not None and spot.lat is not None and spot.distance(draft.lat, draft.lon) > most:
        return [Problem("lat", _("This position is more than %(km)g km away from the place chosen.") % {"km": most})]
    if draft.place == "waterway" and places.waterways[draft.waterway].distance_to(draft.lat, draft.lon) > LANDMARK_KM:
        return [
            Problem("lat", _("This position is more than %(km)g km away from the place chosen.") % {"km": LANDMARK_KM})
        ]
    return []


def _named_spot(draft: Draft, places: Places) -> tuple[Spot | None, float]:
    if draft.place == "facility":
        return places.facilities[draft.facility], FACILITY_KM
    if draft.place == "landmark":
        return places.landmarks[draft.landmark], LANDMARK_KM
    return places.ports.get(draft.port), PORT_KM


def located(draft: Draft, places: Places) -> Located:
    """Return what is stored of a place that has no problems. A position that was given is kept; else the place's own.

    A facility and a landmark bring their port; a point or kilometre without a port gets the nearest within 60 km.
    """
    lat, lon, port = draft.lat, draft.lon, draft.port
    spot, _most = _named_spot(draft, places)
    if draft.place in ("facility", "landmark") and spot is not None:
        port = spot.port or port
        if lat is None:
            lat, lon = spot.lat, spot.lon
    if draft.place == "waterway" and lat is None and draft.waterway_km is not None:
        lat, lon = places.waterways[draft.waterway].point_at(draft.waterway_km)
    if not port and draft.place in ("point", "waterway", "landmark") and lat is not None and lon is not None:
        near = places.nearest_port(lat, lon)
        port = near.code if near else ""
    return Located(
        port=places.ports[port].id if port else None,
        facility=places.facilities[draft.facility].id if draft.facility else None,
        landmark=places.landmarks[draft.landmark].id if draft.landmark else None,
        waterway=places.waterway_ids[draft.waterway] if draft.waterway else None,
        waterway_km=draft.waterway_km,
        lat=lat,
        lon=lon,
    )


TRANSITIONS = {"close": ("open", "closed"), "reopen": ("closed", "open")}


def next_state(act: str, state: str) -> str | None:
    """Return the state after `close` or `reopen`, or None when that cannot be done from `state`."""
    before, after = TRANSITIONS[act]
    return after if state == before else None
