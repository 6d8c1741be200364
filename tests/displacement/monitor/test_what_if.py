"""What if: asked by analysts alone, computed by the worker, read by who asked alone, journalled, forgotten."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.test import Client

from port2port.base.clock import now
from port2port.base.errors import Conflict, Invalid, NotFound, Refused
from port2port.displacement import running, tasks, what_ifs
from port2port.displacement.analysis import supposing
from port2port.displacement.analysis.result import Result
from port2port.displacement.analysis.supposed import Answer
from port2port.displacement.models import Run, WhatIf
from port2port.displacement.rules import Choice
from port2port.displacement.what_if_rules import Wanted
from port2port.measures.importing import PUBLISHED_MEASURES, import_measures
from port2port.members.acting import acting_as_system
from port2port.reports.demo_data import PUBLISHED_INCIDENTS
from port2port.reports.importing import import_reports
from tests.attacks import FORBIDDEN, refused
from tests.displacement.monitor.given import ANALYST, DIRECTOR, MEASURE, POLICE, PSO, answered, stored

GHENT = [Wanted(MEASURE, "BEGNE", 100)]
LIST, NEW = "/displacement/what-if/", "/displacement/what-if/new/"


def ask(acting: Any, run: Run, email: str = ANALYST, wanted: list[Wanted] | None = None) -> WhatIf:
    with acting(email):
        return what_ifs.ask_what_if(run.id, wanted=GHENT if wanted is None else wanted, at=now())


def entries(owner: Any, act: str) -> int:
    found = owner.execute("select count(*) from base_journal_entry where payload::jsonb->>'act' = %s", [act]).fetchone()
    return int(found[0])


def test_analysts_ask_and_nobody_else(acting):
    run = stored(acting)
    assert ask(acting, run).state == "queued"
    for email in (PSO, DIRECTOR, "officer@customs.demo", "admin@antwerp.demo", "contact@agent.demo"):
        with acting(email), pytest.raises(Refused):
            what_ifs.ask_what_if(run.id, wanted=GHENT, at=now())
    named = stored(acting, sight="named")
    with acting(POLICE), pytest.raises(NotFound):  # an analyst, but not of the circle that reads by name
        what_ifs.ask_what_if(named.id, wanted=GHENT, at=now())
    assert ask(acting, named).sight == "named"


def test_a_question_is_checked_against_the_result(acting):
    run = stored(acting)
    other = "0191e8a0-0000-7000-8000-000000000009"
    for wanted, field in (
        ([], "asked"),
        ([Wanted(MEASURE, "BEANR", 100)], "asked"),  # as it is already
        ([Wanted(MEASURE, "FRLEH", 100)], "port"),
        ([Wanted(MEASURE, "BEGNE", 101)], "coverage"),
        ([Wanted(other, "BEGNE", 100)], "measure"),
        ([*GHENT, *GHENT], "asked"),
    ):
        with pytest.raises(Invalid) as error:
            ask(acting, run, wanted=wanted)
        assert [problem.field for problem in error.value.problems] == [field], wanted
    with acting(ANALYST):
        queued = running.ask_run(choice=Choice(scale_km=90.0), sight="released", at=now())
    with pytest.raises(Conflict):
        ask(acting, queued)
    for _n in range(3):
        ask(acting, run)
    with pytest.raises(Conflict):  # three wait
        ask(acting, run)


def test_the_worker_answers_from_what_the_run_was_made_of(acting, owner, monkeypatch):
    monkeypatch.setattr(supposing, "ADVERSARIES", 1)
    with acting_as_system("import"):
        import_reports(data=PUBLISHED_INCIDENTS.read_bytes(), at=now())
        lines = PUBLISHED_MEASURES.read_bytes().splitlines()
        few = [line for line in lines[1:] if b",BEANR," in line and b",month," in line][:2]
        import_measures(data=b"\n".join([lines[0], *few]), at=now())
    with acting(ANALYST):
        run = running.ask_run(
            choice=Choice(data="published", with_effort=False, placebos=False), sight="released", at=now()
        )
    assert tasks.compute(str(run.id)) == "done"
    with acting(ANALYST):
        result = running.result_of(running.own_or_seen(run.id))
    assert isinstance(result, Result)
    measure = next(one.identifier for one in result.measures if not one.why_not)
    asked = ask(acting, run, wanted=[Wanted(measure, "BEGNE", 100)])
    assert tasks.answer(str(asked.id)) == "done"
    assert tasks.answer(str(asked.id)) == "nothing"
    with acting(ANALYST):
        found = what_ifs.read_what_if(asked.id, at=now())
        answer = what_ifs.answer_of(found)
    assert isinstance(answer, Answer)
    assert (found.state, found.progress) == ("done", 100)
    assert (answer.as_of, answer.code_version) == (result.method.as_of, result.method.code_version)
    assert {one.measure for one in answer.measures} == {measure}
    assert all(one.interval[0] <= one.change <= one.interval[1] for one in answer.ports)
    abroad = [row for row in answer.measures[0].ports if row.port[:2] in ("DE", "FR") and not row.supposed]
    assert abroad and all(row.most == 0 for row in abroad)  # members cannot put a measure there
    assert entries(owner, "displacement.supposed_read") == 1


def test_a_stop_is_heard_before_and_while_it_computes(acting):
    run = stored(acting)
    first, second = ask(acting, run), ask(acting, run)
    with acting(ANALYST):
        what_ifs.stop_what_if(first.id, at=now())
    assert tasks.answer(str(first.id)) == "nothing"
    assert what_ifs.claim(second.id, at=now()) is not None
    tell = running.teller(second.id, every=0.0, of=WhatIf)
    tell(1, 4, "splitting")
    with acting(ANALYST):
        assert what_ifs.own_what_if(first.id).state == "cancelled"
        assert (what_ifs.own_what_if(second.id).progress, what_ifs.own_what_if(second.id).step) == (25, "splitting")
        with pytest.raises(Conflict):
            what_ifs.forget_what_if(second.id, at=now())
        what_ifs.stop_what_if(second.id, at=now())
        with pytest.raises(Conflict):
            what_ifs.stop_what_if(first.id, at=now())
    with pytest.raises(running.Stopped):
        tell(2, 4, "splitting")


def test_what_cannot_be_computed_says_why(acting):
    asked = ask(acting, stored(acting))  # the stored result names a measure that is not in the counts
    assert tasks.answer(str(asked.id)) == "failed"
    with acting(ANALYST):
        assert what_ifs.own_what_if(asked.id).problems[0]["what"]


def test_another_analyst_finds_nothing_and_who_stops_being_one_neither(acting, cast, owner):
    asked = answered(acting)
    with acting(POLICE):
        assert what_ifs.what_ifs() == []
        for call in (what_ifs.read_what_if, what_ifs.stop_what_if, what_ifs.forget_what_if):
            with pytest.raises(NotFound):
                call(asked.id, at=now())
    other = "update members_membership set roles = '{administrator,port_security_officer}' where id = %s"
    owner.execute(other, [cast[ANALYST].hat])
    with acting(ANALYST), pytest.raises(NotFound):
        what_ifs.read_what_if(asked.id, at=now())


def test_an_analyst_whose_verification_ended_reads_and_asks_nothing(acting, cast, owner):
    asked = answered(acting)
    owner.execute("update members_membership set verified_until = '2020-01-01' where id = %s", [cast[ANALYST].hat])
    with acting(ANALYST):
        with pytest.raises(NotFound):
            what_ifs.read_what_if(asked.id, at=now())
        with pytest.raises(Refused):
            what_ifs.ask_what_if(asked.run_id, wanted=GHENT, at=now())


def test_raw_sql_gets_no_further(acting, enter):
    asked = answered(acting)
    insert = (
        "insert into displacement_whatif (id, run_id, sight, asked, state, step, progress, stop, organisation_id,"
        " person_id, asked_at, problems, result) select new_uuid7(), r.id, %s, '[]', 'queued', '', 0, false,"
        " acting_organisation(), acting_person(), now(), '[]', %s from displacement_run r where r.sight = 'released'"
    )
    db: psycopg.Connection[Any] = enter(ANALYST)
    assert db.execute("select count(*) from displacement_whatif").fetchone() == (1,)
    assert db.execute(insert, ["released", None]).rowcount == 1
    assert refused(db, insert, "released", "{}") == FORBIDDEN
    assert refused(db, insert, "named", None) == FORBIDDEN  # of a released run
    assert refused(db, "update displacement_whatif set result = '{}' where state = 'queued'") == "PP403"
    assert refused(db, "update displacement_whatif set person_id = person_id") == FORBIDDEN
    assert (
        db.execute("update displacement_whatif set stop = true where id = %s", [asked.id]).rowcount == 0
    )  # it is over
    for email in (POLICE, PSO, DIRECTOR):
        db = enter(email)
        assert db.execute("select count(*) from displacement_whatif").fetchone() == (0,), email
        assert db.execute("delete from displacement_whatif").rowcount == 0, email
        assert db.execute("update displacement_whatif set stop = true").rowcount == 0, email
    assert refused(enter(PSO), insert, "released", None) == FORBIDDEN


def test_it_goes_when_its_owner_says_so_after_a_month_and_with_its_run(acting, owner):
    first, second, third = answered(acting), answered(acting), answered(acting)
    with acting(ANALYST):
        what_ifs.forget_what_if(first.id, at=now())
        assert {one.id for one in what_ifs.what_ifs()} == {second.id, third.id}
    assert what_ifs.forget_old(at=now()) == 0
    assert what_ifs.forget_old(at=now() + timedelta(days=31)) == 2
    assert entries(owner, "displacement.supposed_forgotten") == 1


def test_the_pages_take_an_analyst_from_the_result_to_the_answer(acting, client_for, owner):
    run = stored(acting)
    browser = client_for(ANALYST)
    assert 'href="/displacement/what-if/"' in browser.get("/displacement/").content.decode()
    assert 'href="/displacement/what-if/"' not in client_for(PSO).get("/displacement/").content.decode()
    assert f"{NEW}?run={run.id}" in browser.get(LIST).content.decode()
    assert f'value="{MEASURE}"' in browser.get(f"{NEW}?run={run.id}").content.decode()
    form, cell = f"{NEW}?run={run.id}&measure={MEASURE}", f"cover:{MEASURE}:BEGNE"
    page = browser.get(form).content.decode()
    assert f'name="cover:{MEASURE}:BEANR" value="100"' in page and f'name="{cell}" value="0"' in page
    wrong = browser.post(form, {cell: "101"})
    assert wrong.status_code == 422 and 'aria-invalid="true"' in wrong.content.decode()
    assert browser.post(form, {cell: "0"}).status_code == 422
    sent = browser.post(form, {cell: "100 %"})
    assert sent.status_code == 302
    assert "Waits for its turn" in browser.get(sent["Location"]).content.decode()
    part = browser.get(sent["Location"], headers={"HX-Request": "true"})
    assert "HX-Refresh" not in part and "every 2s" in part.content.decode()
    asked = UUID(sent["Location"].rstrip("/").rsplit("/", 1)[1])
    answered(acting, asked=asked)
    before = entries(owner, "displacement.supposed_read")
    assert browser.get(sent["Location"], headers={"HX-Request": "true"})["HX-Refresh"] == "true"
    assert entries(owner, "displacement.supposed_read") == before
    page = browser.get(sent["Location"]).content.decode()
    for words in ("Expect more at", "TLP:RED", "You alone", "never a forecast", "Best splits", "Assumptions", "c-bar"):
        assert words in page, words
    assert entries(owner, "displacement.supposed_read") == before + 1
    assert browser.post(f"{sent['Location']}forget/").status_code == 302
    assert browser.get(sent["Location"]).status_code == 404


def test_the_api_does_what_the_pages_do(acting, bearer_for):
    run = stored(acting)
    machine, other = Client(headers=bearer_for(ANALYST)), Client(headers=bearer_for(POLICE))
    path = "/api/v1/displacement/what-if"
    sent = {"run": str(run.id), "asked": [{"measure": MEASURE, "port": "BEGNE", "coverage": 50}]}
    made = machine.post(path, sent, content_type="application/json")
    assert (made.status_code, made.json()["state"], made.json()["tlp"]) == (201, "queued", "TLP:RED")
    url = made.json()["url"]
    assert machine.get(path).json()[0]["asked"] == sent["asked"]
    assert (other.get(path).json(), other.get(url).status_code) == ([], 404)
    assert machine.post(f"{url}/stop").json()["state"] == "queued"
    assert machine.delete(url).status_code == 409
    answered(acting, asked=UUID(made.json()["id"]))
    assert machine.get(path).json()[0]["answer"] is None
    assert machine.get(url).json()["answer"]["measures"][0]["adversaries"] == 9
    assert machine.delete(url).status_code == 204
    assert machine.get(url).status_code == 404
