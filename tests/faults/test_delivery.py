"""kill -9 of the worker in the middle of telling thirty webhooks; receivers that hang beside one that does not.

Each is told at least once, and a second time only under the same webhook-id.
"""

import json
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from cryptography.fernet import Fernet

from port2port.alerts.channels.webhook import written_secret
from port2port.base.key_files import kept_key
from tests.alerts.delivery.conftest import Receiver, receiving
from tests.served import Installation, serving, wait_for, working

ALERT = {
    "template": "drone_seen",
    "areas": [{"kind": "landmark", "landmark": "kallo-lock"}],
    "audience": {"choice": "ports-and-police"},
}
ALLOWED = {"PORT2PORT_ALLOW_PRIVATE_RECEIVERS": "1"}
RETRY = (
    "select procrastinate_defer_jobs_v1(array[row('default', 'sharing.retry_stalled', 0, null, null,"
    " '{\"timestamp\": 0}'::jsonb, null)::procrastinate_job_to_defer_v1])"
)


def add_webhooks(own: Installation, owner: psycopg.Connection[Any], urls: list[str]) -> None:
    """Webhooks of North Sea Port, as its administrator would have added them."""
    vault = Fernet(kept_key(Path(own.options.data_dir) / "webhook.key", Fernet.generate_key))
    secret = vault.encrypt(written_secret(bytes(24)).encode())
    owner.execute("delete from alerts_webhook")
    for number, url in enumerate(urls):
        owner.execute(
            "insert into alerts_webhook (id, organisation_id, url, name, secret, made_by_id, made_at, test_code)"
            " select new_uuid7(), m.organisation_id, %s, %s, %s, a.person_id, now(), '' from members_account a"
            " join members_membership m on m.person_id = a.person_id where a.email = 'pso@northsea.demo' limit 1",
            [url, str(number), secret],
        )


def raise_alert(own: Installation, headers: Any) -> None:
    """Raise an alert through the API."""
    with serving(own.environment) as server:
        sent = json.dumps(ALERT).encode()
        status, _headers, body = server.ask(
            "POST", "/api/v1/alerts", sent, {**headers, "Content-Type": "application/json"}
        )
        assert status == 201, body


@contextmanager
def told(own: Installation, headers: Any, paths: list[str]) -> Iterator[tuple[psycopg.Connection[Any], Receiver]]:
    """An alert that was raised and webhooks at these paths, before a worker runs."""
    with receiving() as receiver, own.owner() as owner:
        owner.execute("delete from procrastinate_jobs")
        add_webhooks(own, owner, [receiver.url(path) for path in paths])
        raise_alert(own, headers)
        yield owner, receiver


def states(owner: psycopg.Connection[Any]) -> dict[str, int]:
    """Count the newest alert's notices to webhooks by their state."""
    rows = owner.execute(
        "select state, count(*) from alerts_delivery where channel = 'webhook' and alert_id ="
        " (select id from sharing_record where kind = 'alert' order by id desc limit 1) group by 1"
    ).fetchall()
    return dict(rows)


def test_a_killed_worker_tells_all_and_none_twice_but_under_the_same_id(own, headers):
    paths = [f"{'hanging' if number < 6 else 'fine'}/{number}" for number in range(30)]
    with told(own, headers, paths) as (owner, receiver):
        with working(own.environment, **ALLOWED) as worker:
            wait_for(lambda: receiver.hanging >= 6, 60, f"six are being told\n{worker.said()[-2000:]}")
            worker.kill()
        left = states(owner)
        assert left["waiting"] >= 6, "it was killed in the middle"
        receiver.open.set()
        # A minute later, by the clock of whoever looks for workers that do not answer.
        owner.execute("update procrastinate_workers set last_heartbeat = now() - interval '2 minutes'")
        owner.execute(RETRY)
        with working(own.environment, **ALLOWED) as second:
            wait_for(lambda: states(owner) == {"delivered": 30}, 60, f"{states(owner)}\n{second.said()[-2000:]}")
        ids = defaultdict(list)
        for one in receiver.taken:
            ids[one.path].append(one.headers["webhook-id"])
        assert set(ids) == {f"/{path}" for path in paths}, "each was told"
        assert all(len(set(seen)) == 1 for seen in ids.values()), "twice only under the same id"
        assert [path for path, seen in ids.items() if len(seen) > 1], "what was cut off was told again"


def test_twenty_receivers_that_hang_keep_no_other_waiting(own, headers):
    paths = [f"hanging/{number}" for number in range(20)] + ["fine/last"]
    # The one that does not hang stands behind the others.
    with told(own, headers, paths) as (owner, receiver), working(own.environment, **ALLOWED) as worker:
        wait_for(lambda: receiver.hanging >= 20, 60, f"twenty hang\n{worker.said()[-2000:]}")
        wait_for(lambda: states(owner).get("delivered") == 1, 60, f"one is told meanwhile: {states(owner)}")
        owner.execute(RETRY)
        wait_for(
            lambda: (
                not owner.execute(
                    "select 1 from procrastinate_jobs where queue_name <> 'deliver' and status in ('todo', 'doing')"
                    " and (scheduled_at is null or scheduled_at <= now())"
                ).fetchone()
            ),
            30,
            "the other queues go on",
        )
        wait_for(lambda: owner.execute("select 1 from base_journal_unsealed").fetchone() is None, 30, "sealed")
        receiver.open.set()
        wait_for(lambda: states(owner) == {"delivered": 21}, 90, f"{states(owner)}")
