"""A protected reporter: the alias is all that anybody reads, by any path; chosen persons may know, nobody else."""

import json
from dataclasses import replace

import pytest
from django.db import connection
from django.urls import reverse

from port2port.base.clock import now
from port2port.base.errors import Invalid, NotFound, Refused
from port2port.members import shielding
from port2port.members.acting import SignedOut, acting_as
from port2port.members.models import Membership, Person, Shield
from port2port.members.shielding import under_alias
from port2port.reports import actions, pages_protected, queries
from port2port.reports.together import actions as together
from tests.reports.writing import DRAFT, report

WRITER, COLLEAGUE, POLICE = "pso@antwerp.demo", "admin@antwerp.demo", "analyst@police.demo"
AUDITOR = "dpo@antwerp.demo"


def wrote(acting, may_know=(), email=WRITER, **changes):
    with acting(email), under_alias(list(may_know)):
        return report(**changes)


def alias_hat(acting, email=WRITER):
    with acting(email):
        return pages_protected.own_protected()[0].hat


def test_nothing_of_the_record_leads_to_the_writer(acting, cast, owner):
    made = wrote(acting)
    me = cast[WRITER].person
    row = owner.execute("select to_jsonb(r)::text from sharing_record r where id = %s", [made.record_id]).fetchone()
    assert str(me) not in row[0]
    for table in ("sharing_posting", "sharing_event", "reports_report", "reports_revision", "sharing_searchable"):
        told = owner.execute(f"select coalesce(string_agg(to_jsonb(t)::text, ' '), '') from {table} t").fetchone()
        assert str(me) not in told[0], table
    entries = owner.execute("select payload from base_journal_entry where payload like %s", [f"%{made.record_id}%"])
    said = [json.loads(payload) for (payload,) in entries.fetchall()]
    assert said and all(one["actor"] != str(me) for one in said)


def test_readers_see_the_report_and_that_its_writer_is_protected(acting):
    made = wrote(acting)
    with acting(POLICE):
        found = queries.report(made.record_id, at=now())
        assert found.report.protected
        assert [change.author for change in queries.history(found)] == [""]
        assert shielding.source_of(found.record.author_id, kind="report", record=made.record_id, at=now()) is None
        assert not Shield.objects.exists()


def test_who_may_know_reads_the_name_and_the_journal_keeps_it(acting, cast, journalled):
    made = wrote(acting, may_know=[cast["pso@northsea.demo"].person])
    with acting("pso@northsea.demo"):
        record = queries.report(made.record_id, at=now()).record
        source = shielding.source_of(record.author_id, kind="report", record=record.id, at=now())
    assert source is not None and source.name == "Demo PSO Antwerp"
    assert [entry["record"] for entry in journalled("source.read")] == [str(made.record_id)]


def test_the_writer_reads_it_under_the_alias_only_and_is_back_at_once(acting, cast):
    with acting(WRITER) as before, under_alias([]):
        made = report()
    with acting(WRITER) as after:
        assert after.person == before.person
        own = pages_protected.own_protected()
    assert [one.news for one in own] == [False]
    with acting_as(cast[WRITER].person, own[0].hat) as alias:
        assert alias.shielded and alias.person != cast[WRITER].person and alias.name == ""
        assert [row.record.id for row in queries.open_reports(queries.Filters(), at=now()).rows] == [made.record_id]
        found = queries.report(made.record_id, at=now())
        assert found.record.author_id == alias.person
        actions.edit_report(
            made.record_id, draft=replace(DRAFT, text="Two drones, not one, and a van."), expected=1, at=now()
        )
        actions.withdraw_report(made.record_id, reason="mistake", expected=2, at=now())


def test_an_answer_shows_as_something_new_until_it_is_opened(acting, cast):
    made = wrote(acting)
    hat = alias_hat(acting)
    with acting("pso@northsea.demo"):
        together.say(made.record_id, text="We saw the same van here at four.", at=now())
    with acting(WRITER):
        assert [one.news for one in pages_protected.own_protected()] == [True]
        shielding.note_opened(hat, at=now())
        assert [one.news for one in pages_protected.own_protected()] == [False]


def test_the_own_administrators_and_auditors_find_nobody(acting, cast, client_for):
    wrote(acting)
    for email in (COLLEAGUE, AUDITOR):
        with acting(email):
            assert not Membership.objects.filter(shielded=True).exists()
            assert not Shield.objects.exists()
            assert not Person.objects.filter(kind="alias").exists()
    page = client_for(COLLEAGUE).get(reverse("members:people")).content.decode()
    assert "Demo PSO Antwerp" in page and "Protected" not in page


def test_an_error_inside_leaves_no_alias_behind(acting, owner):
    with acting(WRITER) as me:
        with pytest.raises(Invalid), under_alias([]):
            report(text="short")
        with connection.cursor() as cursor:
            cursor.execute("select acting_person()")
            assert cursor.fetchone() == (me.person,)
    assert owner.execute("select count(*) from members_shield").fetchone() == (0,)


def test_no_alias_of_an_alias_and_none_without_the_right_to_report(acting, cast):
    wrote(acting)
    hat = alias_hat(acting)
    with acting_as(cast[WRITER].person, hat), pytest.raises(Refused), under_alias([]):
        pass
    with acting(AUDITOR), pytest.raises(Refused), under_alias([]):
        pass


def test_only_persons_one_may_address_may_know(acting, cast):
    with acting("contact@agent.demo"), pytest.raises(Invalid) as caught, under_alias([cast[POLICE].person]):
        pass
    assert [problem.field for problem in caught.value.problems] == ["may_know"]


def test_the_alias_of_another_is_nobodys_hat(acting, cast):
    wrote(acting)
    hat = alias_hat(acting)
    with pytest.raises(SignedOut), acting_as(cast[POLICE].person, hat):
        pass
    with acting(POLICE), pytest.raises(NotFound):
        shielding.note_opened(hat, at=now())


def test_raw_sql_as_the_serving_role_learns_nothing(acting, cast):
    wrote(acting)
    for statement in (
        "select count(*) from members_shield",
        "select count(*) from members_membership where shielded",
        "select count(*) from members_person where kind = 'alias'",
    ):
        with acting("pso@ostend.demo"), connection.cursor() as cursor:
            cursor.execute(statement)
            assert cursor.fetchone() == (0,), statement


def test_the_form_sends_it_protected_and_the_page_leads_there(client_for, cast, acting):
    client = client_for(WRITER)
    sent = {
        "threat": "insider", "text": "A man at the bar offered money for a look into the yard system.", "when": "now",
        "where": "port:BEANR", "protect": "on", "may_know": [str(cast["pso@northsea.demo"].person)],
        "observed": "1",
    }  # fmt: skip
    answer = client.post(reverse("reports:new"), sent)
    assert answer.status_code == 302 and answer.url.startswith(reverse("reports:protected"))
    page = client.get(answer.url).content.decode()
    hat = alias_hat(acting)
    assert str(hat) in page
    opened = client.post(reverse("members:hat"), {"hat": str(hat), "next": reverse("reports:list")}, follow=True)
    assert opened.status_code == 200 and "pp-alias" in opened.content.decode()
    elsewhere = client.get(reverse("home"))
    assert elsewhere.status_code == 302 and elsewhere.url == reverse("reports:list")
    assert client.get(reverse("reports:new")).status_code == 302


def test_the_api_takes_it_protected(client_for, bearer_for, acting):
    token = bearer_for(WRITER)
    body = {
        "threat": "drone_misuse", "text": "A quadcopter hung above the inner gate for four minutes.",
        "place": {"kind": "port", "port": "BEANR"}, "occurred_at": now().isoformat(), "protect": {"may_know": []},
    }  # fmt: skip
    answer = client_for(WRITER).post(
        "/api/v1/reports", json.dumps(body), content_type="application/json", headers=token
    )
    assert answer.status_code == 201 and answer.json()["protected"]
    with acting(WRITER):
        assert len(pages_protected.own_protected()) == 1


def test_with_the_report_goes_what_led_to_its_writer(acting, owner):
    made = wrote(acting)
    owner.execute("delete from sharing_record where id = %s", [made.record_id])
    assert owner.execute("select count(*) from members_shield").fetchone() == (0,)
    assert owner.execute("select count(*) from members_membership where shielded and until is null").fetchone() == (0,)
