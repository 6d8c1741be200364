"""News: what was shared or changed and one may see, once each, in one order, by kind and by what one follows."""

from datetime import timedelta

import pytest
from django.test import Client

from port2port.base.clock import now
from port2port.base.errors import Invalid
from port2port.home.following import actions as following
from port2port.home.news.queries import LOOKED_BACK, Filters, news
from port2port.sharing.actions import touch, widen, withdraw
from port2port.sharing.audiences import build
from port2port.sharing.models import Record
from port2port.sharing.tlp import Tlp
from tests.alerts.writing import alert
from tests.knowledge.practices.writing import drafted, published
from tests.knowledge.questions.asking import question
from tests.reports.writing import keys, report

ANTWERP, PARTNER, OUTSIDER = "pso@antwerp.demo", "pso@northsea.demo", "officer@outside.demo"


def changed(identifier) -> None:
    record = Record.objects.get(id=identifier)
    touch(record, expected=record.version, at=now(), text="Changed.", port=record.port_id, threat=record.threat)


EVERYTHING = Filters()


def seen(filters=EVERYTHING, **named) -> list:
    return [(one.hit.record.id, one.act) for one in news(filters, at=now(), **named).items]


def test_what_is_shared_and_changed_stands_once_newest_first(acting):
    with acting(ANTWERP):
        first, second = report().record_id, report().record_id
        third = alert("ports-and-police").record_id
    with acting(ANTWERP):
        changed(first)
    with acting(PARTNER):
        assert seen() == [(first, "changed"), (third, "shared"), (second, "shared")]
        assert seen(Filters(kind="alert")) == [(third, "shared")]
        with pytest.raises(Invalid):
            seen(Filters(kind="annex"))
    with acting(OUTSIDER):
        assert seen() == []


def test_widened_withdrawn_old_and_expired(acting, owner):
    at = now()
    with acting(ANTWERP):
        report(at=at - LOOKED_BACK - timedelta(days=1))
        gone, over, more = report().record_id, report().record_id, report("port-beanr", tlp=Tlp.GREEN).record_id
    with acting(ANTWERP):
        withdraw(Record.objects.get(id=gone), reason="mistake", at=now())
        record = Record.objects.get(id=more)
        widen(record, more=build(keys(("ports-and-police",)), Tlp.GREEN), at=now())
    owner.execute("update sharing_record set expires_at = now() - interval '1 second' where id = %s", [over])
    with acting(PARTNER):
        assert seen() == [(more, "widened")]
    with acting(ANTWERP):
        assert gone not in [one for one, _act in seen()], "also whoever withdrew it has no news of it"


def test_only_what_is_followed(acting):
    with acting(ANTWERP):
        drone = report().record_id
        other = report(threat="drug_smuggling", modus_operandi="DR02").record_id
        third = alert("ports-and-police").record_id
    only = Filters(followed=True)
    with acting(PARTNER):
        assert seen(only) == []
        following.follow("threat", "drug_smuggling", at=now())
        assert seen(only) == [(other, "shared")]
        following.follow("record", str(drone), at=now())
        assert seen(only) == [(other, "shared"), (drone, "shared")]
        following.follow("port", "BEANR", at=now())
        assert {one for one, _act in seen(only)} == {drone, other, third}


def test_pages_hold_everything_once_in_both_directions(acting):
    with acting(ANTWERP):
        made = [report().record_id for _ in range(7)]
    with acting(ANTWERP):
        changed(made[2])
    with acting(PARTNER):
        whole = seen(size=100)
        assert len(whole) == len(made)
        pages, cursor = [], ""
        for _ in range(4):
            page = news(at=now(), cursor=cursor, size=2)
            pages.append(page)
            cursor = page.next
        assert cursor == ""
        assert [(i.hit.record.id, i.act) for page in pages for i in page.items] == whole
        back = news(at=now(), cursor=pages[2].previous, size=2)
        assert [i.hit.record.id for i in back.items] == [i.hit.record.id for i in pages[1].items]
        assert pages[0].previous == "" and back.next
        with pytest.raises(Invalid):
            news(at=now(), cursor="no cursor")


def test_page_and_api_say_the_same_and_reading_is_journalled(acting, client_for, bearer_for, journalled):
    with acting(ANTWERP):
        made = report().record_id
    body = client_for(PARTNER).get("/news/").content.decode()
    assert f"/reports/{made}/" in body
    assert journalled("report.listed")
    machine = Client(headers=bearer_for(PARTNER))
    assert [one["id"] for one in machine.get("/api/v1/news").json()["items"]] == [str(made)]
    assert machine.get("/api/v1/news?only=followed").json()["items"] == []
    assert machine.get("/api/v1/news?kind=nothing").status_code == 422
    assert str(made) not in client_for(OUTSIDER).get("/news/").content.decode()
    assert client_for(PARTNER).get("/news/?only=followed&kind=alert").status_code == 200


def test_home_shows_what_is_new_beside_reports(acting, client_for):
    browser = client_for(PARTNER)
    assert 'id="fresh"' not in browser.get("/").content.decode()
    with acting(ANTWERP):
        made = alert("ports-and-police").record_id
    body = browser.get("/").content.decode()
    assert f"/alerts/{made}/" in body.partition('id="fresh"')[2]
    assert 'id="fresh"' not in client_for(OUTSIDER).get("/").content.decode()


def test_a_topic_is_followed_with_the_finer_ones_beneath(acting):
    practice = published(acting, topic="drones")
    with acting(ANTWERP):
        finer = question(topic="drone_law")
        question(topic="cyber")
        drafted(topic="drones")  # nobody's news before it is published
    with acting(PARTNER):
        following.follow("topic", "drones", at=now())
        assert {one for one, _act in seen(Filters(followed=True))} == {practice, finer}
