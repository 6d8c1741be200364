"""kill -9 of the serving process, of the worker and of PostgreSQL, while reports are being written.

What was acknowledged is there, once, with its entry in the journal; what is sent again with its key is not done again.
"""

import json
import os
import signal
import socketserver
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg

from port2port.config import embedded
from tests.faults.conftest import Writers
from tests.served import Installation, children_of, serves, serving, wait_for, working

DSN = psycopg.Connection[Any]


def nothing_lost_nothing_twice(own: Installation, writers: Writers) -> None:
    """Compare what the clients were told with what is there."""
    made = set(writers.acknowledged.values())
    assert len(made) == len(writers.texts)
    with own.owner() as owner:
        texts = list(writers.texts.values())
        stored = owner.execute("select text, record_id from reports_report where text = any(%s)", [texts]).fetchall()
        assert len(stored) == len(texts), "each report is there, and once"
        by_text = dict(stored)
        for key, record in writers.acknowledged.items():
            assert by_text[writers.texts[key]] == record, "what was acknowledged is what is there"
        for query in (
            "select id from sharing_record",
            "select record_id from sharing_searchable",
            "select record_id from sharing_posting",
            "select record from sharing_event where act = 'shared'",
        ):
            assert {row[0] for row in owner.execute(query).fetchall()} >= made, query  # type: ignore[arg-type]
        entries = owner.execute(
            "select record, count(*) from base_journal_entry where record = any(%s)"
            " and payload::json ->> 'act' = 'report.shared' group by record",
            [list(made)],
        ).fetchall()
        assert dict(entries) == dict.fromkeys(made, 1), "each has its entry, and one"


def sent_again_is_not_done_again(own: Installation, writers: Writers) -> None:
    """Send all once more with their keys."""
    for key, record in writers.acknowledged.items():
        status, headers, body = writers.post(key)
        assert (status, headers.get("idempotency-replayed")) == (201, "true")
        assert json.loads(body)["id"] == str(record)
    nothing_lost_nothing_twice(own, writers)


def test_a_killed_serving_process_loses_nothing_and_does_nothing_twice(own, headers):
    with serving(own.environment) as server:
        writers = Writers(server, headers)
        writers.start(clients=4, each=20)
        wait_for(lambda: len(writers.acknowledged) >= 15, 60)
        for _again in range(2):  # the second one dies before it answers: granian alone would give up then
            killed = server.serving_process()
            os.kill(killed, signal.SIGKILL)
            assert len(writers.acknowledged) < len(writers.texts), "it was killed in the middle"
            wait_for(lambda killed=killed: killed not in children_of(server.process.pid))
            wait_for(lambda: any(serves(pid) for pid in children_of(server.process.pid)))
        writers.finish()
        assert writers.broken > 0, "the clients noticed"
        nothing_lost_nothing_twice(own, writers)
        sent_again_is_not_done_again(own, writers)


def test_when_the_whole_server_is_killed_the_next_one_goes_on(own, headers):
    with serving(own.environment) as first:
        writers = Writers(first, headers)
        writers.start(clients=4, each=12)
        wait_for(lambda: len(writers.acknowledged) >= 12, 60)
        first.kill()
        told = dict(writers.acknowledged)
        assert len(told) < len(writers.texts), "it was killed in the middle"
        with serving(own.environment) as second:
            writers.server = second
            writers.finish()
            assert told.items() <= writers.acknowledged.items()
            nothing_lost_nothing_twice(own, writers)
            sent_again_is_not_done_again(own, writers)


def test_a_killed_database_backend_is_survived(own, headers):
    with serving(own.environment) as server:
        writers = Writers(server, headers)
        writers.start(clients=3, each=20)
        wait_for(lambda: len(writers.acknowledged) >= 15, 60)
        with own.owner() as owner:
            found = owner.execute(
                "select pid from pg_stat_activity where usename = 'port2port_app' and query not like 'LISTEN%' limit 1"
            ).fetchone()
            assert found is not None
            os.kill(found[0], signal.SIGKILL)  # PostgreSQL then ends all others and recovers
        assert len(writers.acknowledged) < len(writers.texts), "it was killed in the middle"
        serves = server.serving_process()
        writers.finish()
        assert server.serving_process() == serves, "the server itself went on, by itself"
        nothing_lost_nothing_twice(own, writers)
        wait_for(lambda: server.answers("/live/health"), 30, "live listens again")


def test_a_killed_database_loses_nothing_that_was_acknowledged(own, headers):
    with serving(own.environment) as server:
        writers = Writers(server, headers)
        writers.start(clients=3, each=20)
        wait_for(lambda: len(writers.acknowledged) >= 15, 60)
        first = own.database_process
        family = [first, *children_of(first)]
        for pid in family:
            os.kill(pid, signal.SIGKILL)
        told = dict(writers.acknowledged)
        assert len(told) < len(writers.texts), "it was killed in the middle"
        wait_for(lambda: writers.broken > 3, 30, "the clients noticed")
        assert not server.answers("/live/health")
        embedded.stop(own.options)
        embedded.ensure(own.options)
        assert own.database_process not in family
        serves = server.serving_process()
        writers.finish()
        assert server.serving_process() == serves, "the server itself went on, by itself"
        assert told.items() <= writers.acknowledged.items()
        nothing_lost_nothing_twice(own, writers)
        sent_again_is_not_done_again(own, writers)
        wait_for(lambda: server.answers("/live/health"), 30, "live listens again")


class Post(socketserver.StreamRequestHandler):
    """One connection of a mail server (RFC 5321): it takes what comes, unless it is told to keep somebody waiting."""

    def handle(self) -> None:
        office: PostOffice = self.server  # type: ignore[assignment]
        self.wfile.write(b"220 post\r\n")
        to, body = "", False
        for line in self.rfile:
            word = line.strip().upper()
            if body:
                body = word != b"."
                if not body:
                    office.received.append(to)
                    self.wfile.write(b"250 taken\r\n")
            elif word.startswith(b"RCPT"):
                to = line.decode().split("<")[1].split(">")[0]
                self.wfile.write(b"250 ok\r\n")
            elif word == b"DATA":
                office.waiting.append(to)
                office.open.wait()
                body = True
                self.wfile.write(b"354 go on\r\n")
            elif word == b"QUIT":
                self.wfile.write(b"221 bye\r\n")
                return
            else:
                self.wfile.write(b"250 post\r\n")


class PostOffice(socketserver.ThreadingTCPServer):
    """A mail server that can keep the senders waiting in the middle of a mail."""

    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Post)
        self.received: list[str] = []
        self.waiting: list[str] = []
        self.open = threading.Event()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A sender that was killed is what this test is about."""


@contextmanager
def post_office() -> Iterator[PostOffice]:
    with PostOffice() as office:
        thread = threading.Thread(target=office.serve_forever, daemon=True)
        thread.start()
        try:
            yield office
        finally:
            office.open.set()
            office.shutdown()
            thread.join()


def jobs(owner: DSN) -> Counter[str]:
    """Count the jobs of the queue for mail by their state; those that plan mail by the clock have a lock."""
    rows = owner.execute(
        "select status::text, count(*) from procrastinate_jobs where queue_name = 'mail' and queueing_lock is null"
        " group by 1"
    ).fetchall()
    return Counter(dict(rows))


def test_a_killed_worker_loses_no_job_and_no_entry(own, headers):
    sending = {**headers, "Content-Type": "application/json"}
    with own.owner() as owner, serving(own.environment) as server:
        owner.execute("delete from procrastinate_jobs")
        sent = {
            "threat": "drone_misuse",
            "text": "A drone hung above the inner gate, then left.",
            "place": {"kind": "landmark", "landmark": "kallo-lock"},
            "occurred_at": "2026-11-20T03:05:00+01:00",
        }
        status, _headers, body = server.ask("POST", "/api/v1/reports", json.dumps(sent).encode(), sending)
        assert status == 201
        address = json.loads(body)["url"]
        assert server.ask("POST", f"{address}/withdrawal", b'{"reason": "mistake"}', sending)[0] == 200
        event = owner.execute("select id from sharing_event where act = 'withdrawn' order by id desc").fetchone()
        assert event is not None
        with owner.transaction():
            owner.execute("select set_config('p2p.scope', 'worker', true)")
            people = owner.execute("select email from sharing_event_people(%s)", event).fetchall()
        told = {row[0] for row in people}
        assert len(told) > 4, "several people could read it"

        with post_office() as office:
            mail = f"smtp://127.0.0.1:{office.server_address[1]}"
            with working(own.environment, PORT2PORT_MAIL_URL=mail) as worker:
                wait_for(lambda: len(office.waiting) >= 2, 60, "two mails are being sent")
                assert jobs(owner)["doing"] == 2
                worker.kill()
            left = jobs(owner)
            assert left["doing"] == 2 and left["doing"] + left["todo"] == len(told) - len(office.received)
            # A minute later, by the clock of whoever looks for workers that do not answer.
            owner.execute("update procrastinate_workers set last_heartbeat = now() - interval '2 minutes'")
            owner.execute(
                "select procrastinate_defer_jobs_v1(array[row('default', 'sharing.retry_stalled', 0, null, null,"
                " '{\"timestamp\": 0}'::jsonb, null)::procrastinate_job_to_defer_v1])"
            )
            office.open.set()
            with working(own.environment, PORT2PORT_MAIL_URL=mail) as second:
                wait_for(lambda: not jobs(owner), 60, f"every job is done: {jobs(owner)}\n{second.said()[-2000:]}")
                wait_for(lambda: owner.execute("select 1 from base_journal_unsealed").fetchone() is None, 30, "sealed")
            assert set(office.received) == told, "everybody is told"
    verify = [sys.executable, "-m", "port2port", "journal", "verify"]
    verified = subprocess.run(verify, env=own.environment, capture_output=True, text=True, check=False, timeout=60)
    assert verified.returncode == 0, verified.stdout + verified.stderr
