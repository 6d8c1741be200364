"""The public page: what was addressed to everyone as TLP:CLEAR, and nothing else by any way."""

import random
from datetime import timedelta
from typing import Any
from uuid import UUID
from xml.etree import ElementTree as ET

import psycopg
import pytest
from django.test import Client

from port2port.alerts.rules import PublicLine, PublicStatement
from port2port.base.clock import now
from port2port.base.errors import Invalid
from port2port.base.ids import new_id
from port2port.home.public.queries import public_page
from port2port.members.acting import acting_as_system
from port2port.members.data_files import LANGUAGES
from port2port.sharing.actions import narrow, withdraw
from port2port.sharing.audiences import build
from port2port.sharing.models import Record
from port2port.sharing.tlp import Tlp
from tests.alerts.writing import alert
from tests.leaks.test_property import clean
from tests.measures.writing import objective
from tests.reports.writing import report

ANTWERP, PARTNER = "pso@antwerp.demo", "pso@northsea.demo"
AUDIENCES = (("everyone",), ("everyone", "all-members"), ("all-members",), ("ports-and-police",))
ATOM = "{http://www.w3.org/2005/Atom}"


def ways_out() -> dict[str, str]:
    browser = Client()
    return {
        path: browser.get(path).content.decode()
        for code in LANGUAGES
        for path in (f"/public/{code}/", f"/public/{code}/feed.atom")
    }


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_in_random_worlds_only_clear_for_everyone_comes_out(acting, owner, seed):
    dice = random.Random(seed)
    written: dict[UUID, tuple[str, bool]] = {}
    for number in range(18):
        to, tlp = dice.choice(AUDIENCES), dice.choice([Tlp.CLEAR, Tlp.CLEAR, Tlp.GREEN, Tlp.AMBER])
        word = f"zq{seed}x{number}word"
        fate = dice.choice(["stays", "stays", "withdrawn", "narrowed", "expired"])
        with acting(dice.choice([ANTWERP, PARTNER])) as actor:
            try:
                if dice.random() < 0.3:
                    made = alert(*to, tlp=tlp, headline=f"Alert {word}").record_id
                else:
                    made = report(*to, tlp=tlp, text=f"Seen {word} at the gate.").record_id
            except Invalid:
                assert "everyone" in to and tlp != Tlp.CLEAR
                continue
            record = Record.objects.get(id=made)
            if fate == "withdrawn":
                withdraw(record, reason="mistake", at=now())
            elif fate == "narrowed":
                narrow(record, keep=build([actor.person], tlp), at=now())
        if fate == "expired":
            owner.execute("update sharing_record set expires_at = now() where id = %s", [made])
        written[made] = (word, "everyone" in to and tlp == Tlp.CLEAR and fate == "stays")
    assert {public for _word, public in written.values()} == {True, False}
    bodies = ways_out()
    for made, (word, public) in written.items():
        for path, body in bodies.items():
            assert (str(made) in body) == public, (path, word)
            # An alert has its own headline in the language it was written in, words of the vocabulary in the others.
            assert (word in body) == public or (public and "/en/" not in path), (path, word)
        answer = Client().get(f"/public/en/{made}/")
        assert answer.status_code == (200 if public else 404)
        assert (word in answer.content.decode()) == public


def test_hidden_and_absent_are_the_same_page(acting):
    with acting(ANTWERP):
        hidden = report(tlp=Tlp.AMBER).record_id
    pages = [Client().get(f"/public/en/{one}/") for one in (hidden, new_id())]
    assert pages[0].status_code == 404
    assert clean(pages[0]) == clean(pages[1])


def statement(embargo: Any = None) -> PublicStatement:
    lines = (PublicLine("en", "The lock is closed tonight."), PublicLine("nl", "De sluis is vannacht dicht."))
    return PublicStatement(lines, "Press desk (test)", embargo)


def test_the_agreed_lines_of_an_alert_and_not_before_their_embargo(acting, owner):
    with acting(ANTWERP):
        said = alert("everyone", tlp=Tlp.CLEAR, text="Innerword for members.", public=statement()).record_id
        later = alert(
            "everyone", tlp=Tlp.CLEAR, headline="Embargoword", public=statement(now() + timedelta(hours=2))
        ).record_id
        alert("ports-and-police", tlp=Tlp.AMBER, headline="Amberword", public=statement())
    page = Client().get(f"/public/en/{said}/").content.decode()
    assert "The lock is closed tonight." in page and "Innerword" not in page
    assert "De sluis is vannacht dicht." in Client().get(f"/public/nl/{said}/").content.decode()
    french = Client().get(f"/public/fr/{said}/").content.decode()
    assert 'lang="en"' in french and "The lock is closed tonight." in french
    for body in ways_out().values():
        assert str(later) not in body and "Embargoword" not in body and "Amberword" not in body
    owner.execute(
        "update alerts_alert set public = jsonb_set(public, '{embargo_until}', to_jsonb(now() - interval '1 s'))"
        " where record_id = %s",
        [later],
    )
    assert Client().get(f"/public/en/{later}/").status_code == 200


def test_exercises_and_what_is_over_are_not_public(acting):
    with acting(ANTWERP):
        drill = alert("everyone", tlp=Tlp.CLEAR, status="Exercise").record_id
        old = alert("everyone", tlp=Tlp.CLEAR, at=now() - timedelta(days=30)).record_id
    assert [Client().get(f"/public/en/{one}/").status_code for one in (drill, old)] == [404, 404]


def test_other_kinds_are_public_too(acting):
    with acting(ANTWERP):
        made = objective("everyone", tlp=Tlp.CLEAR).record_id
    assert Client().get(f"/public/de/{made}/").status_code == 200
    assert str(made) in Client().get("/public/de/").content.decode()


def test_it_is_the_same_for_all_and_any_cache_may_keep_it(acting, client_for):
    with acting(ANTWERP):
        report("everyone", tlp=Tlp.CLEAR)
    nobody, member = Client(), client_for(PARTNER)
    member.cookies["theme"] = "dark"
    for path in ("/public/en/", "/public/en/feed.atom"):
        plain, known = nobody.get(path), member.get(path)
        assert plain.content == known.content
        assert "public" in plain["Cache-Control"] and "max-age=60" in plain["Cache-Control"]
        assert "Cookie" not in plain.get("Vary", "") and not plain.cookies
        assert nobody.get(path, headers={"If-None-Match": plain["ETag"]}).status_code == 304
    assert nobody.get("/public/", headers={"accept-language": "fr"})["Location"] == "/public/fr/"
    assert nobody.get("/public/xx/").status_code == 404
    assert nobody.get("/public/en/?cursor=forged").status_code == 422
    assert nobody.post("/public/en/").status_code == 405


def test_the_feed_is_atom(acting):
    with acting(ANTWERP):
        made = report("everyone", tlp=Tlp.CLEAR, text="A <b>bold</b> drone & more.").record_id
    root = ET.fromstring(Client().get("/public/en/feed.atom").content)
    assert root.tag == f"{ATOM}feed" and root.find(f"{ATOM}updated") is not None
    entries = root.findall(f"{ATOM}entry")
    assert [one.findtext(f"{ATOM}id") for one in entries] == [f"urn:uuid:{made}"]
    assert entries[0].findtext(f"{ATOM}summary") == "A <b>bold</b> drone & more."
    assert "<b>bold</b>" not in Client().get(f"/public/en/{made}/").content.decode()


def test_pages_follow_each_other(acting):
    with acting(ANTWERP):
        made = [report("everyone", tlp=Tlp.CLEAR).record_id for _ in range(5)]
    with acting_as_system("public"):
        first = public_page(at=now(), size=3)
        second = public_page(at=now(), cursor=first.next, size=3)
    assert [one.id for one in (*first.entries, *second.entries)] == made[::-1]
    assert second.next == "" and first.previous == ""


def test_the_principal_reads_what_is_for_everyone_and_writes_nothing(acting, app, owner):
    with acting(ANTWERP):
        report(tlp=Tlp.AMBER)
        report("all-members", tlp=Tlp.GREEN)
        report("all-members", tlp=Tlp.CLEAR)
        shown = report("everyone", tlp=Tlp.CLEAR).record_id
    tables = [
        row[0]
        for row in owner.execute(
            "select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'public'"
            " and c.relkind = 'r' and c.relrowsecurity and has_any_column_privilege('port2port_app', c.oid, 'select')"
        ).fetchall()
    ]
    with app.transaction():
        app.execute("select members_enter_system('public')")
        assert app.execute("select id from sharing_record").fetchall() == [(shown,)]
        filled = {t for t in tables if app.execute(f"select exists (select 1 from {t})").fetchone() == (True,)}
        # Of circles those that are open, of courses those that ship: anybody who acts reads these, and the public page
        # shows none of them.
        assert filled <= {
            "sharing_record", "sharing_posting", "sharing_event", "sharing_searchable", "reports_report",
            "reports_revision", "members_circle", "members_circlemember", "members_person", "training_edition",
        }, filled  # fmt: skip
        assert app.execute("select slug from training_edition where organisation_id is not null").fetchall() == []
        for statement_ in (
            "update sharing_record set threat = 'x'",
            "delete from sharing_record",
            "insert into home_follow (id, person_id, subject, key, since)"
            " select new_uuid7(), id, 'port', 'BEANR', now() from members_person limit 1",
            "select alerts_digest_stop(new_uuid7())",
        ):
            try:
                with app.transaction():
                    done = app.execute(statement_).rowcount
            except psycopg.Error as error:
                assert error.sqlstate in ("25006", "42501", "PP403"), statement_
            else:
                assert done == 0, statement_


def test_a_person_cannot_become_the_principal_by_a_page(client_for):
    browser = client_for(PARTNER)
    browser.get("/public/en/")
    assert browser.get("/reports/").status_code == 200, "the session goes on as it was"
