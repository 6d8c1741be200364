"""Against misuse from inside: files are remembered and recalled, far too much reading or exporting raises an alarm."""

from datetime import timedelta
from uuid import UUID

import psycopg
import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from port2port.base import journal
from port2port.base.clock import now
from port2port.base.ids import new_id
from port2port.home.needs import needs_of
from port2port.sharing import exports, tasks
from port2port.sharing.actions import narrow, widen, withdraw
from port2port.sharing.audiences import build
from port2port.sharing.misuse import DATA, limit, limits, over_quota, read, unusual
from port2port.sharing.models import Export, MisuseAlarm
from port2port.sharing.tlp import Tlp
from tests.sharing.sharing import keys, share
from tests.sharing.test_attacks import as_  # noqa: F401 - a fixture

PSO, OTHER, ADMIN, DPO = "pso@antwerp.demo", "pso@northsea.demo", "admin@antwerp.demo", "dpo@antwerp.demo"
SECRET = "a white van with a dented door"
COUNTS = st.integers(min_value=0, max_value=10_000)


# The rule


@given(COUNTS, st.lists(COUNTS, max_size=200))
def test_nobody_is_reported_below_the_floor_and_more_is_never_less_unusual(count, history):
    rule = limits().reading
    assert not unusual(min(count, rule.floor), history)
    assert unusual(count + 1, history) or not unusual(count, history)
    assert unusual(count, history) == (count > limit(history, rule))


@given(st.lists(COUNTS, min_size=10, max_size=200))
def test_at_most_one_hour_in_seventeen_of_a_habit_is_unusual(history):
    assert sum(unusual(count, history) for count in history) <= len(history) / 17


def test_a_steady_reader_a_newcomer_and_somebody_who_reads_much():
    assert unusual(51, [10] * 20) and not unusual(50, [10] * 20)
    assert not unusual(200, []) and unusual(201, [5] * 9)
    assert not unusual(500, [480, 500, 520] * 10)


def test_the_quota_is_of_files_and_of_records():
    assert not over_quota(5, 2000)
    assert over_quota(6, 6) and over_quota(1, 2001)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("floor = 50", "floor = 0"), ("newcomer = 200", "newcomer = 49"), ("exports = 5", "exports = -1"),
        ("days = 365", "days = 7"), ("version = 1", "version = 1\nmore = 2"), ("source = ", "sauce = "),
    ],
)  # fmt: skip
def test_a_limit_that_makes_no_sense_is_refused(right, wrong):
    text = DATA.read_text(encoding="utf-8")
    assert right in text
    with pytest.raises(ValueError):
        read(text.replace(right, wrong).encode())


# Files that left


def taken(*records):
    export = new_id()
    exports.remember(export, kind="report", form="csv", records=[one.id for one in records], at=now())
    return export


def told(owner, outbox):
    """Run what withdrawals queued; return the mails that tell somebody to delete a file, by their address."""
    for (event,) in owner.execute("select id from sharing_event where act = 'withdrawn' order by id").fetchall():
        tasks.tell_withdrawal(str(event))
    jobs = "select args from procrastinate_jobs where task_name = %s"
    for (arguments,) in owner.execute(jobs, ["sharing.send_withdrawal"]).fetchall():
        tasks.send_withdrawal(**arguments)
    before = len(outbox)
    for (arguments,) in owner.execute(jobs, ["sharing.send_recall"]).fetchall():
        assert set(arguments) == {"event", "person"}
        tasks.send_recall(**arguments)
    return {message.to[0]: message for message in outbox[before:]}


def titles(actor):
    with override("en"):
        return [str(need.title) for need in needs_of(actor, now())]


WANTED = "Something you exported was withdrawn: delete it"


def test_whoever_exported_is_told_to_delete_and_not_what(acting, client_for, owner, outbox, journalled):
    with acting(PSO):
        record, kept = (
            share(["port-security-officers"], Tlp.AMBER, SECRET),
            share(["port-security-officers"], Tlp.GREEN),
        )
    with acting(OTHER):
        export, untouched = taken(record, kept), taken(kept)
    with acting(PSO):
        withdraw(record, reason="too-wide", at=now())
    mails = told(owner, outbox)
    assert set(mails) == {OTHER}
    assert len([message for message in outbox if message.to == [OTHER]]) == 1 < len(outbox)
    assert "/access/exports/" in mails[OTHER].body
    assert SECRET not in mails[OTHER].body and str(record.id) not in mails[OTHER].body
    with acting(OTHER) as actor:
        assert titles(actor).count(WANTED) == 1
    client = client_for(OTHER)
    page = client.get("/access/exports/").content.decode()
    assert str(export) in page and str(untouched) in page and page.count("I have deleted this file") == 1
    assert client.post(f"/access/exports/{untouched}/deleted/").status_code == 404
    assert client_for(PSO).post(f"/access/exports/{export}/deleted/").status_code == 404
    assert client.post(f"/access/exports/{export}/deleted/").status_code == 302
    with acting(OTHER) as actor:
        assert WANTED not in titles(actor)
    assert journalled("export.deleted")[0]["details"] == {"export": str(export)}


def test_only_who_lost_it_is_told_when_it_is_taken_from_some(acting, owner, outbox):
    with acting(PSO):
        record = share(["port-security-officers", "organisation-port-of-antwerp-bruges"], Tlp.AMBER)
        taken(record)
    with acting(OTHER):
        taken(record)
    with acting(PSO):
        narrow(
            record, keep=build(keys(["organisation-port-of-antwerp-bruges"]), Tlp.AMBER, personal_data="none"), at=now()
        )
    assert set(told(owner, outbox)) == {OTHER}


def test_who_keeps_it_learns_nothing_of_what_others_lose(acting, owner, outbox):
    own = "organisation-port-of-antwerp-bruges"
    with acting(PSO):
        kept, gone = share(["port-security-officers", own], Tlp.AMBER), share([own], Tlp.AMBER)
        taken(kept, gone)
        withdraw(gone, reason="mistake", at=now())
    assert set(told(owner, outbox)) == {PSO}
    owner.execute("delete from procrastinate_jobs")
    owner.execute("delete from sharing_event")
    with acting(PSO):
        narrow(kept, keep=build(keys([own]), Tlp.AMBER, personal_data="none"), at=now())
    assert told(owner, outbox) == {}


def test_a_withdrawal_waits_for_an_export_and_finds_it(acting, as_, app_dsn, cast, owner):  # noqa: F811
    with acting(PSO):
        record = share(["port-security-officers"], Tlp.AMBER)
    me, steward = cast[OTHER], cast[PSO]
    with as_(OTHER) as sql:
        sql.execute(INSERT, [me.person, me.organisation, 1, [record.id]])
        with psycopg.connect(app_dsn) as other:
            other.execute("select * from members_enter(%s, %s)", [steward.person, steward.hat])
            other.execute("set local lock_timeout = '100ms'")
            with pytest.raises(psycopg.errors.LockNotAvailable):
                other.execute("select sharing_withdraw(%s, 'mistake')", [record.id])
            other.rollback()
    with acting(PSO):
        withdraw(record, reason="mistake", at=now())
    assert owner.execute("select count(*) from sharing_export where recalled_at is not null").fetchone() == (1,)


@pytest.mark.parametrize(
    "leaves",
    [
        "update members_person set active = false where id = %s",
        "update members_membership set until = now() where person_id = %s",
        "update members_account set is_active = false where person_id = %s",
    ],
)
def test_who_no_longer_belongs_is_not_told(acting, owner, outbox, cast, leaves):
    with acting(OTHER):
        record = share(["ports-and-police"], Tlp.AMBER)
    with acting(PSO):
        taken(record)
    owner.execute(leaves, [cast[PSO].person])
    with acting(OTHER):
        withdraw(record, reason="mistake", at=now())
    assert told(owner, outbox) == {} and outbox


def test_an_administrator_sees_that_it_was_exported_and_never_what(acting, client_for, journalled):
    with acting(PSO):
        record = share(["port-security-officers"], Tlp.AMBER, SECRET)
        export = taken(record)
    page = client_for(ADMIN).get("/access/exports/").content.decode()
    assert str(export) in page and str(record.id) not in page and SECRET not in page
    for stranger in (OTHER, "operator@platform.demo", "analyst@police.demo"):
        assert str(export) not in client_for(stranger).get("/access/exports/").content.decode()
    assert journalled("report.exported")[-1]["details"] == {"count": 1, "form": "csv", "export": str(export)}


# Raw SQL as the serving role

INSERT = (
    "insert into sharing_export (id, person_id, organisation_id, at, kind, form, number, records)"
    " values (new_uuid7(), %s, %s, now(), 'report', 'csv', %s, %s)"
)


def code(sql, query, *arguments):
    with pytest.raises(psycopg.Error) as refused, sql.transaction():
        sql.execute(query, arguments)
    return refused.value.sqlstate


def test_one_remembers_only_ones_own_files_with_what_one_sees(acting, as_, cast, owner):  # noqa: F811
    with acting(PSO):
        seen = share(["port-security-officers"], Tlp.AMBER).id
        hidden = share(["organisation-port-of-antwerp-bruges"], Tlp.AMBER_STRICT).id
        red = share(["Demo PSO North Sea Port"], Tlp.RED).id
    me, other = cast[OTHER], cast[PSO]
    with as_(OTHER) as sql:
        for records in ([hidden], [seen, hidden], [new_id()], [red], [seen, seen]):
            assert code(sql, INSERT, me.person, me.organisation, len(records), records) == "PP404"
        assert code(sql, INSERT, me.person, me.organisation, 2, [seen]) == "PP404"
        assert code(sql, INSERT, other.person, me.organisation, 1, [seen]) == "42501"
        assert code(sql, INSERT, me.person, other.organisation, 1, [seen]) == "42501"
        sql.execute(INSERT, [me.person, me.organisation, 1, [seen]])
        assert code(sql, "select records from sharing_export") == "42501"
        assert code(sql, "delete from sharing_export") == "42501"
        assert code(sql, "update sharing_export set recalled_at = null") == "42501"
        assert sql.execute("update sharing_export set deleted_at = now()").rowcount == 0  # nothing was recalled
    with as_("pfso@quay1.demo") as sql:  # without the act `export`
        pfso = cast["pfso@quay1.demo"]
        assert code(sql, INSERT, pfso.person, pfso.organisation, 0, []) == "42501"
        assert sql.execute("select count(id) from sharing_export").fetchone() == (0,)
    assert owner.execute("select count(*) from sharing_export").fetchone() == (1,)


@pytest.mark.parametrize(
    "call",
    [
        "select * from sharing_export_people(new_uuid7())", "select * from sharing_reading(1, 28)",
        "select * from sharing_exporting()", "select sharing_forget_exports(0)",
        "select sharing_alarm(acting_person(), acting_organisation(), 'reading', 1, 1)",
    ],
)  # fmt: skip
@pytest.mark.parametrize("email", [PSO, ADMIN, "operator@platform.demo"])
def test_counting_and_raising_belong_to_the_worker(as_, email, call):  # noqa: F811
    with as_(email) as sql:
        assert code(sql, call) == "PP403"


def test_alarms_are_made_by_nobody_and_settled_by_another(as_, cast, owner):  # noqa: F811
    alarm = raise_alarm(owner, cast[ADMIN])
    with as_(ADMIN) as sql:
        assert sql.execute("select id from sharing_misusealarm").fetchall() == [(alarm,)]
        looked = "update sharing_misusealarm set seen_at = now(), seen_by_id = %s"
        assert sql.execute(looked, [cast[ADMIN].person]).rowcount == 0  # about oneself
        assert code(sql, "update sharing_misusealarm set number = 0") == "42501"
        assert code(sql, "delete from sharing_misusealarm") == "42501"
    with as_(DPO) as sql:
        assert code(sql, looked, cast[ADMIN].person) == "42501"  # in another's name
        assert sql.execute(looked, [cast[DPO].person]).rowcount == 1
        assert sql.execute(looked, [cast[DPO].person]).rowcount == 0  # once
    for email in (PSO, OTHER, "operator@platform.demo"):
        with as_(email) as sql:
            assert sql.execute("select id from sharing_misusealarm").fetchall() == []


def raise_alarm(owner, about, kind="reading"):
    return owner.execute(
        "insert into sharing_misusealarm (id, organisation_id, person_id, kind, at, day, number, usual, remark)"
        " values (new_uuid7(), %s, %s, %s, now(), current_date, 60, 50, '') returning id",
        [about.organisation, about.person, kind],
    ).fetchone()[0]


# The watch


def reads(acting, email, number, *, hours_ago=0, again=1, act="report.listed"):
    """Let somebody read so many records, some hours ago."""
    records = [new_id() for _ in range(number)]
    at = now() - timedelta(hours=hours_ago)
    with acting(email):
        for _ in range(again):
            journal.write(act, kind="report", at=at, records=records)
    return records


def test_reading_far_above_the_own_habit_raises_one_alarm(acting, owner, journalled, client_for, cast):
    for hour in range(2, 14):
        reads(acting, PSO, 10, hours_ago=hour)
    records = reads(acting, PSO, 60)
    assert tasks.watch_misuse(0) == 1
    assert tasks.watch_misuse(0) == 0  # once a day
    entry = journalled("misuse.alarm")[0]
    assert (entry["reason"], entry["details"]["person"]) == ("reading", str(cast[PSO].person))
    with acting(ADMIN) as actor:
        alarm = MisuseAlarm.objects.get()
        assert (alarm.number, alarm.usual, alarm.kind) == (60, 50, "reading")
        assert "1 alarm about unusual reading or exporting" in titles(actor)
    with acting(PSO) as actor:
        assert not any("alarm" in title for title in titles(actor))
    client = client_for(ADMIN)
    page = client.get("/access/alarms/").content.decode()
    assert "Demo PSO" in page and "60 different records" in page
    assert not any(str(record) in page for record in records)
    assert client_for(PSO).get("/access/alarms/").status_code == 403
    for stranger in ("admin@platform.demo", "operator@platform.demo"):
        if stranger in cast:
            assert "60 different records" not in client_for(stranger).get("/access/alarms/").content.decode()
            assert client_for(stranger).post(f"/access/alarms/{alarm.id}/looked/").status_code == 404
    assert client.post(f"/access/alarms/{alarm.id}/looked/", {"remark": "A drill."}).status_code == 302
    assert client.post(f"/access/alarms/{alarm.id}/looked/", {"remark": "Again."}).status_code == 409
    assert "A drill." in client.get("/access/alarms/").content.decode()
    assert journalled("misuse.looked")[0]["details"] == {"alarm": str(alarm.id)}
    with acting(ADMIN) as actor:
        assert not any("alarm" in title for title in titles(actor))


def test_the_same_list_again_and_again_is_no_alarm_nor_is_a_habit(acting, db):
    reads(acting, PSO, 50, again=6)
    for hour in range(2, 14):
        reads(acting, OTHER, 280, hours_ago=hour)
    reads(acting, OTHER, 270)
    reads(acting, "analyst@police.demo", 300, act="report.shared")  # no reading
    assert tasks.watch_misuse(0) == 0


def test_one_by_one_counts_as_a_list_does(acting, db):
    with acting(PSO):
        for _ in range(201):
            journal.write("report.read", kind="report", record=new_id(), at=now())
    assert tasks.watch_misuse(0) == 1


def test_a_strange_entry_does_not_stop_the_count(acting, db):
    with acting(PSO):
        journal.write("report.read", kind="report", at=now(), records="all")
        journal.write("report.read", kind="report", at=now(), records=7)
    reads(acting, OTHER, 201)
    assert tasks.watch_misuse(0) == 1


def test_who_is_alarmed_about_does_not_settle_it(acting, owner, cast, client_for):
    alarm = raise_alarm(owner, cast[ADMIN])
    assert client_for(ADMIN).post(f"/access/alarms/{alarm}/looked/").status_code == 409
    assert client_for(DPO).post(f"/access/alarms/{alarm}/looked/").status_code == 302


def test_too_many_files_raise_an_alarm_and_yesterdays_do_not_count(acting, owner):
    with acting(PSO):
        record = share(["port-security-officers"], Tlp.AMBER)
        for _ in range(5):
            taken(record)
    assert tasks.watch_misuse(0) == 0
    with acting(PSO):
        taken(record)
    owner.execute(
        "update sharing_export set at = at - interval '25 hours'"
        " where id = (select id from sharing_export order by id limit 1)"
    )
    assert tasks.watch_misuse(0) == 0
    with acting(PSO):
        taken(record)
    assert tasks.watch_misuse(0) == 1
    with acting(ADMIN):
        assert MisuseAlarm.objects.get().kind == "export"


def test_exports_are_forgotten_after_their_time(acting, owner):
    with acting(PSO):
        taken(share(["port-security-officers"], Tlp.AMBER))
    assert tasks.forget_exports(0) == 0
    owner.execute("update sharing_export set at = now() - interval '366 days'")
    assert tasks.forget_exports(0) == 1
    with acting(PSO):
        assert not Export.objects.only("id").exists()


def test_what_is_shared_further_is_not_recalled(acting, owner, outbox):
    with acting(PSO):
        record = share(["organisation-port-of-antwerp-bruges"], Tlp.AMBER)
        export: UUID = taken(record)
        widen(record, more=build(keys(["port-security-officers"]), Tlp.AMBER, personal_data="none"), at=now())
        assert Export.objects.only("recalled_at").get(id=export).recalled_at is None
