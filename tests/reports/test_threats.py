"""Threats to a person: told to police by name and to nobody else, counted nowhere, compared with nothing."""

from contextlib import contextmanager
from datetime import timedelta
from uuid import uuid4

import psycopg
import pytest
from django.db import connection

from port2port.base.clock import now
from port2port.base.errors import Invalid, NotFound, Refused, Unavailable
from port2port.members.places import known_places
from port2port.reports import actions, figures, observable_actions, queries, threats
from port2port.reports.drafts import draft_of
from port2port.reports.models import PersonThreat
from port2port.reports.observables.normal import Observable
from port2port.reports.routing import queries as routing
from port2port.reports.threats import Told, tell_threat
from port2port.sharing.addressing import Addressing
from port2port.sharing.models import Record
from port2port.sharing.tlp import Tlp
from tests.reports.writing import keys, report

TEXT = "A man at the gate offered money for the codes of two containers."
WRITER, POLICE = "pso@antwerp.demo", "analyst@police.demo"
DESK = {POLICE, "pso@limburg.demo"}  # of its members these two are police: the second keeps Limburg's ports
REPORTER = "pfso@quay1.demo"
SENT = {"kind": "approached", "text": TEXT, "contact": "after 18 h, at home", "pso": "no"}


def told(acting, email=REPORTER, **changes):
    with acting(email):
        values = {"kind": "bribed", "text": TEXT, "occurred_at": now(), "contact": "at home"} | changes
        return tell_threat(Told(**values), at=now())


def readers(acting, made, cast):
    seen = set()
    for email in cast:
        with acting(email):
            if Record.objects.filter(id=made.record_id).exists():
                assert PersonThreat.objects.filter(report_id=made.record_id).exists()
                seen.add(email)
            else:
                assert not PersonThreat.objects.filter(report_id=made.record_id).exists()
    return seen


def test_only_the_writer_and_the_police_of_the_desk_read_it(acting, cast):
    made = told(acting)
    assert readers(acting, made, cast) == {REPORTER, *DESK}
    record = made.record
    assert (record.tlp, record.threat, record.port_id, record.personal_data) == (Tlp.RED, "insider", None, "indirect")


def test_port_security_officers_read_it_only_if_the_writer_wants_it(acting, cast):
    made = told(acting, pso=True)
    seen = readers(acting, made, cast)
    assert {REPORTER, POLICE, WRITER, "pso@northsea.demo"} <= seen
    assert not seen & {"officer@customs.demo", "dpo@antwerp.demo", "analyst@commissioner.demo"}


def test_never_an_administrator_of_the_writers_organisation(acting, cast, owner):
    """Antwerp's officer at the desk becomes its administrator: a colleague's threat does not reach that desk."""
    owner.execute(
        "update members_membership set roles = '{port_security_officer,administrator}' where id = %s",
        [cast[WRITER].hat],
    )
    owner.execute(
        "update members_membership set organisation_id = %s where id = %s",
        [cast[WRITER].organisation, cast[REPORTER].hat],
    )
    made = told(acting, pso=True)
    assert WRITER not in readers(acting, made, cast)


def test_without_a_police_officer_at_the_desk_it_is_not_swallowed(acting, cast, owner, client_for):
    police = [cast[email].person for email in DESK]
    owner.execute("update members_circlemember set until = now() where person_id = any(%s)", [police])
    with pytest.raises(Unavailable):
        told(acting)
    page = client_for(REPORTER).post("/reports/threat/", SENT)
    assert page.status_code == 503 and "Call 101" in page.content.decode() and TEXT in page.content.decode()


def test_what_it_must_be_is_said_at_once(acting):
    with pytest.raises(Invalid) as wrong:
        told(acting, kind="nothing", text="Too few", contact="x" * 201, occurred_at=now() + timedelta(days=1))
    assert {p.field for p in wrong.value.problems} == {"kind", "text", "contact", "occurred_at"}
    assert told(acting, text="He called me from +32 470 12 34 56 and wanted the codes.").record_id
    with pytest.raises(Refused):
        told(acting, "director@antwerp.demo")


def test_it_is_in_no_count_also_not_for_who_sees_it(acting):
    at = now()
    with acting(WRITER):
        report("insider-desk", tlp=Tlp.RED, threat="insider", title="An ordinary one")
    with acting(POLICE):
        before = figures.weekly_counts(known_places(), at=at)
        assert sum(sum(week.counts) for week in before) == 1
    made = told(acting)
    with acting(POLICE):
        assert figures.weekly_counts(known_places(), at=at) == before
        assert queries.report(made.record_id, at=now()).report.text == TEXT


def test_a_count_leaves_it_out_even_with_a_port(acting, owner):
    made = told(acting)
    owner.execute(
        "update sharing_posting set port = (select id from members_port where locode = 'BEANR') where record_id = %s",
        [made.record_id],
    )
    with acting(POLICE):
        assert figures.weekly_counts(known_places(), at=now()) == []


def test_no_authority_is_proposed_for_it(acting, client_for):
    made = told(acting)
    with acting(REPORTER):
        assert routing.late(now() + timedelta(days=30)) == []
    assert 'id="routing"' not in client_for(REPORTER).get(f"/reports/{made.record_id}/").content.decode()


def test_nothing_of_it_is_compared(acting, owner):
    made = told(acting)
    seen = [Observable("container", "CSQU3054383", True)]
    with acting(REPORTER), pytest.raises(Invalid):
        observable_actions.add_observables(made.record_id, observables=seen, at=now())
    assert owner.execute("select count(*) from reports_mark").fetchone()[0] == 0


def test_its_author_alone_decides(acting):
    author = "pso@northsea.demo"  # whose role may share
    made = told(acting, author)
    with acting(author):
        draft = draft_of(made, made.record, known_places())
        with pytest.raises(Refused):
            actions.edit_report(made.record_id, draft=draft, expected=1, at=now())
        with pytest.raises(Invalid):
            actions.widen_report(made.record_id, to=Addressing(keys(("ports-and-police",)), Tlp.AMBER), at=now())
        actions.close_report(made.record_id, expected=1, at=now())
        actions.withdraw_report(made.record_id, reason="other", at=now())
    with acting(POLICE), pytest.raises(NotFound):
        queries.report(made.record_id, at=now())


def test_a_colleague_who_reads_it_changes_nothing(acting):
    """An officer who reads it because its author wanted that may not take it away."""
    made = told(acting, "pso@northsea.demo", pso=True)
    with acting(WRITER), pytest.raises(Refused):
        actions.withdraw_report(made.record_id, reason="other", at=now())


def test_an_heir_gets_no_sight_of_it(acting, cast, owner):
    """Whoever leaves has an heir, named by the employer's administrator: for their other reports only."""
    made = told(acting, WRITER)
    with acting(WRITER):
        other = report("insider-desk", tlp=Tlp.RED, threat="insider", title="An ordinary one")
    leaver, heir = cast[WRITER].person, cast["dpo@antwerp.demo"].person
    with acting("admin@antwerp.demo"), connection.cursor() as cursor:
        cursor.execute("select sharing_inherit(%s, %s)", [leaver, heir])
    audiences = dict(owner.execute("select id, audience from sharing_record where kind = 'report'").fetchall())
    assert heir in audiences[other.record_id]
    assert heir not in audiences[made.record_id] and len(audiences[made.record_id]) == 1


@pytest.fixture
def as_(app, cast):
    @contextmanager
    def entered(email):
        with app.transaction():
            app.execute("select * from members_enter(%s, %s)", [cast[email].person, cast[email].hat])
            yield app

    return entered


@pytest.mark.parametrize(
    "attack",
    [
        "update reports_personthreat set contact = ''",
        "delete from reports_personthreat",
        "update sharing_record set port_id = (select id from members_port limit 1), version = version + 1",
        "update sharing_record set threat = 'sabotage', version = version + 1",
        "select reports_threat_desk((select id from members_circle where slug = 'ports-and-police'), false)",
        "select reports_threat_desk(new_uuid7(), false)",
    ],
)
def test_raw_sql_of_its_author_cannot_make_it_something_else(acting, as_, attack):
    told(acting)
    with pytest.raises(psycopg.Error) as refused, as_(REPORTER) as sql:
        sql.execute(attack)
    assert refused.value.sqlstate in ("42501", "PP404", "PP422")


def test_another_report_cannot_be_marked_as_one(acting, as_):
    with acting(WRITER):
        wide = report("insider-desk", tlp=Tlp.RED, threat="insider", title="An ordinary one")
    for email in (WRITER, POLICE):
        with pytest.raises(psycopg.Error) as refused, as_(email) as sql:
            sql.execute(
                "insert into reports_personthreat (report_id, kind, contact, pso) values (%s, 'bribed', '', false)",
                [wide.record_id],
            )
        assert refused.value.sqlstate in ("42501", "PP422")


def test_the_form_tells_police_and_shows_the_way_back(client_for, acting):
    client = client_for(REPORTER)
    page = client.get("/reports/threat/").content.decode()
    assert page.index('href="tel:112"') < page.index('<form method="post" novalidate data-no-draft')
    key = str(uuid4())
    answer = client.post("/reports/threat/", SENT | {"key": key})
    assert answer.status_code == 302
    assert client.post("/reports/threat/", SENT | {"key": key})["Location"] == answer["Location"]
    for email in (REPORTER, POLICE):
        shown = client_for(email).get(answer["Location"]).content.decode()
        assert "after 18 h, at home" in shown and "Police at the insider desk, by name" in shown
    assert client_for(WRITER).get(answer["Location"]).status_code == 404
    assert client_for(WRITER).get("/reports/?q=codes").content.decode().count(TEXT) == 0
    assert '/reports/threat/"' in client.get("/reports/new/").content.decode()


def test_the_way_to_reach_its_author_stands_on_the_page_alone(client_for, acting):
    made = told(acting, contact="behind the third crane")
    client = client_for(POLICE)
    assert "behind the third crane" in client.get(f"/reports/{made.record_id}/").content.decode()
    answer = client.get("/reports/export/?format=csv")
    exported = b"".join(answer) if answer.streaming else answer.content
    assert TEXT not in exported.decode() and "third crane" not in exported.decode(), "TLP:RED leaves in no file"
    assert "third crane" not in client.get("/reports/?q=crane").content.decode()


def test_a_form_without_an_answer_is_shown_again(client_for):
    page = client_for(REPORTER).post("/reports/threat/", {})
    assert page.status_code == 422 and 'href="#id_kind_0"' in page.content.decode()


def test_it_goes_with_its_report(acting, owner):
    made = told(acting)
    owner.execute("delete from sharing_record where id = %s", [made.record_id])
    assert owner.execute("select count(*) from reports_personthreat").fetchone()[0] == 0


def test_every_kind_has_its_words():
    assert [one.code for one in threats.kinds().kinds] == ["approached", "bribed", "coerced", "threatened"]
    assert all(one.title("de") != one.title("en") for one in threats.kinds().kinds)
