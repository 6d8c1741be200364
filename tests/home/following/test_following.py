"""Following: one's own rows only, only of what one sees, and nothing about what one sees no more."""

from datetime import timedelta

import psycopg
import pytest
from django.test import Client

from port2port.base.clock import now
from port2port.base.errors import Invalid, NotFound
from port2port.base.ids import new_id
from port2port.home.following import actions, queries
from port2port.home.following.pages import rows
from port2port.home.tasks import sweep_follows
from port2port.sharing.actions import withdraw
from port2port.sharing.models import Record
from tests.measures.writing import agreed
from tests.reports.writing import report

ANTWERP, PARTNER, OUTSIDER = "pso@antwerp.demo", "pso@northsea.demo", "officer@outside.demo"


def test_a_threat_a_port_and_a_record_are_followed_and_ended(acting):
    with acting(ANTWERP):
        made = report().record_id
    with acting(PARTNER):
        for subject, key in (("threat", "drone_misuse"), ("port", "BEANR"), ("record", str(made))):
            first = actions.follow(subject, key, at=now())
            assert actions.follow(subject, key, at=now()).id == first.id, "following again changes nothing"
        assert [(row.follow.subject, row.follow.key) for row in reversed(rows(at=now()))] == [
            ("threat", "drone_misuse"),
            ("port", "BEANR"),
            ("record", str(made)),
        ]
        actions.unfollow("port", "BEANR")
        actions.end_follow(first.id)
        assert queries.followed() == queries.Followed(threats=frozenset({"drone_misuse"}))


@pytest.mark.parametrize(
    ("subject", "key", "error"),
    [
        ("threat", "no_threat", Invalid), ("port", "XXXXX", Invalid), ("topic", "x", Invalid), ("person", "x", Invalid),
        ("record", "no id", NotFound), ("record", "01a21f5d-7265-7650-9014-64e7c5f03671", NotFound),
    ],
)  # fmt: skip
def test_only_what_there_is_can_be_followed(acting, subject, key, error):
    with acting(PARTNER), pytest.raises(error):
        actions.follow(subject, key, at=now())


def test_a_hidden_record_is_followed_like_an_absent_one(acting, client_for):
    with acting(ANTWERP):
        hidden = report().record_id
    browser = client_for(OUTSIDER)
    answers = [browser.post("/following/", {"subject": "record", "key": str(k)}) for k in (hidden, new_id())]
    assert [one.status_code for one in answers] == [404, 404]


def test_nothing_is_shown_of_what_one_sees_no_more_and_it_is_swept(acting, owner):
    with acting(ANTWERP):
        kept, made = report().record_id, report().record_id
    with acting(PARTNER):
        actions.follow("record", str(kept), at=now())
        actions.follow("record", str(made), at=now())
        actions.follow("port", "BEANR", at=now())
    with acting(ANTWERP):
        withdraw(Record.objects.get(id=made), reason="mistake", at=now())
    with acting(PARTNER):
        assert {row.follow.key for row in rows(at=now())} == {str(kept), "BEANR"}
    assert owner.execute("select count(*) from home_follow").fetchone() == (3,)
    assert sweep_follows(0) == 1
    assert sweep_follows(0) == 0
    assert owner.execute("select count(*) from home_follow where key = %s", [str(made)]).fetchone() == (0,)


def test_too_much_is_refused(acting, owner, cast):
    owner.execute(
        "insert into home_follow (id, person_id, subject, key, since)"
        " select new_uuid7(), %s, 'port', 'P' || n, now() from generate_series(1, %s) n",
        [cast[PARTNER].person, actions.MOST],
    )
    with acting(PARTNER), pytest.raises(Invalid):
        actions.follow("port", "BEANR", at=now())


def test_the_button_stands_on_measures_and_ports_and_goes_back(acting, client_for):
    measure = agreed(acting, "ports-and-police")
    browser = client_for(PARTNER)
    for page, subject, key in (
        (f"/measures/{measure}/", "record", str(measure)),
        ("/network/ports/beanr/", "port", "BEANR"),
    ):
        shown = browser.get(page).content.decode()
        assert 'aria-pressed="false"' in shown
        went = browser.post("/following/", {"subject": subject, "key": key, "next": page, "follow": "1"})
        assert went.headers["Location"] == page
        assert 'aria-pressed="true"' in browser.get(page).content.decode()
        assert page in browser.get("/following/").content.decode()
        browser.post("/following/", {"subject": subject, "key": key, "next": page, "follow": "0"})
        assert 'aria-pressed="false"' in browser.get(page).content.decode()
    elsewhere = {"subject": "port", "key": "BEANR", "next": "https://elsewhere.example/"}
    assert browser.post("/following/", elsewhere).headers["Location"] == "/following/"


def test_the_api_follows_lists_and_ends(acting, client_for, bearer_for):

    with acting(ANTWERP):
        made = report().record_id
    machine = Client(headers=bearer_for(PARTNER))
    sent = {"subject": "record", "key": str(made)}
    answer = machine.post("/api/v1/following", sent, content_type="application/json")
    assert answer.status_code == 200
    assert [one["key"] for one in machine.get("/api/v1/following").json()["items"]] == [str(made)]
    other = Client(headers=bearer_for("pso@liege.demo"))
    assert other.delete(f"/api/v1/following/{answer.json()['id']}").status_code == 404
    assert machine.delete(f"/api/v1/following/{answer.json()['id']}").status_code == 204
    assert machine.get("/api/v1/following").json() == {"items": []}


def test_attacks_on_the_table(acting, app, owner, cast):
    with acting(ANTWERP):
        hidden = report(at=now() - timedelta(minutes=1)).record_id
        actions.follow("record", str(hidden), at=now())
    member, mine = cast[OUTSIDER], cast[ANTWERP]
    insert = "insert into home_follow (id, person_id, subject, key, since) values (new_uuid7(), %s, %s, %s, now())"
    with app.transaction():
        app.execute("select members_enter(%s, %s)", [member.person, member.hat])
        assert app.execute("select count(*) from home_follow").fetchone() == (0,)
        assert app.execute("delete from home_follow").rowcount == 0
        for values in ((mine.person, "port", "BEANR"), (member.person, "record", str(hidden))):
            with pytest.raises(psycopg.errors.InsufficientPrivilege), app.transaction():
                app.execute(insert, values)
        with pytest.raises(psycopg.errors.InsufficientPrivilege), app.transaction():
            app.execute("update home_follow set person_id = %s", [member.person])
        with pytest.raises(psycopg.Error) as refused, app.transaction():
            app.execute("select home_sweep_follows()")
        assert refused.value.sqlstate == "PP403"
    with pytest.raises(psycopg.Error):
        app.execute("select count(*) from home_follow")
    assert owner.execute("select count(*) from home_follow").fetchone() == (1,)
