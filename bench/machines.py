"""Machines of the benches: a service identity of a member with a token, put in behind the policy's back."""

import http.client
import statistics
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import msgspec
import psycopg

TYPE = "application/taxii+json;version=2.1"
ROUNDS, WARM = 40, 8  # a prepared statement has its plan after eight
MEMBER = "north-sea-port"
CREATED, GREEN = "2026-11-20T10:00:00.000Z", "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb"

LET_IN = """
with machine as (
  insert into members_person (id, kind, name, language, active, joined_at)
  values (new_uuid7(), 'service', 'Bench', 'en', true, now()) returning id
), hat as (
  insert into members_membership (id, person_id, organisation_id, roles, since, verified_at, verified_until, shielded)
  select new_uuid7(), machine.id, o.id, array['service'], now(), now(), current_date + 300, false
  from machine, members_organisation o where o.slug = %(member)s returning id, person_id
), circle as (
  insert into members_circlemember (id, circle_id, person_id, since)
  select new_uuid7(), %(circle)s::uuid, person_id, now() - interval '1 minute' from hat where %(circle)s is not null
)
insert into members_token (id, person_id, hat_id, name, secret_hash, scopes, made_by_id, made_at, expires_at)
select new_uuid7(), person_id, id, 'bench', sha256(%(secret)s), array['read', 'report'], person_id, now(),
  now() + interval '1 day'
from hat
"""


def let_in(admin: psycopg.Connection[Any], secret: str, *, circle: str | None = None, member: str = MEMBER) -> None:
    """Let a machine of a member in by a token with this secret, as a member of a circle of persons too."""
    admin.execute(LET_IN, {"secret": secret.encode(), "circle": circle, "member": member})


class Machine:
    """A client on a connection that it keeps as long as the server does."""

    def __init__(self, port: int, secret: str = "", *, timeout: float = 120) -> None:
        """Connect with nothing yet; `secret` is its token, `timeout` how many seconds an answer is waited for."""
        self.line = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
        self.headers = {"Host": f"localhost:{port}", "Accept": TYPE}
        if secret:
            self.headers["Authorization"] = f"Bearer {secret}"

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> tuple[int, bytes]:
        """Return status and body."""
        given = {**self.headers, **({"Content-Type": TYPE} if body is not None else {}), **headers}
        try:
            self.line.request(method, path, body, given)
        except (BrokenPipeError, ConnectionResetError):  # the server closed a line on which nothing was said for long
            self.line.close()
            self.line.request(method, path, body, given)
        answer = self.line.getresponse()
        return answer.status, answer.read()

    def get(self, path: str) -> bytes:
        """Return the body of an address. Raises RuntimeError when it answers anything but 200."""
        status, body = self.ask("GET", path)
        if status != http.client.OK:
            raise RuntimeError(f"{path} answered {status}: {body[:200]!r}")
        return body


def median(ask: Callable[[], Any], *, rounds: int = ROUNDS) -> float:
    """Return the median milliseconds of asking."""
    for _number in range(min(WARM, rounds)):
        ask()
    times = []
    for _number in range(rounds):
        began = time.perf_counter()
        ask()
        times.append(time.perf_counter() - began)
    return statistics.median(times) * 1000


def bundle(many: int, *, observables: bool = True) -> bytes:
    """Return an envelope of new objects of STIX 2.1: incidents, what was observed, and what ties the two.

    `observables`: what was observed is an address, which has no versions; else a place, which has.
    """
    objects: list[dict[str, Any]] = []
    while len(objects) < many:
        kinds = ("incident", "ipv4-addr" if observables else "location", "relationship")
        incident, seen, tie = (f"{kind}--{uuid4()}" for kind in kinds)
        dated = {"spec_version": "2.1", "created": CREATED, "modified": CREATED, "object_marking_refs": [GREEN]}
        objects += [
            {"type": "incident", "id": incident, "name": "Of the bench", "description": "x" * 400, **dated},
            {"type": "ipv4-addr", "spec_version": "2.1", "id": seen, "value": "198.51.100.7"} if observables else
            {"type": "location", "id": seen, "country": "BE", **dated},
            {"type": "relationship", "id": tie, "relationship_type": "related-to", "source_ref": incident,
             "target_ref": seen, **dated},
        ]  # fmt: skip
    return msgspec.json.encode({"objects": objects[:many]})
