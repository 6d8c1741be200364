"""Cursor on Target events: what the schema asks, marks of exercises, and what XML cannot carry."""

import re
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import given
from hypothesis import strategies as st

from port2port.exchange.tak.cot import DRONE, SPOT, STALE, Event, Sighting, of_alert, of_sighting, written
from tests.alerts.test_rules import AREAS, AT, DRAFT
from tests.exchange.test_stix_alerts import PLACES

RECORD = UUID("0192f0c1-0000-7000-8000-0000000000aa")
MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z")
URL = "https://port2port.example/alerts/1/"


def shown(**changes: Any) -> Any:
    draft = replace(DRAFT, **({"areas": AREAS} | changes))
    return SimpleNamespace(
        draft=draft, message="Alert", record=SimpleNamespace(id=RECORD, tlp=1),
        alert=SimpleNamespace(status=draft.status, valid_from=draft.valid_from, valid_until=draft.valid_until),
    )  # fmt: skip


def parsed(event: Event) -> Any:
    return fromstring(written(event, at=AT))


def test_an_alert_is_a_point_for_each_place_with_a_name_that_stays():
    found = of_alert(shown(), PLACES, "en", url=URL)
    assert [one.uid for one in found] == [f"port2port.{RECORD}.{number}" for number in range(5)]
    root = parsed(found[0])
    assert root.tag == "event"
    assert (root.get("version"), root.get("type"), root.get("how"), root.get("opex")) == ("2.0", SPOT, "h-e", "o")
    assert re.fullmatch(r"\w+(-\w+)*(;[^;]*)?", root.get("type"))
    assert all(MOMENT.fullmatch(root.get(name)) for name in ("time", "start", "stale"))
    point = root.find("point")
    assert point.attrib == {
        "lat": "51.264000",
        "lon": "4.291000",
        "hae": "9999999.0",
        "ce": "2000.0",
        "le": "9999999.0",
    }
    assert parsed(found[1]).find("point").get("ce") == "9999999.0"
    remarks = root.findtext("detail/remarks")
    assert remarks.startswith("TLP:GREEN\n") and remarks.endswith(URL)
    assert root.find("detail/contact").get("callsign")


def test_it_is_stale_within_minutes_and_never_after_its_end():
    far = replace(of_alert(shown(), PLACES, "en", url=URL)[0], until=AT + timedelta(hours=1))
    assert parsed(far).get("stale") == (AT + STALE).strftime("%Y-%m-%dT%H:%M:%SZ")
    near = replace(far, until=AT + timedelta(minutes=1))
    assert parsed(near).get("stale") == (AT + timedelta(minutes=1)).strftime("%Y-%m-%dT%H:%M:%SZ")


@pytest.mark.parametrize(("status", "opex", "word"), [("Exercise", "e", "EXERCISE"), ("Test", "s", "TEST")])
def test_what_is_not_real_says_so_three_times(status, opex, word):
    root = parsed(of_alert(shown(status=status), PLACES, "en", url=URL)[0])
    assert root.get("opex") == opex
    assert root.find("detail/contact").get("callsign").startswith(f"{word} {word} {word} ")
    assert f"{word} {word} {word}" in root.findtext("detail/remarks")


def test_a_place_without_a_position_is_no_point():
    assert of_alert(shown(areas=()), PLACES, "nl", url=URL) == []


def test_a_drone_that_was_seen_is_an_unknown_one_in_the_air():
    one = Sighting(RECORD, "Over the lock (test)", 51.2, 4.2, AT, 1, URL, "Invented")
    root = parsed(of_sighting(one, until=AT + STALE))
    assert (root.get("type"), root.get("uid")) == (DRONE, f"port2port.{RECORD}")
    assert root.findtext("detail/remarks") == f"Invented\nTLP:GREEN\n{URL}"
    assert root.find("point").get("ce") == "9999999.0"


@given(name=st.text(max_size=40), remarks=st.text(max_size=80))
def test_any_text_is_an_xml_document(name, remarks):
    event = Event(uuid4(), 0, "u", SPOT, 1.0, 2.0, AT, AT + STALE, name, remarks)
    root = parsed(event)
    assert len(list(root)) == 2
    assert set(root.findtext("detail/remarks") or "") <= set(remarks) | {"\n"}
