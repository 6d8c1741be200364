"""The question before a drone is reported, on a phone: asked even in haste, never holding a report up."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from port2port.members.acting import acting_as
from tests.browser.test_offline import on_the_phone, report
from tests.browser.test_offline import shared as shared  # the fixture
from tests.flights.writing import flight

pytestmark = pytest.mark.browser
FOUND = "[data-flights-found]"


@pytest.fixture
def flown(aside: Any, cast: dict[str, Any]) -> Any:
    """A patrol of Antwerp over Kallo lock, for ports and police."""

    def enter() -> Any:
        with acting_as(cast["pso@antwerp.demo"].person, cast["pso@antwerp.demo"].hat):
            return flight().record_id

    return aside(enter)


def write(page: Page) -> None:
    page.locator("label", has=page.locator("input[name=threat][value=drone_misuse]")).tap()
    page.locator("[name=text]").fill("A drone hangs above the lock, five minutes already.")
    page.locator("[name=where]").select_option("landmark:kallo-lock")


def test_in_haste_it_is_asked_once_and_sent_all_the_same(person, shared, flown):
    _phone, page = on_the_phone(person)
    write(page)
    report(page)  # before the form could ask by itself
    expect(page.locator(FOUND)).to_be_focused()
    assert shared() == []
    page.get_by_role("button", name="Send all the same").tap()
    page.wait_for_url(re.compile("/reports/[0-9a-f-]{36}/"))
    expect(page.locator("#flights")).to_contain_text("Was shown before this was sent all the same.")
    assert len(shared()) == 1


def test_it_is_this_one_sends_nothing_and_leaves_no_draft(person, shared, flown):
    phone, page = on_the_phone(person)
    write(page)
    page.get_by_role("button", name="It is this one, do not send").tap()
    page.wait_for_url(re.compile(f"/flights/{flown}/"))
    assert shared() == []
    page = phone.open("/reports/new/")
    expect(page.locator("[name=text]")).to_have_value("")


def test_without_a_network_it_says_that_none_are_shown_and_the_report_waits(person, flown):
    phone, page = on_the_phone(person)
    phone.context.set_offline(True)
    write(page)
    expect(page.locator("[data-flights-note]")).to_contain_text("No network")
    report(page)
    expect(page.locator("[data-outbox-said]")).to_contain_text("Waiting for network: 1 form")
