"""Entries of a calendar as iCalendar (RFC 5545), for a feed and for single invitations (RFC 5546).

A calendar goes to the servers of a phone's maker: an entry holds a moment, a public label and an address on the
platform, and nothing narrower than TLP:GREEN. Domains make `Entry` values; `home.calendar_sources` gathers them.

Actions that fall due are all-day events and not VTODO: of the calendars that people subscribe to, those of Google and
Outlook leave VTODO out, and Apple's shows it in accounts only, never in a subscription.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from icalendar import Calendar, Event, Timezone, vCalAddress, vText

ZONE = "Europe/Brussels"
PRODUCT = "-//Port 2 Port//Calendar//EN"
TYPE = "text/calendar"
REFRESH = timedelta(hours=1)
Method = Literal["", "PUBLISH", "REQUEST", "CANCEL"]


@dataclass(frozen=True)
class Entry:
    """One thing in a calendar. `key` stays the same for ever; `sequence` rises with each change.

    `starts` and `ends`: two moments, or two days of which the second is not in it. `url`: an address on the platform.
    `busy`: whether it takes one's time.
    """

    key: str
    sequence: int
    starts: datetime | date
    ends: datetime | date
    summary: str
    url: str
    updated_at: datetime
    cancelled: bool = False
    busy: bool = True


def calendar(entries: Iterable[Entry], *, name: str, method: Method = "", attendee: str = "") -> bytes:
    """Return a calendar. `method`: of a single invitation; a feed has none, so that clients take it as it stands.
    `attendee`: the address of who is asked to come, to whom alone it goes (REQUEST needs it: RFC 5546, 3.2.2).

    A client knows an entry again by UID and follows the higher SEQUENCE, cancellations included (RFC 5546, 2.1.5).
    """
    made = Calendar()
    made.add("prodid", PRODUCT)
    made.add("version", "2.0")
    if method:
        made.add("method", method)
    made.add("x-wr-calname", name)
    made.add("name", name)  # RFC 7986, 5.1
    made.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})  # RFC 7986, 5.7
    made.add("x-published-ttl", vText("PT1H"))
    made.add_component(Timezone.from_tzid(ZONE, first_date=date(2025, 1, 1), last_date=date(2038, 1, 1)))
    for entry in entries:
        made.add_component(_event(entry, organised=bool(method), attendee=attendee))
    return bytes(made.to_ical())


def _event(entry: Entry, *, organised: bool, attendee: str) -> Event:
    event = Event()
    event.add("uid", f"{entry.key}@{_host()}")
    event.add("sequence", entry.sequence)
    # Without a method DTSTAMP is when the entry was last revised (RFC 5545, 3.8.7.2).
    event.add("dtstamp", entry.updated_at)
    event.add("last-modified", entry.updated_at)
    event.add("dtstart", _local(entry.starts))
    event.add("dtend", _local(entry.ends))
    event.add("summary", entry.summary)
    event.add("url", entry.url)
    event.add("description", entry.url)  # several clients show no URL
    event.add("class", "PRIVATE")
    event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    event.add("transp", "OPAQUE" if entry.busy and not entry.cancelled else "TRANSPARENT")
    if organised:
        # RFC 5546 asks for an organiser; the platform is it, no person's address leaves.
        organiser = vCalAddress(f"mailto:no-reply@{_host()}")
        organiser.params["CN"] = vText("Port 2 Port")
        event.add("organizer", organiser, encode=False)
    if attendee:
        asked = vCalAddress(f"mailto:{attendee}")
        # No answer is asked for: nobody reads the organiser's mail. Who cannot come says so on the platform.
        asked.params |= {"RSVP": vText("FALSE"), "PARTSTAT": vText("NEEDS-ACTION"), "ROLE": vText("REQ-PARTICIPANT")}
        event.add("attendee", asked, encode=False)
    return event


def _local(moment: datetime | date) -> datetime | date:
    return moment.astimezone(ZoneInfo(ZONE)) if isinstance(moment, datetime) else moment


def _host() -> str:
    return urlsplit(settings.SITE_URL).hostname or "localhost"
