"""That a record is gone is told to those who had it, without a word of what it said, and to nobody else."""

from typing import Any

import msgspec
import pytest
from django.db import connection
from stix2 import parse

from port2port.base.clock import now
from port2port.exchange.stix.ids import object_id
from port2port.exchange.store.queries import Asked, page
from port2port.members.acting import acting_as_system
from port2port.reports.actions import withdraw_report
from port2port.reports.observable_actions import hold_matching, release_hold
from port2port.reports.observables.normal import normalised
from port2port.sharing import actions as sharing
from port2port.sharing import audiences
from port2port.sharing.models import Record
from port2port.sharing.tlp import Tlp
from tests.attacks import FORBIDDEN, refused
from tests.exchange.oasis import ValidationOptions, validate_string
from tests.exchange.rendered import objects, render
from tests.knowledge.practices.writing import published
from tests.measures.writing import agreed
from tests.reports.writing import keys, own, report

OWNER, PARTNER, OUTSIDER = "pso@antwerp.demo", "pso@northsea.demo", "officer@outside.demo"
TEXT = "Nobody may read this any more (test)."
GONE = "gone is not null"
MAKERS = {"measure": (agreed, OWNER), "practice": (published, PARTNER)}


@pytest.fixture
def shared(acting) -> Any:
    """A report that the partner had."""
    with acting(OWNER):
        made = report("ports-and-police", text=TEXT, observables=[normalised("container", "CSQU3054383")]).record_id
    render()
    return made


def narrowed(record: Any) -> None:
    """Take it back to the own organisation."""
    found = Record.objects.get(id=record)
    kept = tuple(key for key in (*own(), found.author_id) if key in found.audience) or (found.author_id,)
    sharing.narrow(found, keep=audiences.Audience(kept, kept, Tlp.AMBER), at=now())


def test_whoever_had_it_is_told_and_nobody_else(acting, shared):
    with acting(OWNER):
        withdraw_report(shared, reason="mistake", at=now())
    render()
    with acting(PARTNER):
        (said,) = objects(GONE)
    assert (said["id"], said["revoked"]) == (object_id("incident", shared, "incident"), True)
    assert said["modified"] > said["created"]
    assert TEXT not in str(said)
    assert "CSQU3054383" not in str(said)
    with acting(OUTSIDER):
        assert objects(GONE) == []
    assert validate_string(msgspec.json.encode(said).decode(), ValidationOptions(version="2.1")).is_valid
    assert parse(said, allow_custom=True, version="2.1").revoked


def test_it_waits_for_its_turn_but_what_it_said_does_not(acting, shared):
    with acting(OWNER):
        withdraw_report(shared, reason="mistake", at=now())
    with acting(PARTNER):
        assert objects("true") == []


def test_what_was_never_rendered_is_not_said_to_be_gone(acting):
    with acting(OWNER):
        made = report("ports-and-police").record_id
        withdraw_report(made, reason="mistake", at=now())
    render()
    with acting(PARTNER):
        assert objects("true") == []


def test_narrowed_is_gone_for_those_who_lost_it_and_back_when_it_is_widened(acting, shared, owner):
    with acting(OWNER):
        narrowed(shared)
    render()
    with acting(PARTNER):
        (said,) = objects(GONE)
    with acting(OWNER):
        got = [msgspec.json.decode(row.body) for row in page(Asked(), size=100)[0]]
        assert [one.get("revoked", False) for one in got if one["id"] == said["id"]] == [False]
        more = audiences.build([*keys(("ports-and-police",)), *own()], Tlp.AMBER)
        sharing.widen(Record.objects.get(id=shared), more=more, at=now())
    render()
    with acting(PARTNER):
        assert objects(GONE) == []
        (back,) = [one for one in objects() if one["type"] == "incident"]
    assert back["modified"] > said["modified"]
    assert owner.execute("select count(*) from exchange_leaving").fetchone() == (0,)


def test_a_hold_says_so_and_its_release_takes_it_back(acting, shared):
    with acting(OWNER):
        hold_matching(shared, until=None, at=now())
    render()
    with acting(PARTNER):
        assert len(objects(GONE)) == 1
        assert objects() == []
    with acting(OWNER):
        release_hold(shared, at=now())
    render()
    with acting(PARTNER):
        assert objects(GONE) == []
        assert [one["type"] for one in objects() if one["type"] == "incident"] == ["incident"]


@pytest.mark.parametrize("kind", ["measure", "practice"])
def test_measures_and_practices_too_and_valid(acting, kind):
    record, by = MAKERS[kind][0](acting, "all-members"), MAKERS[kind][1]
    render()
    with acting(by):
        sharing.withdraw(Record.objects.get(id=record), reason="mistake", at=now())
    render()
    with acting("pso@liege.demo"):
        (said,) = objects(GONE)
        assert said["revoked"]
    assert validate_string(msgspec.json.encode(said).decode(), ValidationOptions(version="2.1")).is_valid


def test_after_a_year_it_need_not_be_said(acting, shared, owner):
    with acting(OWNER):
        withdraw_report(shared, reason="mistake", at=now())
    render()
    owner.execute("update exchange_object set added = now() - interval '366 days' where gone is not null")
    with acting_as_system("worker"), connection.cursor() as cursor:
        cursor.execute("select exchange_forget(90)")
    assert owner.execute("select count(*) from exchange_object where gone is not null").fetchone() == (0,)


def test_nobody_says_it_by_hand(acting, shared, enter):
    connection = enter(PARTNER)
    assert refused(connection, "select exchange_leave(r, r.audience) from sharing_record r") == FORBIDDEN
    assert refused(connection, "insert into exchange_leaving (id) values (new_uuid7())") == FORBIDDEN
    assert connection.execute("select exchange_issued(array[%s])", ["incident--x"]).fetchall() == []
