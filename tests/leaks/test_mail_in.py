"""What came by mail is in no search, list, count, feed, message or event: it is read at its own desk, or nowhere."""

import pytest
from django.test import Client

from port2port.base.clock import now
from port2port.exchange.mail.actions import keep_letter, renew_address
from port2port.exchange.mail.models import MailDraft
from port2port.exchange.mail.reading import read_message
from port2port.members.acting import acting_as_system
from tests.exchange.mail.letters import letter
from tests.exchange.rendered import render

OWNER, PARTNER, ADMIN = "pso@antwerp.demo", "pso@northsea.demo", "admin@antwerp.demo"
SECRET = "Zeppelinkwaad"


@pytest.fixture
def came(acting) -> None:
    """A message for Antwerp that names what nothing else does."""
    with acting(ADMIN):
        alias = renew_address(at=now()).alias
    message = letter(f"{SECRET} (invented).", Subject=SECRET, From=f"{SECRET} <z@agent.example>")
    with acting_as_system("worker"):
        keep_letter(alias, read_message(message.as_bytes(), server=""), at=now())
    with acting(OWNER):
        assert MailDraft.objects.count() == 1


@pytest.mark.parametrize("who", [OWNER, PARTNER])
def test_no_other_page_or_api_says_a_word_of_it(came, client_for, bearer_for, who):
    browser, machine = client_for(who), Client(headers=bearer_for(who))
    for path in ("/", "/reports/", "/systems/", "/feeds/misp/manifest.json"):
        assert SECRET.encode() not in browser.get(path).content
    found = machine.get("/api/v1/search", {"q": SECRET})
    assert found.status_code == 200 and not found.json()["items"]
    assert not machine.get("/api/v1/reports", {"q": SECRET}).json()["items"]
    assert SECRET.encode() not in machine.get("/taxii2/p2p/collections/all/objects/").content


def test_nothing_of_it_is_rendered_sent_or_told(came, owner, outbox):
    render()
    assert not outbox
    for table in ("exchange_object", "exchange_mispevent", "sharing_event", "sharing_searchable", "sharing_record",
                  "base_journal_entry", "procrastinate_jobs"):  # fmt: skip
        said = owner.execute(f"select coalesce(string_agg(t::text, ' '), '') from {table} t").fetchone()
        assert SECRET.lower() not in said[0].lower(), table
