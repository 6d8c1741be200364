"""Why is this seen; breaking the glass; the journal's pages; mail about withdrawals."""

import csv
import io
import re
import uuid

import pytest

from port2port.base.clock import now
from port2port.members.models import Facility
from port2port.reports.models import Report
from port2port.sharing import needs, tasks
from port2port.sharing.actions import withdraw
from port2port.sharing.tlp import Tlp
from tests.sharing.sharing import share

PSO, ADMIN, DPO = "pso@antwerp.demo", "admin@antwerp.demo", "dpo@antwerp.demo"
OPERATOR, SECOND = "operator@platform.demo", "operator@standby.demo"
SECRET = "a white van with a dented door"
REASON = "The owner cannot be reached and a ship is waiting."


def main(answer):
    page = answer.content.decode()
    return page[page.index('id="main"') : page.index("</main>")]


def table(page):
    return page[page.index("<table") : page.index("</table>")]


def said(answer):
    found = re.search(r"<section[^>]*data-said>.*?</section>", answer.content.decode(), re.DOTALL)
    assert found is not None
    return found[0]


def reported(acting, by, names, tlp):
    with acting(by):
        record = share(names, tlp, SECRET)
        Report(
            record=record, nature="suspicious", title="A van", text=SECRET, language="en", severity="moderate",
            occurred_at=now(), occurred_precision="minute", place="facility", facility=Facility.objects.first(),
            source="seen",
        ).save(force_insert=True)  # fmt: skip
    return record.id


def ask(client, person, record):
    return client.get("/access/explain/", {"person": str(person), "record": str(record)})


# Why


def test_absent_and_hidden_give_the_same_answer_byte_for_byte(client_for, acting, cast):
    hidden = reported(acting, "pso@ostend.demo", ["organisation-port-of-ostend"], Tlp.AMBER)
    red = reported(acting, "pso@ostend.demo", ["Demo PSO Ostend"], Tlp.RED)
    client = client_for(ADMIN)
    answers = [ask(client, cast[PSO].person, key) for key in (hidden, red, uuid.uuid4())]
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    pages = [re.sub(r"[0-9a-f-]{36}", "ID", main(answer)) for answer in answers]
    assert pages[0] == pages[1] == pages[2]
    assert "sees no such record" in pages[0]


def test_it_says_why_in_words_and_through_what(client_for, acting, cast, journalled):
    record = reported(acting, "pso@northsea.demo", ["ports-and-police"], Tlp.AMBER)
    client = client_for(ADMIN)
    answer = said(ask(client, cast[PSO].person, f"http://localhost/reports/{record}/"))
    assert "Sees it" in answer and "Here: Ports and police." in answer
    assert "It was addressed to this person, or to a circle this person is in." in answer
    assert journalled("access.explained")[0]["details"]["person"] == str(cast[PSO].person)


def test_the_owners_administrator_learns_why_not(client_for, acting, cast, owner):
    record = reported(acting, PSO, ["organisation-port-of-antwerp-bruges"], Tlp.AMBER)
    client = client_for(ADMIN)
    assert "nor to a circle" in said(ask(client, cast[DPO].person, record))
    director = cast["director@antwerp.demo"]
    assert "Sees it" in said(ask(client, director.person, record))
    owner.execute("update members_membership set verified_until = null where id = %s", [director.hat])
    assert "has not confirmed this person" in said(ask(client, director.person, record))


def test_a_confidential_circle_is_not_named(client_for, acting, cast):
    record = reported(acting, "pso@northsea.demo", ["insider-desk"], Tlp.AMBER)
    answer = said(ask(client_for(ADMIN), cast[PSO].person, record))
    assert "a circle whose membership is confidential" in answer and "named persons" not in answer
    own = main(client_for(PSO).get(f"/access/why/{record}/"))
    assert "PSO and police, named persons" in own


def test_only_of_own_people_and_only_by_who_may(client_for, acting, cast):
    assert client_for(PSO).get("/access/explain/").status_code == 403
    answer = ask(client_for(ADMIN), cast["pso@ostend.demo"].person, uuid.uuid4())
    assert answer.status_code == 422
    wrong = client_for(ADMIN).get("/access/explain/", {"person": str(cast[PSO].person), "record": "the van"})
    assert wrong.status_code == 422 and "There is no record number in this" in wrong.content.decode()


def test_why_can_i_see_this_is_for_those_who_do(client_for, acting):
    record = reported(acting, "pso@northsea.demo", ["ports-and-police"], Tlp.AMBER)
    fragment = client_for(PSO).get(f"/access/why/{record}/", headers={"HX-Request": "true"})
    assert fragment.status_code == 200 and b"<html" not in fragment.content and b"Ports and police" in fragment.content
    outsider = client_for("contact@agent.demo")
    assert [outsider.get(f"/access/why/{key}/").status_code for key in (record, uuid.uuid4())] == [404, 404]


# The glass


def asked(client_for, record):
    answer = client_for(OPERATOR).post("/access/glass/", {"record": str(record), "reason": REASON})
    assert answer.status_code == 302, answer.content.decode()


def request_of(owner):
    return owner.execute("select id from sharing_glass").fetchone()[0]


def test_one_operator_alone_reads_nothing(client_for, acting, owner):
    record = reported(acting, PSO, ["ports-and-police"], Tlp.AMBER)
    asked(client_for, record)
    client = client_for(OPERATOR)
    request = request_of(owner)
    assert client.post(f"/access/glass/{request}/approve/").status_code == 403
    assert client.post(f"/access/glass/{request}/open/").status_code == 404
    assert client.get(f"/access/why/{record}/").status_code == 404


def test_a_colleague_of_the_same_organisation_is_not_a_second_person(client_for, acting, cast, owner):
    asked(client_for, reported(acting, PSO, ["ports-and-police"], Tlp.AMBER))
    owner.execute(
        "update members_membership set organisation_id = %s, roles = '{operator}' where id = %s",
        [cast[OPERATOR].organisation, cast["director@antwerp.demo"].hat],
    )
    assert client_for("director@antwerp.demo").post(f"/access/glass/{request_of(owner)}/approve/").status_code == 403


def test_two_of_different_organisations_open_it_once_and_the_owner_is_told(
    client_for, acting, owner, journalled, outbox
):
    record = reported(acting, PSO, ["ports-and-police"], Tlp.AMBER)
    asked(client_for, record)
    request = request_of(owner)
    assert REASON in main(client_for(SECOND).get("/access/glass/"))
    assert client_for(SECOND).post(f"/access/glass/{request}/approve/").status_code == 302
    client = client_for(OPERATOR)
    opened = client.post(f"/access/glass/{request}/open/")
    assert opened.status_code == 200 and SECRET in main(opened)
    assert "no-store" in opened.headers["Cache-Control"] and "refresh" in opened.content.decode()
    assert client.post(f"/access/glass/{request}/open/").status_code == 404
    assert [len(journalled(f"glass.{act}")) for act in ("asked", "approved", "opened")] == [1, 1, 1]
    assert SECRET not in str(journalled("glass.opened"))
    jobs = owner.execute("select args from procrastinate_jobs where task_name = 'sharing.tell_glass'").fetchall()
    assert jobs == [({"request": str(request)},)]
    tasks.tell_glass(str(request))
    for (arguments,) in owner.execute(
        "select args from procrastinate_jobs where task_name = 'sharing.send_glass'"
    ).fetchall():
        tasks.send_glass(**arguments)
    assert {message.to[0] for message in outbox} == {ADMIN, DPO}
    assert all(SECRET not in message.body and str(record) not in message.body for message in outbox)
    for email in (ADMIN, DPO):
        with acting(email) as actor:
            assert [need.href for need in needs.needs(actor, now())] == ["/access/glass/"]
    told = main(client_for(DPO).get("/access/glass/"))
    assert REASON in told and SECRET not in told
    assert client_for("pso@ostend.demo").post(f"/access/glass/{request}/seen/").status_code == 404
    assert client_for(DPO).post(f"/access/glass/{request}/seen/").status_code == 302
    with acting(ADMIN) as actor:
        assert needs.needs(actor, now()) == []
    assert len(journalled("glass.seen")) == 1


def test_an_approval_closes_after_an_hour(client_for, acting, owner):
    asked(client_for, reported(acting, PSO, ["ports-and-police"], Tlp.AMBER))
    request = request_of(owner)
    client_for(SECOND).post(f"/access/glass/{request}/approve/")
    owner.execute("update sharing_glass set until = now() - interval '1 second'")
    assert client_for(OPERATOR).post(f"/access/glass/{request}/open/").status_code == 404


def test_a_request_waits_a_day_and_no_longer(client_for, acting, owner):
    asked(client_for, reported(acting, PSO, ["ports-and-police"], Tlp.AMBER))
    owner.execute("update sharing_glass set asked_at = now() - interval '25 hours'")
    assert REASON not in main(client_for(SECOND).get("/access/glass/"))
    assert client_for(SECOND).post(f"/access/glass/{request_of(owner)}/approve/").status_code == 404


def test_a_reason_is_a_sentence_and_others_do_not_ask(client_for, acting):
    sent = {"record": str(uuid.uuid4()), "reason": "because"}
    assert client_for(OPERATOR).post("/access/glass/", sent).status_code == 422
    assert client_for(ADMIN).post("/access/glass/", {**sent, "reason": REASON}).status_code == 403
    assert client_for(PSO).get("/access/glass/").status_code == 403


# The journal


def test_the_journal_shows_own_entries_and_the_organisations_only_to_those_who_audit(client_for, acting):
    reported(acting, PSO, ["ports-and-police"], Tlp.AMBER)
    reported(acting, "pso@ostend.demo", ["ports-and-police"], Tlp.AMBER)
    own = main(client_for(PSO).get("/access/journal/"))
    assert table(own).count("Shared a report") == 1
    assert client_for(PSO).get("/access/journal/?of=organisation").status_code == 403
    theirs = main(client_for(DPO).get("/access/journal/?of=organisation&act=report.shared"))
    assert table(theirs).count("Shared a report") == 1 and "Demo PSO Antwerp" in theirs and "Ostend" not in theirs


def test_it_is_filtered_by_day_and_a_wrong_day_is_said(client_for, acting, owner):
    reported(acting, PSO, ["ports-and-police"], Tlp.AMBER)
    client = client_for(PSO)
    today = now().date().isoformat()
    assert "Record" in main(client.get(f"/access/journal/?since={today}&until={today}"))
    assert "holds nothing like this" in main(client.get("/access/journal/?until=2020-01-01"))
    assert client.get("/access/journal/?since=yesterday").status_code == 422


def test_the_export_is_csv_with_ids_and_own_names_and_is_journalled(client_for, acting, journalled, cast):
    record = reported(acting, PSO, ["ports-and-police"], Tlp.AMBER)
    answer = client_for(ADMIN).get("/access/journal/export.csv?of=organisation&act=report.shared")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
    assert [(row["act"], row["actor_name"], row["record"]) for row in rows] == [
        ("report.shared", "Demo PSO Antwerp", str(record))
    ]
    assert SECRET not in answer.content.decode()
    assert journalled("journal.exported")[0]["details"] == {"number": 1}


def test_only_the_data_protection_officer_erases_and_only_sealed_entries_of_the_own(client_for, acting, owner, cast):
    reported(acting, PSO, ["ports-and-police"], Tlp.AMBER)
    entry = owner.execute("select id from base_journal_entry where act = 'report.shared'").fetchone()[0]
    sent = {"entries": [str(entry)], "reason": "retention", "confirm": "1"}
    assert client_for(ADMIN).post("/access/journal/erase/", sent).status_code == 403
    unsealed = client_for(DPO).post("/access/journal/erase/", sent)
    assert unsealed.status_code == 422 and "not sealed yet" in unsealed.content.decode()
    owner.execute("insert into base_journal_leaf (place, entry, leaf) select 0, %s, sha256('x')", [entry])
    assert "value" in main(client_for(DPO).post("/access/journal/erase/", {**sent, "confirm": "2"}))
    assert client_for(DPO).post("/access/journal/erase/", sent).status_code == 302
    assert owner.execute("select payload from base_journal_entry where id = %s", [entry]).fetchone() == (None,)
    assert "Erased" in main(client_for(DPO).get("/access/journal/?of=organisation"))


# Mail about a withdrawal


def test_those_who_could_read_it_are_told_without_what(client_for, acting, owner, outbox, cast):
    with acting(PSO):
        record = share(["port-security-officers"], Tlp.AMBER, SECRET)
        withdraw(record, reason="too-wide", at=now())
    event = owner.execute("select id from sharing_event where act = 'withdrawn'").fetchone()[0]
    waiting = owner.execute(
        "select args from procrastinate_jobs where task_name = 'sharing.tell_withdrawal'"
    ).fetchall()
    assert waiting == [({"event": str(event)},)]
    tasks.tell_withdrawal(str(event))
    jobs = owner.execute("select args from procrastinate_jobs where task_name = 'sharing.send_withdrawal'").fetchall()
    assert all(set(arguments) == {"event", "person"} for (arguments,) in jobs)
    for (arguments,) in jobs:
        tasks.send_withdrawal(**arguments)
    officers = {"pso@antwerp.demo", "pso@northsea.demo", "pso@limburg.demo", "pso@liege.demo", "pso@brussels.demo"}
    assert {message.to[0] for message in outbox} == officers | {"pso@ostend.demo"}
    assert all(SECRET not in message.body and str(record.id) not in message.body for message in outbox)


def test_whoever_has_left_meanwhile_gets_no_mail(acting, owner, outbox, cast):
    with acting(PSO):
        withdraw(share(["port-security-officers"], Tlp.AMBER, SECRET), reason="mistake", at=now())
    event = owner.execute("select id from sharing_event where act = 'withdrawn'").fetchone()[0]
    gone = cast["pso@ostend.demo"]
    owner.execute("update members_person set active = false where id = %s", [gone.person])
    tasks.send_withdrawal(str(event), str(gone.person))
    assert outbox == []


@pytest.mark.parametrize("email", [PSO, OPERATOR, ADMIN])
def test_expiry_belongs_to_the_worker(email, acting, owner):
    record = reported(acting, PSO, ["ports-and-police"], Tlp.AMBER)
    assert tasks.expire_records(0) == 0
    owner.execute("update sharing_record set expires_at = now() - interval '1 second' where id = %s", [record])
    assert tasks.expire_records(0) == 1
    with acting(email):
        assert not Report.objects.filter(record_id=record).exists()
