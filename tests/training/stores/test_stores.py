"""Statements to the own record store: each once, of own people, by who may say so; resumed, and errors told."""

import json
from datetime import timedelta
from uuid import UUID

import msgspec
import pytest
from django.conf import settings
from django.test import Client

from port2port.base.clock import now
from port2port.base.errors import Invalid, NotFound, Refused
from port2port.training.courses import actions as courses
from port2port.training.courses import records, session_actions
from port2port.training.courses.models import Completion
from port2port.training.courses.rules import Plan as SessionPlan
from port2port.training.stores import actions, queries, rules
from port2port.training.stores import sending as sender
from port2port.training.stores.models import RecordStore, ToldStatement
from port2port.training.stores.rules import Plan
from port2port.training.stores.seeding import seed_store
from port2port.training.stores.tasks import tell_stores
from tests.attacks import FORBIDDEN, refused
from tests.training.courses.taking import COURSE, GUARD, OTHER, TRAINER, taken
from tests.training.stores.lrs import PASSWORD, TOKEN, USER, store_running

ADMIN, OUTSIDER = "admin@antwerp.demo", "officer@outside.demo"
PAGE = "/training/record-store/"


@pytest.fixture
def lrs(monkeypatch):
    options = msgspec.structs.replace(settings.OPTIONS, allow_private_receivers=True)
    monkeypatch.setattr(settings, "OPTIONS", options)
    with store_running() as server:
        yield server


def plan(lrs, **more):
    values = {
        "url": lrs.url, "way": "basic", "user": USER, "secret": PASSWORD, "version": "1.0.3", "actor": "account",
        "failed": False,
    }  # fmt: skip
    return Plan(**values | more)


def kept(acting, lrs, **more):
    with acting(ADMIN):
        return actions.keep_store(plan(lrs, **more), at=now())


def sent():
    """Let the worker's task run once; return how many were taken."""
    return tell_stores(0)


def due(acting):
    with acting(ADMIN):
        actions.try_store(at=now())


def stand(acting):
    with acting(ADMIN):
        return queries.store()


def held_session(acting, cast):
    with acting(TRAINER):
        begins = now() + timedelta(days=3)
        made = session_actions.plan_session(plan=SessionPlan(COURSE, begins, 45, "Quay (test)", 9), at=now())
        session_actions.book(made.id, people=[cast[GUARD].person], at=now())
        session_actions.attend(made.id, came={cast[GUARD].person: True}, at=begins)
    return made.id


def test_who_passed_is_told_once_by_an_opaque_account(acting, cast, lrs):
    kept(acting, lrs)
    with acting(GUARD):
        taken()
    assert (sent(), sent()) == (1, 0)
    [one] = lrs.kept.values()
    assert lrs.wrong == [] and lrs.verbs() == ["passed"]
    assert one["actor"]["account"] == {"homePage": settings.SITE_URL, "name": str(cast[GUARD].person)}
    assert one["object"]["id"] == f"{settings.SITE_URL}/training/courses/{COURSE}/"
    assert one["result"] == {"completion": True, "success": True}
    assert GUARD not in json.dumps(one)
    found = stand(acting)
    assert found.numbers == {"waiting": 0, "sent": 1, "refused": 0} and found.store.code == ""


@pytest.mark.parametrize("version", ["1.0.3", "2.0.0"])
def test_by_mail_address_and_token_where_the_administrator_says_so(acting, cast, lrs, version):
    lrs.versions = {version}
    kept(acting, lrs, way="bearer", user="", secret=TOKEN, version=version, actor="mail")
    with acting(GUARD):
        taken()
    assert sent() == 1 and lrs.wrong == []
    [one] = lrs.kept.values()
    assert one["actor"] == {"objectType": "Agent", "mbox": f"mailto:{GUARD}"}


def test_what_was_before_goes_only_if_asked_for(acting, cast, lrs):
    with acting(GUARD):
        taken()
    kept(acting, lrs)
    assert sent() == 0
    with acting(ADMIN):
        actions.end_store(at=now())
        assert not ToldStatement.objects.exists()
    kept(acting, lrs, earlier=True)
    assert sent() == 1


def test_a_session_is_attended_and_completed_and_what_is_withdrawn_is_voided(acting, cast, lrs, owner):
    kept(acting, lrs, earlier=True)
    session = held_session(acting, cast)
    owner.execute("update training_session set starts_at = now() - interval '1 day' where id = %s", [session])
    with acting(TRAINER):
        session_actions.hold(session, at=now())
    assert sent() == 2 and sorted(lrs.verbs()) == ["attended", "completed"]
    attended = next(one for one in lrs.kept.values() if one["verb"]["id"].endswith("attended"))
    assert attended["object"]["id"] == f"{settings.SITE_URL}/training/courses/sessions/{session}/"
    assert attended["result"]["duration"] == "PT45M"
    with acting(TRAINER):
        completion = Completion.objects.get()
        courses.withdraw(completion.id, why="The wrong person (test).", at=now())
    due(acting)
    assert sent() == 2 and lrs.wrong == []
    voided = {one["object"]["id"] for one in lrs.kept.values() if one["verb"]["id"].endswith("voided")}
    assert voided == {str(rules.uuid5(completion.id, verb)) for verb in ("attended", "completed")}
    due(acting)
    assert sent() == 0


def test_who_did_not_pass_is_told_only_where_it_was_said_before_they_began(acting, cast, lrs, client_for, bearer_for):
    notice = "and also when you did not"
    with acting(GUARD):
        taken(good=0)
    kept(acting, lrs, earlier=True)
    assert sent() == 0
    assert notice not in client_for(GUARD).get(f"/training/courses/{COURSE}/").content.decode()
    kept(acting, lrs, failed=True)
    assert notice in client_for(GUARD).get(f"/training/courses/{COURSE}/").content.decode()
    answer = Client(headers=bearer_for(GUARD)).get(f"/api/v1/courses/{COURSE}").json()
    assert answer["tells_failed"] is True
    with acting(GUARD):
        taken(good=0)
    assert sent() == 1 and lrs.verbs() == ["failed"]
    [one] = lrs.kept.values()
    assert one["result"] == {"completion": False, "success": False}


def test_nobody_elses_people_and_nothing_that_the_store_may_have_said_itself(acting, cast, lrs):
    kept(acting, lrs, earlier=True)
    with acting(OTHER):
        taken()
    with acting(TRAINER):
        records.note(cast[GUARD].person, COURSE, on=now().date(), at=now())
    assert sent() == 0


def test_a_lost_answer_is_sent_again_and_is_there_once(acting, cast, lrs):
    kept(acting, lrs)
    with acting(GUARD):
        taken()
    lrs.loses = [True]
    assert sent() == 0
    found = stand(acting)
    assert (found.store.code, found.store.failures, found.numbers["waiting"]) == ("http.500", 1, 1)
    assert found.store.due_at > now() + timedelta(minutes=4)
    assert sent() == 0 and lrs.requests == [500]  # not before it is due
    due(acting)
    assert sent() == 1 and len(lrs.kept) == 1 and lrs.requests == [500, 200]
    assert stand(acting).store.code == ""


def test_killed_between_writing_down_and_sending_it_goes_on(acting, cast, lrs, monkeypatch):
    kept(acting, lrs)
    with acting(GUARD):
        taken()

    class Killed(BaseException):
        pass

    def dies(*arguments, **named):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(sender, "post", dies)
        with pytest.raises(Killed):
            sent()
    assert stand(acting).numbers["waiting"] == 1
    assert sent() == 1 and len(lrs.kept) == 1


def test_what_waits_is_said_anew_once_people_are_named_otherwise(acting, cast, lrs):
    kept(acting, lrs, actor="mail", failed=True)
    with acting(GUARD):
        taken(good=0)
        taken()
    lrs.answers = [503]
    assert sent() == 0 and stand(acting).numbers["waiting"] == 2
    kept(acting, lrs, actor="account", failed=False)
    assert stand(acting).numbers["waiting"] == 0
    assert sent() == 1 and lrs.verbs() == ["passed"] and GUARD not in json.dumps(list(lrs.kept.values()))


def test_one_that_is_refused_does_not_hold_the_others_up(acting, cast, lrs, owner):
    kept(acting, lrs, earlier=True)
    session = held_session(acting, cast)
    owner.execute("update training_session set starts_at = now() - interval '1 day' where id = %s", [session])
    with acting(TRAINER):
        session_actions.hold(session, at=now())
    with acting(ADMIN):
        taken()
    lrs.refuses = {"attended"}
    assert sent() == 2 and sorted(lrs.verbs()) == ["completed", "passed"]
    found = stand(acting)
    assert found.numbers == {"waiting": 0, "sent": 2, "refused": 1} and found.store.code == ""
    [(one, code)] = found.refused
    assert code == "http.400" and isinstance(one, UUID)


def test_a_store_that_refuses_all_of_them_is_at_fault_itself(acting, cast, lrs):
    lrs.versions = {"2.0.0"}
    kept(acting, lrs)
    for email in (GUARD, ADMIN):
        with acting(email):
            taken()
    assert sent() == 0
    found = stand(acting)
    assert found.numbers == {"waiting": 2, "sent": 0, "refused": 0} and found.store.code == "http.400"
    kept(acting, lrs, version="2.0.0")
    assert sent() == 2 and stand(acting).store.code == ""


def test_a_store_that_knows_it_already_has_it(acting, cast, lrs):
    kept(acting, lrs)
    with acting(GUARD):
        taken()
    lrs.answers = [409]
    assert sent() == 1 and stand(acting).numbers["sent"] == 1


def test_paused_nothing_goes_and_a_wrong_secret_is_told(acting, cast, lrs, client_for):
    kept(acting, lrs, secret="not-the-password")
    with acting(GUARD):
        taken()
    assert sent() == 0 and stand(acting).store.code == "http.401"
    page = client_for(ADMIN).get(PAGE).content.decode()
    assert "does not take what is sent" in page and "not-the-password" not in page
    with acting(ADMIN):
        actions.pause_store(paused=True, at=now())
        actions.keep_store(plan(lrs), at=now())
    assert sent() == 0 and lrs.kept == {}
    with acting(ADMIN):
        actions.pause_store(paused=False, at=now())
    assert sent() == 1


def test_it_is_not_said_to_know_anything_before_something_was_sent(acting, cast, lrs, client_for):
    def says(text):
        page = client_for(ADMIN).get(PAGE).content.decode()
        return text in page and "knows everything" not in page and "up to date" not in page

    kept(acting, lrs)
    assert says("was not tried yet")
    assert sent() == 0
    assert says("Nothing was to be sent")
    with acting(GUARD):
        taken()
    due(acting)
    assert sent() == 1
    page = client_for(ADMIN).get(PAGE).content.decode()
    assert "knows everything" in page and "up to date" in page
    kept(acting, lrs, url=f"{lrs.url}elsewhere/")
    assert says("was not tried yet")


def test_an_address_that_leads_into_our_own_network_is_never_asked(acting, cast, lrs, monkeypatch):
    kept(acting, lrs)
    with acting(GUARD):
        taken()
    closed = msgspec.structs.replace(settings.OPTIONS, allow_private_receivers=False)
    monkeypatch.setattr(settings, "OPTIONS", closed)
    assert sent() == 0 and lrs.requests == []
    assert stand(acting).store.code.startswith("forbidden.")


def test_a_batch_is_bounded_and_all_of_it_goes(acting, cast, lrs, monkeypatch):
    monkeypatch.setattr(sender, "SIZE", 1)
    kept(acting, lrs)
    for email in (GUARD, ADMIN):
        with acting(email):
            taken()
    assert sent() == 2 and lrs.requests == [200, 200]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"url": "http://lrs.example/xapi/"}, "url"),
        ({"url": "https://lrs.example/xapi/?a=b"}, "url"),
        ({"url": "ftp://lrs.example/xapi/"}, "url"),
        ({"secret": ""}, "secret"),
        ({"secret": "line\nbreak"}, "secret"),
        ({"user": ""}, "user"),
        ({"user": "a:b"}, "user"),
    ],
)
def test_what_cannot_be_a_store_is_refused(acting, change, field):
    said = {"url": "https://lrs.example/xapi/", "way": "basic", "user": USER, "secret": PASSWORD, "version": "1.0.3",
            "actor": "account", "failed": False}  # fmt: skip
    with acting(ADMIN):
        with pytest.raises(Invalid) as error:
            actions.keep_store(Plan(**said | change), at=now())
        assert field in {one.field for one in error.value.problems}
        assert not RecordStore.objects.values_list("id").exists()


def test_the_page_says_it_and_administrators_alone_do(acting, lrs, client_for):
    client = client_for(ADMIN)
    assert PAGE in client.get("/training/courses/").content.decode()
    assert PAGE not in client_for(TRAINER).get("/training/courses/").content.decode()
    assert client.get(PAGE).status_code == 200
    said = {"url": lrs.url, "version": "1.0.3", "way": "basic", "user": USER, "secret": PASSWORD, "actor": "account"}
    assert client.post(PAGE, said | {"url": ""}).status_code == 422
    assert client.post(PAGE, said | {"url": "nothing"}).status_code == 422
    assert client.post(PAGE, said).status_code == 302
    assert client.post(PAGE, said | {"secret": ""}).status_code == 302  # keeps the one there is
    for act in ("pause", "resume", "try", "end"):
        assert client.post(f"{PAGE}do/", {"act": act}).status_code == 302
    assert client.post(f"{PAGE}do/", {"act": "try"}).status_code == 404
    guard = client_for(TRAINER)
    assert (guard.get(PAGE).status_code, guard.post(f"{PAGE}do/", {"act": "end"}).status_code) == (403, 403)
    with acting(TRAINER), pytest.raises(Refused):
        queries.store()
    with acting(ADMIN), pytest.raises(NotFound):
        actions.pause_store(paused=True, at=now())


def test_the_same_by_the_api(lrs, bearer_for):
    client = Client(headers=bearer_for(ADMIN))
    base = "/api/v1/training/record-store"
    assert client.get(base).status_code == 404
    said = {"url": lrs.url, "way": "basic", "user": USER, "secret": PASSWORD}
    made = client.put(base, json.dumps(said), content_type="application/json")
    assert made.status_code == 200 and PASSWORD not in made.content.decode() and made.json()["waiting"] == 0
    again = client.put(base, json.dumps(said | {"url": "nothing"}), content_type="application/json")
    assert again.status_code == 422

    def post(path, body):
        key = {"Idempotency-Key": f"store-{path}"}
        return client.post(f"{base}/{path}", json.dumps(body), content_type="application/json", headers=key)

    assert post("pause", {"paused": True}).json()["paused_at"] is not None
    assert post("try", {}).status_code == 200
    assert client.delete(base).status_code == 204 and client.get(base).status_code == 404


def test_a_file_of_statements_has_the_ids_that_are_sent(acting, cast, lrs, client_for, bearer_for, owner):
    kept(acting, lrs)
    with acting(GUARD):
        taken()
    sent()
    file = client_for(TRAINER).get(f"{PAGE}statements/")
    assert file.status_code == 200 and "attachment" in file["Content-Disposition"]
    told = json.loads(file.content)
    assert told == list(lrs.kept.values())
    assert owner.execute("select kind, form from sharing_export").fetchall() == [("statement", "json")]
    again = Client(headers=bearer_for(TRAINER)).get("/api/v1/training/record-store/statements")
    assert json.loads(again.content) == told
    assert json.loads(client_for(OTHER).get(f"{PAGE}statements/").content) == []
    assert client_for(GUARD).get(f"{PAGE}statements/").status_code == 403


def test_raw_sql_reaches_no_secret_no_statement_and_no_other_store(enter, acting, cast, lrs):
    store = kept(acting, lrs)
    with acting(GUARD):
        taken()
    sent()
    connection = enter(ADMIN)
    assert refused(connection, "select secret from training_recordstore") == FORBIDDEN
    assert refused(connection, "select body from training_toldstatement") == FORBIDDEN
    assert refused(connection, "select completion_id from training_toldstatement") == FORBIDDEN
    assert refused(connection, "select * from training_stores_due(now())") == "PP403"
    assert refused(connection, "select * from training_store_facts(%s, 9)", store.id) == "PP403"
    assert refused(connection, "select training_store_keep(%s, '[]')", store.id) == "PP403"
    assert refused(connection, "select * from training_store_waiting(%s, 9)", store.id) == "PP403"
    assert refused(connection, "select training_store_settle(%s, '{}', 'sent', '')", store.id) == "PP403"
    assert refused(connection, "select training_store_tried(%s, '', now())", store.id) == "PP403"
    assert connection.execute("select count(*) from training_toldstatement").fetchone()[0] == 1
    for email in (GUARD, TRAINER, OTHER, OUTSIDER):
        other = enter(email)
        assert other.execute("select id from training_recordstore").fetchall() == []
        assert other.execute("select id from training_toldstatement").fetchall() == []
        assert other.execute("update training_recordstore set paused_at = now()").rowcount == 0
        assert other.execute("delete from training_recordstore").rowcount == 0


def test_administrators_are_told_at_home_once_it_will_not_mend_by_itself(acting, cast, lrs, client_for, owner):
    kept(acting, lrs, secret="not-the-password")
    with acting(GUARD):
        taken()
    for _try in range(4):
        assert "does not take what is sent" not in client_for(ADMIN).get("/").content.decode()
        due(acting)
        assert sent() == 0
    assert "does not take what is sent" in client_for(ADMIN).get("/").content.decode()
    assert "does not take what is sent" not in client_for(TRAINER).get("/").content.decode()


def test_a_secret_under_another_key_is_told_and_entered_again(acting, cast, lrs, owner):
    kept(acting, lrs)
    owner.execute("update training_recordstore set secret = 'nothing'::bytea")
    with acting(GUARD):
        taken()
    assert sent() == 0 and lrs.requests == [] and stand(acting).store.code == "secret"
    kept(acting, lrs)
    assert sent() == 1


def test_the_demo_has_one_that_sends_nothing(acting, db):
    assert (seed_store(now()), seed_store(now())) == (1, 0)
    assert sent() == 0 and stand(acting).store.tried_at is None


def test_later_each_time_and_never_later_than_six_hours():
    at = now()
    waits = [rules.next_try(n, at) - at for n in range(1, 12)]
    assert waits[0] == timedelta(minutes=5) and waits == sorted(waits) and waits[-1] == timedelta(hours=6)
    assert rules.next_try(1, at, asked=3000.0) == at + timedelta(seconds=3000)
