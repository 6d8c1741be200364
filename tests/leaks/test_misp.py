"""The leak property of the MISP feed: in random worlds no list, hash or event names what `decide()` does not allow."""

import hashlib
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import psycopg
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings

from port2port.exchange.misp.records import event_id
from port2port.members.acting import acting_as
from port2port.sharing.rules import decide
from tests.exchange.rendered import render
from tests.leaks.test_property import WATCHERS
from tests.leaks.test_stix import PLATE, worlds, written

FEED = "/feeds/misp/"


@settings(max_examples=2, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(world=worlds())
def test_no_answer_names_what_is_not_allowed(world, db, _admin, cast, owner_dsn, bearer_for):
    _admin.execute("select kept.reset()")
    with psycopg.connect(owner_dsn, autocommit=True) as connection:
        for email in world["unverified"]:
            connection.execute("update members_membership set verified_until = null where id = %s", [cast[email].hat])
    reports = [one for place, told in enumerate(world["reports"]) if (one := written(cast, place, *told)) is not None]
    render()
    for email in WATCHERS:
        with acting_as(cast[email].person, cast[email].hat) as actor:
            seen = {one["id"] for one in reports if decide(actor, "see", one["envelope"], at=datetime.now(UTC)).allowed}
        ways_out(Client(headers=bearer_for(email)), reports, seen)


def ways_out(client: Client, reports: list[dict[str, Any]], seen: set[UUID]) -> None:
    """Each answer holds what leaves of the reports that are seen, and no word, hash or id of another."""
    manifest = client.get(f"{FEED}manifest.json").json()
    text = str(manifest) + client.get(f"{FEED}hashes.csv").content.decode()
    events = [client.get(f"{FEED}{uuid}.json").content.decode() for uuid in manifest]
    text += "".join(events)
    assert PLATE.value not in text
    for one in reports:
        allowed = one["id"] in seen and one["leaves"]
        event = str(event_id(one["id"]))
        md5 = hashlib.md5(one["box"].encode(), usedforsecurity=False).hexdigest()
        assert (event in manifest) == allowed
        for named in (one["word"], one["box"], str(one["id"]), event, md5):
            assert allowed or named not in text, named
        answer = client.get(f"{FEED}{event}.json")
        assert answer.status_code == (200 if allowed else 404)
        assert (one["word"] in answer.content.decode()) == allowed
