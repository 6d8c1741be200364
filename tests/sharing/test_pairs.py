"""TLP:RED leaves by two persons who both read it, once, within a day; nothing else lets it out."""

from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import ProgrammingError, connection, transaction
from django.urls import reverse

from port2port.base.clock import now
from port2port.base.errors import Invalid, NotFound, Refused
from port2port.reports.exporting import take_out_red
from port2port.reports.threats import Told, tell_threat
from port2port.sharing import exports, pairs
from port2port.sharing.models import Pair
from port2port.sharing.tlp import Tlp
from tests.reports.writing import report

ASKER, SECOND, OUT = "pso@antwerp.demo", "pso@northsea.demo", "pso@liege.demo"
WITHOUT = "pfso@quay1.demo"


@pytest.fixture
def red(acting):
    with acting(ASKER):
        return report("Demo PSO North Sea Port", tlp=Tlp.RED).record_id


def asked(acting, red, by=ASKER):
    with acting(by):
        return pairs.ask(kind="report", path="/x/", records=[red], reason="For the investigating judge.", at=now()).id


def test_alone_nobody_takes_it_out(acting, red):
    pair = asked(acting, red)
    with acting(ASKER), pytest.raises(NotFound):
        pairs.answer(pair, approve=True, at=now())
    with acting(ASKER), pytest.raises(NotFound):
        take_out_red(red, "csv", at=now())
    with acting(ASKER):
        assert exports.own() == []


def test_a_second_who_reads_it_approves_and_it_leaves_once(acting, red, journalled):
    pair = asked(acting, red)
    with acting(SECOND):
        assert [one.id for one in pairs.waiting(now())] == [pair]
        pairs.answer(pair, approve=True, at=now())
    with acting(ASKER):
        file = take_out_red(red, "csv", at=now())
        assert file.number == 1 and b"TLP:RED" in file.body
    with acting(ASKER), pytest.raises(NotFound):
        take_out_red(red, "csv", at=now())
    assert len(journalled("red.asked")) == len(journalled("red.approved")) == 1


def test_who_does_not_read_it_neither_sees_nor_answers_the_request(acting, red):
    pair = asked(acting, red)
    with acting(OUT):
        assert pairs.waiting(now()) == [] and not Pair.objects.filter(id=pair).exists()
    with acting(OUT), pytest.raises(NotFound):
        pairs.answer(pair, approve=True, at=now())
    with acting(OUT), pytest.raises(Refused):
        pairs.ask(kind="report", path="/x/", records=[red], reason="A guess.", at=now())


def test_declined_or_a_day_old_it_stays(acting, red, owner):
    pair = asked(acting, red)
    with acting(SECOND):
        pairs.answer(pair, approve=False, at=now())
    with acting(ASKER), pytest.raises(NotFound):
        take_out_red(red, "csv", at=now())
    old = asked(acting, red)
    with acting(SECOND):
        pairs.answer(old, approve=True, at=now())
    owner.execute("alter table sharing_pair disable trigger clock")
    owner.execute("update sharing_pair set answered_at = %s where id = %s", [now() - timedelta(hours=25), old])
    owner.execute("alter table sharing_pair enable trigger clock")
    with acting(ASKER), pytest.raises(NotFound):
        take_out_red(red, "csv", at=now())


def test_a_pair_for_one_record_lets_no_other_out(acting, red):
    pair = asked(acting, red)
    with acting(SECOND):
        pairs.answer(pair, approve=True, at=now())
    with acting(ASKER):
        other = report("Demo PSO North Sea Port", tlp=Tlp.RED).record_id
    with acting(ASKER), pytest.raises(NotFound):
        take_out_red(other, "csv", at=now())


def test_a_threat_to_a_person_leaves_in_no_file(acting):
    with acting(WITHOUT):
        told = tell_threat(Told("bribed", "A man at the gate offered money for codes.", now()), at=now())
    with acting("analyst@police.demo"):
        pair = pairs.ask(kind="report", path="/x/", records=[told.record_id], reason="For the judge.", at=now())
    with acting("pso@limburg.demo"):
        pairs.answer(pair.id, approve=True, at=now())
    with acting("analyst@police.demo"), pytest.raises(NotFound):
        take_out_red(told.record_id, "csv", at=now())


def test_a_reason_and_the_act_export_are_needed(acting, red):
    with acting(ASKER), pytest.raises(Invalid) as caught:
        pairs.ask(kind="report", path="/x/", records=[red], reason=" ", at=now())
    assert [problem.field for problem in caught.value.problems] == ["reason"]
    with acting(WITHOUT), pytest.raises(Refused):
        pairs.ask(kind="report", path="/x/", records=[red], reason="For the judge.", at=now())


@pytest.mark.parametrize(
    "attack",
    [
        "update sharing_pair set approved = true, answered_by_id = person_id, answered_for_id = organisation_id,"
        " answered_at = now()",
        "update sharing_pair set used_at = null",
        "update sharing_pair set records = '{}'",
        "delete from sharing_pair",
    ],
)
def test_raw_sql_of_the_asker_approves_nothing(acting, red, attack, owner):
    asked(acting, red)
    with acting(ASKER), connection.cursor() as cursor, suppress(ProgrammingError), transaction.atomic():
        cursor.execute(attack)
    row = owner.execute("select approved, used_at, cardinality(records) from sharing_pair").fetchall()
    assert row == [(None, None, 1)]


def test_the_pages_lead_from_the_request_to_the_file(client_for, acting, red):
    asker, second = client_for(ASKER), client_for(SECOND)
    page = reverse("reports:take_out", args=[red])
    assert page in asker.get(reverse("reports:detail", args=[red])).content.decode()
    assert asker.post(page, {"reason": ""}).status_code == 422
    assert asker.post(page, {"reason": "For the investigating judge."}).status_code == 302
    listed = second.get(reverse("sharing:pairs")).content.decode()
    assert "For the investigating judge." in listed and page in listed
    assert reverse("sharing:pairs") in second.get(reverse("home")).content.decode()
    with acting(SECOND):
        (pair,) = pairs.waiting(now())
    assert second.post(reverse("sharing:pair_answer", args=[pair.id]), {"answer": "approve"}).status_code == 302
    taken = asker.post(page, {"format": "xlsx"})
    assert taken.status_code == 200 and taken["Content-Disposition"].startswith("attachment")
    assert asker.post(page, {"format": "xlsx"}).status_code == 404
