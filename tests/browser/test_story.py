"""The story this platform is for: a report from a phone in Antwerp stands on the right screens, and on no other."""

import re

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser
TEXT = "Drone boven de sluis, vier minuten lang."
MANDATORY = 4  # what, what happened, where, and when (which says now already)


def list_of(page: Page) -> Page:
    """Open the list and wait until it is live."""
    page.goto("/reports/")
    expect(page.locator(".pp-live")).to_have_attribute("data-live", "on")
    return page


def test_a_report_from_a_phone_stands_on_the_other_screen_and_not_on_the_outsiders(person):
    phone = person("pso@antwerp.demo", "nl", width=390, height=844, has_touch=True, is_mobile=True)
    partner = list_of(person("pso@northsea.demo", "nl").context.new_page())
    outsider = list_of(person("officer@outside.demo", "nl").context.new_page())

    page = phone.open("/reports/new/")
    required = page.locator("[data-report-form] :is(input, select, textarea)[required]:visible")
    asked_for = {required.nth(number).get_attribute("name") for number in range(required.count())}
    assert asked_for <= {"threat", "text", "where", "when", "audience"}, asked_for
    lowest = page.get_by_label("Waar?").bounding_box()
    assert lowest is not None and lowest["y"] + lowest["height"] < 844, "all of it stands on the first screen"
    page.locator("label", has=page.locator("input[name=threat][value=drone_misuse]")).tap()
    page.get_by_label("Wat is er gebeurd?").fill(TEXT)
    page.get_by_label("Waar?").select_option("landmark:kallo-lock")
    expect(page.locator("[data-preview-room]")).to_contain_text(re.compile(r"\d+ (mensen|personen)"))
    page.locator(".pp-send button").tap()
    expect(page).to_have_url(re.compile(r"/reports/[0-9a-f-]{36}/"))
    expect(page.locator("h1")).to_contain_text("Drone boven de sluis")
    address = page.url.split("?")[0]

    bar = partner.locator("[data-newbar] a")
    expect(bar).to_have_text("1 nieuwe melding, tonen", timeout=5000)
    bar.click()
    row = partner.locator("[data-reports] tr", has_text="Drone boven de sluis")
    expect(row).to_be_visible()
    expect(outsider.locator("[data-newbar] a")).to_be_hidden()
    assert "Drone boven" not in outsider.content()

    page.goto(f"{address}withdraw/")
    page.locator("[name=reason]").select_option("mistake")
    reference = page.locator("nav.pp-crumb a, .pp-crumb a").nth(1).inner_text()
    page.locator("[name=confirm]").fill(reference)
    page.locator("form.pp-confirm .btn-danger").tap()
    expect(page).to_have_url(re.compile(r"/reports/"))
    expect(row).to_have_count(0, timeout=5000)
    expect(outsider.locator("[data-newbar] a")).to_be_hidden()
    outsider.reload()
    assert "Drone boven" not in outsider.content()


def test_an_open_report_says_that_it_was_withdrawn(person):
    author = person("pso@antwerp.demo")
    page = author.open("/reports/new/")
    page.locator("label", has=page.locator("input[name=threat][value=drone_misuse]")).click()
    page.locator("[name=text]").fill("A drone hung above the gate for minutes.")
    page.locator("[name=where]").select_option("port:BEANR")
    page.locator(".pp-send button").click()
    expect(page).to_have_url(re.compile(r"/reports/[0-9a-f-]{36}/"))
    address = page.url.split("?")[0]

    reader = person("pso@northsea.demo")
    theirs = reader.open(address)
    expect(theirs.locator(".pp-live")).to_have_attribute("data-live", "on")
    page.goto(f"{address}withdraw/")
    page.locator("[name=reason]").select_option("duplicate")
    page.locator("[name=confirm]").fill(page.locator(".pp-crumb a").nth(1).inner_text())
    page.locator("form.pp-confirm .btn-danger").click()
    expect(theirs.locator("[data-report-gone]")).to_be_visible(timeout=5000)
    expect(theirs.locator(".pp-split")).to_have_count(0)
    reader.watched.expected.add(410)
    reader.watched.expected.add(404)
    theirs.reload()
    assert "A drone hung" not in theirs.content()
