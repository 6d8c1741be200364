"""Courses without a network: kept, read, answered, sent once; after signing out nothing is left."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Person

pytestmark = pytest.mark.browser
EMAIL = "director@antwerp.demo"
COURSE = "/training/courses/phishing-at-a-terminal/"
KEEP = "[data-course-keep]"
SAID = "[data-quiz-said]"
PAGES = """async () => !(await caches.has("p2p-courses")) ? [] :
    (await (await caches.open("p2p-courses")).keys()).map(({ url }) => new URL(url).pathname)"""


def at_phone(person: Any, language: str = "en") -> tuple[Person, Page]:
    phone = person(EMAIL, language, width=390, height=844, has_touch=True, is_mobile=True)
    phone.watched.cut = True
    page = phone.open(COURSE)
    page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    page.reload()  # the worker looks after pages that are opened after it began
    return phone, page


def keep(page: Page) -> None:
    page.locator(f"{KEEP} button").tap()
    expect(page.locator(f"{KEEP} [data-said]")).to_contain_text("it opens without a network", timeout=30_000)


def begun(page: Page) -> None:
    """Begin the quiz; its questions are kept since the course is."""
    page.get_by_role("button", name="Begin the quiz").tap()
    expect(page).to_have_url(re.compile(r"/attempts/[0-9a-f-]{36}/1/"))
    expect(page.locator(f"{KEEP} [data-said]")).to_contain_text("it opens without a network", timeout=30_000)


def answer(page: Page) -> None:
    """Choose something, whatever the question asks, and go on."""
    for place, one in enumerate(page.locator("fieldset select").all(), start=1):
        one.select_option(str(place))
    if page.locator("input[name=chosen]").count():
        page.locator("input[name=chosen]").first.check()
    page.locator("[data-quiz] button.btn-primary").tap()


@pytest.fixture
def stored(owner: Any) -> Any:
    """`stored()` is how many answers the server keeps."""
    return lambda: owner.execute("select count(*) from training_answer").fetchone()[0]


def test_a_course_that_is_kept_is_read_without_a_network(person):
    phone, page = at_phone(person)
    keep(page)
    phone.context.set_offline(True)
    page.reload()
    expect(page.locator(KEEP)).to_contain_text("No network: this page is as it was kept")
    page.get_by_role("link", name="Read", exact=True).tap()
    expect(page.locator("article")).to_be_visible()
    page.get_by_role("link", name="Next", exact=True).tap()
    expect(page.locator("article")).to_be_visible()
    page.goto(COURSE)
    page.get_by_role("button", name="Begin the quiz").tap()
    expect(page.locator("#toasts")).to_contain_text("Questions are drawn by lot")
    expect(page).to_have_url(re.compile(COURSE))


def test_a_module_that_was_opened_once_opens_again_and_others_say_that_they_are_not_kept(person):
    phone, page = at_phone(person)
    page.get_by_role("link", name="Read", exact=True).tap()
    expect(page.locator(f"{KEEP} [data-said]")).to_contain_text(re.compile(r"2 of \d+ pages"), timeout=30_000)
    opened = page.url
    phone.context.set_offline(True)
    page.reload()
    expect(page).to_have_url(opened)
    expect(page.locator("article")).to_be_visible()
    page.get_by_role("link", name="Next", exact=True).tap()
    expect(page.locator("h1")).to_have_text("There is no network")


def test_a_module_plays_its_video_with_subtitles_in_the_readers_language(person):
    page = person(EMAIL, "nl").open("/training/courses/reporting-in-one-minute/modules/the-form/")
    video = page.locator("video")
    video.evaluate("one => { one.muted = true; return one.play(); }")
    video.evaluate("""one => new Promise((done) =>
        one.addEventListener("timeupdate", () => one.currentTime > 0.5 && done(true)))""")
    assert video.evaluate("one => one.textTracks[0].cues[1].text") == "Wat is het? Tik op een tegel."


def test_answers_without_a_network_wait_and_are_sent_once(person, stored):
    phone, page = at_phone(person)
    keep(page)
    begun(page)
    answer(page)
    expect(page).to_have_url(re.compile(r"/2/$"))
    assert stored() == 1
    posted: list[str] = []
    phone.context.on("request", lambda one: posted.append(one.url) if one.method == "POST" else None)
    phone.context.set_offline(True)
    answer(page)
    expect(page).to_have_url(re.compile(r"/3/$"))
    answer(page)
    expect(page).to_have_url(re.compile(r"/4/$"))
    page.go_back()
    expect(page.locator(SAID)).to_contain_text(
        re.compile(r"No network\. This answer is kept on this phone since \d\d:\d\d")
    )
    expect(page.locator("[data-outbox-said]")).to_have_text("Waiting for network: 2 forms kept on this phone.")
    assert page.locator("fieldset input:checked").count() or page.locator("fieldset select").first.input_value()
    assert stored() == 1 and posted == []

    phone.context.set_offline(False)
    expect(page.locator(SAID)).to_have_text("This answer was sent.", timeout=30_000)
    expect(page.locator("[data-outbox-said]")).to_have_text("")
    assert stored() == 3
    assert len([one for one in posted if "/attempts/" in one]) == 2
    page.goto(page.url.rsplit("/", 2)[0] + "/")  # where one was
    expect(page).to_have_url(re.compile(r"/4/$"))


def test_signing_out_leaves_nothing_of_courses(person):
    _phone, page = at_phone(person)
    keep(page)
    begun(page)
    assert any("/attempts/" in one for one in page.evaluate(PAGES))
    page.goto("/me/")
    page.locator("main form[data-sign-out] button").first.tap()
    expect(page).not_to_have_url(re.compile("/me/"), timeout=15_000)
    expect(page.locator("[data-person]")).to_have_count(0)
    assert [one for one in page.evaluate(PAGES) if one.startswith("/training/")] == []
