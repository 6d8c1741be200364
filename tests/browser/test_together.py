"""Several at one report: what a partner adds is told on the owner's open page, and read there."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.test_behaviour import live

pytestmark = pytest.mark.browser
OWNER, PARTNER = "pso@antwerp.demo", "pso@northsea.demo"


def test_a_partners_update_is_told_live_on_the_owners_open_page(person, share):
    report = share(OWNER)
    page = person(OWNER).open(f"/reports/{report}/")
    live(page)
    changed = page.locator("[data-report-changed]")
    expect(changed).to_be_hidden()

    theirs = person(PARTNER).open(f"/reports/{report}/")
    theirs.get_by_label("Add what you know").fill("It came back along our quay at four.")
    theirs.get_by_role("button", name="Add", exact=True).click()
    expect(theirs.locator("#together")).to_contain_text("It came back along our quay at four.")

    expect(changed).to_be_visible()
    expect(page.locator("#together")).not_to_contain_text("along our quay")
    changed.get_by_role("link").click()
    expect(page.locator("#together")).to_contain_text("It came back along our quay at four.")


def test_seen_here_too_from_a_telephone(person, share):
    report = share(OWNER)
    page = person(PARTNER, width=390, height=844).open(f"/reports/{report}/")
    page.get_by_role("link", name="Seen here too").click()
    page.get_by_label("What did you see?").fill("The same one above our lock, no lights.")
    page.get_by_role("button", name="Share", exact=True).click()
    expect(page.locator("#linked")).to_contain_text("Linked to 1 report")
    page.locator("#linked").get_by_role("link").first.click()
    expect(page).to_have_url(re.compile(report))
    expect(page.locator("#together")).to_contain_text("Seen too")
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
