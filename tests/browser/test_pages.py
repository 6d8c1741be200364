"""Every page, in four languages, at two widths, light and dark: nothing fails, nothing overflows, axe finds nothing.

Each page is opened once in each language and looked at in both widths. axe examines it by all of WCAG 2.2 AA at the
one width in light and at the other in dark; in the two remaining pairs by what a width or a theme can change.
"""

import http.cookies
import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import Page, expect

from tests.access.matrix import MATRIX, PUBLIC
from tests.access.test_matrix import COLUMNS, address, build_world
from tests.browser.conftest import Person
from tests.served import Server

pytestmark = pytest.mark.browser
PSO = "pso@antwerp.demo"
VIEWERS = (PSO, "admin@antwerp.demo", "operator@platform.demo")
# language: the width and the theme in which axe looks at it
LOOKED_AT = {"nl": (1440, "light"), "fr": (1440, "dark"), "de": (390, "light"), "en": (390, "dark")}
WIDTHS = {1440: 900, 390: 844}
TAGS = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
LOOKS = {"type": "rule", "values": ["color-contrast", "link-in-text-block", "target-size"]}
EXAMINED = {"nl": TAGS, "fr": LOOKS, "de": LOOKS, "en": TAGS}
PACKAGE = re.compile(r"^/training/courses/packages/[0-9a-f-]{36}/$")  # shows a package, from the packages' host


@pytest.fixture
def records(aside, acting, cast, owner, share) -> dict[str, str]:
    """The ids that stand in the addresses of the pages: those of the access matrix, beside a second report."""
    made = aside(build_world, acting, cast, owner)
    share(PSO, text="Somebody photographed the fence of the terminal, twice.", threat="physical_intrusion")
    return {**made, "person": str(cast["director@antwerp.demo"].person)}


def key_of(person: Person) -> str:
    cookies = {one["name"]: one["value"] for one in person.context.cookies()}
    return cookies.get(settings.SESSION_COOKIE_NAME, "")


def is_page(server: Server, path: str, key: str) -> bool:
    """Tell whether a whole page answers there: fragments, files and data are not looked at."""
    cookie = http.cookies.SimpleCookie({settings.SESSION_COOKIE_NAME: key}) if key else None
    headers = {"Cookie": cookie.output(header="", sep=";").strip()} if cookie else {}
    status, _headers, body = server.ask("GET", path, None, headers)
    return status == 200 and body[:200].lstrip().lower().startswith(b"<!doctype html")


def paths_of(viewer: str, records: dict[str, str]) -> list[str]:
    """Return what this viewer is the first of the viewers to see, by the access matrix."""
    found = []
    for row, answers in MATRIX.items():
        verb, route = row.split(" ", 1)
        first = next((one for one in VIEWERS if answers[COLUMNS.index(one)] == 200), None)
        if verb == "GET" and first == viewer and not route.startswith("api/"):
            found.append(address(route, records))
    return found


def wrong_with(page: Page, language: str, width: int) -> list[str]:
    """Return what is wrong with the page at this width, by cheap means."""
    page.set_viewport_size({"width": width, "height": WIDTHS[width]})
    found = page.evaluate(
        """() => ({
            lang: document.documentElement.lang,
            heading: [...document.querySelectorAll('h1')].filter((one) => one.checkVisibility())
                .map((one) => one.innerText.trim()),
            over: document.documentElement.scrollWidth - document.documentElement.clientWidth,
            widest: [...document.querySelectorAll('main *')].filter((one) => one.checkVisibility() &&
                one.getBoundingClientRect().right > document.documentElement.clientWidth + 1 &&
                !one.closest('svg, canvas, .maplibregl-map'))
                .map((one) => `${one.tagName}.${one.className}`).slice(0, 3),
            title: document.title,
        })"""
    )
    wrong = []
    if found["lang"] != language:
        wrong.append(f"says it is in {found['lang']!r}")
    if len(found["heading"]) != 1 or not found["heading"][0]:
        wrong.append(f"headings: {found['heading']}")
    if found["over"] > 0:
        wrong.append(f"scrolls sideways by {found['over']} at {width}: {found['widest']}")
    if not found["title"].strip(" -").removesuffix("Port 2 Port").strip(" -"):
        wrong.append("has no title")
    return wrong


def violations(page: Page, rules: dict[str, Any]) -> list[str]:
    """Return what axe finds by these rules, one line each."""
    page.evaluate("() => Promise.all(document.getAnimations().map((one) => one.finished.catch(() => null)))")
    response = Axe().run(page, options={"resultTypes": ["violations"], "runOnly": rules}).response
    return [f"axe {one['id']}: {one['nodes'][0]['html'][:160]} ({len(one['nodes'])})" for one in response["violations"]]


def look_at(person: Person, paths: list[str], language: str) -> dict[str, list[str]]:
    """Open each page and return what is wrong, by page."""
    width, _theme = LOOKED_AT[language]
    found: dict[str, list[str]] = {}
    page = person.context.new_page()
    other = next(one for one in WIDTHS if one != width)
    for path in paths:
        person.watched.also = {person.watched.host.replace("localhost", "127.0.0.1")} if PACKAGE.match(path) else set()
        page.set_viewport_size({"width": width, "height": WIDTHS[width]})
        page.goto(path)
        wrong = wrong_with(page, language, width) + violations(page, EXAMINED[language])
        wrong += wrong_with(page, language, other)
        wrong += person.watched.troubles
        person.watched.troubles.clear()
        if wrong:
            found[path] = wrong
    return found


@pytest.mark.parametrize("language", LOOKED_AT)
def test_every_page(language, person, records, server):
    width, theme = LOOKED_AT[language]
    wrong: dict[str, Any] = {}
    seen = 0
    for viewer in VIEWERS:
        at_screen = person(viewer, language, width=width, height=WIDTHS[width], color_scheme=theme)
        paths = [path for path in paths_of(viewer, records) if is_page(server, path, key_of(at_screen))]
        if viewer == VIEWERS[0]:
            open_to_all = [
                "/" + route for route in sorted(PUBLIC) if "<" not in route and not route.startswith(("^", "api/"))
            ]
            paths += [path for path in open_to_all if is_page(server, path, key_of(at_screen))]
        seen += len(paths)
        wrong |= look_at(at_screen, paths, language)
    nobody = person("", language, width=width, height=WIDTHS[width], color_scheme=theme)
    paths = ["/account/login/", "/account/password/forgotten/", "/help/"]
    wrong |= {f"signed out {path}": what for path, what in look_at(nobody, paths, language).items()}
    assert wrong == {}, "\n".join(f"{path}\n    " + "\n    ".join(what) for path, what in wrong.items())
    assert seen > 40, "most of the platform was looked at"


@pytest.mark.parametrize("path", ["/nowhere/", "/reports/01900000-0000-7000-8000-000000000000/", "/access/explain/"])
def test_an_error_is_a_page_too(path, person):
    at_screen = person("pso@antwerp.demo", "nl", width=390, height=844)
    at_screen.watched.expected |= {403, 404}
    page = at_screen.open(path)
    assert wrong_with(page, "nl", 390) + violations(page, TAGS) + wrong_with(page, "nl", 1440) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_home_list_new_and_detail_at_360_pixels_and_at_200_percent(theme, person, records):
    """EXPERIENCE: no horizontal scrolling at 360 px. 200 % of 1280 is 640 CSS pixels, two device pixels each."""
    for width, factor in ((360, 2), (640, 2)):
        at_screen = person(
            "pso@antwerp.demo", "de", width=width, height=512, color_scheme=theme, device_scale_factor=factor
        )
        page = at_screen.context.new_page()
        for path in ("/", "/reports/", "/reports/new/", f"/reports/{records['report']}/"):
            page.goto(path)
            expect(page.locator("h1")).to_have_text(re.compile(r"\S"))
            over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert over == 0, f"{path} at {width}"
