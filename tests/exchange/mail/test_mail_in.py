"""Mail comes in as drafts of one desk: no other reads it, no answer says for whom, and a person makes the report."""

import io
import json
import re
import sys
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

from port2port.base.clock import now
from port2port.base.errors import Conflict, NotFound, Refused
from port2port.config.cli import parser
from port2port.exchange.mail import actions, commands
from port2port.exchange.mail.actions import Said, end_address, forget_old_mail, renew_address, report_letter, throw_away
from port2port.exchange.mail.queries import address_of, desk, draft, drafts
from port2port.home.needs import needs_of
from port2port.members.acting import acting_as_system, current_actor
from port2port.members.models import Circle
from port2port.sharing.tlp import Tlp
from tests.attacks import FORBIDDEN, refused
from tests.exchange.mail.letters import RESULTS, SERVER, letter, raw

OWNER, PARTNER, ADMIN = "pso@antwerp.demo", "pso@northsea.demo", "admin@antwerp.demo"
SAID = Said("drug_smuggling", "BEANR", "At the fence", "Two men stood at the fence (invented).", now() - timedelta(1))
DOMAIN = "in.port.example"


@pytest.fixture(autouse=True)
def _domain(monkeypatch):
    monkeypatch.setattr("django.conf.settings.MAIL_IN_DOMAIN", DOMAIN)
    monkeypatch.setattr("django.conf.settings.MAIL_IN_SERVER", SERVER)


@pytest.fixture
def address(acting) -> str:
    with acting(ADMIN):
        return address_of(renew_address(at=now()))


@pytest.fixture
def mail_in(monkeypatch, capsys, db):
    """`mail_in(address, message)` is the command with a message on standard input: exit code and what it printed."""

    def handed(address: str, message: bytes) -> tuple[int, str]:
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(message)))
        arguments = parser(domains=True, modules=["port2port.exchange.mail.commands"]).parse_args(["mail-in", address])
        code = int(arguments.run(arguments))
        said = capsys.readouterr()
        return code, said.out + said.err

    return handed


def test_a_message_waits_for_those_who_may_report_and_for_nobody_else(acting, address, mail_in):
    assert mail_in(address, raw(Authentication_Results=RESULTS)) == (0, "")
    with acting(OWNER):
        (row,) = drafts(10)
        assert (row.subject, row.text) == ("At the fence", "Two men stood at the fence (invented).")
        assert row.checks[0] == {"method": "spf", "result": "pass", "about": "agent.example"}
        (need,) = [one for one in needs_of(current_actor(), now()) if one.href == "/systems/mail/"]
        assert "fence" not in f"{need.title} {need.text}"
    for other in (PARTNER, ADMIN, "operator@platform.demo", "pfso@quay1.demo"):
        with acting(other):
            assert not drafts(10)
            assert not [one for one in needs_of(current_actor(), now()) if one.href == "/systems/mail/"]
            with pytest.raises(NotFound):
                draft(row.id)


def test_no_answer_says_whether_there_is_such_an_address(acting, address, mail_in):
    for message in (raw(), b"no message", raw(From="")):
        known, unknown = mail_in(address, message), mail_in(f"desk-{'0' * 32}@{DOMAIN}", message)
        assert known == unknown == mail_in("nobody", message)
    assert mail_in(address, b"no message")[0] == 65
    with acting(OWNER):
        assert len(drafts(10)) == 1


def test_the_same_message_is_kept_once_and_capitals_lead_to_the_same_desk(acting, address, mail_in):
    for _n in range(2):
        mail_in(address.upper(), raw())
    mail_in(address, raw(Message_ID="<two@agent.example>"))
    with acting(OWNER):
        assert len(drafts(10)) == 2


def test_another_address_ends_the_first_and_none_ends_both(acting, address, mail_in, journalled):
    with acting(ADMIN):
        other = address_of(renew_address(at=now()))
        assert re.fullmatch(rf"desk-[0-9a-f]{{32}}@{re.escape(DOMAIN)}", other) and other != address
    mail_in(address, raw())
    with acting(OWNER):
        assert not drafts(10)
        for act in (renew_address, end_address):
            with pytest.raises(Refused):
                act(at=now())
    mail_in(other, raw())
    with acting(ADMIN):
        end_address(at=now())
        with pytest.raises(NotFound):
            end_address(at=now())
        assert desk() is None
    mail_in(other, raw(Message_ID="<two@agent.example>"))
    with acting(OWNER):
        assert len(drafts(10)) == 1  # what came stays for its time
    assert [len(journalled(f"mail_address.{act}")) for act in ("renewed", "ended")] == [2, 1]


def test_a_report_of_it_stays_within_the_organisation(acting, address, mail_in):
    mail_in(address, raw())
    with acting(OWNER) as actor:
        (row,) = drafts(10)
        made = report_letter(row.id, SAID, at=now())
        own = Circle.objects.get(kind="organisation", organisation_id=actor.organisation)
        assert list(made.record.addressed) == [own.id]
        assert (made.record.tlp, made.record.origin, made.source) == (Tlp.AMBER_STRICT, "mail", "tip")
        with pytest.raises(Conflict):
            report_letter(row.id, SAID, at=now())
        assert not [one for one in needs_of(current_actor(), now()) if one.href == "/systems/mail/"]
        throw_away(row.id, at=now())
        assert not drafts(10)
    with acting(PARTNER), pytest.raises(NotFound):
        throw_away(row.id, at=now())


def test_drafts_go_after_their_time(acting, address, mail_in, owner):
    mail_in(address, raw())
    mail_in(address, raw(Message_ID="<two@agent.example>"))
    owner.execute(
        "update exchange_maildraft set came_at = now() - interval '31 days'"
        " where digest = (select min(digest) from exchange_maildraft)"
    )
    with acting_as_system("worker"):
        assert forget_old_mail() == 1
    with acting(OWNER):
        assert len(drafts(10)) == 1


def test_a_flood_is_bounded_and_the_page_says_so(acting, address, mail_in, client_for, monkeypatch):
    monkeypatch.setattr(actions, "MOST_WAITING", 2)
    for number in range(4):
        assert mail_in(address, raw(Message_ID=f"<{number}@agent.example>")) == (0, "")
    with acting(OWNER):
        assert len(drafts(10)) == 2
    assert "what comes now is not kept" in client_for(OWNER).get("/systems/mail/").content.decode()


def test_without_a_database_the_mail_server_is_asked_to_try_again(mail_in, monkeypatch):
    def down(*_arguments: Any, **_more: Any) -> None:
        raise OperationalError("down at secret.host")

    monkeypatch.setattr(commands, "keep_letter", down)
    code, said = mail_in("desk-0", raw())
    assert code == 75 and "secret" not in said


def test_raw_sql_reaches_neither_mail_nor_addresses_of_others(acting, address, mail_in, enter, app, cast):
    mail_in(address, raw())
    for other in (PARTNER, "operator@platform.demo"):
        connection = enter(other)
        for table in ("exchange_maildraft", "exchange_maildesk"):
            assert connection.execute(f"select count(*) from {table}").fetchone() == (0,)
            assert connection.execute(f"delete from {table}").rowcount == 0
    connection = enter(ADMIN)
    assert connection.execute("select count(*) from exchange_maildraft").fetchone() == (0,)
    connection = enter(OWNER)
    insert = (
        "insert into exchange_maildraft (id, organisation_id, digest, came_at, sender, subject, text)"
        " values (new_uuid7(), %s, 'x', now(), '', '', '')"
    )
    assert refused(connection, insert, cast[OWNER].organisation) == FORBIDDEN
    assert refused(connection, "update exchange_maildraft set text = 'forged'") == FORBIDDEN
    assert refused(connection, "update exchange_maildraft set report_id = null") == FORBIDDEN
    assert connection.execute("update exchange_maildesk set alias = 'mine'").rowcount == 0
    call = "select exchange_mail_in('x', '{}', now(), 1)"
    assert refused(connection, call) == "PP403"
    assert refused(connection, "select exchange_mail_forget(0)") == "PP403"
    mine = "insert into exchange_maildesk (organisation_id, alias, made_by_id, made_at) values (%s, 'x', %s, now())"
    assert refused(enter(OWNER), mine, cast[OWNER].organisation, cast[OWNER].person) == FORBIDDEN
    assert refused(enter(ADMIN), mine, cast[PARTNER].organisation, cast[ADMIN].person) == FORBIDDEN


def test_the_pages_make_the_address_show_the_message_and_make_the_report(acting, client_for, mail_in):
    keeper, reader, other = client_for(ADMIN), client_for(OWNER), client_for(PARTNER)
    assert "no address" in reader.get("/systems/mail/").content.decode()
    assert keeper.post("/systems/mail/", {"act": "renew"}).status_code == 302
    assert reader.post("/systems/mail/", {"act": "renew"}).status_code == 403
    address = re.search(r"desk-[0-9a-f]{32}@[a-z.]+", keeper.get("/systems/mail/").content.decode())
    assert address is not None
    made = letter(Authentication_Results=RESULTS, Subject="<b>At the fence</b>")
    made.set_content("<p>Two men stood at the fence.</p><img src='https://evil.example/pixel'>", subtype="html")
    made.add_attachment(b"x", maintype="image", subtype="png", filename="fence.png")
    mail_in(address[0], made.as_bytes())
    assert "fence" not in keeper.get("/systems/mail/").content.decode()
    with acting(OWNER):
        path = f"/systems/mail/{drafts(1)[0].id}/"
    assert "&lt;b&gt;At the fence" in reader.get("/systems/mail/").content.decode()
    page = reader.get(path).content.decode()
    assert "evil.example" not in page and "no proof" in page and "fence.png" in page
    assert other.get(path).status_code == keeper.get(path).status_code == 404
    assert reader.post(path, {}).status_code == 422
    said = {"threat": "drug_smuggling", "port": "BEANR", "title": "At the fence", "text": "Two men stood at the fence.",
            "occurred_at": "2025-11-28T03:10", "occurred_precision": "minute"}  # fmt: skip
    answer = reader.post(path, said)
    assert answer.status_code == 302 and answer["Location"].startswith("/reports/")
    assert reader.post(path, said).status_code == 409
    assert reader.post(path, {"act": "throw"}).status_code == 302
    assert reader.get(path).status_code == 404
    assert keeper.post("/systems/mail/", {"act": "end"}).status_code == 302


def test_the_api_has_what_the_pages_have(acting, bearer_for, mail_in, journalled):
    keeper = Client(headers=bearer_for(ADMIN, ("read", "administer")))
    reader, other = Client(headers=bearer_for(OWNER)), Client(headers=bearer_for(PARTNER))
    base = "/api/v1/exchange/mail"
    assert reader.get(f"{base}/address").status_code == 404
    assert reader.post(f"{base}/address").status_code == 403
    made = keeper.post(f"{base}/address")
    assert made.status_code == 201
    assert reader.get(f"{base}/address").json()["address"] == made.json()["address"]
    mail_in(made.json()["address"], raw(Authentication_Results=RESULTS))
    assert not other.get(base).json()["items"] and not keeper.get(base).json()["items"]
    (line,) = reader.get(base).json()["items"]
    one = reader.get(line["url"]).json()
    assert one["checks"][0]["result"] == "pass"
    assert line.items() < one.items() and "text" not in line
    assert len(journalled("mail.read")) == 1
    assert other.get(one["url"]).status_code == other.delete(one["url"]).status_code == 404
    said = {
        "threat": "drug_smuggling",
        "port": "BEANR",
        "text": one["text"],
        "occurred_at": "2025-11-28T03:10:00+01:00",
    }
    report = reader.post(f"{one['url']}/report", json.dumps(said), "application/json")
    assert report.status_code == 201
    assert reader.get(one["url"]).json()["report"] == report.json()["report"]
    assert reader.post(f"{one['url']}/report", json.dumps(said), "application/json").status_code == 409
    assert reader.delete(one["url"]).status_code == 204
    assert keeper.delete(f"{base}/address").status_code == 204
