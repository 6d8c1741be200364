"""A learning record store on loopback: what xAPI asks of one when statements are posted, and no more.

It checks the header, the way in, and the properties that a statement must have (1.0.3 part 2, 2.2 and 2.4; 2.0 the
same but for microseconds), keeps each id once, and answers 409 for a known id with other words (part 3, 2.1.2).
"""

import base64
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import UUID

USER, PASSWORD, TOKEN = "store-user", "store-password-1", "store-token-1"
IRI = re.compile(r"https?://[^\s]+")
PROPERTIES = {"id", "actor", "verb", "object", "result", "context", "timestamp", "stored", "authority", "version",
              "attachments"}  # fmt: skip
LANGUAGE = re.compile(r"[a-z]{2}(-[A-Za-z0-9]+)*")


def problems(one: dict[str, Any]) -> list[str]:
    """Return what xAPI forbids in a statement as a client may post it."""
    found = [f"property {name}" for name in one if name not in PROPERTIES]
    UUID(one["id"])
    actor = one["actor"]
    identifiers = {"mbox", "mbox_sha1sum", "openid", "account"} & set(actor)
    others = set(actor) - identifiers - {"objectType"}
    if len(identifiers) != 1 or others or actor.get("objectType", "Agent") != "Agent":
        found.append("actor")
    account = actor.get("account", {"homePage": "https://none.example", "name": ""})
    if set(account) != {"homePage", "name"} or not IRI.match(account["homePage"]):
        found.append("account")
    if "mbox" in actor and not actor["mbox"].startswith("mailto:"):
        found.append("mbox")
    verb = one["verb"]
    if set(verb) - {"id", "display"} or not IRI.match(verb["id"]) or not all(map(LANGUAGE.fullmatch, verb["display"])):
        found.append("verb")
    if datetime.fromisoformat(one["timestamp"]).tzinfo is None:
        found.append("timestamp")
    target = one["object"]
    if target.get("objectType") == "StatementRef":
        UUID(target["id"])
        if verb["id"] != "http://adlnet.gov/expapi/verbs/voided":
            found.append("reference")
        if set(one.get("context", {})) & {"revision", "platform"}:
            found.append("context of a reference")
    else:
        found += _activity(target)
    for parents in one.get("context", {}).get("contextActivities", {}).values():
        found += [problem for parent in parents for problem in _activity(parent)]
    result = one.get("result", {})
    if any(not isinstance(result[name], bool) for name in ("success", "completion") if name in result):
        found.append("result")
    if "duration" in result and not re.fullmatch(r"PT\d+M", result["duration"]):
        found.append("duration")
    return found


def _activity(target: dict[str, Any]) -> list[str]:
    definition = target.get("definition", {})
    good = (
        target.get("objectType", "Activity") == "Activity" and IRI.match(target["id"]) and IRI.match(definition["type"])
        and definition["name"] and all(map(LANGUAGE.fullmatch, definition["name"]))
    )  # fmt: skip
    return [] if good else ["activity"]


class Store(ThreadingHTTPServer):
    """The store. `answers`: statuses to give instead, one a request; `refuses`: verbs that it takes for bad."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.kept: dict[str, dict[str, Any]] = {}
        self.requests: list[int] = []
        self.wrong: list[str] = []
        self.answers: list[int] = []
        self.loses: list[bool] = []
        self.refuses: set[str] = set()
        self.versions = {"1.0.3"}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/xapi/"

    def verbs(self) -> list[str]:
        """The last words of the verbs of what is kept, in the order in which it came."""
        return [one["verb"]["id"].rsplit("/", 1)[1] for one in self.kept.values()]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that is gone is what a test is about."""


class Handler(BaseHTTPRequestHandler):
    server: Store

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        status = self._status(body)
        self.server.requests.append(status)
        self.send_response(status)
        self.send_header("X-Experience-API-Version", self.headers.get("X-Experience-API-Version", ""))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _status(self, body: bytes) -> int:
        store = self.server
        pair = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        if self.headers["Authorization"] not in (pair, f"Bearer {TOKEN}"):
            return 401
        if self.path != "/xapi/statements":
            return 404
        if store.answers:
            return store.answers.pop(0)
        if self.headers["X-Experience-API-Version"] not in store.versions or "json" not in self.headers["Content-Type"]:
            return 400
        told = json.loads(body)
        for one in told:
            if one["verb"]["id"].rsplit("/", 1)[1] in store.refuses:
                return 400
            store.wrong += problems(one)
            if store.kept.get(one["id"], one) != one:
                return 409
        if store.wrong or len({one["id"] for one in told}) != len(told):
            return 400
        store.kept |= {one["id"]: one for one in told}
        return 500 if store.loses and store.loses.pop(0) else 200  # kept, and the answer is lost

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing."""


@contextmanager
def store_running() -> Iterator[Store]:
    """Run a store."""
    with Store() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
