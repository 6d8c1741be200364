"""An app on a phone: the manifest, its icons, the worker and the page without a network."""

import re
import struct
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from port2port.site.pages_install import ICONS

PSO = "pso@antwerp.demo"


def test_the_manifest_speaks_the_readers_language_and_starts_a_report() -> None:
    answer = Client().get("/manifest.webmanifest", headers={"accept-language": "nl"})
    found = answer.json()
    assert answer.headers["Content-Type"] == "application/manifest+json"
    assert (found["lang"], found["start_url"], found["scope"], found["display"]) == ("nl", "/", "/", "standalone")
    assert [one["url"] for one in found["shortcuts"]] == ["/reports/new/"]
    assert Client().get("/manifest.webmanifest", headers={"accept-language": "fr"}).json()["lang"] == "fr"


@pytest.mark.parametrize(("file", "sizes", "kind", "purpose"), ICONS)
def test_an_icon_is_as_large_as_it_says(file: str, sizes: str, kind: str, purpose: str) -> None:
    found = finders.find(file)
    assert isinstance(found, str)
    content = Path(found).read_bytes()
    if kind == "image/png":
        assert content.startswith(b"\x89PNG\r\n\x1a\n")
        assert "{}x{}".format(*struct.unpack(">II", content[16:24])) == sizes  # IHDR, PNG specification 11.2.1
    else:
        assert b"<svg" in content


def test_a_system_that_cuts_icons_round_has_one_of_its_own() -> None:
    assert {"any", "maskable"} == {purpose for _file, _sizes, _kind, purpose in ICONS}


def test_the_worker_looks_after_the_whole_site_and_is_asked_for_each_time() -> None:
    answer = Client().get("/worker.js")
    assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-cache"
    script = answer.content.decode()
    assert re.search(r'importScripts\("/static/site/outbox\.js\?v=[0-9a-f]{16}"\)', script), "a change of it is noticed"
    assert 'FORM = "/reports/new/", PLAIN = "/offline/", SIGN_OUT = "/account/logout/", STATIC = "/static/"' in script
    assert "{{" not in script and "&" not in script.replace("&&", "")


def test_the_policy_lets_a_page_have_its_worker_and_manifest() -> None:
    policy = Client().get("/offline/").headers["Content-Security-Policy"]
    assert "worker-src 'self'" in policy and "manifest-src 'self'" in policy and "media-src 'self'" in policy


def test_the_page_without_a_network_names_nobody(client_for) -> None:
    page = client_for(PSO).get("/offline/").content.decode()
    assert "There is no network" in page and 'href="/reports/new/"' in page and "tel:112" in page
    assert "data-person" not in page and "sign-out" not in page.split("<main")[0]
    assert page.count("<h1") == 1


def test_a_page_says_whose_it_is_for_the_worker_to_check(client_for, cast) -> None:
    page = client_for(PSO).get("/reports/new/").content.decode()
    assert f'data-person="{cast[PSO].person}" data-hat="{cast[PSO].hat}"' in page
    assert 'rel="manifest" href="/manifest.webmanifest" crossorigin="use-credentials"' in page
