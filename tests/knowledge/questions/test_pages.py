"""Asking and answering as its people do: in the browser, over the API, and from a lesson of the help desk."""

import json

import pytest
from django.test import Client

from port2port.base.clock import now
from port2port.base.ids import new_id
from port2port.helpdesk.actions import LessonDraft, do, share_lesson
from port2port.knowledge.experts.actions import declare
from port2port.knowledge.questions import actions
from port2port.members.models import Circle
from port2port.sharing.addressing import Addressing
from port2port.sharing.tlp import Tlp
from tests.helpdesk.asking import case
from tests.knowledge.experts.declaring import declaration
from tests.knowledge.questions.asking import TITLE, question
from tests.leaks.test_property import clean

ASKER, ANSWERER, OUTSIDER, DIRECTOR = (
    "pso@antwerp.demo", "pso@northsea.demo", "officer@outside.demo", "director@antwerp.demo",
)  # fmt: skip


def circle(acting, slug):
    with acting(ASKER):
        return str(Circle.objects.get(slug=slug).id)


def test_asking_answering_and_accepting(acting, client_for):
    with acting(ANSWERER):
        declare(declaration("drones"), at=now())
    asker, answerer = client_for(ASKER), client_for(ANSWERER)
    form = {
        "title": TITLE, "text": "We have **none**.", "topic": "drones", "language": "en", "asked_of": "expertise",
        "circles": [circle(acting, "ports-and-police")], "tlp": "2", "key": "a-key",
    }  # fmt: skip
    assert "Demo" in asker.get("/knowledge/questions/alike/?topic=drones&title=").content.decode(), "who knows"
    empty = asker.post("/knowledge/questions/ask/", {"sent": "1"})
    assert empty.status_code == 422 and "Choose what it is about." in empty.content.decode()
    looked = asker.post("/knowledge/questions/ask/", form | {"look": "1"})
    assert looked.status_code == 200 and "Who knows about it" in looked.content.decode()
    named = asker.post("/knowledge/questions/ask/", form | {"text": "Call 0470 00 00 00"})
    assert named.status_code == 422 and "It may stand there" in named.content.decode()
    sent = asker.post("/knowledge/questions/ask/", form)
    again = asker.post("/knowledge/questions/ask/", form)
    assert sent.status_code == again.status_code == 302 and sent.headers["Location"] == again.headers["Location"]
    path = sent.headers["Location"]
    assert "you know about it" in answerer.get("/").content.decode()
    assert "<strong>none</strong>" in answerer.get(path).content.decode()
    assert answerer.post(f"{path}do/", {"act": "answer", "text": ""}).status_code == 422
    assert answerer.post(f"{path}do/", {"act": "answer", "text": "Ask the _port authority_."}).status_code == 302
    page = asker.get(path).content.decode()
    target = page.split('name="target" value="')[1][:36]
    assert "<em>port authority</em>" in page and "Demo" in page
    assert asker.post(f"{path}do/", {"act": "accept", "target": "nonsense"}).status_code == 422
    assert asker.post(f"{path}do/", {"act": "accept", "target": target}).status_code == 302
    assert "This helped" in answerer.get(path).content.decode()
    for act in ("unaccept", "close", "reopen"):
        assert asker.post(f"{path}do/", {"act": act}).status_code == 302, act
    listed = answerer.get("/knowledge/questions/?topic=drones&q=authorised").content.decode()
    assert TITLE in listed and "1 question" in listed
    assert TITLE in asker.get("/knowledge/questions/?only=mine").content.decode()
    assert TITLE not in asker.get("/knowledge/questions/?only=waiting").content.decode()
    change = {"title": "Who has a register?", "text": "Any.", "topic": "drone_law", "language": "en", "version": "1"}
    assert asker.post(f"{path}change/", change).status_code == 409
    assert client_for(DIRECTOR).get(path).status_code == 404
    absent, hidden = (
        client_for(OUTSIDER).get(f"/knowledge/questions/{one}/") for one in (new_id(), path.split("/")[3])
    )
    assert clean(absent) == clean(hidden) and hidden.status_code == 404


def test_merging_and_withdrawing(acting, client_for):
    with acting(ASKER):
        one = question()
    with acting(ANSWERER):
        same = question("Who knows a register of authorised drone flights?")
    browser = client_for(ANSWERER)
    path = f"/knowledge/questions/{same}/"
    assert TITLE in browser.get(f"{path}merge/").content.decode()
    assert browser.post(f"{path}merge/", {"into": ""}).status_code == 422
    assert browser.post(f"{path}merge/", {"into": str(new_id())}).status_code == 422
    assert browser.post(f"{path}merge/", {"into": str(one)}).status_code == 302
    assert "It asks the same as:" in browser.get(path).content.decode()
    assert "Asked before in other words" in client_for(ASKER).get(f"/knowledge/questions/{one}/").content.decode()
    assert client_for(ASKER).get(f"{path}merge/").status_code == 403
    assert browser.post(f"{path}do/", {"act": "unmerge"}).status_code == 302
    page = browser.get(f"{path}withdraw/").content.decode()
    reference = page.split("To go on, type ")[1].split("<")[0].strip()
    assert browser.post(f"{path}withdraw/", {"reason": "mistake", "confirm": reference}).status_code == 302
    assert client_for(ASKER).get(path).status_code == 410


def test_a_lesson_becomes_a_question(acting, client_for):
    with acting("pfso@quay1.demo"):
        opened = case()
    with acting(ASKER):
        do(opened, "answer", text="As a visitor.", at=now())
        members = Addressing((Circle.objects.get(slug="all-members").id,), Tlp.GREEN)
        words = LessonDraft("A driver without a badge is a visitor", "May somebody come?", "As a visitor.", "nl")
        lesson = share_lesson(opened, draft=words, to=members, at=now()).record_id
    page = client_for(ANSWERER).get(f"/helpdesk/lessons/{lesson}/").content.decode()
    assert f'href="/knowledge/questions/ask/?lesson={lesson}"' in page and "Turn into a question" in page
    assert "Turn into a question" not in client_for(DIRECTOR).get(f"/helpdesk/lessons/{lesson}/").content.decode()
    form = client_for(ANSWERER).get(f"/knowledge/questions/ask/?lesson={lesson}").content.decode()
    assert "A driver without a badge is a visitor" in form and "As a visitor." in form
    assert '<option value="access_control" selected>' in form
    hidden = client_for(OUTSIDER).get(f"/knowledge/questions/ask/?lesson={lesson}").content.decode()
    assert "A driver without a badge" not in hidden and clean_form(hidden) == clean_form(
        client_for(OUTSIDER).get(f"/knowledge/questions/ask/?lesson={new_id()}").content.decode()
    )


def clean_form(page):
    """The page's own fields: without keys, which are drawn anew."""
    return [line for line in page.splitlines() if 'name="key"' not in line and "csrf" not in line]


def test_the_api_says_and_does_the_same(acting, bearer_for):
    asker, answerer, outsider = (Client(headers=bearer_for(one)) for one in (ASKER, ANSWERER, OUTSIDER))

    def call(client, verb, path, body=None, **headers):
        answer = getattr(client, verb)(path, json.dumps(body or {}), content_type="application/json", headers=headers)
        return answer.status_code, answer.json()

    sent = {"topic": "drones", "title": TITLE, "text": "Any.", "asked_of": "circle", "circles": ["ports-and-police"]}
    status, _refused = call(asker, "post", "/api/v1/questions", sent | {"circles": ["nowhere"]})
    assert status == 422
    assert call(asker, "post", "/api/v1/questions", sent | {"confirmed": "yes"})[0] == 422
    status, made = call(asker, "post", "/api/v1/questions", sent)
    assert status == 201 and made["state"] == "open" and {"answer", "close", "merge"} <= set(made["acts"]), made
    path = made["url"]
    status, done = call(answerer, "post", f"{path}/acts", {"act": "answer", "text": "We have one."})
    assert status == 200 and done["answers"] == 1
    answer = done["events"][0]["id"]
    assert call(answerer, "post", f"{path}/acts", {"act": "accept", "answer": answer})[0] == 403
    assert call(asker, "post", f"{path}/acts", {"act": "accept", "answer": answer})[1]["accepted"] == answer
    tag = asker.get(path).headers["ETag"]
    assert asker.get(path, headers={"If-None-Match": tag}).status_code == 304
    words = {name: sent[name] for name in ("topic", "title", "text")} | {"language": "en"}
    assert call(asker, "put", path, words)[0] == 428
    assert call(asker, "put", path, words, **{"If-Match": '"1"'})[0] == 412
    assert call(asker, "put", path, words | {"text": "Some."}, **{"If-Match": tag})[1]["text"] == "Some."
    listed = answerer.get("/api/v1/questions?topic=drones&state=answered").json()
    assert [one["id"] for one in listed["items"]] == [made["id"]] and listed["count"] == 1
    assert answerer.get("/api/v1/questions?state=nothing").status_code == 422
    alike = answerer.get("/api/v1/questions/alike?title=authorised flights").json()["items"]
    assert [one["id"] for one in alike] == [made["id"]]
    found = answerer.get("/api/v1/search?q=authorised&kind=question").json()["items"]
    assert [one["url"] for one in found] == [path]
    assert outsider.get(path).status_code == 404 and outsider.get("/api/v1/questions").json()["items"] == []
    assert call(answerer, "post", f"{path}/withdrawal", {"reason": "mistake"})[0] == 403
    assert call(asker, "post", f"{path}/withdrawal", {"reason": "mistake"})[0] == 200
    assert answerer.get(path).status_code == 410


def test_of_a_hidden_question_the_merge_says_nothing(acting, bearer_for):
    with acting(ASKER):
        hidden, wide = question(), question("May all of us join?", circles=("all-members",))
        actions.do(wide, "merge", at=now(), target=hidden)
    machine = Client(headers=bearer_for("pfso@quay1.demo"))
    answer = machine.get(f"/api/v1/questions/{wide}")
    assert answer.json()["state"] == "merged" and str(hidden) not in answer.content.decode()


@pytest.fixture(autouse=True)
def quiet_log(caplog):
    caplog.set_level("ERROR")
