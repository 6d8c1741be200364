"""An alert from a report stands on the other desk's screen, is acknowledged with one click, and its sender sees it."""

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser
SHOTS = os.environ.get("TEST_SHOTS", "")


def shot(page: Page, name: str) -> None:
    """Keep a picture of the page at both widths, when somebody wants to look at it."""
    if not SHOTS:
        return
    Path(SHOTS).mkdir(parents=True, exist_ok=True)
    before = page.viewport_size
    for width, height in ((1440, 900), (390, 844)):
        page.set_viewport_size({"width": width, "height": height})
        page.screenshot(path=f"{SHOTS}/{name}-{width}.png", full_page=True)
    if before is not None:
        page.set_viewport_size(before)


def live(page: Page) -> Page:
    expect(page.locator(".pp-live")).to_have_attribute("data-live", "on")
    return page


def narrow(page: Page) -> None:
    """Nothing is wider than a phone."""
    page.set_viewport_size({"width": 360, "height": 800})
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 360, f"{page.url} is {wide} wide"


def test_from_a_report_to_the_other_desk_and_back(person, share):
    report = share("pso@antwerp.demo", place={"kind": "landmark", "landmark": "kallo-lock"})
    sender, other = person("pso@antwerp.demo"), person("pso@northsea.demo")
    theirs = live(other.open("/alerts/"))
    shot(theirs, "empty")

    page = sender.open(f"/reports/{report}/")
    page.locator(f"a[href='/alerts/new/?report={report}']").click()
    page.get_by_role("link", name="Drone seen", exact=True).click()
    expect(page.locator("[name=where]")).to_have_value("landmark:kallo-lock")
    expect(page.locator("[data-preview-room] [lang=de]")).to_have_count(1)
    page.locator("label", has=page.locator("[name=audience][value=ports-and-police]")).click()
    expect(page.locator("[data-preview-room]")).to_contain_text(re.compile(r"\d+ people in \d+ organisations will see"))
    shot(page, "new")
    page.locator(".pp-send .btn-primary").click()
    expect(page).to_have_url(re.compile(r"/alerts/[0-9a-f-]{36}/$"))
    live(page)
    expect(page.locator("[data-recipients] h2")).to_have_text(re.compile(r"^0 of \d+ desks have acknowledged"))

    bar = theirs.locator("[data-newbar] a")
    expect(bar).to_have_text("1 new alert, show", timeout=5000)
    bar.click()
    expect(theirs.locator("h1 em")).to_have_text("1 needs your acknowledgement")
    shot(theirs, "list")
    home = other.open("/")
    shot(home, "home")
    home.locator(".pp-task--urgent .btn-signal").click()
    expect(home.locator("#acknowledge h2")).to_have_text("Your desk has acknowledged")
    home.locator("[name=done]").fill("Patrol boat on its way.")
    home.locator("#acknowledge button").click()
    expect(home.locator("#acknowledge")).to_contain_text("Patrol boat on its way.")
    shot(home, "acknowledged")

    expect(page.locator("[data-recipients] h2")).to_have_text(re.compile("^1 of"), timeout=5000)
    expect(page.locator("[data-recipients]")).to_contain_text("Patrol boat on its way.")
    shot(page, "detail")
    for screen in (home, theirs, page):
        narrow(screen)

    address = page.url
    page.goto(f"{address}cancel/")
    page.locator("[name=reason]").fill("The drone was our own.")
    shot(page, "cancel")
    page.get_by_role("button", name="Cancel the alert").click()
    expect(page.locator(".pp-sub--facts")).to_contain_text("Cancellation")
    expect(home.locator("[data-alert-changed]")).to_be_visible(timeout=5000)
    theirs.reload()
    expect(theirs.locator("h1")).to_have_text("No alert is in force")
    shot(theirs, "over")


def test_an_exercise_is_marked_before_it_is_sent_and_the_form_keeps_to_a_phone(person):
    page = person("pso@antwerp.demo", "nl", width=390, height=844).open("/alerts/new/?template=exercise_drone")
    room = page.locator("[data-preview-room]")
    page.locator("[name=where]").select_option("port:BEANR")
    expect(room).to_contain_text("OEFENING OEFENING OEFENING")
    expect(room).to_contain_text("EXERCICE EXERCICE EXERCICE")
    shot(page, "exercise")
    narrow(page)
    page.locator("label", has=page.locator("[name=audience][value=ports-and-police]")).click()
    page.locator(".pp-send .btn-primary").click()
    expect(page).to_have_url(re.compile(r"/alerts/[0-9a-f-]{36}/$"))
    expect(page.locator("h1")).to_contain_text("OEFENING OEFENING OEFENING")
    shot(page, "exercise-detail")
    page.goto(f"{page.url}update/")
    shot(page, "update")
    page.locator(".pp-send [name=look]").click()
    expect(page.locator("aside [lang=de]")).to_have_count(1)
