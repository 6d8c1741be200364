"""Other people's programs read us: OASIS's validator, the library stix2, and taxii2-client.

The client is the real one; only its transport leads to the program in this process instead of to a port.
"""

import json
from typing import Any
from uuid import uuid4

import pytest
import requests
import stix2
from django.test import Client
from requests.adapters import BaseAdapter
from taxii2client.common import TokenAuth
from taxii2client.exceptions import AccessError
from taxii2client.v21 import Collection, Server, as_pages

from port2port.base.clock import now
from port2port.exchange.store.rendering import render_network
from port2port.members.acting import acting_as_system
from port2port.reports.grading import Grade, grade_report
from port2port.reports.observables.normal import normalised
from tests.exchange.oasis import ValidationOptions, validate_string
from tests.exchange.rendered import render
from tests.knowledge.practices.writing import published
from tests.measures.writing import agreed
from tests.reports.writing import report

OWNER, PARTNER = "pso@antwerp.demo", "pso@northsea.demo"
SITE = "https://port2port.example"
SEEN = [("container", "CSQU3054383"), ("imo", "9074729"), ("seal", "TST0001234"), ("ip", "192.0.2.17"),
        ("domain", "login.example"), ("url", "https://login.example/form"),
        ("hash", "00112233445566778899aabbccddeeff")]  # fmt: skip


class InProcess(BaseAdapter):
    """Leads the requests of a client to the program in this process."""

    def send(self, request: requests.PreparedRequest, **_options: Any) -> requests.Response:  # type: ignore[override]
        """Ask, and return the answer as `requests` has it."""
        kind = str(request.headers.get("Content-Type", "application/octet-stream"))
        sent = request.body.encode() if isinstance(request.body, str) else request.body or b""
        answer = Client(headers=dict(request.headers)).generic(
            str(request.method), str(request.url).removeprefix(SITE), sent, content_type=kind
        )
        response = requests.Response()
        response.status_code, response.url, response.request = answer.status_code, str(request.url), request
        response.headers.update(dict(answer.items()))
        response._content = answer.content
        return response

    def close(self) -> None:
        """Nothing is open."""


@pytest.fixture
def server(bearer_for, settings_site) -> Any:
    """`server("pso@antwerp.demo")` is taxii2-client with that person's token."""

    def connected(email: str) -> Server:
        token = bearer_for(email)["Authorization"].removeprefix("Bearer ")
        return Server(f"{SITE}/taxii2/", auth=TokenAuth(token))

    return connected


@pytest.fixture
def settings_site(monkeypatch: pytest.MonkeyPatch) -> None:
    """The addresses in our resources are those that the client was given, and lead to the program in this process."""
    monkeypatch.setattr("django.conf.settings.SITE_URL", SITE)
    monkeypatch.setattr(requests.Session, "get_adapter", lambda _session, url: InProcess())


@pytest.fixture
def world(acting, db) -> None:
    """One record of each kind, and the network."""
    with acting(OWNER):
        made = report(
            "ports-and-police", observables=[normalised(*one) for one in SEEN], modus_operandi="UA01"
        ).record_id
        grade_report(made, grade=Grade("admiralty:B", "admiralty:2", "H3", "Ask first (test)."), expected=1, at=now())
    agreed(acting, "all-members")
    published(acting, "all-members")
    with acting_as_system("worker"):
        render_network(at=now())
    render()


def fetched(server: Server, alias: str = "all") -> list[dict[str, Any]]:
    chosen = collection(server, alias)
    return [one for page in as_pages(chosen.get_objects, per_request=50) for one in page.get("objects", [])]


def collection(server: Server, alias: str) -> Collection:
    return next(one for one in server.default.collections if one._raw.get("alias") == alias)


def test_everything_is_valid_and_read_by_the_library(world, server):
    objects = fetched(server(PARTNER))
    kinds = {one["type"] for one in objects}
    assert {"incident", "course-of-action", "note", "opinion", "relationship", "identity", "location"} <= kinds
    assert {"shipping-container", "vessel", "container-seal", "file", "url", "attack-pattern"} <= kinds
    bundle = json.dumps({"type": "bundle", "id": f"bundle--{uuid4()}", "objects": objects})
    result = validate_string(bundle, ValidationOptions(version="2.1"))
    assert result.is_valid, result.errors
    read = stix2.parse(bundle, allow_custom=True, version="2.1")
    assert len(read.objects) == len(objects)


def test_the_client_pages_filters_and_sends(world, server):
    client = server(OWNER)
    everything = collection(client, "all")
    incident = next(one for one in fetched(client) if one["type"] == "incident")
    assert everything.get_object(incident["id"])["objects"] == [incident]
    assert everything.object_versions(incident["id"])["versions"]
    only = everything.get_objects(type="incident")["objects"]
    assert [one["id"] for one in only] == [incident["id"]]
    listed = [one for page in as_pages(everything.get_manifest, per_request=500) for one in page.get("objects", [])]
    assert "objects" not in everything.get_objects(added_after=listed[-1]["date_added"])
    inbox = collection(client, "inbox")
    sent = {"type": "indicator", "spec_version": "2.1", "id": f"indicator--{uuid4()}", "pattern_type": "stix",
            "created": "2026-11-20T10:00:00.000Z", "modified": "2026-11-20T10:00:00.000Z", "x_kept": 1,
            "valid_from": "2026-11-20T10:00:00Z", "pattern": "[ipv4-addr:value = '192.0.2.17']"}  # fmt: skip
    status = inbox.add_objects({"objects": [sent]}, wait_for_completion=True)
    assert (status.status, status.success_count) == ("complete", 1)
    assert inbox.get_objects()["objects"] == [sent]
    inbox.delete_object(sent["id"])
    assert "objects" not in inbox.get_objects()
    with pytest.raises(AccessError):
        everything.add_objects({"objects": [sent]})
