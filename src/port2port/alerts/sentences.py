"""An alert as whole sentences in each language, made of its codes, places and times alone.

What somebody wrote by hand is extra: it stands in the description, once, and says in which language it is. Every
text that leaves this module is made by `_marked`: one of an exercise or a test begins with its word three times, and
all but headlines end with it. So nothing that shows an alert can leave it out, and nothing should show a draft's own
fields in its place.
"""

from collections.abc import Mapping
from datetime import datetime
from functools import cache, reduce
from typing import Literal
from zoneinfo import ZoneInfo

from babel.dates import format_date
from babel.numbers import format_decimal

from port2port.alerts.rules import Draft, is_urgent, mark_of
from port2port.alerts.vocabulary import by_code, vocabulary
from port2port.members.areas import Area, Atlas, CircleArea, FacilityArea, PolygonArea, PortArea, StretchArea
from port2port.members.data_files import LANGUAGES, Names, label

MessageType = Literal["Alert", "Update", "Cancel"]
ZONE = ZoneInfo("Europe/Brussels")
HEADLINE_AREAS, HEADLINE_SYSTEMS = 2, 2
_PREFIXES: Mapping[tuple[MessageType, bool], str] = {
    ("Alert", False): "",
    ("Alert", True): "urgent",
    ("Update", False): "updated",
    ("Update", True): "urgent_updated",
    ("Cancel", False): "cancelled",
    ("Cancel", True): "cancelled",
}
POSITION_PATTERN = "0.0000"  # degrees; a tenth of a second of arc is as well as anybody points


def headline(draft: Draft, atlas: Atlas, language: str, *, message: MessageType = "Alert") -> str:
    """Return one line: what, where, and URGENT if it is.

    Raises KeyError for a code or language that is not in the vocabulary.
    """
    prefix = _PREFIXES[message, is_urgent(draft)]
    line = _what_and_where(draft, atlas, language)
    return _marked(draft, language, _phrase(prefix, language, headline=line) if prefix else line, around=False)


def title(draft: Draft, atlas: Atlas, language: str) -> str:
    """Return what and where in one line, for where urgency and kind of message stand beside it as shapes and words.

    Raises KeyError for a code or language that is not in the vocabulary.
    """
    return _marked(draft, language, _what_and_where(draft, atlas, language), around=False)


def _what_and_where(draft: Draft, atlas: Atlas, language: str) -> str:
    event = by_code(vocabulary().events, draft.event).label(language)
    if draft.systems:
        systems = ", ".join(system.said for system in draft.systems[:HEADLINE_SYSTEMS])
        if len(draft.systems) > HEADLINE_SYSTEMS:
            more = len(draft.systems) - HEADLINE_SYSTEMS
            systems = _phrase("more_systems", language, systems=systems, count=more)
        event = _phrase("about_systems", language, event=event, systems=systems)
    if not draft.areas:
        return event
    areas = _areas(draft.areas[:HEADLINE_AREAS], atlas, language)
    if len(draft.areas) > HEADLINE_AREAS:
        areas = _phrase("more_areas", language, areas=areas, count=len(draft.areas) - HEADLINE_AREAS)
    return _phrase("headline", language, event=event, areas=areas)


def _areas(areas: tuple[Area, ...], atlas: Atlas, language: str) -> str:
    names = [area_name(area, atlas, language) for area in areas]
    return reduce(lambda before, after: _phrase("areas", language, before=before, after=after), names)


def event_label(draft: Draft, language: str) -> str:
    """Return what kind of alert it is, in a few words."""
    return _marked(draft, language, by_code(vocabulary().events, draft.event).label(language), around=False)


def description(draft: Draft, atlas: Atlas, language: str, *, message: MessageType = "Alert") -> str:
    """Return what is going on, how sure, how grave and how urgent it is, where and how long, in paragraphs.

    Raises KeyError for a code or language that is not in the vocabulary.
    """
    words = vocabulary()
    status = by_code(words.statuses, draft.status)
    paragraphs = [status.description(language)] if status.mark else []
    if message != "Alert":
        paragraphs.append(by_code(words.message_types, message).description(language))
    if message == "Cancel":
        said = _what_and_where(draft, atlas, language)
        paragraphs.append(_phrase("cancelled_facts", language, headline=said))
    else:
        paragraphs.append(_facts(draft, language))
        paragraphs.append(_systems(draft, language))
        paragraphs.append(_where_and_when(draft, atlas, language))
    paragraphs.append(_own_words(draft, language))
    return _marked(draft, language, "\n".join(paragraph for paragraph in paragraphs if paragraph))


def _facts(draft: Draft, language: str) -> str:
    words = vocabulary()
    return " ".join(
        (
            by_code(words.events, draft.event).description(language),
            by_code(words.certainties, draft.certainty).description(language),
            by_code(words.severities, draft.severity).description(language),
            by_code(words.urgencies, draft.urgency).description(language),
        )
    )


def _systems(draft: Draft, language: str) -> str:
    """Return which suppliers and systems it is about, each with its identifiers, and whom it goes to."""
    if not draft.systems:
        return ""
    said = [
        " ".join(dict.fromkeys(part for part in (system.said, system.cpe, system.package) if part))
        for system in draft.systems
    ]
    return _phrase("systems", language, systems="; ".join(said))


def _where_and_when(draft: Draft, atlas: Atlas, language: str) -> str:
    start, end = moment(draft.valid_from, language), moment(draft.valid_until, language)
    when = _phrase("when", language, start=start, end=end)
    if not draft.areas:
        return when
    return _phrase("where", language, areas=_areas(draft.areas, atlas, language)) + " " + when


def instruction(draft: Draft, language: str, *, message: MessageType = "Alert") -> str:
    """Return what the reader must do, a sentence a line; of a cancelled alert, that nothing need be done any more.

    Raises KeyError for a code or language that is not in the vocabulary.
    """
    if message == "Cancel":
        return _marked(draft, language, _phrase("cancelled_instruction", language))
    known = vocabulary().instructions
    return _marked(draft, language, "\n".join(by_code(known, code).label(language) for code in draft.instructions))


def public_line(draft: Draft, language: str) -> str | None:
    """Return what may be said in public in a language, once the embargo is over, or None if nobody wrote it."""
    for line in draft.public.lines if draft.public is not None else ():
        if line.language == language:
            return _marked(draft, language, _lines(line.text))
    return None


def area_name(area: Area, atlas: Atlas, language: str) -> str:
    """Return a place in words. One whose name is not known any more is called by its code: an alert is never mute."""
    match area:
        case PortArea(port):
            return _phrase("port", language, name=_name(atlas.ports, port, language))
        case FacilityArea(facility):
            return _name(atlas.facilities, facility, language)
        case StretchArea(waterway, from_km, to_km):
            name, start = _name(atlas.waterways, waterway, language), _number(from_km, language)
            if from_km == to_km:
                return _phrase("kilometre", language, name=name, start=start)
            return _phrase("stretch", language, name=name, start=start, end=_number(to_km, language))
        case CircleArea(lat, lon, km, landmark):
            name = _name(atlas.landmarks, landmark, language) if landmark else _position(lat, lon, language)
            return _phrase("circle", language, name=name, km=_number(km, language))
        case PolygonArea(points):
            corners = points[:-1]
            lat, lon = (sum(values) / len(corners) for values in zip(*corners, strict=True))
            return _phrase("polygon", language, name=_position(lat, lon, language))


def moment(at: datetime, language: str) -> str:
    """Return "Sunday 22 November 2026 at 14:02": a moment by the clock of Brussels.

    In the hour that comes twice when summer time ends, the distance to UTC stands behind it.
    """
    local = at.astimezone(ZONE)
    clock = f"{local:%H:%M}"
    if local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset():
        hours = int(f"{local:%z}"[:3])
        clock += f" (UTC{hours:+d})"
    return _phrase(
        "moment_on_the_first" if local.day == 1 else "moment",
        language,
        weekday=format_date(local, "EEEE", locale=language),
        day=local.day,
        month=format_date(local, "MMMM", locale=language),
        year=local.year,
        clock=clock,
    )


def _marked(draft: Draft, language: str, text: str, *, around: bool = True) -> str:
    """Return a text as it may leave: of an exercise or test, never without its word."""
    if language not in LANGUAGES:  # a label would be English then, and a phrase would fail
        raise KeyError(language)
    mark = mark_of(draft, vocabulary(), language)
    if not mark:
        return text
    return f"{mark}\n{text}\n{mark}" if around else f"{mark} {text}"


def _own_words(draft: Draft, language: str) -> str:
    text = "\n".join(part for part in (" ".join(draft.headline.split()), _lines(draft.text)) if part)
    if not text:
        return ""
    if draft.language == language:
        return _phrase("own_words", language, text=text)
    written = by_code(vocabulary().languages, draft.language).label(language)
    return _phrase("written_in", language, language=written, text=text)


def _lines(text: str) -> str:
    """Return a text with one kind of line end, as XML would make it, and no empty edges."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def _name(names: Mapping[str, Names], code: str, language: str) -> str:
    return label(names[code], language) if code in names else code


def _number(value: float, language: str) -> str:
    return format_decimal(value, format="#,##0.##", locale=language)


def _position(lat: float, lon: float, language: str) -> str:
    quarter = f"{'north' if lat >= 0 else 'south'}_{'east' if lon >= 0 else 'west'}"
    north, east = (format_decimal(abs(value), format=POSITION_PATTERN, locale=language) for value in (lat, lon))
    return _phrase(quarter, language, lat=north, lon=east)


@cache
def _patterns() -> dict[str, Names]:
    return {phrase.code: phrase.names for phrase in vocabulary().phrases}


def _phrase(phrase: str, in_language: str, /, **gaps: object) -> str:
    """Return a phrase with its gaps filled; what fills them is never read as a pattern itself."""
    return _patterns()[phrase][in_language].format(**gaps)
