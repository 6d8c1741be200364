"""A webhook is told in the form that was chosen for it: CAP, STIX, or ids and codes above TLP:GREEN."""

import json
from typing import Any
from uuid import UUID

import msgspec
import pytest
from defusedxml.ElementTree import fromstring
from django.db import connection

from port2port.alerts import actions
from port2port.alerts.channels.webhook import signed_headers
from port2port.alerts.delivery import actions as delivery
from port2port.alerts.delivery import queries
from port2port.base.clock import now
from port2port.base.errors import Invalid
from port2port.exchange.stix.ids import object_id
from port2port.members.acting import acting_as_system
from port2port.sharing.tlp import Tlp
from tests.alerts.delivery.conftest import AUTHOR, PARTNER_ADMIN, configured, queue, receiver
from tests.alerts.writing import alert, draft
from tests.attacks import refused
from tests.exchange.oasis import ValidationOptions, validate_string
from tests.exchange.rendered import objects, render

__all__ = ["configured", "queue", "receiver"]  # fixtures
CAP = "{urn:oasis:names:tc:emergency:cap:1.2}"


def hook(acting: Any, configured: Any, form: str) -> str:
    with acting(PARTNER_ADMIN):
        return delivery.add_webhook(name=form, url=configured.url(f"fine/{form}"), at=now(), form=form)


def told(configured: Any, queue: Any) -> list[Any]:
    queue.plan()
    queue.deliver()
    found = [one for one in configured.taken if one.path.startswith("/fine/")]
    configured.taken.clear()
    return found


def test_cap_with_what_it_follows_and_signed(acting, configured, queue):
    secret = hook(acting, configured, "cap")
    with acting(AUTHOR):
        first = alert("all-members", tlp=Tlp.GREEN, text="It hung above the lock (test).")
    (got,) = told(configured, queue)
    assert got.headers["content-type"] == "application/cap+xml"
    root = fromstring(got.body)
    assert root.findtext(f"{CAP}identifier") == str(first.record_id)
    assert root.findtext(f"{CAP}msgType") == "Alert"
    assert len(root.findall(f"{CAP}info")) == 4
    assert "It hung above the lock" in got.body.decode()
    signed = signed_headers(
        got.headers["webhook-id"], body=got.body, at=moment(got.headers["webhook-timestamp"]), secrets=[secret]
    )
    assert signed["webhook-signature"] == got.headers["webhook-signature"]
    with acting(AUTHOR):
        actions.update_alert(first.record_id, draft=draft(severity="Severe"), at=now())
    (got,) = told(configured, queue)
    sender, identifier, _sent = fromstring(got.body).findtext(f"{CAP}references").split(",")
    assert (sender, identifier) == (root.findtext(f"{CAP}sender"), str(first.record_id))


def moment(seconds: str) -> Any:
    return now().fromtimestamp(int(seconds), tz=now().tzinfo)


@pytest.mark.parametrize("rendered", [True, False])
def test_stix_is_what_taxii_has_whether_it_is_stored_already_or_not(acting, configured, queue, rendered):
    hook(acting, configured, "stix")
    with acting(AUTHOR):
        made = alert("all-members", tlp=Tlp.GREEN, status="Exercise")
    if rendered:
        render()
    (got,) = told(configured, queue)
    assert got.headers["content-type"] == "application/stix+json;version=2.1"
    bundle = got.json
    (report,) = [one for one in bundle["objects"] if one["type"] == "report"]
    assert report["id"] == object_id("report", made.record_id, "alert")
    assert report["name"].startswith("EXERCISE EXERCISE EXERCISE ")
    render()
    with acting(PARTNER_ADMIN):
        assert bundle["objects"] == objects()
    result = validate_string(json.dumps(bundle), ValidationOptions(version="2.1"))
    assert result.is_valid, result.errors


@pytest.mark.parametrize("form", ["cap", "stix", ""])
def test_above_green_it_is_ids_and_codes(acting, configured, queue, form):
    with acting(PARTNER_ADMIN):
        delivery.add_webhook(name="Gate", url=configured.url("fine/x"), at=now(), form=form)
    with acting(AUTHOR):
        made = alert("ports-and-police", tlp=Tlp.AMBER, text="Zilvermeeuw (test).")
    (got,) = told(configured, queue)
    assert got.headers["content-type"] == "application/json"
    assert set(got.json["data"]) == {"alert", "url", "status", "urgency"}
    assert got.json["data"]["alert"] == str(made.record_id)
    assert b"Zilvermeeuw" not in got.body


def test_without_a_choice_it_is_ids_and_codes_of_green_too(acting, configured, queue):
    with acting(PARTNER_ADMIN):
        delivery.add_webhook(name="Gate", url=configured.url("fine/x"), at=now())
    with acting(AUTHOR):
        alert("all-members", tlp=Tlp.GREEN, text="Zilvermeeuw (test).")
    (got,) = told(configured, queue)
    assert b"Zilvermeeuw" not in got.body
    assert got.json["type"] == "alert.raised"


def test_the_form_is_chosen_by_who_sets_it_up(client_for, acting, configured):
    browser = client_for(PARTNER_ADMIN)
    sent = {"name": "Control room", "url": configured.url("fine/a")}
    assert browser.post("/organisation/notices/webhooks/", sent | {"form": "pdf"}).status_code == 422
    assert "whsec_" in browser.post("/organisation/notices/webhooks/", sent | {"form": "cap"}).content.decode()
    with acting(PARTNER_ADMIN):
        assert [one.form for one in queries.webhooks()] == ["cap"]
        with pytest.raises(Invalid):
            delivery.add_webhook(name="x", url=configured.url("fine/a"), at=now(), form="pdf")


def test_the_worker_alone_asks_and_only_for_a_notice_on_its_way(acting, enter, configured, queue, owner):
    hook(acting, configured, "stix")
    with acting(AUTHOR):
        alert("all-members", tlp=Tlp.GREEN)
    queue.plan()
    [(one,)] = queue.all("id", "channel = 'webhook'")
    assert refused(enter(PARTNER_ADMIN), "select exchange_hooked(%s)", one) == "PP403"
    assert asked(one) is not None
    for (person,) in queue.all("id", "channel <> 'webhook'"):
        assert asked(person) is None
    queue.deliver()
    assert asked(one) is None


def asked(notice: UUID) -> Any:
    with acting_as_system("worker"), connection.cursor() as cursor:
        cursor.execute("select exchange_hooked(%s)::text", [notice])
        found = cursor.fetchone()[0]
    return msgspec.json.decode(found) if found else None
