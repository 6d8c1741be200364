"""Who knows what: declared by oneself, confirmed by a colleague, found by the circles chosen and by nobody else."""

import json
from datetime import date, timedelta

import pytest
from django.test import Client

from port2port.base.clock import now
from port2port.base.errors import Conflict, Invalid, NotFound, Refused
from port2port.base.ids import new_id
from port2port.knowledge.experts import actions, queries, waiting
from port2port.knowledge.experts.models import Expert
from port2port.knowledge.experts.queries import Filters
from port2port.knowledge.experts.rules import Declaration, problems_of
from port2port.members.actor import current_actor
from tests.attacks import FORBIDDEN, refused
from tests.knowledge.experts.declaring import circle, declaration, declared
from tests.leaks.test_property import clean

ANTWERP, DIRECTOR, NORTH = "pso@antwerp.demo", "director@antwerp.demo", "pso@northsea.demo"
POLICE, OUTSIDER, AGENT = "analyst@police.demo", "officer@outside.demo", "contact@agent.demo"
DPO = "dpo@antwerp.demo"
TODAY = date(2026, 11, 27)


def found(acting, email, topic="", language=""):
    with acting(email):
        return {one.expert.id for one in queries.page(Filters(topic, language), today=now().date()).rows}


@pytest.fixture
def one(acting):
    with acting(ANTWERP):
        return declared("drones", "seals")


def test_everything_wrong_is_said_at_once():
    said = Declaration((), ("xx",), (), TODAY, (new_id(),), mail="nobody", asked=new_id())
    problems = problems_of(said, known=["drones"], circles=[], colleagues=[], today=TODAY, longest_days=10)
    assert [one.field for one in problems] == ["topics", "languages", "reaches", "mail", "until", "circles", "asked"]
    good = Declaration(("drones",), ("nl",), ("mail",), TODAY + timedelta(days=10), (new_id(),), mail="a@b.example")
    assert problems_of(
        good, known=["drones"], circles=good.circles, colleagues=[], today=TODAY, longest_days=10
    ) == []  # fmt: skip
    phone = Declaration(("drones",), ("nl",), ("mail",), good.until, good.circles, mail="+32 470 00 00 00")
    told = problems_of(phone, known=["drones"], circles=good.circles, colleagues=[], today=TODAY, longest_days=10)
    assert [one.field for one in told] == ["mail"], "a private number is no address"


def test_the_circles_chosen_find_it_and_nobody_else(acting, one):
    for email, sees in ((ANTWERP, True), (NORTH, True), (POLICE, True), (OUTSIDER, False), (AGENT, False)):
        assert (one in found(acting, email)) is sees, email
        with acting(email):
            if sees:
                assert queries.expert(one).expert.id == one
            else:
                with pytest.raises(NotFound):
                    queries.expert(one)
    assert found(acting, NORTH, "drones") == {one} == found(acting, NORTH, "inspections", "nl")
    assert found(acting, NORTH, "cyber") == set() == found(acting, NORTH, "drones", "fr")


def test_whoever_chooses_nothing_shows_it_to_the_circles_of_the_organisation(acting):
    with acting(ANTWERP):
        circles = queries.circles()
        assert {one.kind for one in circles} & {"everyone", "sealed"} == set()
        default = set(queries.default_circles(circles))
        assert circle("ports-and-police") in default and circle("port-security-officers") not in default
        for wrong in (circle("everyone"), current_actor().person):
            said = declaration("drones")
            with pytest.raises(Invalid, match="circles"):
                actions.declare(Declaration(**{**said.__dict__, "circles": (wrong,)}), at=now())


def test_a_colleague_confirms_and_takes_it_back_and_oneself_never(acting, one, cast):
    with acting(ANTWERP), pytest.raises(Refused):
        actions.confirm(one, topic="drones", at=now())
    with acting(NORTH), pytest.raises(Refused):
        actions.confirm(one, topic="drones", at=now())
    with acting(OUTSIDER), pytest.raises(NotFound):
        actions.confirm(one, topic="drones", at=now())
    with acting(ANTWERP):  # the director reads no operational circle: asked, she sees what she is to confirm
        actions.declare(declaration("drones", "seals", asked=cast[DIRECTOR].person), at=now())
        assert waiting.needs(current_actor(), now()) == []
    with acting(DIRECTOR) as actor:
        (need,) = waiting.needs(actor, now())
        assert need.href == f"/knowledge/experts/{one}/"
        shown = actions.confirm(one, topic="drones", at=now())
        assert [(row.topic, row.confirmed_at is not None) for row in shown.topics] == [
            ("drones", True),
            ("seals", False),
        ]
        actions.confirm(one, topic="drones", at=now())
        with pytest.raises(Invalid):
            actions.confirm(one, topic="cyber", at=now())
        actions.confirm(one, topic="seals", at=now())
        assert waiting.needs(actor, now()) == []
    with acting(DPO), pytest.raises(NotFound):
        actions.confirm(one, topic="drones", at=now())
    with acting(ANTWERP):  # changing keeps what was confirmed; what comes back is confirmed anew
        kept = actions.declare(declaration("drones", "cyber", asked=cast[DPO].person), at=now())
        assert {row.topic: row.confirmed_at is not None for row in kept.topics} == {"drones": True, "cyber": False}
    with acting(DPO), pytest.raises(Conflict):
        actions.confirm(one, topic="drones", at=now())
    with acting(DPO), pytest.raises(Conflict):
        actions.unconfirm(one, topic="drones", at=now())
    with acting(ANTWERP):
        actions.declare(declaration("drones", asked=cast[DIRECTOR].person), at=now())
    with acting(DIRECTOR):
        assert actions.unconfirm(one, topic="drones", at=now()).topics[0].confirmed_at is None


def test_confirmed_ones_come_first_and_pages_go_on(acting, one, cast):
    with acting(NORTH):
        other = declared("drone_law")
    with acting(ANTWERP):
        actions.declare(declaration("drones", "seals", asked=cast[DIRECTOR].person), at=now())
    with acting(POLICE):
        assert [row.expert.id for row in queries.page(Filters("drones"), today=now().date()).rows] == [one, other]
        assert [row.expert.id for row in queries.who_knows("drone_law", today=now().date())] == [one, other]
    with acting(NORTH):
        assert [row.expert.id for row in queries.who_knows("drone_law", today=now().date())] == [one], "never oneself"
        own = declared("drone_law")
        assert own == other, "one for each organisation"
    with acting(DIRECTOR):
        actions.confirm(one, topic="seals", at=now())
    with acting(POLICE):
        assert [row.expert.id for row in queries.page(Filters("seals"), today=now().date()).rows] == [one]
        first = queries.page(Filters("drones"), today=now().date(), size=1)
        second = queries.page(Filters("drones"), today=now().date(), size=1, cursor=first.slice.next)
        assert [row.expert.id for row in (*first.rows, *second.rows)] == [one, other] and second.slice.next == ""
        with pytest.raises(Invalid, match="cursor"):
            queries.page(Filters(), today=now().date(), cursor="nonsense")


def test_who_leaves_is_gone_at_once(acting, one, owner, cast):
    owner.execute("update members_membership set until = now() where id = %s", [cast[ANTWERP].hat])
    assert owner.execute("select count(*) from knowledge_expert").fetchone() == (0,)
    assert owner.execute("select count(*) from knowledge_expertise").fetchone() == (0,)
    assert found(acting, NORTH) == set()


def test_what_has_ended_is_seen_by_nobody_else_and_told_beforehand(acting, one, owner):
    owner.execute("update knowledge_expert set until = current_date + 3")
    with acting(ANTWERP) as actor:
        (need,) = waiting.needs(actor, now())
        assert need.href == "/knowledge/experts/mine/" and not need.overdue
    owner.execute("update knowledge_expert set until = current_date - 1")
    assert found(acting, NORTH) == set() == found(acting, ANTWERP)
    with acting(NORTH), pytest.raises(NotFound):
        queries.expert(one)
    with acting(ANTWERP) as actor:
        assert queries.mine().expert.id == one and waiting.needs(actor, now())[0].overdue
        actions.end(at=now())
        assert Expert.objects.count() == 0
        with pytest.raises(NotFound):
            actions.end(at=now())


DECLARE = (
    "insert into knowledge_expert (id, person_id, organisation_id, languages, reaches, mail, until, audience, asked_id,"
    " declared_at, changed_at) values (new_uuid7(), %s, %s, '{nl}', '{question}', '', current_date + 9, %s, %s, now(),"
    " now())"
)
TOPIC = (
    "insert into knowledge_expertise (id, expert_id, topic, declared_at, confirmed_by_id, confirmed_at)"
    " values (new_uuid7(), %s, 'cyber', now(), %s, %s)"
)
CONFIRM = "update knowledge_expertise set confirmed_by_id = %s, confirmed_at = now() where expert_id = %s"


def test_attacks_with_raw_sql(enter, one, owner, cast):
    north, antwerp, director = cast[NORTH], cast[ANTWERP], cast[DIRECTOR]
    key, everyone = (
        owner.execute("select id from members_circle where slug = %s", [slug]).fetchone()[0]
        for slug in ("ports-and-police", "everyone")
    )
    db = enter(NORTH)
    assert refused(db, DECLARE, antwerp.person, north.organisation, [key], None) == FORBIDDEN
    assert refused(db, DECLARE, north.person, antwerp.organisation, [key], None) == FORBIDDEN
    for audience in ([everyone], [north.person], [new_id()], [], [key, everyone]):
        assert refused(db, DECLARE, north.person, north.organisation, audience, None) == FORBIDDEN
    assert refused(db, DECLARE, north.person, north.organisation, [key], director.person) == FORBIDDEN
    assert refused(db, DECLARE, north.person, north.organisation, [key], north.person) == FORBIDDEN
    assert refused(db, TOPIC, one, None, None) == FORBIDDEN
    assert db.execute(CONFIRM, [north.person, one]).rowcount == 0
    assert (
        db.execute("delete from knowledge_expert").rowcount
        == 0
        == db.execute("delete from knowledge_expertise").rowcount
    )
    assert db.execute("update knowledge_expert set mail = ''").rowcount == 0
    db = enter(ANTWERP)
    assert db.execute(CONFIRM, [antwerp.person, one]).rowcount == 0, "nobody confirms oneself"
    assert refused(db, TOPIC, one, antwerp.person, now()) == FORBIDDEN, "and none is born confirmed"
    assert refused(db, "update knowledge_expert set person_id = %s", north.person) == FORBIDDEN
    assert refused(db, "update knowledge_expert set audience = %s", [everyone]) == FORBIDDEN
    db.execute("update knowledge_expert set asked_id = %s", [director.person])
    db.execute("commit")
    db = enter(DIRECTOR)
    assert refused(db, CONFIRM, antwerp.person, one) == FORBIDDEN, "in nobody else's name"
    assert db.execute(CONFIRM, [director.person, one]).rowcount == 2
    db.execute("commit")
    db = enter(DPO)
    assert db.execute("update knowledge_expertise set confirmed_by_id = null, confirmed_at = null").rowcount == 0
    db = enter(OUTSIDER)
    assert db.execute("select count(*) from knowledge_expert").fetchone() == (0,)
    assert db.execute("select count(*) from knowledge_expertise").fetchone() == (0,)


def test_pages_walk_the_task(client_for, acting, cast, one):
    browser = client_for(NORTH)
    form = {
        "topics": ["drones", "nis2"], "languages": ["nl"], "reaches": ["question", "mail"], "mail": "desk@port.example",
        "until": str((now() + timedelta(days=20)).date()), "circles": [str(_circle(acting, "ports-and-police"))],
    }  # fmt: skip
    assert browser.post("/knowledge/experts/mine/", form | {"mail": ""}).status_code == 422
    assert browser.get("/knowledge/experts/mine/?topic=cyber").status_code == 200
    answer = browser.post("/knowledge/experts/mine/", form)
    assert answer.status_code == 302
    page = browser.get(answer.headers["Location"]).content.decode()
    assert "desk@port.example" in page and "Ports and police" in page and "Not confirmed yet" in page
    listed = client_for(POLICE).get("/knowledge/experts/?topic=cyber").content.decode()
    assert "desk@port.example" in listed and "1 person knows: Cyber security" in listed
    assert "Notifying under NIS2" in listed and 'href="/knowledge/questions/ask/?topic=' in listed
    absent = clean(client_for(OUTSIDER).get(f"/knowledge/experts/{new_id()}/"))
    hidden = client_for(OUTSIDER).get(answer.headers["Location"])
    assert hidden.status_code == 404 and clean(hidden) == absent
    assert "desk@port.example" not in client_for(OUTSIDER).get("/knowledge/experts/").content.decode()
    with acting(ANTWERP):
        actions.declare(declaration("drones", asked=cast[DIRECTOR].person), at=now())
    boss = client_for(DIRECTOR)
    assert "asks you to confirm what they know" in boss.get("/").content.decode()
    assert boss.post(f"/knowledge/experts/{one}/confirm/", {"topic": "drones"}).status_code == 302
    assert "Confirmed by a colleague" in boss.get(f"/knowledge/experts/{one}/").content.decode()
    assert boss.post(f"/knowledge/experts/{one}/confirm/", {"topic": "drones", "take_back": "1"}).status_code == 302
    assert browser.post("/knowledge/experts/mine/end/").status_code == 302
    assert browser.post("/knowledge/experts/mine/end/").status_code == 404


def _circle(acting, slug):
    with acting(ANTWERP):
        return circle(slug)


def test_the_api_says_and_does_the_same(bearer_for, cast):
    machine, boss = Client(headers=bearer_for(ANTWERP)), Client(headers=bearer_for(DIRECTOR))
    sent = {
        "topics": ["drones"], "languages": ["nl"], "reached": ["question"], "asked": str(cast[DIRECTOR].person),
        "until": str((now() + timedelta(days=20)).date()), "circles": ["ports-and-police"],
    }  # fmt: skip

    def call(client, verb, path, body=None):
        answer = getattr(client, verb)(f"/api/v1/experts{path}", json.dumps(body), content_type="application/json")
        return answer.status_code, answer.json() if answer.content else None

    assert machine.get("/api/v1/experts/me").status_code == 404
    assert call(machine, "put", "/me", sent | {"reached": ["pager"]})[1]["errors"][0]["field"] == "reaches"
    status, made = call(machine, "put", "/me", sent)
    assert status == 200 and made["own"] and made["topics"][0]["confirmed_at"] is None and len(made["circles"]) == 1
    assert machine.get("/api/v1/experts/topics").json()["items"][0]["code"] == "inspections"
    assert boss.get(made["url"]).json()["circles"] == []
    assert call(machine, "post", f"/{made['id']}/confirmations", {"topic": "drones"})[0] == 403
    status, confirmed = call(boss, "post", f"/{made['id']}/confirmations", {"topic": "drones"})
    assert status == 200 and confirmed["topics"][0]["confirmed_at"]
    partner = Client(headers=bearer_for(NORTH))
    assert [one["id"] for one in partner.get("/api/v1/experts?topic=drones&language=nl").json()["items"]] == [
        made["id"]
    ]
    assert partner.get("/api/v1/experts?topic=nothing").status_code == 422
    assert Client(headers=bearer_for(OUTSIDER)).get(made["url"]).status_code == 404
    assert call(boss, "delete", f"/{made['id']}/confirmations/drones")[0] == 200
    assert machine.delete("/api/v1/experts/me").status_code == 204
    assert partner.get(made["url"]).status_code == 404


@pytest.fixture(autouse=True)
def quiet_log(caplog):
    caplog.set_level("ERROR")
