"""The shell round a page: only what works is offered, headers keep it to itself, errors help."""

import types
from collections.abc import Iterator
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import include, path, set_urlconf
from django.utils import translation

from port2port.base.errors import Invalid, Problem, Refused
from port2port.site import navigation, pages, theme
from port2port.site.security import content_security_policy, security_headers

ERRORS = (400, 401, 403, 404, 409, 412, 413, 422, 429, 500, 503)


def page(request: HttpRequest, **values: Any) -> HttpResponse:
    """Answer nothing."""
    return HttpResponse()


@pytest.fixture
def addresses() -> Iterator[None]:
    """An installation that has a home and reports, and nothing else."""
    module = types.ModuleType("addresses_of_test")
    reports = [path("reports/", page, name="list"), path("reports/new/", page, name="new")]
    module.urlpatterns = [  # type: ignore[attr-defined]
        path("", page, name="home"),
        path("", include((reports, "reports"))),
        path("", include("port2port.site.urls")),
    ]
    set_urlconf(module)  # type: ignore[arg-type]  # a module does as well as its name
    yield
    set_urlconf(None)


def a_request(where: str = "/reports/26/", **more: Any) -> HttpRequest:
    """A request by somebody signed in."""
    request = RequestFactory().get(where)
    actor = types.SimpleNamespace(
        person="p", name="Ann", organisation_name="Port of Antwerp-Bruges", hats=(), may_report=True
    )
    request.actor = more.get("actor", actor)  # type: ignore[attr-defined]
    return request


@pytest.mark.usefixtures("addresses")
def test_only_what_works_is_offered() -> None:
    found = navigation.navigation(a_request())
    assert [link.href for link in found.bar] == ["/", "/reports/"]
    assert found.more == []
    assert [link.current for link in found.bar] == [False, True]


@pytest.mark.usefixtures("addresses")
def test_the_page_shows_bar_report_button_and_person() -> None:
    with translation.override("en"):
        html = render_to_string("site/help.html", {}, request=a_request())
    assert 'href="/reports/new/"' in html
    assert "Alerts" not in html
    assert 'data-person="p"' in html
    assert '<html lang="en"' in html


@pytest.mark.usefixtures("addresses")
def test_somebody_not_signed_in_is_offered_nothing_but_the_page() -> None:
    html = render_to_string("site/help.html", {}, request=a_request(actor=None))
    assert "/reports/new/" not in html
    assert "data-person" not in html


@pytest.mark.usefixtures("addresses")
def test_a_count_is_asked_only_for_somebody_signed_in() -> None:
    entry = navigation.Entry("Reports", "report", "reports:list", count=lambda request: 7)
    link = navigation.ready(a_request(), entry)
    nobody = navigation.ready(a_request(actor=None), entry)
    assert link
    assert nobody
    assert (link.count, nobody.count) == (7, 0)


def test_home_is_current_only_on_itself() -> None:
    assert navigation.is_current("/", "/")
    assert not navigation.is_current("/reports/", "/")
    assert navigation.is_current("/reports/26/", "/reports/")
    assert not navigation.is_current("/reports-old/", "/reports/")


def test_nothing_from_another_host_and_nothing_inline() -> None:
    policy = content_security_policy()
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert "frame-ancestors 'none'" in policy


def test_a_tile_host_is_let_in_for_pictures_and_fetches_only() -> None:
    parts = content_security_policy(tiles="https://tiles.example").split("; ")
    assert [p.split()[0] for p in parts if "tiles.example" in p] == ["img-src", "connect-src"]


@pytest.mark.parametrize(("signed_in", "kept"), [(True, "no-store"), (False, None)])
def test_what_a_signed_in_person_saw_is_not_kept_by_the_browser(signed_in: bool, kept: str | None) -> None:
    respond = security_headers(lambda request: HttpResponse("x"))
    response = respond(a_request() if signed_in else a_request(actor=None))
    assert response.headers.get("Cache-Control") == kept
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Cross-Origin-Opener-Policy"] == "same-origin"


def test_a_view_may_be_stricter() -> None:
    respond = security_headers(lambda request: HttpResponse(headers={"Referrer-Policy": "no-referrer"}))
    assert respond(a_request()).headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize("status", ERRORS)
def test_each_error_says_what_to_do_without_a_request(status: int) -> None:
    response = pages.bare_error_page(status)
    text = response.content.decode()
    assert response.status_code == status
    assert text.count("<h1") == 1
    assert "tel:112" in text


@translation.override("en")
def test_an_error_shows_its_own_reason_and_its_problems() -> None:
    html = render_to_string("errors/403.html", {"error": Refused("Only the owner may withdraw it.")})
    assert "Only the owner may withdraw it." in html
    error = Invalid([Problem("when", "lies in the future", row=3)])
    html = render_to_string("errors/422.html", {"error": error, "problems": error.problems})
    assert "Row 3, when" in html
    assert "lies in the future" in html


@pytest.mark.parametrize(
    ("cookie", "chosen"), [("dark", "dark"), ("light", "light"), ("<x>", "system"), (None, "system")]
)
def test_the_theme_is_one_of_three(cookie: str | None, chosen: str) -> None:
    request = a_request()
    if cookie:
        request.COOKIES["theme"] = cookie
    assert theme.chosen_theme(request) == chosen


@pytest.mark.parametrize(
    ("wish", "target"),
    [("/reports/", "/reports/"), ("https://elsewhere.example/", "/"), ("//elsewhere.example/", "/"), ("", "/")],
)
def test_choosing_a_theme_leads_back_but_never_away(wish: str, target: str) -> None:
    response = pages.set_theme(RequestFactory().post("/settings/theme/", {"theme": "dark", "next": wish}))
    assert response.headers["Location"] == target
    assert response.cookies["theme"].value == "dark"


def test_an_unknown_theme_sets_nothing() -> None:
    response = pages.set_theme(RequestFactory().post("/settings/theme/", {"theme": "pink"}))
    assert "theme" not in response.cookies
