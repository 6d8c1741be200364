"""The second origin: what it answers, to whom, for how long; and that it answers nothing else."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.conf import settings
from django.test import Client

from port2port.base.clock import now
from port2port.training.packages import actions, origin
from tests.training.packages.making import FILES, PAGE, brought_in, package

GUARD, TRAINER = "director@antwerp.demo", "pso@antwerp.demo"
HOST = "packages.example"


@pytest.fixture
def there(db):
    """A browser at the second origin, which sends a cookie of the platform's name all the same."""
    client = Client(headers={"host": HOST, "accept-language": "nl"})
    client.cookies["sessionid"] = "of-the-platform"
    return client


@pytest.fixture
def launch(acting):
    """The path of a launch of the guard's."""
    with acting(TRAINER):
        slug = brought_in(package(files=FILES | {"a/film.mp4": b"0123456789", "a/b.svg": "<svg/>"}))
    with acting(GUARD):
        run = actions.open_package(slug, at=now())
    return origin.address_of(run).removeprefix(f"http://{HOST}")


def test_a_launch_opens_its_frame_and_its_files(there, launch):
    frame = there.get(launch)
    assert frame.status_code == 200
    said = frame.content.decode()
    assert 'data-launch="files/index.html"' in said and 'data-site="http://localhost:8000"' in said
    assert "Antwerp" not in said and "director" not in said
    assert frame["Clear-Site-Data"] == '"cookies", "storage"'
    for name in origin.ASSETS:
        assert there.get(f"{launch}{name}").status_code == 200
    page = there.get(f"{launch}files/index.html")
    assert (page["Content-Type"], page.content.decode()) == ("text/html", PAGE)
    part = there.get(f"{launch}files/a/film.mp4", headers={"range": "bytes=2-3"})
    assert (part.status_code, part["Content-Type"], part.content) == (206, "video/mp4", b"23")


def test_every_answer_is_closed_and_sets_no_cookie(there, launch):
    for path in (launch, f"{launch}files/index.html", f"{launch}missing", "/"):
        answer = there.get(path)
        policy = answer["Content-Security-Policy"]
        assert "sandbox allow-scripts allow-same-origin allow-forms" in policy
        assert "connect-src 'self'" in policy and "form-action 'self'" in policy
        assert policy.count("http") == 1 and "frame-ancestors 'self' http://localhost:8000;" in policy
        assert answer["Referrer-Policy"] == "no-referrer"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Cache-Control"] == "no-store"
        assert "Set-Cookie" not in answer and not answer.cookies


def test_nothing_but_a_launch_is_answered_there(there, launch, client_for):
    signed_in = client_for(GUARD)
    for path in ("/login/", "/healthz", "/api/v1/courses", "/training/courses/", "/static/site/base.css"):
        for client in (there, signed_in):
            assert client.get(path, headers={"host": HOST}).status_code == 404, path
    assert there.get("/login/").content.decode().startswith("Dit is voorbij")
    assert (there.get("/").status_code, there.get("/")["Location"]) == (302, settings.SITE_URL)  # somebody typed it
    for path in ("files/", "files/missing.html", "files/imsmanifest.xml", "files/../index.html", "index.html", "x"):
        assert there.get(f"{launch}{path}").status_code == 404, path
    assert there.post(launch).status_code == 404
    for kind in origin.NEVER:
        assert there.get(launch, headers={"sec-fetch-dest": kind}).status_code == 404
    assert there.get(launch, headers={"sec-fetch-dest": "iframe"}).status_code == 200


def test_a_launch_is_answered_nowhere_else(launch, client_for, monkeypatch):
    for client in (Client(), client_for(GUARD)):
        assert client.get(launch).status_code == 404
        assert client.get(f"{launch}files/index.html").status_code == 404
    monkeypatch.setattr(settings, "PACKAGES_HOST", "")
    assert Client(headers={"host": HOST}).get(launch).status_code in (400, 404)


def test_an_address_is_signed_and_ends(there, launch, monkeypatch):
    token = launch.strip("/")
    others = origin.SIGNER.sign(uuid4().hex)
    for wrong in (token[:-1], f"{uuid4().hex}{token[32:]}", others, origin.SIGNER.sign("x"), "x"):
        assert there.get(f"/{wrong}/").status_code == 404
    monkeypatch.setattr(origin, "LAUNCH", timedelta(seconds=-1))
    assert there.get(launch).status_code == 404
