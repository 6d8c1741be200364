"""Packages played in a browser, from another host than the platform's; and one that tries to get at the platform."""

import json
import re
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from tests.browser.conftest import Person
from tests.training.packages.making import FIND, MASTERY, brought_in, package

pytestmark = pytest.mark.browser
GUARD, TRAINER = "director@antwerp.demo", "pso@antwerp.demo"
SAID = "[data-package-said]"
TRIES = """<!doctype html><meta charset="utf-8"><title>Hostile (invented)</title><pre id="told"></pre>
<script src="find.js"></script><script>
begin();
const site = new URL(SITE).origin, told = {};
const wait = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000, "nothing"));
const tried = async (name, work) => {
  try { told[name] = String(await Promise.race([work(), wait(2)])); } catch (error) { told[name] = error.name; }
};
const loads = (element) => new Promise((done) => {
  element.onload = () => done("loaded"); element.onerror = () => done("refused"); document.body.append(element);
});
(async () => {
  await tried("cookie", () => document.cookie || "none");
  await tried("document", () => parent.parent.document.title);
  await tried("address", () => parent.parent.location.href);
  await tried("storage", () => parent.parent.localStorage.length);
  await tried("top", () => { top.location.href = "https://elsewhere.example/"; return "went"; });
  await tried("api", () => fetch(`${site}/api/v1/courses`, { credentials: "include" }).then((one) => one.status));
  await tried("page", () => fetch(`${site}/`, { credentials: "include", mode: "no-cors" }).then(() => "sent"));
  const post = { method: "POST", mode: "no-cors", credentials: "include" };
  await tried("post", () => fetch(`${site}/settings/language/`, post).then(() => "sent"));
  const made = (name, values) => Object.assign(document.createElement(name), values);
  await tried("picture", () => loads(made("img", { src: `${site}/static/site/icon-192.png` })));
  await tried("script", () => loads(made("script", { src: `${site}/static/site/theme.js` })));
  await tried("window", () => String(window.open(`${site}/`)));
  await tried("worker", () => navigator.serviceWorker.register("find.js").then(() => "registered"));
  const cookie = "sessionid=mine; domain=localhost; path=/";
  await tried("set", () => { document.cookie = cookie; return document.cookie || "none"; });
  for (const target of [parent.parent, parent, window])
    target.postMessage({ kind: "ended", values: { "cmi.core.lesson_status": "completed" } }, "*");
  const frame = document.createElement("iframe");
  frame.name = "inner";
  document.body.append(frame);
  const shown = async () => { frame.src = `${site}/`; await wait(1); return frame.contentDocument ? "ours" : "no"; };
  await tried("frame", shown);
  const form = made("form", { action: `${site}/settings/language/`, method: "post", target: "inner" });
  document.body.append(form);
  form.submit();
  document.querySelector("#told").textContent = JSON.stringify(told);
})();
</script>"""


@pytest.fixture
def course(aside: Any, acting: Any) -> Any:
    """`course(package())` brings one in at Antwerp and returns the path of its course."""

    def brought(data: bytes) -> str:
        def work() -> str:
            with acting(TRAINER):
                return brought_in(data)

        return f"/training/courses/{aside(work)}/"

    return brought


@pytest.fixture
def sat(person: Any, server: Any) -> Any:
    """`sat()` is the guard at a browser, where frames of the second origin may be shown."""

    def at_browser(**more: Any) -> Person:
        found: Person = person(GUARD, **more)
        found.watched.also.add(f"127.0.0.1:{server.port}")
        return found

    return at_browser


def says(page: Page, text: str | re.Pattern[str]) -> None:
    """Wait until the player's page says this: what the package said is kept by then, and nothing is under way."""
    expect(page.locator(SAID)).to_contain_text(text, timeout=30_000)


def played(page: Page) -> FrameLocator:
    return page.frame_locator(".pk-frame").frame_locator("#content")


@pytest.mark.parametrize("standard", ["1.2", "2004"])
def test_it_is_begun_here_gone_on_with_there_and_counts(sat, course, standard):
    path = course(package(standard))
    page = sat().open(path)
    page.get_by_role("button", name="Open", exact=True).click()
    expect(played(page).locator("#was")).to_have_text("ab-initio: ")
    assert urlsplit(page.frames[1].url).hostname == "127.0.0.1"
    played(page).get_by_role("button", name="Go on").click()
    says(page, "Kept")
    page.get_by_role("link", name="Stop").click()
    expect(page).to_have_url(re.compile(f"{path}$"))
    phone = sat(width=390, height=844, has_touch=True, is_mobile=True).open(path)
    phone.get_by_role("button", name="Go on").tap()
    expect(played(phone).locator("#was")).to_have_text("resume: page 2")
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
    played(phone).get_by_role("button", name="Pass").tap()
    says(phone, "Completed")
    phone.get_by_role("link", name="Stop").tap()
    expect(phone.get_by_role("heading", name="Your certificate")).to_be_visible()
    expect(phone.get_by_role("button", name="Open it again")).to_be_visible()


def test_who_fails_is_told_and_a_window_left_open_keeps_nothing(sat, course):
    path, guard = course(package(item=MASTERY)), sat()
    guard.watched.expected.add(409)
    page = guard.open(path)
    page.get_by_role("button", name="Open", exact=True).click()
    played(page).get_by_role("button", name="Fail").click()
    says(page, "you did not pass")
    first, second = guard.open(path), guard.open(path)
    first.get_by_role("button", name="Open it again").click()
    expect(played(first).locator("#was")).to_have_text("ab-initio: ")
    second.get_by_role("button", name="Open it again").click()
    expect(played(second).locator("#was")).to_be_visible()
    first.bring_to_front()  # as one does who presses there: a tab behind may lose a press within another site's frame
    played(first).get_by_role("button", name="Pass").click()
    says(first, "opened in another window")
    says(second, "What you do is kept")


def test_a_hostile_package_gets_nothing_of_the_platform(sat, course, server, owner):
    page_of = TRIES.replace("SITE", json.dumps(server.address))
    guard = sat()

    def session() -> list[str]:
        return [one["value"] for one in guard.context.cookies(server.address) if one["name"] == "sessionid"]

    before = session()
    page = guard.open(course(package(files={"index.html": page_of, "find.js": FIND})))
    here = page.url
    page.get_by_role("button", name="Open", exact=True).click()
    told_at = played(page).locator("#told")
    expect(told_at).not_to_be_empty(timeout=60_000)
    told = json.loads(told_at.text_content() or "")
    assert told == {
        "cookie": "none", "document": "SecurityError", "address": "SecurityError", "storage": "SecurityError",
        "top": "SecurityError", "api": "TypeError", "page": "TypeError", "post": "TypeError", "picture": "refused",
        "script": "refused", "window": "null", "worker": told["worker"], "set": "none", "frame": "no",
    }  # fmt: skip
    assert told["worker"] in ("SecurityError", "TypeError", "NotAllowedError", "NotSupportedError")
    assert guard.context.pages == [page] and urlsplit(page.url).netloc == urlsplit(here).netloc
    reached = [frame.url for frame in page.frames[2:] if urlsplit(frame.url).port == server.port]
    assert all(urlsplit(url).hostname == "127.0.0.1" for url in reached)
    assert session() == before and len(before) == 1
    # what it shouted past its own frame was believed by nobody; what it says by its run-time is its own word
    assert owner.execute("select outcome from training_run").fetchall() == [("going",)]
    guard.watched.troubles.clear()


ASKED = """calls => calls.map(([name, ...given]) => { const api = window.API ?? window.API_1484_11;
    return [api[name](...given), (api.LMSGetLastError ?? api.GetLastError)()].join(" "); })"""
OLD = (
    ("301", "LMSGetValue", "cmi.core.lesson_status"), ("false 201", "LMSInitialize", "x"),
    ("true 0", "LMSInitialize", ""), ("false 101", "LMSInitialize", ""),
    ("raw,min,max 0", "LMSGetValue", "cmi.core.score._children"), ("0 0", "LMSGetValue", "cmi.objectives._count"),
    ("false 201", "LMSSetValue", "cmi.objectives.1.id", "a"), ("true 0", "LMSSetValue", "cmi.objectives.0.id", "a"),
    ("1 0", "LMSGetValue", "cmi.objectives._count"), ("not attempted 0", "LMSGetValue", "cmi.objectives.0.status"),
    ("false 403", "LMSSetValue", "cmi.core.student_id", "a"), ("404", "LMSGetValue", "cmi.core.exit"),
    ("false 402", "LMSSetValue", "cmi.core._children", "a"), ("401", "LMSGetValue", "cmi.nothing"),
    ("202", "LMSGetValue", "cmi.core.lesson_status._children"), ("203", "LMSGetValue", "cmi.core._count"),
    ("false 405", "LMSSetValue", "cmi.core.lesson_status", "done"),
    ("false 405", "LMSSetValue", "cmi.core.score.raw", "101"),
    ("false 405", "LMSSetValue", "cmi.suspend_data", "x" * 4097),
    ("true 0", "LMSSetValue", "cmi.core.session_time", "00:10:00.5"),
    ("0000:00:00 0", "LMSGetValue", "cmi.core.total_time"),
    ("true 0", "LMSCommit", ""), ("true 0", "LMSFinish", ""), ("301", "LMSGetValue", "cmi.core.entry"),
    ("Element is read only 301", "LMSGetErrorString", "403"),
)  # fmt: skip
NEW = (
    ("122", "GetValue", "cmi.location"), ("false 132", "SetValue", "cmi.location", "a"), ("false 142", "Commit", ""),
    ("false 112", "Terminate", ""), ("true 0", "Initialize", ""), ("false 103", "Initialize", ""),
    ("403", "GetValue", "cmi.location"), ("403", "GetValue", "cmi.scaled_passing_score"),
    ("false 407", "SetValue", "cmi.score.scaled", "2"), ("false 406", "SetValue", "cmi.score.scaled", "a"),
    ("true 0", "SetValue", "cmi.score.scaled", "0.5"), ("false 408", "SetValue", "cmi.interactions.0.type", "choice"),
    ("true 0", "SetValue", "cmi.interactions.0.id", "q"),
    ("false 408", "SetValue", "cmi.interactions.0.learner_response", "a"),
    ("true 0", "SetValue", "cmi.interactions.0.type", "choice"),
    ("true 0", "SetValue", "cmi.interactions.0.learner_response", "a"),
    ("a 0", "GetValue", "cmi.interactions.0.learner_response"), ("true 0", "SetValue", "cmi.objectives.0.id", "o"),
    ("false 351", "SetValue", "cmi.objectives.1.id", "o"), ("false 351", "SetValue", "cmi.objectives.3.id", "p"),
    ("301", "GetValue", "cmi.objectives.5.id"), ("false 404", "SetValue", "cmi.learner_id", "x"),
    ("405", "GetValue", "cmi.exit"), ("true 0", "SetValue", "cmi.session_time", "PT1H0.5S"),
    ("false 406", "SetValue", "cmi.session_time", "one hour"), ("0 0", "GetValue", "cmi.comments_from_lms._count"),
    ("audio_level,language,delivery_speed,audio_captioning 0", "GetValue", "cmi.learner_preference._children"),
    ("1.0 0", "GetValue", "cmi._version"), ("401", "GetValue", "other.thing"),
    ("true 0", "SetValue", "adl.nav.request", "exitAll"), ("true 0", "Terminate", ""),
    ("123", "GetValue", "cmi.location"), ("false 133", "SetValue", "cmi.location", "a"), ("false 143", "Commit", ""),
    ("false 113", "Terminate", ""), ("false 104", "Initialize", ""),
)  # fmt: skip


@pytest.mark.parametrize(("standard", "calls"), [("1.2", OLD), ("2004", NEW)])
def test_the_run_time_answers_as_its_standard_says(sat, course, standard, calls):
    page = sat().open(course(package(standard, files={"index.html": "<p>Still (invented)"})))
    page.get_by_role("button", name="Open", exact=True).click()
    expect(played(page).locator("p")).to_be_visible()
    answers = page.frames[1].evaluate(ASKED, [list(given) for _answer, *given in calls])
    assert [one.strip() for one in answers] == [answer for answer, *_given in calls]
    says(page, re.compile("Kept|Completed"))


def test_time_is_summed_over_the_times_it_is_opened(sat, course):
    guard, path = sat(), course(package("2004", files={"index.html": "<p>Still (invented)"}))
    for total in ("PT0S", "PT1H0M0.5S"):
        page = guard.open(path)
        page.get_by_role("button", name=re.compile("^(Open|Go on)$")).click()
        expect(played(page).locator("p")).to_be_visible()
        given = [["Initialize", ""], ["GetValue", "cmi.total_time"], ["SetValue", "cmi.session_time", "PT1H0.5S"],
                 ["SetValue", "cmi.exit", "suspend"], ["Terminate", ""]]  # fmt: skip
        assert page.frames[1].evaluate(ASKED, given)[1] == f"{total} 0"
        says(page, "Kept. You can stop")
