"""Pages and bundles beside two other TAXII 2.1 servers at the same number of objects: OpenTAXII and medallion.

Each is installed at the time of the bench, by pip, into an environment of its own in a folder that goes away; they are
no part of this project. They run as they come: OpenTAXII behind gunicorn on SQLite, its collection open to everybody;
medallion, the reference server, by its own command on its memory. Ours has its policy, tokens and journal. All three
are asked by the same client, one after the other; a peer that cannot be installed is said to be so, and why. Of 10,000
objects OpenTAXII had not answered its first page after four minutes of processor: two thousand are what ends.

Two things OpenTAXII 0.9.3 cannot. It reads `modified` of each object and answers 500 to those that have none, as the
observables of STIX 2.1: so none of the three is sent any. And it answers 500 to every bundle, after it has stored it,
since the id of its job cannot be written as JSON: the two lines of `OPENTAXII_SERVED` let it write that.
"""

import base64
import http.client
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from bench import ingest, taxii
from bench.figures import Figure, beside
from bench.installation import installation
from bench.machines import Machine, bundle, let_in, median
from bench.serving import free_port, granian

OBJECTS = int(os.environ.get("BENCH_TAXII_PEERS_OBJECTS", "2000"))  # with more a page of theirs takes minutes
BUNDLE, PAGE, ROUNDS = 500, 100, 10
LONG, LONGEST = 5.0, 900  # seconds for a page: asked once, and no longer waited for
STARTS = 60.0
COLLECTION = "91a7b528-80eb-42ed-a74d-c6fbd5a26116"
# Versions of their time: neither names an upper bound, and both break with what came later.
OPENTAXII = ("opentaxii==0.9.3", "sqlalchemy<2", "flask<3", "werkzeug<3", "marshmallow<4", "gunicorn")
MEDALLION = ("medallion==3.0.0", "flask<2.3", "werkzeug<2.3")
MAKE = """
from opentaxii.cli import app
api = app.taxii_server.servers.taxii2.persistence.api
with app.app_context():
    root = api.add_api_root(title="bench", default=True, is_public=True)
    made = api.add_collection(api_root_id=root.id, title="bench", is_public=True, is_public_write=True)
print(f"/taxii2/{root.id}/collections/{made.id}/objects/")
"""

OPENTAXII_SERVED = """
import json
json.JSONEncoder.default = lambda self, value: str(value)
from opentaxii.http import app
"""


class NotInstalled(Exception):
    """A peer cannot be run here, and why."""


@dataclass(frozen=True)
class Measured:
    """Objects a second for the first and the last bundles, and milliseconds for pages."""

    first_bundles: float
    last_bundles: float
    first_page: float
    after_page: float


def run() -> list[Figure]:
    """Return each figure of a peer beside ours; a ratio above one says how many times slower or faster the peer is."""
    found, missing = {"ours": ours()}, []
    for name, start in (("OpenTAXII", opentaxii), ("medallion", medallion)):
        try:
            found[name] = beside_ours(start)
        except NotInstalled as why:
            print(f"{name}: {why}", file=sys.stderr)
            missing.append(Figure(f"{name} was not measured: {why}", 0, ""))
    own = found.pop("ours")
    figures = [
        beside(f"{name}, {what}, {OBJECTS:,} objects", getattr(peer, field), unit, "ours", getattr(own, field))
        for name, peer in found.items()
        for field, what, unit in (
            ("first_page", "first page", "ms"), ("after_page", "page in the middle", "ms"),
            ("first_bundles", "its first bundles", "/s"), ("last_bundles", "its last bundles", "/s"),
        )
    ]  # fmt: skip
    return figures + missing


def ours() -> Measured:
    """Measure ourselves: pages of records under the policy, bundles into the inbox."""
    with installation() as (environment, admin):
        with admin() as connection:
            taxii.admit(connection)
            taxii.fill(connection, OBJECTS)
            let_in(connection, ingest.SECRET)
            middle = taxii.places(connection, taxii.SHARES["70"])["added_after"]
        quiet = environment | {"PORT2PORT_LOG_LEVEL": "warning"}
        with granian("port2port.live.front:application", "asgi", "--backpressure", "64", **quiet) as server:
            sender = Machine(server.port, ingest.SECRET)
            ingest.send(sender, 10)  # the process has its connection and its code
            rates = filled(sender, ingest.INBOX)
            reader = Machine(server.port, "bench-70")
            return Measured(*rates, *pages(reader, taxii.OBJECTS, taxii.written(middle) if middle else ""))


def beside_ours(start: "Callable[[Path], Any]") -> Measured:
    """Install and start a peer, fill it, and measure it."""
    with tempfile.TemporaryDirectory(prefix="p2p-bench-peer-") as folder, start(Path(folder)) as (machine, objects):
        began = time.time()
        rates = filled(machine, objects)
        middle = time.strftime("%Y-%m-%dT%H:%M:%S.000000Z", time.gmtime((began + time.time()) / 2))
        return Measured(*rates, *pages(machine, objects, middle))


def filled(machine: Machine, objects: str) -> tuple[float, float]:
    """Send OBJECTS in bundles; return objects a second for the first and the last tenth."""
    took = []
    for _number in range(OBJECTS // BUNDLE):
        sent = bundle(BUNDLE, observables=False)
        began = time.perf_counter()
        status, body = machine.ask("POST", objects, sent)
        took.append(time.perf_counter() - began)
        if status != http.client.ACCEPTED or msgspec.json.decode(body)["success_count"] != BUNDLE:
            raise RuntimeError(f"{status}: {body[:500]!r}")
    tenth = max(1, len(took) // 10)
    return BUNDLE * tenth / sum(took[:tenth]), BUNDLE * tenth / sum(took[-tenth:])


def pages(machine: Machine, objects: str, middle: str) -> tuple[float, float]:
    """Return median milliseconds of the first page and of one in the middle. Raises RuntimeError for a shorter page."""
    asked = (f"{objects}?limit={PAGE}", f"{objects}?limit={PAGE}&added_after={middle}")
    first, after = (page(machine, path) for path in asked)
    return first, after


def page(machine: Machine, path: str) -> float:
    """Return median milliseconds of a page; of one that takes long, those of the only time that it was asked for."""
    began = time.perf_counter()
    body = machine.get(path)
    took = time.perf_counter() - began
    if len(msgspec.json.decode(body)["objects"]) != PAGE:
        raise RuntimeError(f"{path} is not answered by a full page")
    return median(partial(machine.get, path), rounds=ROUNDS) if took < LONG else took * 1000


def made(folder: Path, packages: tuple[str, ...]) -> Path:
    """Make an environment with these packages in a folder and return its programs. Raises NotInstalled."""
    commands = [[sys.executable, "-m", "venv", str(folder / "venv")]]
    commands.append([str(folder / "venv/bin/python"), "-m", "pip", "install", "--quiet", *packages])
    for command in commands:
        ended = subprocess.run(command, check=False, capture_output=True, text=True)
        if ended.returncode:
            raise NotInstalled((ended.stderr.strip() or ended.stdout.strip()).splitlines()[-1])
    return folder / "venv/bin"


@contextmanager
def opentaxii(folder: Path) -> Iterator[tuple[Machine, str]]:
    """Serve OpenTAXII and yield a client and the address of its objects."""
    programs = made(folder, OPENTAXII)
    store = {"class": "opentaxii.persistence.sqldb.Taxii2SQLDatabaseAPI"}
    people = {"class": "opentaxii.auth.sqldb.SQLDatabaseAPI"}
    tables = {"create_tables": True, "db_connection": f"sqlite:///{folder}/objects.db"}
    accounts = {"create_tables": True, "db_connection": f"sqlite:///{folder}/accounts.db", "secret": "bench"}
    said = {
        "domain": "localhost", "taxii1": None, "auth_api": people | {"parameters": accounts},
        "taxii2": {"title": "bench", "public_discovery": True, "max_content_length": 100_000_000,
                   "allow_custom_properties": True, "persistence_api": store | {"parameters": tables}},
        "logging": {"opentaxii": "error", "root": "error"},
    }  # fmt: skip
    (folder / "opentaxii.yml").write_bytes(msgspec.json.encode(said))  # JSON is YAML
    (folder / "served.py").write_text(OPENTAXII_SERVED)
    environment = {**os.environ, "OPENTAXII_CONFIG": str(folder / "opentaxii.yml")}
    ended = subprocess.run(
        [programs / "python", "-c", MAKE], check=False, capture_output=True, text=True, env=environment
    )
    if ended.returncode:
        raise NotInstalled(ended.stderr.strip().splitlines()[-1])
    objects = ended.stdout.strip().splitlines()[-1]
    port = free_port()
    command = [str(programs / "gunicorn"), "--bind", f"127.0.0.1:{port}", "--log-level", "error"]
    command += ["--timeout", str(LONGEST), "--chdir", str(folder), "served:app"]
    with running(command, port, environment):
        yield Machine(port, timeout=LONGEST), objects


@contextmanager
def medallion(folder: Path) -> Iterator[tuple[Machine, str]]:
    """Serve medallion and yield a client and the address of its objects."""
    programs = made(folder, MEDALLION)
    stix = "application/stix+json;version=2.1"
    collection = {"id": COLLECTION, "title": "bench", "can_read": True, "can_write": True, "media_types": [stix],
                  "objects": [], "manifest": []}  # fmt: skip
    about = {"title": "bench", "versions": ["application/taxii+json;version=2.1"], "max_content_length": 100_000_000}
    data = {"/discovery": {"title": "bench", "api_roots": []},
            "root": {"information": about, "status": [], "collections": [collection]}}  # fmt: skip
    backend = {"module": "medallion.backends.memory_backend", "module_class": "MemoryBackend",
               "filename": str(folder / "data.json")}  # fmt: skip
    said = {"backend": backend, "users": {"bench": "bench"}, "taxii": {"max_page_size": PAGE}}
    (folder / "data.json").write_bytes(msgspec.json.encode(data))
    (folder / "medallion.json").write_bytes(msgspec.json.encode(said))
    port = free_port()
    with running([str(programs / "medallion"), "--port", str(port), str(folder / "medallion.json")], port, os.environ):
        machine = Machine(port)
        machine.headers["Authorization"] = "Basic " + base64.b64encode(b"bench:bench").decode()
        yield machine, f"/root/collections/{COLLECTION}/objects/"


@contextmanager
def running(command: list[str], port: int, environment: Any) -> Iterator[None]:
    """Run a server until it is no longer needed. Raises NotInstalled for one that does not start."""
    with tempfile.TemporaryFile("w+") as log, subprocess.Popen(command, env=environment, stdout=log, stderr=log) as one:
        try:
            until = time.monotonic() + STARTS
            while not answers(port):
                if one.poll() is not None or time.monotonic() > until:
                    log.seek(0)
                    raise NotInstalled((log.read().strip().splitlines() or ["it does not answer"])[-1])
                time.sleep(0.05)
            yield
        finally:
            one.terminate()


def answers(port: int) -> bool:
    """Tell whether somebody listens."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=1)
    try:
        line.connect()
    except OSError:
        return False
    finally:
        line.close()
    return True
