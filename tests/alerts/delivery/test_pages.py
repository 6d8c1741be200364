"""The pages of notices: one's own, the organisation's, and the line on the alert's page."""

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from port2port.alerts.channels.push import _encoded, _point
from port2port.alerts.delivery import actions as delivery
from port2port.alerts.delivery import queries
from port2port.base.clock import now
from tests.alerts.delivery.conftest import AUTHOR, PARTNER
from tests.alerts.writing import alert

WISH = {
    "mail": "urgent", "sms": "all", "voice": "never", "phone": "+32 470 00 00 00", "quiet_from": "22:00",
    "quiet_to": "07:00", "urgent_overrides": "on",
}  # fmt: skip


def test_one_says_how_one_is_told(client_for, configured, acting):
    browser = client_for(PARTNER)
    assert browser.post("/me/notices/", WISH).status_code == 302
    page = browser.get("/me/notices/").content.decode()
    assert "+32470000000" in page and 'value="22:00"' in page
    with acting(PARTNER):
        kept = queries.preferences()
        assert (kept["mail"].wanted, kept["mail"].urgent_only) == (True, True)
        assert kept["sms"].address == "+32470000000" and not kept["voice"].wanted
        assert queries.quiet() is not None
    assert browser.post("/me/notices/", WISH | {"quiet_from": "", "quiet_to": ""}).status_code == 302
    with acting(PARTNER):
        assert queries.quiet() is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"quiet_to": ""},
        {"phone": "0470"},
        {"phone": ""},
        {"mail": "x"},
        {"quiet_from": "", "quiet_to": "", "digest": "on"},
    ],
)
def test_what_cannot_be_is_said_and_not_kept(client_for, configured, acting, wrong):
    assert client_for(PARTNER).post("/me/notices/", WISH | wrong).status_code == 422
    with acting(PARTNER):
        assert queries.preferences() == {} and queries.quiet() is None


def test_without_a_gateway_no_phone_is_asked_for(client_for):
    page = client_for(PARTNER).get("/me/notices/").content.decode()
    assert 'name="mail"' in page and 'name="sms"' not in page and "data-push" not in page


def test_a_browser_is_subscribed_and_taken_off(client_for, configured, acting):
    browser = client_for(PARTNER)
    sent = {
        "endpoint": configured.url("fine/push"),
        "p256dh": _encoded(_point(ec.generate_private_key(ec.SECP256R1()).public_key())),
        "auth": _encoded(b"0123456789abcdef"),
    }
    assert browser.post("/me/notices/browsers/", sent).status_code == 403
    with acting(PARTNER):
        delivery.set_reach(push_allowed=True, step_minutes=10, chain=[], at=now())
    assert browser.post("/me/notices/browsers/", sent | {"auth": "x"}).status_code == 422
    for _twice in range(2):
        assert browser.post("/me/notices/browsers/", sent).status_code == 204
    assert "data-push" in browser.get("/me/notices/").content.decode()
    with acting(PARTNER):
        [one] = queries.subscriptions()
    browser.post(f"/me/notices/browsers/{one.id}/remove/")
    with acting(PARTNER):
        assert queries.subscriptions() == []


def test_a_colleague_stands_in(client_for, acting, cast):
    browser = client_for(AUTHOR)
    days = {"from_day": "2030-01-01", "to_day": "2030-01-08"}
    deputy = str(cast["director@antwerp.demo"].person)
    assert browser.post("/me/notices/leave/", days | {"deputy": str(cast[PARTNER].person)}).status_code == 422
    assert browser.post("/me/notices/leave/", days | {"deputy": deputy, "to_day": "2029-01-01"}).status_code == 422
    assert browser.post("/me/notices/leave/", days | {"deputy": deputy}).status_code == 302
    assert "Demo Director Antwerp" in browser.get("/me/notices/").content.decode()
    with acting(AUTHOR):
        [one] = queries.leaves(today=now().date())
    browser.post(f"/me/notices/leave/{one.id}/end/")
    with acting(AUTHOR):
        assert queries.leaves(today=now().date()) == []


def test_a_secret_is_shown_once(client_for, configured, acting, journalled):
    browser = client_for(PARTNER)
    answer = browser.post("/organisation/notices/webhooks/", {"name": "Gate", "url": configured.url("fine/a")})
    assert "whsec_" in answer.content.decode()
    page = browser.get("/organisation/notices/").content.decode()
    assert "Gate" in page and "whsec_" not in page
    with acting(PARTNER):
        [one] = queries.webhooks()
    address = f"/organisation/notices/webhooks/{one.id}/"
    assert "whsec_" in browser.post(address, {"act": "rotate"}).content.decode()
    for act in ("test", "pause", "resume", "remove"):
        assert browser.post(address, {"act": act}).status_code == 302, act
    assert browser.post(address, {"act": "test"}).status_code == 404
    assert len(journalled("webhook.made")) == len(journalled("webhook.removed")) == 1


@pytest.mark.parametrize(
    "url", ["ftp://x.example/", "https://user:pw@x.example/", "not an address", "https://x.example/#a"]
)
def test_an_address_that_we_do_not_call_is_refused(client_for, configured, url):
    answer = client_for(PARTNER).post("/organisation/notices/webhooks/", {"name": "Gate", "url": url})
    assert answer.status_code == 422


def test_the_chain_is_kept_in_its_order(client_for, acting, cast):
    browser = client_for("admin@antwerp.demo")
    order = [cast["director@antwerp.demo"].person, cast[AUTHOR].person]
    sent = {"push_allowed": "on", "step_minutes": "5"} | {f"contact_{n}": str(p) for n, p in enumerate(order, 1)}
    assert browser.post("/organisation/notices/", sent).status_code == 302
    with acting("admin@antwerp.demo"):
        assert [one.person_id for one in queries.contacts()] == order
        assert queries.reach().push_allowed and queries.reach().step_minutes == 5
    assert browser.post("/organisation/notices/", sent | {"contact_1": str(cast[PARTNER].person)}).status_code == 422


def test_what_failed_is_shown_and_sent_again(client_for, acting, queue, webhook, configured):
    webhook("wrong/a")
    with acting(AUTHOR):
        made = alert()
    queue.plan()
    queue.deliver()
    browser = client_for(PARTNER)
    page = browser.get("/organisation/notices/").content.decode()
    assert "1 notice did not arrive" in page and "http.400" in page and str(made.record_id) not in page
    line = client_for(AUTHOR).get(f"/alerts/{made.record_id}/").content.decode()
    assert "failed 1." in line and "North Sea Port" in line
    assert "data-delivery" not in browser.get(f"/alerts/{made.record_id}/").content.decode()
    (one,) = queue.all("id", "state = 'failed'")[0]
    assert browser.post(f"/organisation/notices/{one}/replay/").status_code == 302
    configured.answers["wrong"] = 204
    assert queue.deliver() == ["http.204"]
    assert "Every notice has arrived" in browser.get("/organisation/notices/").content.decode()
