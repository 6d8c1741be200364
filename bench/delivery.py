"""Delivery of alerts to 250 webhooks on loopback: 10,000 notices, a third of the receivers failing, beside none.

Of those that fail, most answer 500 at once and some never answer. When the healthy ones are done, the others are mended
and the waits between tries are cut short: then everything must have arrived, and twice only under the same id.
"""

import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import psycopg
from cryptography.fernet import Fernet

from bench.figures import Figure, beside
from bench.installation import installation
from port2port.alerts.channels.webhook import written_secret
from port2port.base.key_files import kept_key

WEBHOOKS, ALERTS = 250, 40
HANGING = 12
MOST_SECONDS = 80.0  # of one run; there are two

RAISE = """
import sys, django; django.setup()
from dataclasses import replace
from port2port.alerts import actions
from port2port.members.areas import CircleArea
from port2port.alerts.rules import prefilled
from port2port.alerts.vocabulary import templates
from port2port.base.clock import now
from port2port.members.acting import acting_as
from port2port.members.models import Circle
from port2port.reports.addressing import terms_for
from port2port.sharing.addressing import Addressing, reporter
from port2port.sharing.tlp import Tlp
from uuid import UUID
at = now()
draft = replace(prefilled(templates()[0], language="en", at=at),
    areas=(CircleArea(lat=51.2695, lon=4.2811, km=2.0, landmark="kallo-lock"),))
with acting_as(UUID(sys.argv[1]), UUID(sys.argv[2])):
    to = Addressing((Circle.objects.get(slug="ports-and-police").id,), Tlp.AMBER)
    for _number in range(int(sys.argv[3])):
        actions.raise_alert(draft=draft, to=to, terms=terms_for("drone_misuse", reporter()), at=now())
"""


class Receivers(ThreadingHTTPServer):
    """All receivers at one port, told apart by their path."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 500

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.seen: Counter[tuple[str, str]] = Counter()  # path and message id of what was taken
        self.mended = threading.Event()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A sender gave up on one that hangs."""


class Answer(BaseHTTPRequestHandler):
    """Healthy, failing or hanging, by the first word of the path."""

    def do_POST(self) -> None:
        """Take a message, or not."""
        server: Receivers = self.server  # type: ignore[assignment]
        self.rfile.read(int(self.headers["Content-Length"]))
        word = self.path.split("/")[1]
        if word == "hanging":
            server.mended.wait()
        taken = word == "healthy" or server.mended.is_set()
        if taken:
            server.seen[(self.path, self.headers["webhook-id"])] += 1
        self.send_response(204 if taken else 500)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing."""


@contextmanager
def receiving() -> Iterator[Receivers]:
    """Run the receivers in a thread."""
    with Receivers() as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.mended.set()
            server.shutdown()
            thread.join()


def paths(failing: int) -> list[str]:
    """Return the receivers: so many that fail, spread among the others, some of them hanging."""
    every = WEBHOOKS / failing if failing else WEBHOOKS + 1
    bad = {int(number * every) for number in range(failing)}
    hang = set(sorted(bad)[:: max(1, failing // HANGING)][:HANGING])
    words = ["hanging" if n in hang else "failing" if n in bad else "healthy" for n in range(WEBHOOKS)]
    return [f"{word}/{number}" for number, word in enumerate(words)]


def prepare(admin: psycopg.Connection[Any], environment: Mapping[str, str], server: Receivers, failing: int) -> None:
    """Add webhooks of one organisation, switch its people's mail off, and raise the alerts."""
    vault = Fernet(kept_key(Path(environment["PORT2PORT_DATA_DIR"]) / "webhook.key", Fernet.generate_key))
    secret = vault.encrypt(written_secret(bytes(24)).encode())
    admin.execute("delete from alerts_delivery")
    admin.execute("delete from alerts_webhook")
    admin.execute(
        "insert into alerts_preference (id, person_id, channel, wanted, urgent_only)"
        " select new_uuid7(), person_id, 'mail', false, false from members_account on conflict do nothing"
    )
    for path in paths(failing):
        admin.execute(
            "insert into alerts_webhook (id, organisation_id, url, name, secret, made_by_id, made_at, test_code)"
            " select new_uuid7(), m.organisation_id, %s, %s, %s, a.person_id, now(), '' from members_account a"
            " join members_membership m on m.person_id = a.person_id where a.email = 'pso@northsea.demo' limit 1",
            [f"http://127.0.0.1:{server.server_address[1]}/{path}", path, secret],
        )
    who = admin.execute(
        "select a.person_id::text, m.id::text from members_account a join members_membership m"
        " on m.person_id = a.person_id where a.email = 'pso@antwerp.demo' limit 1"
    ).fetchone()
    assert who is not None
    subprocess.run([sys.executable, "-c", RAISE, *who, str(ALERTS)], check=True, env=dict(environment))


def until(true: Callable[[], bool], seconds: float) -> bool:
    """Wait until it is so, at most so long; tell whether it became so."""
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            return False
        time.sleep(0.2)
    return True


def counted(admin: psycopg.Connection[Any], where: str) -> int:
    """Count notices."""
    row = admin.execute(
        "select count(*) from alerts_delivery d join alerts_webhook w on w.id::text = d.target where " + where
    ).fetchone()
    assert row is not None
    return int(row[0])


def one_run(admin: psycopg.Connection[Any], environment: Mapping[str, str], failing: int) -> dict[str, float]:
    """Tell all webhooks and return what came of it."""
    healthy = sum(path.startswith("healthy") for path in paths(failing)) * ALERTS
    with receiving() as server:
        prepare(admin, environment, server, failing)
        begun = time.monotonic()
        worker = subprocess.Popen(
            [sys.executable, "-m", "port2port", "worker"],
            env={**environment, "PORT2PORT_ALLOW_PRIVATE_RECEIVERS": "1", "PORT2PORT_LOG_LEVEL": "error"},
        )
        try:
            until(lambda: counted(admin, "d.state = 'delivered' and w.name like 'healthy%'") >= healthy, MOST_SECONDS)
            seconds = time.monotonic() - begun
            row = admin.execute(
                "select percentile_cont(0.5) within group (order by extract(epoch from d.ended_at - d.made_at))"
                " from alerts_delivery d join alerts_webhook w on w.id::text = d.target"
                " where w.name like 'healthy%' and d.state = 'delivered'"
            ).fetchone()
            done = counted(admin, "d.state = 'delivered' and w.name like 'healthy%'")
            server.mended.set()

            def whole() -> bool:
                admin.execute("update alerts_delivery set next_at = now() where state = 'waiting' and next_at > now()")
                admin.execute(
                    "update procrastinate_jobs set scheduled_at = now() where scheduled_at > now() and status = 'todo'"
                )
                return counted(admin, "d.state = 'delivered'") >= WEBHOOKS * ALERTS

            until(whole, MOST_SECONDS - min(seconds, MOST_SECONDS / 2))
        finally:
            worker.terminate()
            worker.wait(30)
        taken = Counter(server.seen)
    return {
        "rate": done / seconds,
        "median": float(row[0]) if row and row[0] is not None else float("inf"),
        "lost": WEBHOOKS * ALERTS - len(taken),
        "doubles": sum(count - 1 for count in taken.values()),
        "tries": float((admin.execute("select sum(attempts) from alerts_delivery").fetchone() or (0,))[0]),
    }


def run() -> list[Figure]:
    """Run without failing receivers, then with a third of them failing."""
    with installation() as (environment, connect), connect() as admin:
        sound = one_run(admin, environment, 0)
        failing = one_run(admin, environment, WEBHOOKS // 3)
    name = "a third failing"
    return [
        beside(
            f"notices told a second to healthy receivers, {name}", failing["rate"], "1/s", "none failing", sound["rate"]
        ),
        beside(
            f"median until a healthy receiver is told, {name}", failing["median"], "s", "none failing", sound["median"]
        ),
        beside(
            f"notices of {WEBHOOKS * ALERTS:,} not arrived at the end, {name}",
            failing["lost"],
            "",
            "none failing",
            sound["lost"],
        ),
        beside(f"taken twice (same webhook-id), {name}", failing["doubles"], "", "none failing", sound["doubles"]),
        beside(f"tries, {name}", failing["tries"], "", "none failing", sound["tries"]),
    ]
