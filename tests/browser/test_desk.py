"""The duty desk's screen in Chromium: live without a reload, honest about its age, one click, no leak, heard."""

import re
import time
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from port2port.alerts import actions
from port2port.base.clock import now
from port2port.sharing.tlp import Tlp
from tests.alerts.writing import alert
from tests.browser.test_pages import TAGS, violations
from tests.reports.writing import report

pytestmark = pytest.mark.browser
AUTHOR, DESK = "pso@antwerp.demo", "pso@northsea.demo"
WALL = {"width": 1920, "height": 1080}
# What the oscillators of the page were told to play, instead of a loudspeaker.
HEARD = """
window.heard = [];
const start = OscillatorNode.prototype.start;
OscillatorNode.prototype.start = function (...given) {
    window.heard.push(this.frequency.value);
    start.apply(this, given);
};
"""
COUNT = """() => ({nodes: document.querySelectorAll("*").length, texts: (() => {
    const walk = document.createTreeWalker(document, NodeFilter.SHOW_TEXT); let n = 0; while (walk.nextNode()) n++;
    return n; })()})"""
TELL = """(n) => document.dispatchEvent(new CustomEvent("p2p:event", {
    detail: {kind: "alert", act: "shared", record: `${n}`}}))"""


@pytest.fixture
def raised(aside: Any, acting: Any) -> Any:
    """`raised(status="Exercise")` raises an alert as Antwerp and returns its id."""

    def by_author(**changes: Any) -> str:
        def work() -> str:
            with acting(AUTHOR):
                return str(alert(**changes).record_id)

        return str(aside(work))

    return by_author


def live(page: Page, state: str = "on") -> None:
    """Wait until the page says that it is live, or that it is not."""
    expect(page.locator(".pp-live")).to_have_attribute("data-live", state, timeout=30_000)


def hears(page: Page, tone: int, times: int = 1) -> None:
    """Wait until the page has played a tone so often (the policy forbids Playwright's own way of waiting)."""
    until = time.monotonic() + 15
    while page.evaluate("heard").count(tone) < times:
        assert time.monotonic() < until, f"{tone} Hz was not heard"
        page.wait_for_timeout(100)


def test_an_alert_appears_and_is_acknowledged_in_one_click_without_a_reload(person, raised, aside, acting):
    page = person(DESK, **WALL).open("/alerts/desk/")
    live(page)
    expect(page.locator("h1:visible")).to_have_text("No alert is in force")
    page.evaluate("window.stayed = true")
    made = raised()
    button = page.get_by_role("button", name="Acknowledge")
    expect(button).to_be_visible()
    expect(page.locator(".pp-wall__alert")).to_have_class(re.compile("is-urgent"))
    button.click()
    expect(button).to_have_count(0)
    expect(page.locator(".pp-wall__act")).to_have_text("Acknowledged")
    expect(page.locator(".is-urgent")).to_have_count(0)

    def withdraw() -> None:
        with acting(AUTHOR):
            actions.withdraw_alert(UUID(made), reason="mistake", at=now())

    aside(withdraw)
    expect(page.locator("h1:visible")).to_have_text("No alert is in force")
    assert page.evaluate("window.stayed")


def test_an_answer_that_was_overtaken_does_not_bring_back_what_was_acknowledged(person, raised):
    raised()
    page = person(DESK, **WALL).open("/alerts/desk/")
    live(page)
    held: list[Any] = []
    page.route("**/alerts/desk/now/", lambda route: held.append((route, route.fetch())))
    page.wait_for_timeout(2_100)
    page.evaluate(TELL, 1)
    until = time.monotonic() + 15
    while not held:
        assert time.monotonic() < until
        page.wait_for_timeout(100)
    page.get_by_role("button", name="Acknowledge").click()
    expect(page.locator(".pp-wall__act")).to_have_text("Acknowledged")
    for route, answer in held:
        route.fulfill(response=answer)
    page.wait_for_timeout(500)
    expect(page.locator(".pp-wall__act")).to_have_text("Acknowledged")


def test_a_cut_stream_is_told_across_the_screen_and_it_mends(person, raised):
    watcher = person(DESK, **WALL)
    page = watcher.open("/alerts/desk/")
    live(page)
    bar = page.locator("[data-desk-bar]")
    expect(page.locator("[data-desk-age]")).to_have_text(re.compile(r"Data from \d\d:\d\d, just now"))
    expect(bar).to_be_hidden()
    watcher.watched.cut = True
    watcher.context.set_offline(True)
    expect(bar).to_have_text(re.compile(r"Not live: what is new comes late\. Data from \d\d:\d\d"), timeout=30_000)
    box = bar.bounding_box()
    assert box is not None and box["width"] == WALL["width"]
    watcher.context.set_offline(False)
    raised()
    expect(page.get_by_role("button", name="Acknowledge")).to_be_visible(timeout=30_000)
    expect(bar).to_be_hidden(timeout=30_000)


def test_old_data_says_how_old_it_is(person):
    watcher = person(DESK, **WALL)
    page = watcher.context.new_page()
    page.clock.install()
    page.goto("/alerts/desk/")
    live(page)
    watcher.watched.cut = True
    cut = [True]
    page.route("**/alerts/desk/now/", lambda route: route.abort() if cut[0] else route.continue_())
    page.clock.run_for(61_000)
    expect(page.locator("[data-desk-age]")).to_have_text(re.compile("1 minute ago"))
    page.clock.run_for(300_000)
    expect(page.locator("[data-desk-bar]")).to_have_text(re.compile(r"Data from \d\d:\d\d, 6 minutes ago"))
    page.wait_for_timeout(500)  # what was still being asked for is refused
    cut[0] = False
    with page.expect_response("**/alerts/desk/now/"):
        page.clock.run_for(61_000)
    # the stream broke too, since the page's hours passed in a moment; the data itself is new
    expect(page.locator("[data-desk-bar]")).not_to_contain_text("minutes ago")


def test_five_hundred_events_leave_no_trace_and_few_questions(person, raised):
    raised()
    raised(status="Exercise")
    page = person(DESK, **WALL).context.new_page()
    page.clock.install()
    page.goto("/alerts/desk/")
    live(page)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/desk/now/" in request.url else None)

    def renewed() -> None:
        with page.expect_response("**/alerts/desk/now/"):
            page.evaluate(TELL, 0)
            page.clock.run_for(2_500)

    renewed()
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    page.wait_for_timeout(300)
    before, inside = page.evaluate(COUNT), session.send("Memory.getDOMCounters")
    asked.clear()
    for number in range(500):
        page.evaluate(TELL, number)
        if number % 25 == 24:
            page.clock.run_for(2_500)
            page.wait_for_timeout(60)
    renewed()
    page.wait_for_timeout(300)
    session.send("HeapProfiler.collectGarbage")
    after, within = page.evaluate(COUNT), session.send("Memory.getDOMCounters")
    assert after == before
    assert within["jsEventListeners"] <= inside["jsEventListeners"]
    assert within["nodes"] <= inside["nodes"] + after["nodes"], "detached nodes are not kept"
    assert 3 <= len(asked) <= 27, "at most once in two seconds"


def test_the_sound_is_allowed_kept_and_insists_until_acknowledged(person, raised):
    at_desk = person(DESK, **WALL)
    at_desk.context.add_init_script(HEARD)
    page = at_desk.open("/alerts/desk/")
    live(page)
    sound = page.locator("[data-desk-sound]")
    expect(sound).to_have_attribute("data-state", "wait")
    raised()
    expect(page.get_by_role("button", name="Acknowledge")).to_be_visible()
    assert page.evaluate("heard") == [], "silent until somebody allows it"
    sound.click()
    expect(sound).to_have_attribute("data-state", "on")
    hears(page, 988, times=4)  # two of each ring: it insists
    sound.click()
    expect(sound).to_have_attribute("data-state", "off")
    page.evaluate("heard.length = 0")
    page.wait_for_timeout(4_500)
    assert page.evaluate("heard") == []
    sound.click()
    hears(page, 988)
    page.get_by_role("button", name="Acknowledge").click()
    expect(page.locator(".pp-wall__act")).to_have_text("Acknowledged")
    page.evaluate("heard.length = 0")
    page.wait_for_timeout(4_500)
    assert page.evaluate("heard") == []
    page.reload()
    expect(sound).to_have_attribute("data-state", re.compile("wait|on"))
    page.locator(".pp-wall__desk").click()
    expect(sound).to_have_attribute("data-state", "on")
    live(page)
    raised(status="Exercise")
    hears(page, 440)
    assert 988 not in page.evaluate("heard"), "an exercise never sounds as if it were real"


def test_a_muted_desk_says_so_and_an_urgent_alert_ends_it(person, raised):
    at_desk = person(DESK, **WALL)
    at_desk.context.add_init_script(HEARD)
    page = at_desk.open("/alerts/desk/")
    live(page)
    sound, said = page.locator("[data-desk-sound]"), page.locator("[data-desk-silence]")
    expect(said).to_be_hidden()
    sound.click()
    expect(sound).to_have_attribute("data-state", "on")
    sound.click()
    expect(sound).to_have_attribute("data-state", "off")
    expect(said).to_have_text(re.compile(r"This desk is muted until \d\d:\d\d"))
    left = page.evaluate("Number(localStorage.getItem('p2p-desk-muted-until')) - Date.now()")
    assert 3_500_000 < left <= 3_600_000, "an hour, whoever forgets it"
    page.evaluate("heard.length = 0")
    raised(template="credentials_for_sale")  # not urgent: it stands there, and nothing sounds
    expect(page.get_by_role("button", name="Acknowledge")).to_have_count(1)
    assert page.evaluate("heard") == []
    raised()
    hears(page, 988)
    expect(sound).to_have_attribute("data-state", "on")
    expect(said).to_have_text(re.compile("The sound is on again"))
    sound.click()
    page.evaluate("localStorage.setItem('p2p-desk-muted-until', String(Date.now() - 1))")  # the hour is over
    expect(sound).to_have_attribute("data-state", "on")


def test_a_colleagues_acknowledgement_reaches_the_desk_at_once(person, aside, acting):
    def warn() -> UUID:
        with acting(DESK):
            return alert("all-members", tlp=Tlp.GREEN).record_id

    made = aside(warn)
    page = person(AUTHOR, **WALL).open("/alerts/desk/")
    live(page)
    expect(page.get_by_role("button", name="Acknowledge")).to_be_visible()

    def answer() -> None:
        with acting("director@antwerp.demo"):
            actions.acknowledge(made, at=now())

    aside(answer)
    expect(page.locator(".pp-wall__act")).to_have_text("Acknowledged", timeout=8_000)  # the poll comes after a minute


def test_an_ended_session_is_said_and_takes_its_content_along(person, raised):
    raised()
    at_desk = person(DESK, **WALL)
    page, other = at_desk.open("/alerts/desk/"), at_desk.open("/me/")
    live(page)
    expect(page.get_by_text("Drone").first).to_be_visible()
    at_desk.watched.expected |= {401}
    other.locator("form[action='/account/logout/'] button").first.evaluate("(one) => one.click()")
    expect(page.locator("h1:visible")).to_have_text("The session of this screen has ended", timeout=20_000)
    assert "Drone" not in page.content()
    page.get_by_role("link", name="Sign in").click()
    expect(page).to_have_url(re.compile(r"/account/login/\?next=/alerts/desk/"))


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [(1920, 1080), (1366, 768), (390, 844)])
def test_axe_finds_nothing_and_nothing_is_cut_off(theme, size, person, raised, aside, acting):
    raised()
    raised(status="Exercise")
    raised(template="credentials_for_sale")

    def shared() -> None:
        with acting(AUTHOR):
            for number in range(6):
                place = {"place": "port", "port": ("BEANR", "BEZEE", "BEGNE", "BEOST")[number % 4], "landmark": ""}
                report(text=f"A boat waited at buoy {number} without lights.", **place)

    aside(shared)
    width, height = size
    page = person(DESK, width=width, height=height, color_scheme=theme).open("/alerts/desk/")
    live(page)
    assert violations(page, TAGS) == []
    found = page.evaluate(
        """() => ({
            over: document.documentElement.scrollWidth - document.documentElement.clientWidth,
            down: document.documentElement.scrollHeight - document.documentElement.clientHeight,
            lead: document.querySelector(".pp-wall__alert").scrollHeight
                - document.querySelector(".pp-wall__alert").clientHeight,
            act: document.querySelector(".pp-wall__act button").getBoundingClientRect().bottom,
            rows: [...document.querySelectorAll(".pp-wall__rows > li")].at(-1).getBoundingClientRect().bottom
                - document.querySelector(".pp-wall__foot").getBoundingClientRect().top,
            h1: [...document.querySelectorAll("h1")].filter((one) => one.checkVisibility()).length,
        })"""
    )
    assert found["over"] == 0 and found["h1"] == 1
    if width < 1000:
        assert found["rows"] <= 0, "the foot stands below the rows"
    else:
        assert found["down"] == 0 and found["lead"] <= 0 and found["act"] < height


def test_the_call_list_prints_on_one_sheet(person, aside, acting):
    from port2port.alerts.desk import actions as desk
    from tests.alerts.desk.writing import entry

    def filled() -> None:
        for email in (AUTHOR, DESK, "pso@liege.demo", "pso@brussels.demo", "pso@ostend.demo", "officer@customs.demo"):
            with acting(email):
                for number in range(4):
                    desk.keep_number(entry(label=f"Desk {number}", number=f"+44 20 7946 00{number:02}"), at=now())

    aside(filled)
    page = person(DESK, **WALL).open("/alerts/call-list/")
    sheet = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", sheet)) == 1
    box = re.search(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", sheet)
    assert box and float(box[1]) < float(box[2]), "upright"
