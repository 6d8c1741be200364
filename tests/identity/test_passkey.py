"""Passkeys in a real Chromium with a virtual authenticator (WebAuthn level 2, section 11), under the strict policy."""

import re
import threading
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.handlers.wsgi import WSGIHandler
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from playwright.sync_api import Page, expect, sync_playwright

from tests.identity.conftest import PASSWORD

pytestmark = pytest.mark.browser
PSO = "pso@antwerp.demo"
AUTHENTICATOR = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
    "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


class Quiet(WSGIRequestHandler):
    """Writes no line per request."""

    def log_message(self, format: str, *args: Any) -> None:
        return


@pytest.fixture
def address(db: None) -> Iterator[str]:
    """The platform, served on this machine."""
    server = ThreadedWSGIServer(("localhost", 0), Quiet)
    server.set_app(StaticFilesHandler(WSGIHandler()))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def page(address: str, with_password: Any) -> Iterator[Page]:
    """A browser with an authenticator built in; whatever the policy refuses or a script throws fails the test."""
    with_password(PSO)  # before Playwright's event loop stands in this thread
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        context = chromium.new_context(locale="en-GB", base_url=address, viewport={"width": 390, "height": 844})
        context.add_cookies([{"name": "django_language", "value": "en", "url": address}])
        shown = context.new_page()
        troubles: list[str] = []
        shown.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
        shown.on("pageerror", lambda error: troubles.append(str(error)))
        devtools = context.new_cdp_session(shown)
        devtools.send("WebAuthn.enable")
        devtools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
        yield shown
        chromium.close()
    assert [trouble for trouble in troubles if "Content Security Policy" in trouble or "Uncaught" in trouble] == []


def test_a_passkey_is_set_up_and_then_signs_in_alone(page: Page, owner: psycopg.Connection[Any]) -> None:
    page.goto("/account/login/")
    fits = page.evaluate("document.querySelector('#passkey_login').getBoundingClientRect().bottom < innerHeight")
    assert fits, "everything to sign in is on one screen of a telephone"
    page.get_by_label("E-mail address").fill(PSO)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()

    page.goto("/me/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Set up a second factor to go on")
    page.get_by_role("link", name="Set up a passkey").click()
    page.get_by_label("A name to know it by").fill("office laptop")
    page.get_by_role("button", name="Set it up").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("recovery codes safe")

    page.goto("/me/")
    expect(page.get_by_text("1 passkey")).to_be_visible()
    assert owner.execute("select strong from members_session where person_id is not null").fetchall() == [(True,)]
    page.locator("main form[data-sign-out] button").click()
    page.wait_for_url(re.compile("/account/login/"))

    page.goto("/account/login/?next=/me/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(re.compile(r"localhost:\d+/me/$"))
    assert owner.execute("select strong from members_session where person_id is not null").fetchall() == [(True,)]


def test_a_passkey_as_the_second_factor_and_to_confirm(page: Page) -> None:
    for turn in ("enrol", "use"):
        page.goto("/account/login/?next=/account/passkeys/")
        page.get_by_label("E-mail address").fill(PSO)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()
        if turn == "enrol":
            page.goto("/account/passkeys/add/")
            page.get_by_role("button", name="Set it up").click()
            expect(page.get_by_role("heading", level=1)).to_contain_text("recovery codes safe")
            page.goto("/account/logout/")
            page.locator("main form[data-sign-out] button").click()
            page.wait_for_url(re.compile("/account/login/"))
    page.get_by_role("button", name="Use your passkey").click()
    page.wait_for_url(re.compile(r"localhost:\d+/account/passkeys/$"))
    page.get_by_role("link", name="Remove").click()
    page.get_by_role("button", name="Remove the passkey").click()
    page.goto("/me/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Set up a second factor to go on")
