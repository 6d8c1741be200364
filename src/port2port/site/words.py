"""Times, numbers and names as the reader writes them. Pure: the moment, the language and the zone come from outside."""

from datetime import date, datetime, timedelta

from babel.dates import format_date, format_datetime, format_timedelta
from babel.numbers import format_decimal
from django.utils.translation import gettext as _

# CLDR's own medium patterns add words ("om", "um") that cost room in a table, so the patterns are ours.
_DAY = {"en": "d MMM y", "nl": "d MMM y", "fr": "d MMM y", "de": "d. MMM y"}
_DAY_SHORT = {"en": "d MMM", "nl": "d MMM", "fr": "d MMM", "de": "d. MMM"}
_WEEKDAY = {"en": "EEEE d MMMM", "nl": "EEEE d MMMM", "fr": "EEEE d MMMM", "de": "EEEE, d. MMMM"}
_CLOCK = "HH:mm"
# "Port of Antwerp-Bruges" is known by what remains: AB.
_SMALL_WORDS = {
    "port",
    "ports",
    "of",
    "the",
    "and",
    "de",
    "du",
    "des",
    "van",
    "von",
    "haven",
    "hafen",
    "en",
    "et",
    "und",
}


def absolute(at: datetime, language: str, *, year: bool = True) -> str:
    """Return "22 Nov 2026, 14:02": day and 24-hour clock of a moment already in the reader's zone."""
    pattern = (_DAY if year else _DAY_SHORT)[language]
    day = (
        format_date(at, pattern, locale=language).replace(".", "")
        if language != "de"
        else format_date(at, pattern, locale=language)
    )
    return f"{day}{',' if year else ''} {format_datetime(at, _CLOCK, locale=language)}"


def day(at: date, language: str, *, year: bool = True) -> str:
    """Return "22 Nov 2026" (or without the year) in the reader's language."""
    text = format_date(at, (_DAY if year else _DAY_SHORT)[language], locale=language)
    return text if language == "de" else text.replace(".", "")


def weekday(at: date, language: str) -> str:
    """Return "Sunday 22 November"; capitalised where the language starts a line so."""
    text = format_date(at, _WEEKDAY[language], locale=language)
    return text[:1].upper() + text[1:]


def relative(at: datetime, now: datetime, language: str) -> str:
    """Return "8 min ago" or "in 6 days": how far `at` is from `now`, in one unit."""
    gap = at - now
    if abs(gap) < timedelta(seconds=50):
        return _("just now")
    width = "short" if abs(gap) < timedelta(hours=22) else "long"
    text = format_timedelta(gap, add_direction=True, format=width, locale=language, threshold=0.95)  # type: ignore[arg-type]
    return text if language == "de" else text.replace(".", "")


def days_between(at: date, today: date, language: str) -> str:
    """Return "in 6 days", "today", "3 days ago": the distance between two days."""
    if at == today:
        return _("today")
    return format_timedelta(at - today, granularity="day", add_direction=True, locale=language, threshold=1.5)


def number(value: float, language: str, places: int = 0) -> str:
    """Return a number with the reader's separators; at most `places` decimals."""
    pattern = "#,##0" + ("." + "#" * places if places else "")
    return format_decimal(value, format=pattern, locale=language)


def initials(name: str) -> str:
    """Return one to three capitals for a name: "Port of Antwerp-Bruges" is AB; what stands in brackets is left out."""
    words = [word for word in name.split(" (")[0].replace("-", " ").split() if word.casefold() not in _SMALL_WORDS]
    return "".join(word[0] for word in words[:3]).upper() or name[:2].upper()
