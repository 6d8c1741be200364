"""The calendar: what leaves and what does not, and that a client of RFC 5545 and 5546 follows changes."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from icalendar import Calendar, Event

from port2port.base.clock import now
from port2port.members.models import Token
from port2port.sharing.calendar import Entry, calendar
from port2port.workgroups import actions, meeting_actions, work_actions
from port2port.workgroups.models import Meeting
from tests.workgroups.writing import CHAIR, MEMBER, OUTSIDER, SECRETARY, World, meeting, world

FEED = "/feeds/calendar.ics"


@pytest.fixture
def made(acting: Any, cast: Any) -> World:
    return world(acting, cast)


def link_of(browser: Client) -> str:
    """Make the secret link and return its path."""
    answer = browser.post("/calendar/", {"make": "1"})
    found = re.search(r"(/feeds/calendar\.ics\?key=[\w%-]+)", answer.content.decode())
    assert answer.status_code == 200 and found, "the link is shown once"
    return found[1]


def fetched(path: str) -> list[Event]:
    answer = Client().get(path)
    assert answer.status_code == 200 and answer["Content-Type"] == "text/calendar; charset=utf-8"
    return list(Calendar.from_ical(answer.content).walk("VEVENT"))


class Phone:
    """A client as RFC 5546, 2.1.5 asks: it knows an event by UID, takes a higher SEQUENCE or a later stamp."""

    def __init__(self) -> None:
        self.events: dict[str, Event] = {}

    def take(self, events: list[Event]) -> None:
        for event in events:
            uid, held = str(event["UID"]), self.events.get(str(event["UID"]))
            rank = (int(event["SEQUENCE"]), event["DTSTAMP"].dt)
            if held is None or rank >= (int(held["SEQUENCE"]), held["DTSTAMP"].dt):
                self.events[uid] = event

    def shown(self) -> list[Event]:
        return [event for event in self.events.values() if event["STATUS"] != "CANCELLED"]


def test_a_move_and_a_cancellation_are_followed(made, acting, client_for):
    with acting(CHAIR):
        coming = meeting(made.group, starts_at=datetime(2027, 7, 1, 12, 0, tzinfo=UTC), title="Coming")
    path, phone = link_of(client_for(MEMBER)), Phone()
    first = fetched(path)
    phone.take(first)
    key = next(uid for uid in phone.events if str(coming) in uid)
    before = phone.events[key]
    assert before["DTSTART"].dt.isoformat() == "2027-07-01T14:00:00+02:00"  # summer time in Brussels
    assert before["DTSTART"].params["TZID"] == "Europe/Brussels"
    with acting(SECRETARY):
        meeting_actions.change_meeting(
            coming, title="Coming", starts_at=datetime(2027, 12, 1, 9, 0, tzinfo=UTC),
            ends_at=datetime(2027, 12, 1, 11, 0, tzinfo=UTC), place="", language="en", expected=1, at=now(),
        )  # fmt: skip
    phone.take(fetched(path))
    phone.take(first)  # an older copy comes late: it is dropped
    moved = phone.events[key]
    assert moved["SEQUENCE"] > before["SEQUENCE"] and moved["DTSTART"].dt.isoformat() == "2027-12-01T10:00:00+01:00"
    with acting(CHAIR):
        meeting_actions.cancel_meeting(coming, expected=2, at=now())
    phone.take(fetched(path))
    assert phone.events[key]["STATUS"] == "CANCELLED" and key not in {str(event["UID"]) for event in phone.shown()}
    with acting(CHAIR):
        meeting_actions.restore_meeting(coming, expected=3, at=now())
    phone.take(fetched(path))
    assert key in {str(event["UID"]) for event in phone.shown()} and phone.events[key]["SEQUENCE"] == 3


def test_approving_and_writing_change_nothing_in_a_calendar(made, acting):
    with acting(CHAIR):
        later = meeting(made.group, title="Second", starts_at=now() - timedelta(minutes=30))
        meeting_actions.write_minutes(made.item, minutes="x", language="en", expected=1, at=now())
        meeting_actions.approve_minutes(made.meeting, approved_in=later, expected=1, at=now())
        assert Meeting.objects.get(record_id=made.meeting).sequence == 0


def test_no_word_of_a_group_leaves_but_its_public_label(made, acting, client_for, cast):
    with acting(CHAIR):
        work_actions.assign(
            made.group, text="Secretword call.", owner=cast[MEMBER].person, due=date(2027, 3, 1), language="en",
            item=made.item, at=now(),
        )  # fmt: skip
    path = link_of(client_for(MEMBER))
    body = Client().get(path).content.decode()
    assert "Ports group" in body
    for word in ("Secretword", "First meeting", "Room 1", "Drones", "ORGANIZER", "ATTENDEE", "Antwerp"):
        assert word not in body, word
    due = next(event for event in fetched(path) if "action-" in event["UID"])
    assert (
        due["DTSTART"].dt == date(2027, 3, 1) and due["DTEND"].dt == date(2027, 3, 2) and due["TRANSP"] == "TRANSPARENT"
    )
    assert fetched(link_of(client_for(OUTSIDER))) == []


def test_the_calendar_is_a_calendar(made, client_for):
    raw = Client().get(link_of(client_for(CHAIR))).content
    assert raw.endswith(b"END:VCALENDAR\r\n") and max(len(line) for line in raw.split(b"\r\n")) <= 75
    parsed = Calendar.from_ical(raw)
    assert parsed["VERSION"] == "2.0" and parsed["PRODID"] and "METHOD" not in parsed
    zones = [str(zone["TZID"]) for zone in parsed.walk("VTIMEZONE")]
    assert zones == ["Europe/Brussels"]
    for event in parsed.walk("VEVENT"):
        assert event["DTSTAMP"].dt == event["LAST-MODIFIED"].dt and event["DTSTAMP"].dt.tzinfo is not None
        assert not parsed.errors and not event.errors and event["URL"].startswith("http")


def test_an_invitation_is_published_and_then_cancelled(made, acting, client_for):
    with acting(CHAIR):
        coming = meeting(made.group, starts_at=now() + timedelta(days=9))
    path = f"/workgroups/meetings/{coming}/invitation.ics"
    published = client_for(MEMBER).get(path)
    first = Calendar.from_ical(published.content)
    assert first["METHOD"] == "PUBLISH" and "method=PUBLISH" in published["Content-Type"]
    (event,) = first.walk("VEVENT")
    assert event["ORGANIZER"] == "mailto:no-reply@localhost" and event["STATUS"] == "CONFIRMED"
    with acting(CHAIR):
        meeting_actions.cancel_meeting(coming, expected=1, at=now())
    second = Calendar.from_ical(client_for(MEMBER).get(path).content)
    (gone,) = second.walk("VEVENT")
    assert second["METHOD"] == "CANCEL" and gone["STATUS"] == "CANCELLED"
    assert gone["UID"] == event["UID"] and gone["SEQUENCE"] > event["SEQUENCE"]


def test_the_link_is_kept_as_a_hash_replaced_ended_and_opens_nothing_else(made, client_for, owner):
    browser = client_for(MEMBER)
    first = link_of(browser)
    second = link_of(browser)
    secret = second.partition("key=")[2]
    assert Client().get(first).status_code == 401 and Client().get(second).status_code == 200
    kept = owner.execute("select secret_hash, scopes from members_token where revoked_at is null").fetchall()
    assert len(kept) == 1 and secret.encode() not in kept[0][0] and kept[0][1] == ["calendar"]
    machine = Client(headers={"Authorization": f"Bearer {secret}"})
    assert machine.get(FEED).status_code == 200
    for path in ("/api/v1/reports", "/api/v1/meetings", "/feeds/alerts.atom", "/api/v1/workgroups"):
        assert machine.get(path).status_code == 403, path
        assert Client().get(f"{path}?key={secret}").status_code == 401, path
    assert secret not in browser.get("/calendar/").content.decode()
    browser.post("/calendar/", {"end": "1"})
    assert Client().get(second).status_code == 401


def test_a_token_that_may_do_more_opens_no_calendar_by_its_address(made, bearer_for):
    bearer = bearer_for(MEMBER, ("read", "calendar"))["Authorization"].removeprefix("Bearer ")
    assert Client().get(FEED, {"key": bearer}).status_code == 401


def test_the_link_ends_with_the_membership_and_shows_what_its_holder_sees(made, acting, client_for, cast, owner):
    path = link_of(client_for(MEMBER))
    assert fetched(path)
    with acting(CHAIR):
        actions.unseat_person(made.group, person=cast[MEMBER].person, at=now())
    assert fetched(path) == []
    with acting(MEMBER):
        assert Token.objects.count() == 1
    owner.execute("update members_person set active = false where id = %s", [cast[MEMBER].person])
    assert Client().get(path).status_code == 401


def test_an_entry_says_no_more_than_it_was_given():
    at = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)
    entry = Entry("k", 2, at, at + timedelta(hours=1), "Label; with, signs\nand lines", "https://p2p.test/x", at)
    (event,) = Calendar.from_ical(calendar([entry], name="P")).walk("VEVENT")
    assert event["SUMMARY"] == "Label; with, signs\nand lines" and event["SEQUENCE"] == 2
    assert set(event) <= {
        "UID", "SEQUENCE", "DTSTAMP", "LAST-MODIFIED", "DTSTART", "DTEND", "SUMMARY", "URL", "DESCRIPTION", "CLASS",
        "STATUS", "TRANSP",
    }  # fmt: skip
