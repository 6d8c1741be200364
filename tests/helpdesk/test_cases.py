"""Cases of members: the desk and the company see one, each does its part, and what was learned goes on alone."""

import json
from datetime import timedelta

import pytest
from django.test import Client

from port2port.base.clock import now
from port2port.base.errors import Conflict, Invalid, NotFound, Refused
from port2port.helpdesk import actions, lesson_queries, queries, tasks, waiting
from port2port.helpdesk.actions import LessonDraft
from port2port.helpdesk.models import Case, Lesson
from port2port.helpdesk.proof import hashed_code
from port2port.helpdesk.queries import Filters
from port2port.helpdesk.rules import ACTS, SIDES, STATES, next_state
from port2port.members.acting import acting_as_system
from port2port.members.models import Circle
from port2port.sharing import queries as sharing
from port2port.sharing.addressing import Addressing
from port2port.sharing.models import Event
from port2port.sharing.tlp import Tlp
from tests.attacks import refused
from tests.helpdesk.asking import TEXT, asked, case, draft, own_circle

AGENT, DESK, DIRECTOR = "contact@agent.demo", "pso@antwerp.demo", "director@antwerp.demo"
RIVAL, POLICE, OUTSIDER, NATIONAL = "pfso@quay1.demo", "analyst@police.demo", "officer@outside.demo", (
    "analyst@commissioner.demo"
)  # fmt: skip


@pytest.fixture
def one(acting):
    with acting(AGENT):
        return case()


def done(acting, email, identifier, what, text="", **more):
    with acting(email):
        return actions.do(identifier, what, text=text, at=now(), **more)


def state(acting, identifier, email=DESK):
    with acting(email):
        return queries.case(identifier, at=now()).case


def test_the_port_chooses_the_desk(acting):
    served = {
        "BEANR": "port-of-antwerp-bruges",
        "BEGNE": "north-sea-port",
        "BELGG": "drug-commissioner",
        "": "drug-commissioner",
    }
    for port, owner in served.items():
        with acting(AGENT):
            found = queries.case(case(port=port), at=now())
            assert (found.record.owner.slug, found.side, found.record.tlp) == (owner, "sender", Tlp.AMBER)
            assert found.record.purpose and found.record.legal_basis


def test_from_question_to_closing(acting, one):
    assert state(acting, one).state == "new"
    done(acting, DESK, one, "take")
    assert state(acting, one).state == "in_hand"
    done(acting, DESK, one, "ask", "For how long?")
    assert state(acting, one).state == "waiting"
    first = state(acting, one).first_answer_at
    assert first is not None
    done(acting, AGENT, one, "write", "For a day.")
    assert state(acting, one).state == "in_hand"
    done(acting, DESK, one, "answer", "Then as a visitor.")
    assert (state(acting, one).state, state(acting, one).first_answer_at) == ("answered", first)
    done(acting, AGENT, one, "close")
    closed = state(acting, one)
    assert closed.state == "closed" and closed.closed_at is not None
    with acting(AGENT), pytest.raises(Conflict):
        actions.do(one, "write", text="One more thing.", at=now())
    done(acting, DESK, one, "reopen")
    assert (state(acting, one).state, state(acting, one).closed_at) == ("in_hand", None)


def test_a_case_is_not_closed_unanswered_without_a_word(acting, one):
    with acting(DESK), pytest.raises(Invalid):
        actions.do(one, "close", at=now())
    done(acting, DESK, one, "close", "Asked twice; see the other case.")
    assert state(acting, one).first_answer_at is not None


def test_a_note_is_the_desks_own(acting, one, owner, cast):
    before = state(acting, one).record.version
    done(acting, DESK, one, "note", "zqnoteword about them")
    with acting(AGENT):
        assert [m.act for m in queries.messages(one)] == ["open"]
        assert queries.page(Filters(q="zqnoteword"), at=now()).rows == []
        assert queries.case(one, at=now()).record.version == before
        assert not Event.objects.filter(record=one, act="changed").exists()
    with acting(DESK):
        assert [m.act for m in queries.messages(one)] == ["open", "note"]
    with acting(AGENT), pytest.raises(Refused):
        actions.do(one, "note", text="A company has no notes.", at=now())


def test_who_may_do_what(acting, one):
    for what in ("take", "ask", "answer", "note", "reopen"):
        with acting(AGENT), pytest.raises(Refused):
            actions.do(one, what, text="Not mine to do.", at=now())
    with acting(DIRECTOR), pytest.raises(Refused):  # reads, and works on nothing
        actions.do(one, "take", at=now())
    for email in (RIVAL, OUTSIDER, POLICE):
        with acting(email), pytest.raises(NotFound):
            actions.do(one, "write", text="Hello?", at=now())
    with acting(DESK), pytest.raises(Invalid):
        actions.do(one, "nonsense", at=now())
    with acting(DESK), pytest.raises(Invalid):
        actions.open_case(draft=draft(), at=now())  # one's own desk


def test_the_table_of_states_is_the_same_in_the_database(owner):
    for side in SIDES:
        for act in ACTS:
            for was in STATES:
                row = owner.execute("select helpdesk_next(%s, %s, %s)", [side, act, was]).fetchone()
                assert row == (next_state(side, act, was),), (side, act, was)


def test_sent_on_they_see_it_and_handed_over_they_look_after_it(acting, one):
    done(acting, DESK, one, "note", "zqours")
    with acting(POLICE), pytest.raises(NotFound):
        queries.case(one, at=now())
    with acting(DESK):
        actions.escalate(one, circle=own_circle("federal-police"), reason="Please look at it.", at=now())
        assert queries.case(one, at=now()).case.state == "escalated"
    with acting(POLICE):
        assert queries.case(one, at=now()).side == "other"
        assert "zqours" not in str([m.text for m in queries.messages(one)])
        actions.do(one, "write", text="We know of it.", at=now())
        with pytest.raises(Refused):
            actions.do(one, "answer", text="Not ours to answer.", at=now())
    done(acting, DESK, one, "take")
    with acting(DESK):
        actions.escalate(one, circle=own_circle("federal-police"), reason="It is yours.", at=now(), hand_over=True)
    with acting(POLICE):
        found = queries.case(one, at=now())
        assert (found.side, found.case.holder_id) == ("desk", None)
        actions.do(one, "answer", text="This is the answer.", at=now())
    with acting(DESK), pytest.raises(Refused):
        actions.do(one, "answer", text="Too late.", at=now())
    with acting(AGENT):
        assert queries.case(one, at=now()).case.state == "answered"


@pytest.mark.parametrize("slug", ["insider-desk", "everyone"])
def test_it_is_not_sent_to_persons_or_everyone(acting, one, owner, slug):
    circle = owner.execute("select id from members_circle where slug = %s", [slug]).fetchone()[0]
    with acting(DESK), pytest.raises(Invalid):
        actions.escalate(one, circle=circle, reason="Look.", at=now())
    with acting(AGENT), pytest.raises(Refused):
        actions.escalate(one, circle=circle, reason="Look.", at=now())


def test_a_tip_is_refused_before_anything_is_kept(acting):
    with acting(AGENT), pytest.raises(Invalid) as wrong:
        case("Something about a crime.", topic="tip")
    assert wrong.value.problems[0].field == "topic"
    with acting(AGENT), pytest.raises(Invalid) as wrong:
        case("I saw that my colleague was bribed to let cocaine through.")
    assert [p.field for p in wrong.value.problems] == ["not_a_tip"]
    with acting(AGENT):
        assert not Case.objects.exists()


GOOD = LessonDraft(
    title="A driver without a badge is a visitor",
    question="What about somebody who comes for a day?",
    answer="Enter them in the register; somebody with a badge stays with them all the time.",
    language="en",
)


def learn(acting, identifier, lesson=GOOD, email=DESK):
    with acting(email):
        return actions.share_lesson(identifier, draft=lesson, to=Addressing((queries_circle(),), Tlp.GREEN), at=now())


def queries_circle():
    return Circle.objects.get(slug="all-members").id


def test_a_lesson_goes_out_without_whose_it_was(acting, one, owner):
    done(acting, DESK, one, "answer", "As a visitor, accompanied.")
    made = learn(acting, one)
    with acting(RIVAL):
        (found,) = lesson_queries.lessons(at=now(), q="visitor").rows
        assert found.lesson.record_id == made.record_id
    dump = owner.execute(
        "select to_jsonb(l)::text || to_jsonb(r)::text || s.words from helpdesk_lesson l join sharing_record r"
        " on r.id = l.record_id join sharing_searchable s on s.record_id = r.id"
    ).fetchone()[0]
    company = owner.execute("select company_id from helpdesk_case").fetchone()[0]
    assert str(one) not in dump and str(company) not in dump
    assert state(acting, one).lesson == made.record_id
    with pytest.raises(Conflict):
        learn(acting, one)


@pytest.mark.parametrize(
    "left",
    [
        "The Scheldt Shipping Agency asked it.", "It was the Scheldt people.", "Ask at Noorderlaan 147.",
        "Container MSKU1234565 stood there.", "Call +32 470 12 34 56.", "Mail jan@agent.example.",
        "The gate code was 834921.", "Plate 1-ABC-234.", "Janssens Transport NV had it.",
        "may a driver of ours without any badge of his own work at quay nine for a day",
    ],
)  # fmt: skip
def test_a_lesson_with_a_particular_is_refused(acting, left):
    text = "May a driver of ours without any badge of his own work at quay nine for a day? The gate code is 834921."
    with acting(AGENT):
        identifier = case(text)
    done(acting, DESK, identifier, "answer", "As a visitor.")
    with pytest.raises(Invalid) as wrong:
        learn(acting, identifier, LessonDraft("A title", "A question?", f"{GOOD.answer} {left}", "en"))
    assert {p.field for p in wrong.value.problems} == {"answer"}
    with acting(DESK):
        assert not Lesson.objects.exists()


def test_only_the_desk_makes_a_lesson(acting, one):
    for email, error in ((AGENT, Refused), (RIVAL, NotFound), (DIRECTOR, Refused)):
        with pytest.raises(error):
            learn(acting, one, email=email)


def test_pace_and_lateness(acting, one, owner):
    with acting(AGENT):
        slow = case("The second question, is it?")
    done(acting, DESK, one, "answer", "Quickly.")
    owner.execute("update sharing_record set at = at - interval '10 hours' where id = %s", [one])
    owner.execute(
        "update helpdesk_case set first_answer_due = now() - interval '1 minute' where record_id = %s", [slow]
    )
    with acting(DESK) as actor:
        pace = queries.pace(at=now())
        assert (pace.answered, pace.closed, pace.open, pace.late) == (1, 0, 2, 1)
        assert round(pace.answer_median) == round(pace.answer_worst) == 10 and pace.closing_median is None
        assert queries.open_cases(at=now())[0].record.id == slow
        (need,) = waiting.needs(actor, now())
        assert need.overdue and "second question" in need.title
    with acting(RIVAL) as actor:
        assert queries.pace(at=now()).open == 0 and waiting.needs(actor, now()) == []
    with acting(AGENT) as actor:
        assert [need.href for need in waiting.needs(actor, now())] == [f"/helpdesk/{one}/"]


def test_mail_says_that_something_waits_and_never_what(acting, one, owner, outbox):
    def told() -> list[str]:
        outbox.clear()
        for (event,) in owner.execute(
            "select args ->> 'event' from procrastinate_jobs where task_name = 'helpdesk.tell' order by id"
        ).fetchall():
            with acting_as_system("worker"):
                people = list(tasks._people(event))
            for person in people:
                tasks.send_told(event, str(person))
        owner.execute("delete from procrastinate_jobs")
        return sorted(address for mail in outbox for address in mail.to)

    first = told()
    assert DESK in first and AGENT not in first
    done(acting, DESK, one, "note", "Nobody is told.")
    assert told() == []
    done(acting, DESK, one, "answer", "zqanswerword")
    assert told() == [AGENT]
    assert all("zq" not in mail.subject + mail.body and "badge" not in mail.body for mail in outbox)
    done(acting, AGENT, one, "write", "Thank you.")
    assert told() == [DESK]  # who has it in hand
    owner.execute("update helpdesk_case set closing_due = now() - interval '1 hour'")
    outbox.clear()
    assert tasks.remind(0) == 1
    (arguments,) = owner.execute(
        "select args from procrastinate_jobs where task_name = 'helpdesk.send_reminder'"
    ).fetchone()
    tasks.send_reminder(arguments["person"])
    assert [mail.to for mail in outbox] == [[DESK]] and "badge" not in outbox[0].body


# ----------------------------------------------------------------------------------------------------- as others see it


@pytest.mark.parametrize("email", [RIVAL, OUTSIDER, POLICE, "pso@northsea.demo", "admin@antwerp.demo"])
def test_nobody_else_finds_a_trace(acting, one, email, client_for, bearer_for, cast):
    word = "zqtrace"
    done(acting, AGENT, one, "write", f"The {word} again.")
    with acting(email):
        assert queries.open_cases(at=now()) == [] and queries.page(Filters(q=word), at=now()).rows == []
        assert queries.page(Filters(), at=now()).count == 0 == sharing.count("case")
        assert sharing.found(word, ["case"]) == [] and queries.messages(one) == []
        assert not Event.objects.filter(record=one).exists()
        with pytest.raises(NotFound):
            queries.case(one, at=now())
    browser, machine = client_for(email), Client(headers=bearer_for(email))
    for path in ("/", "/helpdesk/", "/helpdesk/all/", f"/helpdesk/all/?q={word}", "/helpdesk/lessons/"):
        page = browser.get(path).content.decode()
        assert str(one) not in page and TEXT not in page, path
    for path in ("", "do/", "escalate/", "lesson/"):
        answer = browser.post(f"/helpdesk/{one}/{path}", {"act": "write", "text": "x"})
        assert answer.status_code in (404, 405), path
    assert browser.get(f"/helpdesk/{one}/").status_code == 404
    listed = machine.get(f"/api/v1/cases?q={word}").json()
    assert listed["items"] == [] and listed["count"] == 0
    assert machine.get(f"/api/v1/cases/{one}").status_code == 404
    assert (
        machine.post(f"/api/v1/cases/{one}/messages", {"act": "write", "text": "x"}, "application/json").status_code
        == 404
    )


def test_the_api_has_what_the_pages_have(acting, bearer_for):
    agent, desk = Client(headers=bearer_for(AGENT)), Client(headers=bearer_for(DESK))

    def post(client, path, body, **headers):
        return client.post(f"/api/v1/{path}", json.dumps(body), content_type="application/json", headers=headers)

    body = {"topic": "access", "text": TEXT, "port": "BEANR"}
    made = post(agent, "cases", body, **{"Idempotency-Key": "one"})
    again = post(agent, "cases", body, **{"Idempotency-Key": "one"})
    assert made.status_code == 201 and made.json()["id"] == again.json()["id"]
    path = f"cases/{made.json()['id']}"
    assert made.json()["acts"] == ["write", "close"] and made["Location"] == f"/api/v1/{path}"
    assert post(desk, f"{path}/messages", {"act": "answer", "text": "As a visitor."}).json()["state"] == "answered"
    seen = agent.get(f"/api/v1/{path}").json()
    assert [m["act"] for m in seen["messages"]] == ["open", "answer"] and seen["messages"][1]["person"] is None
    refused = post(agent, f"{path}/messages", {"act": "answer", "text": "Mine."})
    assert refused.status_code == 403
    lesson = {"title": GOOD.title, "question": GOOD.question, "answer": GOOD.answer, "circles": ["all-members"]}
    bad = post(desk, f"{path}/lesson", lesson | {"answer": "The Scheldt Shipping Agency did so."})
    assert bad.status_code == 422 and bad.json()["errors"][0]["field"] == "answer"
    good = post(desk, f"{path}/lesson", lesson)
    assert good.status_code == 201 and made.json()["id"] not in good.content.decode()
    assert agent.get("/api/v1/lessons?q=visitor").json()["count"] == 0  # contacts are in no circle of members
    rival = Client(headers=bearer_for(RIVAL))
    assert rival.get("/api/v1/lessons?q=visitor").json()["count"] == 1
    assert post(desk, f"lessons/{good.json()['id']}/withdrawal", {"reason": "mistake"}).status_code == 200
    assert rival.get(f"/api/v1/lessons/{good.json()['id']}").status_code == 410
    assert (
        desk.get("/api/v1/desks").json()["pace"]["answered"] == 1 and agent.get("/api/v1/desks").json()["pace"] is None
    )
    wrong = post(agent, "cases", body | {"topic": "tip"})
    assert wrong.status_code == 422 and wrong.json()["errors"][0]["field"] == "topic"
    assert desk.get("/api/v1/cases?state=nonsense").status_code == 422


def test_the_pages_from_question_to_lesson(client_for, acting, owner):
    agent, desk = client_for(AGENT), client_for(DESK)
    form = {"topic": "access", "port": "BEANR", "text": TEXT, "key": "a-key"}
    sent = agent.post("/helpdesk/new/", form)
    assert sent.status_code == 302 and agent.post("/helpdesk/new/", form)["Location"] == sent["Location"]
    path = sent["Location"]
    assert "1 new case" in desk.get("/helpdesk/").content.decode()
    tip = agent.post("/helpdesk/new/", form | {"topic": "tip", "key": "b"})
    assert tip.status_code == 200 and "Portwatch" in tip.content.decode()
    assert desk.post(f"{path}do/", {"act": "take"}).status_code == 302
    page = desk.get(path).content.decode()
    assert "In hand" in page and "Send the answer" in page
    empty = desk.post(f"{path}do/", {"act": "answer", "text": ""})
    assert empty.status_code == 422
    forged = desk.post(f"{path}do/", {"act": "answer", "text": "<script>alert(1)</script>"})
    assert forged.status_code == 302 and "<script>alert(1)" not in agent.get(path).content.decode()
    assert desk.get(f"{path}lesson/").status_code == 200
    with acting(DESK):
        circle = str(queries_circle())
    lesson = {"title": GOOD.title, "question": GOOD.question, "answer": GOOD.answer, "language": "en",
              "circles": [circle], "tlp": "1"}  # fmt: skip
    bad = desk.post(f"{path}lesson/", lesson | {"answer": "Ask the Scheldt agency."})
    assert bad.status_code == 422 and "still tells whose case" in bad.content.decode()
    everyone = owner.execute("select id from members_circle where slug = 'everyone'").fetchone()[0]
    assert desk.post(f"{path}lesson/", lesson | {"circles": [str(everyone)]}).status_code == 422  # only CLEAR
    made = desk.post(f"{path}lesson/", lesson | {"circles": [str(everyone)], "tlp": "0"})
    assert made.status_code == 302 and client_for(RIVAL).get(made["Location"]).status_code == 200
    assert client_for(AGENT).get("/helpdesk/lessons/?q=visitor").content.decode().count(GOOD.title) >= 1


# --------------------------------------------------------------------------------------------------------- raw attacks


SUBMIT = "select * from helpdesk_submit(%s, null, 'access', 't', 'en', 'body', '', 'port_security_isps', 'shipping_code_maritime_security', 'none', 10, %s, 'member')"  # noqa: E501


def test_raw_sql_turns_and_reads_nothing(enter, one, owner, acting, cast):
    done(acting, DESK, one, "note", "A note.")
    code = asked()
    desk_id = owner.execute("select id from helpdesk_desk where code = 'national'").fetchone()[0]
    for email in (AGENT, DESK, RIVAL):
        db = enter(email)
        assert refused(db, "select * from helpdesk_receipt") == "42501"
        assert refused(db, "update helpdesk_case set state = 'closed'") == "42501"
        assert refused(db, "update helpdesk_case set first_answer_at = now()") == "42501"
        assert refused(db, "update helpdesk_message set text = ''") == "42501"
        assert refused(db, "insert into helpdesk_message select * from helpdesk_message") == "42501"
        assert refused(db, "insert into helpdesk_case select * from helpdesk_case") == "42501"
        assert refused(db, "update helpdesk_desk set national = false") == "42501"
        assert refused(db, "select helpdesk_held('x', 1)") == "42501"
        assert refused(db, "select helpdesk_said(null, '')") == "42501"
        assert refused(db, SUBMIT, desk_id, b"x" * 32) == "PP403"  # a member holds no receipt
        assert db.execute("select * from helpdesk_read(%s, 3650)", [hashed_code(code)]).fetchall() == []
        assert (
            refused(db, "select * from helpdesk_write(%s, 3650, %s, 'x', '')", hashed_code(code), b"y" * 32) == "PP404"
        )
        assert refused(db, "select * from helpdesk_people(%s)", one) == "PP403"
        assert refused(db, "select * from helpdesk_overdue_people()") == "PP403"
    db = enter(RIVAL)
    assert db.execute("select count(*) from helpdesk_case").fetchone() == (0,)
    assert db.execute("select count(*) from helpdesk_message").fetchone() == (0,)
    assert refused(db, "select helpdesk_act(%s, 'write', 'x', '', null)", one) == "PP404"
    db = enter(AGENT)
    assert db.execute("select count(*) from helpdesk_message").fetchone() == (1,)
    assert db.execute("update helpdesk_case set lesson = %s", [one]).rowcount == 0
    assert refused(db, "select helpdesk_act(%s, 'answer', 'x', '', null)", one) == "PP403"
    assert refused(db, "select helpdesk_act(%s, 'write', repeat('x', 9000), '', null)", one) == "PP422"
    db = enter(DESK)
    assert refused(db, "update helpdesk_case set lesson = %s", one) == "42501"  # a case is no lesson
    assert refused(db, "select helpdesk_act(%s, 'open', 'x', '', null)", one) == "PP403"
    db = enter(DIRECTOR)
    assert refused(db, SUBMIT, desk_id, None) == "PP403"


def test_what_expires_takes_all_of_it_along(one, owner, acting):
    done(acting, DESK, one, "answer", "Yes.")
    asked()
    owner.execute("delete from sharing_record where kind = 'case'")
    for table in ("helpdesk_case", "helpdesk_message", "helpdesk_receipt"):
        assert owner.execute(f"select count(*) from {table}").fetchone() == (0,), table


def test_a_public_case_names_no_company_and_ends_in_time(owner, acting):
    asked()
    kept = owner.execute("select expires_at - at, author_id from sharing_record where kind = 'case'").fetchone()
    assert kept[0] == timedelta(days=730)
    assert owner.execute("select kind, name from members_person where id = %s", [kept[1]]).fetchone() == (
        "system",
        "helpdesk",
    )
