"""The leak property of an organisation's systems: whatever its machine sees, who looks learns nothing more.

In random worlds a machine of each administrator's organisation reads everything that it may. What is then shown of it
(previews in each form, what it got, page and API) names no record that the administrator does not see, and of those
only what the machine sees too.
"""

from datetime import UTC, datetime
from typing import Any

import psycopg
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings

from port2port.exchange.partners import preview, queries
from port2port.exchange.partners.preview import FORMS
from port2port.members.acting import acting_as
from port2port.sharing.rules import decide
from tests.exchange.partners.conftest import make
from tests.exchange.rendered import render
from tests.leaks.test_property import WATCHERS
from tests.leaks.test_stix import worlds, written

ADMINS = ("admin@antwerp.demo", "pso@northsea.demo", "contact@agent.demo")


@settings(max_examples=3, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(world=worlds())
def test_nobody_learns_more_than_they_see(world, db, _admin, cast, acting, owner_dsn, client_for, bearer_for):
    _admin.execute("select kept.reset()")
    with psycopg.connect(owner_dsn, autocommit=True) as connection:
        for email in world["unverified"]:
            connection.execute("update members_membership set verified_until = null where id = %s", [cast[email].hat])
    machines = {one: make(acting, one, verified=one not in WATCHERS[:2]) for one in ADMINS}
    reports = [one for place, told in enumerate(world["reports"]) if (one := written(cast, place, *told)) is not None]
    render()
    for machine in machines.values():
        machine.client().get("/taxii2/p2p/collections/all/objects/?limit=1000")
        for uuid in machine.client().get("/feeds/misp/manifest.json").json():
            machine.client().get(f"/feeds/misp/{uuid}.json")
    for email, machine in machines.items():
        with acting_as(cast[email].person, cast[email].hat) as actor:
            seen = allowed(actor, reports)
        with acting_as(machine.id, machine.hat) as actor:
            both = seen & allowed(actor, reports)
        with acting(email):
            at = datetime.now(UTC)
            found = queries.own_machine(machine.id, at=at)
            for form in FORMS:
                assert {one.record for one in preview.preview(found, form, at=at)} <= both
            assert {row.record_id for row in queries.got(machine.id).newest} <= both
        quiet(client_for(email), Client(headers=bearer_for(email, ("administer",))), machine.id, reports, both)


def allowed(actor: Any, reports: list[dict[str, Any]]) -> set[Any]:
    """The reports that somebody may see."""
    return {one["id"] for one in reports if decide(actor, "see", one["envelope"], at=datetime.now(UTC)).allowed}


def quiet(browser: Client, api: Client, machine: Any, reports: list[dict[str, Any]], both: set[Any]) -> None:
    """No page or answer of the API holds a word of a report that is not for both."""
    addresses = [f"/systems/partners/machines/{machine}/?form={form}" for form in FORMS]
    text = "".join(browser.get(one).content.decode() for one in addresses)
    text += api.get(f"/api/v1/exchange/systems/machines/{machine}").content.decode()
    for form in FORMS:
        text += api.get(f"/api/v1/exchange/systems/machines/{machine}/preview?form={form}").content.decode()
    for one in reports:
        for named in (one["word"], one["box"], str(one["id"])):
            assert one["id"] in both or named not in text, named
