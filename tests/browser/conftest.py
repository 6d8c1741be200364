"""Chromium before the whole program: signed in as one of the cast, and whatever a page does wrong fails its test."""

import json
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connections
from playwright.sync_api import Browser, BrowserContext, Page, Request, Response, WebError, sync_playwright

from tests.served import Server, serving

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
STREAM = "/live/events"
FORM = "/reports/new/"


@pytest.fixture(scope="package")
def server(loaded: None) -> Iterator[Server]:
    """The platform, served as in operation."""
    with serving() as served:
        yield served


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """One Chromium for all; each person has a context of their own."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert found, "the browser tests need Chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def aside(db: None) -> Iterator[Callable[..., Any]]:
    """Run Django's queries in a thread of their own: Playwright's event loop stands in this one."""
    with ThreadPoolExecutor(1) as pool:
        yield lambda work, *given: pool.submit(work, *given).result()
        pool.submit(connections.close_all).result()


@dataclass
class Watched:
    """What went wrong on the pages of a context."""

    host: str
    troubles: list[str] = field(default_factory=list)
    streams: list[Request] = field(default_factory=list)
    expected: set[int] = field(default_factory=set)
    also: set[str] = field(default_factory=set)  # hosts that a page shows on purpose
    cut: bool = False  # the network is cut on purpose

    def watch(self, context: BrowserContext) -> None:
        """Note errors of scripts, refusals of the policy, requests that fail or leave for another host."""
        context.on("console", lambda message: self._said(message.type, message.text, message.page))
        context.on("weberror", self._threw)
        context.on("request", self._asked)
        context.on("requestfailed", self._failed)
        context.on("response", self._answered)

    def _said(self, kind: str, text: str, page: Page | None) -> None:
        if "GL Driver Message" in text:  # of this machine, which draws without a graphics card
            return
        if "when fetching the script" in text:  # the worker, still being fetched when its page was left
            return
        if self.also and "can escape its sandboxing" in text:  # said of every such frame, also of another site's
            return
        # what a page says of files that it cannot fetch: of a map half loaded when the server went away, too
        fetched = any(
            words in text for words in ("Failed to load resource", "Failed to fetch", "Worker failed to load")
        )
        if kind in ("error", "warning") and not (fetched and (self.expected or self.cut)):
            self.troubles.append(f"console on {page.url if page else '?'}: {text}")

    def _threw(self, error: WebError) -> None:
        if not (self.cut and "failed to load" in str(error.error).lower()):
            self.troubles.append(f"script: {error.error}")

    def _asked(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https", "ws", "wss") and parts.netloc not in {self.host, *self.also}:
            self.troubles.append(f"another host: {request.url}")
        if parts.path == STREAM:
            self.streams.append(request)

    def _failed(self, request: Request) -> None:
        if request.failure == "net::ERR_FAILED" and 401 in self.expected and urlsplit(request.url).path == FORM:
            return  # the worker was keeping the form when the session ended: it follows no redirection to the sign-in
        # What a page still asked for when it was left is given up by the browser itself.
        if request.failure != "net::ERR_ABORTED" and not self.cut:
            self.troubles.append(f"{request.failure}: {request.url}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self.expected and not self.cut:
            self.troubles.append(f"{response.status}: {response.url}")


@dataclass
class Person:
    """Somebody at a browser."""

    context: BrowserContext
    watched: Watched

    def open(self, path: str) -> Page:
        """Open a tab."""
        page = self.context.new_page()
        page.goto(path)
        return page


@pytest.fixture
def person(
    server: Server, chromium: Browser, client_for: Any, aside: Callable[..., Any]
) -> Iterator[Callable[..., Person]]:
    """`person("pso@antwerp.demo", "nl", width=390)` is a browser where that person is signed in ("": nobody)."""
    made: list[Person] = []

    def at_browser(
        email: str, language: str = "en", *, width: int = 1440, height: int = 900, **settings_of_context: Any
    ) -> Person:
        context = chromium.new_context(
            base_url=server.address,
            locale={"en": "en-GB"}.get(language, f"{language}-BE" if language != "de" else "de-DE"),
            timezone_id="Europe/Brussels",
            viewport={"width": width, "height": height},
            **settings_of_context,
        )
        context.set_default_timeout(15_000)
        context.set_default_navigation_timeout(60_000)  # how fast a page loads is the benches', not the tests'
        cookies = [{"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": server.address}]
        if email:
            key = aside(client_for, email).cookies[settings.SESSION_COOKIE_NAME].value
            cookies.append({"name": settings.SESSION_COOKIE_NAME, "value": key, "url": server.address})
        context.add_cookies(cookies)  # type: ignore[arg-type]
        watched = Watched(urlsplit(server.address).netloc)
        watched.watch(context)
        made.append(Person(context, watched))
        return made[-1]

    yield at_browser
    for one in made:
        one.context.close()
    assert [trouble for one in made for trouble in one.watched.troubles] == []


@pytest.fixture
def share(server: Server, bearer_for: Any) -> Callable[..., str]:
    """`share("pso@antwerp.demo")` shares a report through the API and returns its id."""

    def shared(email: str, **changes: Any) -> str:
        sent = {
            "threat": "drone_misuse",
            "text": "A drone hung above the gate for minutes.",
            "place": {"kind": "port", "port": "BEANR"},
            "occurred_at": "2026-11-20T03:05:00+01:00",
        }
        headers = {**bearer_for(email), "Content-Type": "application/json"}
        status, _headers, body = server.ask("POST", "/api/v1/reports", json.dumps(sent | changes).encode(), headers)
        assert status == 201, body
        return str(json.loads(body)["id"])

    return shared
