"""What the pages do by themselves: keys, drafts, live, and signing out."""

import os
import re
import signal

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser
PSO = "pso@antwerp.demo"
TEXT = "A drone hung above the lock for four minutes, no lights."


def live(page: Page, state: str = "on") -> None:
    """Wait until the page says that it is live, or that it is not."""
    expect(page.locator(".pp-live")).to_have_attribute("data-live", state, timeout=30_000)


def test_the_keys(person):
    page = person(PSO).open("/")
    live(page)  # the scripts are there
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#keys")).to_be_hidden()
    page.keyboard.press("n")
    expect(page).to_have_url(re.compile("/reports/new/"))
    page.locator("[name=text]").fill("n/?")
    page.locator("[name=text]").press("n")
    expect(page.locator("[name=text]")).to_have_value("n/?n")
    page.goto("/")
    live(page)
    page.keyboard.press("/")
    expect(page.locator("#find input")).to_be_focused()


def test_the_first_tab_skips_to_the_content_and_the_focus_is_seen(person):
    page = person(PSO).open("/reports/")
    page.keyboard.press("Tab")
    skip = page.locator(".pp-skip")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()

    page.goto("/reports/new/")
    unseen = []
    for _number in range(40):
        page.keyboard.press("Tab")
        seen = page.evaluate(
            """() => {
                const one = document.activeElement;
                if (one === document.body) return "";
                const marks = (element) => { const style = getComputedStyle(element);
                    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0
                        || style.boxShadow !== "none"; };
                const label = one.closest("label") ?? one.labels?.[0];
                const box = one.getBoundingClientRect();
                const small = box.width < 2 || box.height < 2;
                if (marks(one) && !small || label && marks(label)) return "";
                return one.outerHTML.slice(0, 120);
            }"""
        )
        unseen += [seen] if seen else []
    assert unseen == []


def test_arrows_and_enter_in_the_list(person, share):
    share(PSO)
    share(PSO)
    page = person(PSO).open("/reports/")
    page.keyboard.press("ArrowDown")
    first = page.locator("[data-list] tr").first.locator("a").first
    expect(first).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.locator("[data-list] tr").nth(1).locator("a").first).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/reports/[0-9a-f-]{36}/"))


def test_a_draft_outlives_a_lost_connection(person):
    writer = person(PSO, width=390, height=844)
    page = writer.open("/reports/new/")
    writer.watched.cut = True
    writer.context.set_offline(True)
    page.locator("label", has=page.locator("input[name=threat][value=cyber_attack]")).click()
    page.locator("[name=text]").fill(TEXT)
    expect(page.locator("[data-draft-note]")).to_contain_text("Kept")
    page.close()

    writer.context.set_offline(False)
    again = writer.open("/reports/new/")
    expect(again.locator("[name=text]")).to_have_value(TEXT)
    expect(again.locator("[name=threat][value=cyber_attack]")).to_be_checked()
    again.locator("[name=where]").select_option("port:BEANR")
    expect(again.locator("[data-preview-room]")).to_contain_text("people")
    again.locator(".pp-send button").click()
    expect(again).to_have_url(re.compile(r"/reports/[0-9a-f-]{36}/"))
    again.goto("/reports/new/")
    expect(again.locator("[name=text]")).to_have_value("")


def test_a_cut_stream_is_told_and_comes_back_with_what_was_missed(person, server, share):
    watcher = person("pso@northsea.demo")
    page = watcher.open("/reports/")
    live(page)
    watcher.watched.cut = True
    os.kill(server.serving_process(), signal.SIGKILL)
    live(page, "off")
    server.wait_until_ready()
    share(PSO)
    live(page)
    expect(page.locator("[data-newbar] a")).to_have_text("1 new report, show")


def test_two_tabs_share_one_stream_and_the_other_takes_over(person, share):
    watcher = person("pso@northsea.demo")
    first = watcher.open("/reports/")
    live(first)
    second = watcher.open("/reports/")
    live(second)
    assert len(watcher.watched.streams) == 1
    share(PSO)
    for page in (first, second):
        expect(page.locator("[data-newbar] a")).to_have_text("1 new report, show")

    with watcher.context.expect_event("request", lambda request: "/live/events" in request.url):
        first.close()
    live(second)
    assert len(watcher.watched.streams) == 2
    share(PSO)
    expect(second.locator("[data-newbar] a")).to_have_text("2 new reports, show")


def test_signing_out_in_one_tab_closes_the_other(person):
    somebody = person("pso@northsea.demo")
    first, second = somebody.open("/reports/"), somebody.open("/me/")
    live(first)
    live(second)
    somebody.watched.expected.add(401)
    second.locator("main form[data-sign-out] button").first.click()
    expect(second).to_have_url(re.compile("/account/login/"))
    expect(first).to_have_url(re.compile("/account/login/"), timeout=15_000)
