"""The form without a network: kept, told, sent once; and nothing of anybody is left where it should not be."""

import io
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from PIL import Image
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Person
from tests.served import wait_for

pytestmark = pytest.mark.browser
PSO = "pso@antwerp.demo"
FORM = "/reports/new/"
TEXT = "Two men photographed the fence at quay 1, then left in a white van."
SAID = "[data-outbox-said]"
WAITS = "Waiting for network: 1 form kept on this phone."
SENT = re.compile(r"Sent \d\d:\d\d, written \d\d:\d\d\.")
KEPT = """async () => {
    for (;;) {
        const kept = await (await caches.open("p2p-form")).match("/reports/new/");
        if (kept) return kept.text();
        await new Promise((done) => setTimeout(done, 50));
    }
}"""


@pytest.fixture
def shared(owner: Any) -> Any:
    """`shared()` are the reports in the database: text and when it happened."""
    return lambda: owner.execute("select text, occurred_at from reports_report order by record_id").fetchall()


def on_the_phone(person: Any, email: str = PSO, language: str = "en") -> tuple[Person, Page]:
    """Open the form at a phone whose network may be cut, once the worker keeps it."""
    phone = person(email, language, width=390, height=844, has_touch=True, is_mobile=True)
    phone.watched.cut = True
    page = phone.open(FORM)
    page.evaluate(KEPT)
    return phone, page


def write(page: Page, text: str = TEXT, where: str = "port:BEANR") -> None:
    page.locator("label", has=page.locator("input[name=threat][value=physical_intrusion]")).tap()
    page.locator("[name=text]").fill(text)
    page.locator("[name=where]").select_option(where)


def report(page: Page) -> None:
    page.locator(".pp-send button").tap()


def cut_posts(phone: Person) -> None:
    """No form arrives any more, of the pages nor of the worker."""
    phone.context.route(
        f"**{FORM}", lambda route: route.abort() if route.request.method == "POST" else route.continue_()
    )


def kept_on(page: Page) -> int:
    """How many forms lie in the outbox of this browser."""
    page.wait_for_load_state()
    return int(page.evaluate("p2pOutbox.count()"))


def test_written_without_a_network_it_is_kept_and_sent_once_with_its_own_moment(person, shared):
    phone, page = on_the_phone(person)
    phone.context.set_offline(True)
    page.reload()
    expect(page.locator(SAID)).to_contain_text("No network.")
    written = datetime.now(UTC).replace(microsecond=0) - timedelta(days=5)
    page.clock.set_fixed_time(written)
    write(page)
    report(page)
    expect(page.locator(SAID)).to_have_text(WAITS)
    expect(page.locator("[data-outbox-list] li b")).to_have_text(TEXT)
    expect(page.locator("[data-draft-note]")).to_contain_text("Waiting for network, kept on this phone")
    expect(page.locator("[name=text]")).to_have_value("")
    page.reload()
    expect(page.locator(SAID)).to_have_text(WAITS)
    expect(page.locator("[name=text]")).to_have_value("")
    assert shared() == []

    phone.context.set_offline(False)
    expect(page.locator("[data-outbox-list]")).to_contain_text(re.compile(r"Sent .*written"), timeout=30_000)
    expect(page.locator(SAID)).to_have_text("")
    assert shared() == [(TEXT, written)]
    assert kept_on(page) == 0
    page.locator("[data-outbox-list] a").tap()
    expect(page).to_have_url(re.compile(r"/reports/[0-9a-f-]{36}/"))
    expect(page.locator("h1")).to_contain_text("Two men")


def test_two_written_from_one_kept_form_are_two_reports(person, shared):
    phone, page = on_the_phone(person)
    phone.context.set_offline(True)
    for number in (1, 2):
        page.reload()
        write(page, f"{TEXT} ({number})")
        report(page)
        expect(page.locator("[data-outbox-list] li")).to_have_count(number)
    phone.context.set_offline(False)
    expect(page.locator("[data-outbox-list]").get_by_text(SENT)).to_have_count(2, timeout=30_000)
    assert [text for text, _at in shared()] == [f"{TEXT} (1)", f"{TEXT} (2)"]


def test_two_tabs_and_the_worker_send_it_once(person, shared):
    phone, page = on_the_phone(person)
    other = phone.open(FORM)
    phone.context.set_offline(True)
    write(page)
    report(page)
    for tab in (page, other):
        expect(tab.locator(SAID)).to_have_text(WAITS)
    posted: list[str] = []  # of the report: what is written on the page is read for its numbers by posts too
    phone.context.on("request", lambda request: posted.append(request.method) if request.url.endswith(FORM) else None)
    phone.context.set_offline(False)
    for tab in (page, other):
        expect(tab.locator("[data-outbox-list]")).to_contain_text(SENT, timeout=30_000)
    assert len(shared()) == 1
    assert posted.count("POST") == 1


def test_an_answer_that_is_lost_does_not_make_two(person, shared):
    phone, page = on_the_phone(person)
    lost: list[str] = []

    def lose_the_first(route: Route) -> None:
        if route.request.method != "POST" or lost:
            route.continue_()
            return
        lost.append(route.request.url)
        assert route.fetch().status == 201
        route.abort("connectionreset")

    phone.context.route(f"**{FORM}", lose_the_first)
    write(page)
    report(page)
    wait_for(lambda: page.evaluate("1") and lost)
    phone.open("/")
    expect(page.locator("[data-outbox-list]")).to_contain_text(SENT, timeout=30_000)
    assert len(shared()) == 1
    assert kept_on(page) == 0


def test_what_may_have_arrived_more_than_a_day_ago_is_asked_about(person, shared):
    phone, page = on_the_phone(person)
    cut_posts(phone)
    write(page)
    report(page)
    expect(page.locator(SAID)).to_have_text(WAITS)
    phone.context.set_offline(True)
    phone.context.unroute_all()
    page.clock.set_fixed_time(datetime.now(UTC) + timedelta(days=2))
    page.reload()
    expect(page.locator("[data-outbox-list]")).to_contain_text("It may have arrived on")
    phone.context.set_offline(False)
    page.locator("[data-outbox-list] a").tap()
    expect(page.locator("[name=text]")).to_have_value(TEXT)
    assert shared() == [] and kept_on(page) == 1
    page.clock.set_fixed_time(datetime.now(UTC))
    report(page)
    expect(page).to_have_url(re.compile(r"/reports/[0-9a-f-]{36}/"))
    assert len(shared()) == 1 and kept_on(page) == 0


def test_online_it_is_sent_at_once_and_says_to_whom(person, shared):
    _phone, page = on_the_phone(person)
    write(page)
    report(page)
    expect(page).to_have_url(re.compile(r"/reports/[0-9a-f-]{36}/"))
    expect(page.locator("#toasts")).to_contain_text(re.compile(r"Report sent \d\d:\d\d to \d+ people"))
    assert [text for text, _at in shared()] == [TEXT]
    page.goto(FORM)
    expect(page.locator("[name=text]")).to_have_value("")
    expect(page.locator(SAID)).to_have_text("")


def test_a_session_that_ended_keeps_it_until_one_signs_in(person, shared, aside, client_for, server):
    phone, page = on_the_phone(person)
    phone.context.set_offline(True)
    write(page)
    report(page)
    expect(page.locator(SAID)).to_have_text(WAITS)
    phone.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    phone.context.set_offline(False)
    expect(page).to_have_url(re.compile("/account/login/"), timeout=30_000)  # by the stream, which ended too
    expect(page.locator(SAID)).to_have_text("Sign in to send 1 form.")
    assert TEXT not in page.content() and shared() == []

    key = aside(client_for, PSO).cookies[settings.SESSION_COOKIE_NAME].value
    phone.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": server.address}])
    page.goto("/")
    expect(page.locator("[data-outbox-list]")).to_contain_text(SENT, timeout=30_000)
    assert len(shared()) == 1


def test_what_the_server_does_not_take_is_put_right_in_the_form(person, shared):
    phone, page = on_the_phone(person)
    phone.context.set_offline(True)
    write(page, where="point")
    report(page)
    expect(page.locator(SAID)).to_have_text(WAITS)
    phone.context.set_offline(False)
    expect(page.locator(SAID)).to_have_text("1 form was not sent and needs you.", timeout=30_000)
    page.get_by_role("link", name="Put right").tap()
    summary = page.locator("form [data-error-summary]")
    expect(summary).to_be_focused()
    expect(summary).to_contain_text("to put right")
    expect(page.locator("[name=text]")).to_have_value(TEXT)
    expect(page.locator("[name=threat][value=physical_intrusion]")).to_be_checked()
    expect(page.locator("[name=where]")).to_have_value("point")
    report(page)
    expect(summary).to_be_focused()
    assert kept_on(page) == 1, "it stays until it is sent"
    page.locator("[name=where]").select_option("port:BEANR")
    report(page)
    expect(page).to_have_url(re.compile(r"/reports/[0-9a-f-]{36}/"))
    assert [text for text, _at in shared()] == [TEXT]
    assert kept_on(page) == 0


def test_online_a_mistake_is_shown_at_once_and_nothing_waits(person, shared):
    _phone, page = on_the_phone(person)
    report(page)
    expect(page.locator("form [data-error-summary]")).to_be_focused()
    page.locator("form [data-error-summary] a").first.tap()
    expect(page.locator("[name=threat]").first).to_be_focused()
    expect(page.locator("#id_text-error")).to_be_visible()
    assert kept_on(page) == 0
    write(page)
    report(page)
    expect(page).to_have_url(re.compile(r"/reports/[0-9a-f-]{36}/"))
    assert len(shared()) == 1


def test_one_that_waits_is_deleted_after_its_name_was_read(person, shared):
    phone, page = on_the_phone(person)
    phone.context.set_offline(True)
    write(page)
    report(page)
    page.get_by_role("button", name="Delete “Two men").tap()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text(TEXT)
    dialog.get_by_role("button", name="Keep it").tap()
    expect(page.locator("[data-outbox-list] li")).to_have_count(1)
    page.get_by_role("button", name="Delete “Two men").tap()
    dialog.get_by_role("button", name="Delete").tap()
    expect(page.locator("[data-outbox-list] li")).to_have_count(0)
    assert kept_on(page) == 0
    phone.context.set_offline(False)
    page.reload()
    assert shared() == []


def test_an_insider_is_never_sent_as_wide_as_what_was_chosen_before(person, shared, owner):
    phone, page = on_the_phone(person)
    page.locator("label", has=page.locator("input[name=threat][value=drone_misuse]")).tap()
    expect(page.locator("[name=audience]:checked")).to_have_count(1)
    phone.context.set_offline(True)
    page.locator("label", has=page.locator("input[name=threat][value=insider]")).tap()
    page.locator("[name=text]").fill(TEXT)
    page.locator("[name=where]").select_option("port:BEANR")
    report(page)
    expect(page.locator(SAID)).to_have_text(WAITS)
    phone.context.set_offline(False)
    expect(page.locator("[data-outbox-list]")).to_contain_text(SENT, timeout=30_000)
    assert owner.execute("select tlp from sharing_record").fetchall() == [(4,)]


def test_any_other_page_says_plainly_that_there_is_no_network(person, share):
    phone, page = on_the_phone(person)
    report_id = share(PSO)
    for path in ("/", "/reports/", f"/reports/{report_id}/", "/me/"):
        page.goto(path)
    phone.context.set_offline(True)
    for path in ("/", "/reports/", f"/reports/{report_id}/", "/me/"):
        page.goto(path)
        expect(page.locator("h1")).to_have_text("There is no network")
        assert "drone" not in page.content().lower()
    page.get_by_role("link", name="Report", exact=True).tap()
    expect(page.locator("h1")).to_have_text("Report it in a minute")
    page.goto("/me/")
    phone.context.set_offline(False)
    page.get_by_role("link", name="Try again").tap()
    expect(page.locator("h1")).not_to_have_text("There is no network")


def test_only_the_empty_form_the_plain_page_and_static_files_are_kept(person):
    _phone, page = on_the_phone(person)
    for path in ("/", "/reports/", "/network/", FORM):
        page.goto(path)
    kept = page.evaluate(
        """async () => {
            const found = {};
            for (const name of await caches.keys())
                found[name] = (await (await caches.open(name)).keys()).map(({ url }) => new URL(url).pathname);
            return found;
        }"""
    )
    pages = {name: [path for path in paths if not path.startswith("/static/")] for name, paths in kept.items()}
    assert pages == {"p2p-form": [FORM], "p2p-plain": ["/offline/"]}
    form = page.evaluate(KEPT)
    assert re.findall(r'name="(?:key|csrfmiddlewaretoken)" value="([^"]*)"', form) == [""] * form.count(
        'name="csrfmiddlewaretoken"'
    ) + [""]


def test_after_thirty_days_the_form_is_not_shown_any_more(person):
    phone, page = on_the_phone(person)
    page.evaluate(
        """async () => {
            const cache = await caches.open("p2p-form"), kept = await cache.match("/reports/new/");
            const headers = new Headers(kept.headers);
            headers.set("x-kept-at", String(Date.now() - 31 * 86400000));
            await cache.put("/reports/new/", new Response(await kept.text(), { headers }));
        }"""
    )
    phone.context.set_offline(True)
    page.goto(FORM)
    expect(page.locator("h1")).to_have_text("There is no network")
    expect(page.get_by_role("link", name="Report", exact=True)).to_be_hidden()
    assert "p2p-form" not in page.evaluate("caches.keys()")


def test_signing_out_empties_it(person):
    phone, page = on_the_phone(person)
    page.goto("/me/")
    page.locator("main form[data-sign-out] button").first.tap()
    expect(page).to_have_url(re.compile("/account/login/"))
    assert page.evaluate("caches.keys()") == ["p2p-plain"]
    phone.context.set_offline(True)
    page.goto(FORM)
    expect(page.locator("h1")).to_have_text("There is no network")


def test_signing_out_asks_about_what_waits(person, shared):
    phone, page = on_the_phone(person)
    page.goto("/me/")
    phone.context.set_offline(True)
    other = phone.open(FORM)
    write(other)
    report(other)
    expect(page.locator(SAID)).to_have_text(WAITS)
    other.close()
    page.locator("main form[data-sign-out] button").first.tap()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("1 form was not sent yet.")
    dialog.get_by_role("button", name="Stay signed in").tap()
    expect(page).to_have_url(re.compile("/me/"))
    assert kept_on(page) == 1

    page.locator("main form[data-sign-out] button").first.tap()
    cut_posts(phone)  # nothing may leave between the two
    phone.context.set_offline(False)
    dialog.get_by_role("button", name="Delete and sign out").tap()
    expect(page).to_have_url(re.compile("/account/login/"))
    assert kept_on(page) == 0
    assert shared() == []


def test_the_next_person_meets_neither_the_form_nor_what_waits(person, shared, aside, client_for, server, cast):
    phone, page = on_the_phone(person)
    first = page.evaluate(KEPT)
    assert f'data-person="{cast[PSO].person}"' in first
    phone.context.set_offline(True)
    write(page)
    report(page)
    expect(page.locator(SAID)).to_have_text(WAITS)

    def sign_in(email: str) -> None:
        key = aside(client_for, email).cookies[settings.SESSION_COOKIE_NAME].value
        phone.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": server.address}])

    sign_in("pso@northsea.demo")
    phone.context.set_offline(False)
    page.goto("/")
    expect(page.locator(SAID)).to_have_text("")
    wait_for(lambda: f'data-person="{cast["pso@northsea.demo"].person}"' in page.evaluate(KEPT))
    assert shared() == [] and kept_on(page) == 1
    phone.context.set_offline(True)
    page.goto(FORM)
    expect(page.locator("body")).to_have_attribute("data-person", str(cast["pso@northsea.demo"].person))
    assert f'data-person="{cast[PSO].person}"' not in page.content() and TEXT not in page.content()

    sign_in(PSO)
    phone.context.set_offline(False)
    page.goto("/")
    expect(page.locator("[data-outbox-list]")).to_contain_text(SENT, timeout=30_000)
    assert len(shared()) == 1


def test_what_waits_cannot_be_read_in_the_browsers_store_and_may_carry_a_file(person, shared):
    phone, page = on_the_phone(person)
    drawn = io.BytesIO()
    Image.new("RGB", (4, 3), "navy").save(drawn, "JPEG")
    picture = drawn.getvalue()
    hat = page.locator("body").get_attribute("data-hat")
    phone.context.set_offline(True)
    page.evaluate(
        """async ([hat, text, picture]) => p2pOutbox.keep({
            id: crypto.randomUUID(), person: document.body.dataset.person, at: Date.now(), url: "/reports/new/",
            title: "With a picture", instead: {}, fields: [["hat", hat], ["threat", "drone_misuse"], ["text", text],
                ["where", "port:BEANR"], ["when", "now"],
                ["photo", new File([new Uint8Array(picture)], "gate.jpg", { type: "image/jpeg" })]],
        })""",
        [hat, TEXT, list(picture)],
    )
    page.reload()
    raw = page.evaluate(
        """() => new Promise((done) => {
            indexedDB.open("p2p-outbox").onsuccess = ({ target }) => {
                const stores = target.result.transaction(["waiting", "keys"]);
                const rows = stores.objectStore("waiting").getAll(), keys = stores.objectStore("keys").getAll();
                keys.onsuccess = () => done({
                    words: new TextDecoder("latin1").decode(rows.result[0].words.bytes),
                    names: Object.keys(rows.result[0]).sort(), exportable: keys.result.map((key) => key.extractable),
                });
            };
        })"""
    )
    assert raw["names"] == ["at", "files", "id", "person", "words"]
    assert "photo" not in raw["words"] and "fence" not in raw["words"]
    assert raw["exportable"] == [False]
    found = page.evaluate(
        """async () => {
            const [one] = await p2pOutbox.waiting(document.body.dataset.person);
            const file = one.fields.find(([name]) => name === "photo")[1];
            return [file.name, file.type, [...new Uint8Array(await file.arrayBuffer())]];
        }"""
    )
    assert found == ["gate.jpg", "image/jpeg", list(picture)]
    page.evaluate(
        """() => {
            const real = self.fetch;
            self.fetch = (url, more) => {
                if (more?.body instanceof FormData) self.leaving = more.body.get("photo");
                return real(url, more);
            };
        }"""
    )
    phone.context.set_offline(False)
    expect(page.locator("[data-outbox-list]")).to_contain_text(SENT, timeout=30_000)
    assert [text for text, _at in shared()] == [TEXT]
    left = page.evaluate("async () => [leaving.name, [...new Uint8Array(await leaving.arrayBuffer())]]")
    assert left == ["gate.jpg", list(picture)]


def test_under_the_worker_all_else_works_as_before(person, share):
    share(PSO)
    phone, page = on_the_phone(person)
    phone.watched.cut = False
    page.goto("/reports/")
    assert page.evaluate("Boolean(navigator.serviceWorker.controller)")
    expect(page.locator(".pp-live")).to_have_attribute("data-live", "on", timeout=30_000)
    with page.expect_download() as download:
        page.evaluate("location.assign('/reports/export/')")
    assert download.value.suggested_filename
    page.goto("/account/login/?next=/me/")
    expect(page).to_have_url(re.compile("/me/"))
    page.goto("/network/")
    expect(page.locator("h1")).to_have_text(re.compile(r"\S"))
    phone.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    phone.watched.expected.add(401)
    page.goto("/reports/")
    expect(page).to_have_url(re.compile(r"/account/login/\?next="))


def test_changing_a_report_is_no_business_of_the_outbox(person, share):
    report_id = share(PSO)
    page = person(PSO).open(f"/reports/{report_id}/edit/")
    page.locator("[name=text]").fill("A drone hung above the gate, then flew to quay 2.")
    page.locator("form[data-report-form] button.btn-primary").click()
    expect(page).to_have_url(re.compile(rf"/reports/{report_id}/\?sent=1"))
    expect(page.locator("main")).to_contain_text("then flew to quay 2")
    assert kept_on(page) == 0
